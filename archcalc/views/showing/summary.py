"""The page of `show`: title, table, totals, and what the numbers mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.measures.quantities import QUANTITIES
from archcalc.measures.validity import least_sizes
from archcalc.network.scope import Layers
from archcalc.quantities.counts import CONVENTIONS, convert
from archcalc.studies.receptive.coverage import covered_from
from archcalc.symbolic.expr import Expr
from archcalc.symbolic.printing import side_by_side, unicode
from archcalc.views.cells import ONE_COPY, citation, some
from archcalc.views.columns import chosen
from archcalc.views.folding import at_depth, deepest, parts, readable_depth
from archcalc.views.page import (
    PLAIN,
    QUIET,
    STRONG,
    Column,
    Fact,
    Facts,
    Heading,
    Label,
    Line,
    Notes,
    Page,
    PageTable,
)
from archcalc.views.record import record
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network import table as network
    from archcalc.quantities.counts import Counts
    from archcalc.symbolic.expr import Int
    from archcalc.views.columns import Measure
    from archcalc.views.folding import FoldedPart
    from archcalc.views.page import Block, Cell

CONVENTIONS_OF_PARAMETERS = "Parameters: learnable weights and biases; buffers are counted separately."
LEGEND = "Kernel /stride +padding, d dilation, g groups."


class SummaryOptions(NamedTuple):
    """How a summary is to be: how deep it opens (None: as deep as stays readable), its columns, how cost counts."""

    depth: int | None = None
    columns: str = ""
    unit: str = "macs"


def summary(table: network.Table, options: SummaryOptions | None = None, remarks: Sequence[str] = ()) -> Page:
    """Return the page that shows a table; ``remarks`` are what is worth knowing beside it.

    >>> import archcalc
    >>> page = summary(archcalc.load("alexnet").analyze())
    >>> page.blocks[0]
    Heading(text='AlexNet', aside='Krizhevsky, Sutskever, Hinton 2012')

    Raises:
        UsageError: a column is asked for that there is not.
    """
    options = options or SummaryOptions()
    measures, top = chosen(options.columns, options.unit), parts(table)
    depth = readable_depth(top) if options.depth is None else options.depth
    said = (*table.remarks, *remarks)
    covered = covered_from(table)
    blocks: list[Block] = [
        Heading(table.spec.title or table.spec.name, citation(table.spec.paper)),
        Notes((_entry(table),), QUIET),
        _table(at_depth(top, depth), measures, table),
        Facts((*_facts(table, options.unit), *_coverage(covered))),
        *([Notes(said, STRONG)] if said else []),
        *_notes(table, depth, deepest(top)),
        Notes((_conventions(measures, options.unit),), QUIET),
    ]
    return Page(
        tuple(blocks),
        lambda: {**record(table, measures), **_holds_for(table), **_covered(covered), "remarks": list(said)},
        "layers",
    )


def _coverage(first: network.Row | None) -> Iterator[Fact]:
    """Yield from which layer on the receptive field is the whole input."""
    if first is not None:
        yield Fact("full RF from", first.path, "every unit from here on depends on the whole input")


def _covered(first: network.Row | None) -> dict[str, str]:
    return {"covered_from": first.path} if first else {}


def _entry(table: network.Table) -> str:
    """Say what goes in: the input, and the arguments the network was made with."""
    shapes = [f"{name} {_sizes(shape.sizes)}" for name, shape in table.inputs.items()]
    plain = {name: value for name, value in table.arguments.items() if not isinstance(value, tuple | Layers)}
    return " · ".join([*shapes, *(f"{name} {_value(value)}" for name, value in plain.items())])


def _sizes(sizes: Sequence[object]) -> str:
    return side_by_side(sizes, _value)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return unicode(value) if isinstance(value, int | Expr) else str(value)


def _table(
    shown: Iterator[tuple[FoldedPart, int, bool]], measures: Sequence[Measure], table: network.Table
) -> PageTable:
    columns = [Column(key=m.key, heading=m.heading, align=m.align, priority=m.priority) for m in measures]
    lines = [_line(part, level, is_open, measures, table) for part, level, is_open in shown]
    return PageTable(tuple(columns), tuple(lines), _total(measures, table))


def _line(part: FoldedPart, level: int, is_open: bool, measures: Sequence[Measure], table: network.Table) -> Line:  # noqa: FBT001
    cells = [m.cell(part, table) for m in measures]
    if is_open and part.times > 1 and isinstance(cells[0], Label):
        cells[0] = cells[0]._replace(asides=(*cells[0].asides, ONE_COPY))
    return Line(tuple(cells), level, QUIET if part.train_only else PLAIN)


def _total(measures: Sequence[Measure], table: network.Table) -> Line:
    sums = [m.sums(table.totals.counts) if m.sums else "" for m in measures]
    cells: list[Cell] = [Label("total") if m.key == "layer" else cell for m, cell in zip(measures, sums, strict=True)]
    return Line(tuple(cells), 0, STRONG)


def _facts(table: network.Table, unit: str) -> Iterator[Fact]:
    """Yield the totals with what they are made of."""
    counts, heads = table.totals.counts, table.totals.train_only
    yield _fact("params", table, _made_of(counts))
    if counts.active != counts.params:
        yield _fact("active", table)
    if counts.trainable != counts.params:
        yield _fact("trainable", table, "the remaining parameters are frozen")
    if some(counts.buffers) is not None:
        yield _fact("buffers", table, "not learned (running statistics, fixed weights)")
    if some(heads.params) is not None or some(heads.macs) is not None:
        yield Fact("training-only heads", heads.params, f"additional parameters; {_cost(heads, unit)}")
    yield _fact(unit, table, "")
    for name in ("activations", "neurons"):
        yield _fact(name, table)
    yield _connections(table)
    yield _fact("weighted_depth", table)


def _connections(table: network.Table) -> Fact:
    """Return how many connections there are, and which layers with weights have none by LeCun's definition."""
    quantity, found = QUANTITIES["connections"], table.totals.counts.connections
    without = dict.fromkeys(row.kind for row in table if row.layer.weighted and some(row.counts.connections) is None)
    remark = f"{quantity.meaning}; not defined for {listed(without)}" if without else quantity.meaning
    return Fact(quantity.heading, some(found) if without else found, remark)


def _fact(name: str, table: network.Table, remark: str | None = None) -> Fact:
    """Return a quantity of the network, with what it counts."""
    quantity = QUANTITIES[name]
    value = quantity.known(table)
    return Fact(quantity.heading, value, quantity.meaning if remark is None else remark)  # type: ignore[arg-type]


def _made_of(counts: Counts) -> str:
    return f"{_number(counts.weights)} weights + {_number(counts.biases)} biases"


def _cost(counts: Counts, unit: str) -> str:
    return f"{_number(convert(counts.macs, unit))} {QUANTITIES[unit].heading}"


def _number(count: Int) -> str:
    return unicode(count) if isinstance(count, Expr) else f"{count:,}"


def _notes(table: network.Table, depth: int, deepest_: int) -> Iterator[Notes]:
    """Yield what is to be known of this very table: for which sizes it holds, and what is folded."""
    least = least_sizes(table) if table.conditions else {}
    holds = [f"{letter} ≥ {size}" for letter, size in least.items() if size > 1]
    if holds:
        yield Notes((f"valid for {', '.join(holds)}",))
    if depth < deepest_:
        yield Notes((f"nested layers are hidden; use --depth {depth + 1} to show one more level",))


def _holds_for(table: network.Table) -> dict[str, dict[str, int]]:
    """Return, for the record, the least value of each letter from which on the closed forms hold."""
    return {"holds_from": least_sizes(table)} if table.conditions else {}


def _conventions(measures: Sequence[Measure], unit: str) -> str:
    """Say what the columns count, as far as they are there."""
    keys = {measure.key for measure in measures}
    name, rule, _ = CONVENTIONS[unit]
    work = f"{name}: convolutions, linear layers and matrix products; {rule}."
    return " ".join([*([LEGEND] if "window" in keys else []), CONVENTIONS_OF_PARAMETERS, work])
