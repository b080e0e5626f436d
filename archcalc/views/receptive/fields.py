"""The page of `rf`: the receptive field of every layer, and what is worth knowing about all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.studies.receptive.coverage import covered_from
from archcalc.studies.receptive.fields import Extremes, partings, seen_by, stacks
from archcalc.symbolic.printing import of_ratio, side_by_side, unicode, with_numbers
from archcalc.symbolic.ratio import Ratio, compute
from archcalc.views.cells import entry, extent
from archcalc.views.columns import MEASURES, Measure, of_field
from archcalc.views.folding import at_depth, deepest, parts, readable_depth, same_counts
from archcalc.views.page import (
    QUIET,
    RIGHT,
    STRONG,
    Axes,
    Column,
    Heading,
    Label,
    Line,
    Notes,
    Page,
    PageTable,
    RecordEntries,
)
from archcalc.views.receptive.field_record import joined, layer
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.network import table as network
    from archcalc.network.table import Row
    from archcalc.quantities.field import Field
    from archcalc.studies.receptive.fields import Parting, Stack
    from archcalc.symbolic.ratio import Number
    from archcalc.views.page import Block, Cell

PADDING, JUMP = "padding", "jump"
DIALECTS = (PADDING, JUMP)

SIZE = "RF: receptive field size in input pixels"
LEGENDS = {
    PADDING: (
        f"{SIZE}; stride: effective stride (jump); padding: effective padding; "
        "center: position of the first unit's center, where the center of pixel 0 is 0."
    ),
    JUMP: (
        f"{SIZE}; jump: effective stride; start: position of the first unit's center, where the image begins at 0 "
        "and the center of its first pixel is 0.5."
    ),
}

MOST_SAID = 3
"""How many remarks of one sort are told; of more, their number."""

HALF = Ratio(1, 2)


class FieldOptions(NamedTuple):
    """How the page is to be: which dialect, how deep it opens, and whether the paths through merges are told."""

    dialect: str = PADDING
    depth: int | None = None
    paths: bool = False


def decimal(number: Number) -> Number | str:
    """Return a number of halves as it is spoken: with a decimal.

    >>> decimal(Ratio(195, 2)), decimal(3), decimal(Ratio(-1, 2))
    ('97.5', 3, '−0.5')
    """
    if isinstance(number, Ratio) and number.denominator == 2 and isinstance(number.numerator, int):  # noqa: PLR2004
        sign = "−" if number.numerator < 0 else ""
        return f"{sign}{abs(number.numerator) // 2}.5"
    return number


def start(field: Field) -> Number:
    """Return the centre of the first unit in the other dialect, whose pixels have their centres at halves.

    >>> from archcalc.quantities.field import Field
    >>> start(Field())
    1/2
    """
    return compute("+", field.centre, HALF)


def _number(value: Any) -> Any:  # noqa: ANN401 - of fields, for words nothing
    cell = of_field(value)
    return lambda part, table: "" if part.rows[-1].reach.axes is None else _spoken(cell(part, table))


def _spoken(cell: Cell) -> Cell:
    if isinstance(cell, Axes):
        return side_by_side(map(decimal, cell.sizes), spoken)
    return decimal(cell) if isinstance(cell, Ratio) else cell


def spoken(number: Number | str) -> str:
    """Spell a number, a fraction or an expression; a text stays what it is."""
    if isinstance(number, Ratio):
        return of_ratio(number.numerator, number.denominator)
    return number if isinstance(number, str) else unicode(number)


_ALWAYS = (MEASURES["layer"], MEASURES["output"], MEASURES["rf"]._replace(priority=0))
COLUMNS: dict[str, tuple[Measure, ...]] = {
    PADDING: (
        *_ALWAYS,
        Measure("stride", "stride", _number(lambda field: field.stride), RIGHT, 0),
        Measure("padding", "padding", _number(lambda field: field.padding), RIGHT, 0),
        Measure("centre", "center", _number(lambda field: field.centre), RIGHT, 1),
    ),
    JUMP: (
        *_ALWAYS,
        Measure("jump", "jump", _number(lambda field: field.stride), RIGHT, 0),
        Measure("start", "start", _number(start), RIGHT, 0),
    ),
}
"""The columns of each dialect."""


def fields(table: network.Table, options: FieldOptions | None = None) -> Page:
    """Return the page of the receptive fields of a network.

    >>> import archcalc
    >>> page = fields(archcalc.load("alexnet").analyze())
    >>> page.record["layers"][0]["size"], page.record["layers"][0]["stride"]
    ([11, 11], [4, 4])
    """
    options = options or FieldOptions()
    top = parts(table, _same_fields)
    depth = readable_depth(top) if options.depth is None else options.depth
    measures = COLUMNS[options.dialect]
    lines = tuple(
        Line(tuple(measure.cell(part, table) for measure in measures), level, QUIET if part.train_only else "plain")
        for part, level, _ in at_depth(top, depth)
    )
    columns = tuple(Column(key=m.key, heading=m.heading, align=m.align, priority=m.priority) for m in measures)
    folded = [f"folded below depth {depth}: --depth {depth + 1} shows more"] if depth < deepest(top) else []
    blocks: list[Block] = [
        Heading("Receptive fields", table.spec.title or table.spec.name),
        Notes((entry(table),), QUIET),
        PageTable(columns, lines),
        *_said(said(table)),
        *(merges(table, [row for row in table if _joins(table, row)]) if options.paths else ()),
        Notes((*folded, LEGENDS[options.dialect]), QUIET),
    ]
    return Page(tuple(blocks), lambda: record(table, options), "layers")


def _same_fields(one: Row, other: Row) -> bool:
    return same_counts(one, other) and one.reach == other.reach


def _joins(table: network.Table, row: Row) -> bool:
    return len(table.graph.nodes[row.node].inputs) > 1


def _said(lines: Sequence[str]) -> Iterator[Block]:
    if lines:
        yield Notes(tuple(lines), STRONG)


def said(table: network.Table) -> list[str]:
    """Return what is worth knowing: from where on all is seen, where paths part, and what stacks see together."""
    return [*_coverage(table), *_some(map(parted, partings(table)), "merge"), *_some(_stacked(table), "stack")]


def _coverage(table: network.Table) -> Iterator[str]:
    first = covered_from(table)
    if first is not None:
        yield f"from {first.path} on, every unit depends on the whole input"
    gate = next((row for row in table if row.reach.everything and row.reach.axes is not None), None)
    if gate is not None:
        yield (
            f"from {gate.path} on, every unit depends on the whole input through a gate (squeeze-and-excitation); "
            "the table ignores this path"
        )


def _some(lines: Iterable[str], what: str) -> Iterator[str]:
    found = list(lines)
    yield from found[:MOST_SAID]
    if len(found) > MOST_SAID:
        more = len(found) - MOST_SAID
        yield f"and {plural(more, f'similar {what}')}"


def parted(parting: Parting) -> str:
    """Say where two paths part."""
    one, other = parting.branches
    if parting.strides:
        strides = ", ".join(dict.fromkeys(f"{spoken(a)} and {spoken(b)}" for a, b in parting.strides))
        grows = f"different effective strides ({strides}), so the misalignment grows with the position"
        return f"{parting.path}: {one} and {other} have {grows}"
    by = "×".join(dict.fromkeys(spoken(decimal(compute("*", _sign(number), number))) for number in parting.apart))
    return f"{parting.path}: {one} and {other} are misaligned by {by} {'pixel' if by == '1' else 'pixels'}"


def _sign(number: Number) -> int:
    numerator = number.numerator if isinstance(number, Ratio) else number
    return -1 if isinstance(numerator, int) and numerator < 0 else 1


def _stacked(table: network.Table) -> Iterator[str]:
    """Say what stacked convolutions see together: once for each number and kernel of them."""
    found: dict[tuple[int, int, int | None], Stack] = {}
    for stack in stacks(table):
        found.setdefault((len(stack.paths), stack.kernel, stack.channels), stack)
    yield from map(stacked, found.values())


def stacked(stack: Stack) -> str:
    """Say what stacked convolutions see together, and what weights that saves where it can be said.

    >>> from archcalc.studies.receptive.fields import Stack
    >>> from archcalc.symbolic.expr import Letter
    >>> stacked(Stack(("a", "b", "c"), 3, 2, 64, (27 * Letter("C")**2, 49 * Letter("C")**2)))
    'a … c: 3 stacked 3×3 convolutions have the RF of one 7×7 (1 + 3·(3 − 1) = 7), with 27·C² instead of 49·C² weights'
    """
    count, size = len(stack.paths), stack.size
    shape, whole = ("×".join([str(side)] * stack.rank) for side in (stack.kernel, size))
    law = f"{with_numbers(seen_by, count, stack.kernel)} = {size}"
    stacked_ = f"{stack.paths[0]} … {stack.paths[-1]}: {count} stacked {shape} convolutions"
    seen = f"{stacked_} have the RF of one {whole} ({law})"
    if stack.channels is None:
        return seen
    weights, instead = map(unicode, stack.weights)
    return f"{seen}, with {weights} instead of {instead} weights"


def merges(table: network.Table, rows: Iterable[Row]) -> Iterator[Block]:
    """Yield the smallest and the largest field on a path through each branch of some merges."""
    columns = (Column("branch", "branch"), Column("smallest", "smallest", RIGHT), Column("largest", "largest", RIGHT))
    lines: list[Line] = []
    extremes = Extremes(table)
    for row in rows:
        lines.append(Line((Label(row.path), "", ""), 0, STRONG))
        lines += [
            Line((Label(branch.path), extent(branch.smallest), extent(branch.largest)), 1)
            for branch in extremes.branches(row)
        ]
    yield Heading("Paths through merges")
    yield PageTable(columns, tuple(lines)) if lines else Notes(("the network has no merges",))


def record(table: network.Table, options: FieldOptions) -> dict[str, Any]:
    """Return the exact values."""
    images = [list(shape.sizes) for shape in table.inputs.values()]
    found: dict[str, Any] = {
        "schema_version": 1,
        "name": table.spec.name,
        "input": images[0] if len(images) == 1 else dict(zip(table.inputs, images, strict=True)),
        "layers": RecordEntries(lambda: (layer(table, row) for row in table)),
        "remarks": said(table),
    }
    if options.paths:
        found["merges"] = joined(table, [row for row in table if _joins(table, row)])
    return found
