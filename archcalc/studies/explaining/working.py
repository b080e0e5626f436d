"""The worked solution of a layer: for each quantity the rule, the rule with its numbers, the steps, and the result."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal
from archcalc.measures.leftover import LeftOverRemark, left_over
from archcalc.measures.leftover import remarks as of_left_over
from archcalc.quantities.field import FIELD_SOURCE, Field, grown
from archcalc.quantities.letters import along, put_out
from archcalc.quantities.reach import ALL, entering
from archcalc.quantities.shape import AXES
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, count
from archcalc.quantities.window import SLIDING_SOURCE
from archcalc.studies.explaining.lettering import Lettered, lettered, lettered_output
from archcalc.studies.explaining.same_padding import SamePadding, same_padding
from archcalc.symbolic.carried import value
from archcalc.symbolic.expr import Expr, Letter
from archcalc.symbolic.known import simplify
from archcalc.symbolic.printing import amount
from archcalc.symbolic.steps import named, tidied, worked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

COUNTED = ((WEIGHT, "weights", "W"), (BIAS, "biases", "B"), (BUFFER, "buffers", "buffers"))
"""The counts of tensors: their role, and how they are called and written."""


MATRICES = "MKNCDEG"
"""The letters of the sizes of two matrices, rows and columns of the first one first, and of what else there is."""


class Working(NamedTuple):
    """One quantity of a layer, worked out.

    ``rule`` has letters that carry their values; ``steps`` go from the line with the numbers to the result. Where
    nothing is to be worked out ``rule`` is None and the result stands alone. ``left_over`` says what a division does.
    """

    quantity: str
    symbol: str
    result: Int
    rule: Int | None = None
    steps: tuple[Int, ...] = ()
    remarks: tuple[str, ...] = ()
    left_over: tuple[LeftOverRemark, ...] = ()
    source: str = ""


class WorkedSolution(NamedTuple):
    """A layer with all its quantities worked out, and what a lecturer would add."""

    row: Row
    workings: tuple[Working, ...]
    note: str = ""
    source: str = ""


def solution(table: Table, row: Row) -> WorkedSolution:
    """Work out every quantity of a layer.

    >>> import archcalc
    >>> table = archcalc.load("alexnet").analyze()
    >>> first = solution(table, table["conv1"]).workings[0]
    >>> str(first.rule), [str(step) for step in first.steps]
    ('floor((I - K + 2*P)/S) + 1', ['floor((227 - 11 + 2*0)/4) + 1', 'floor(216/4) + 1', '54 + 1', '55'])
    """
    workings = _of_layer(row._replace(path="", reach=ALL, train_only=False, node=0))
    if row.layer.joins:
        return WorkedSolution(row, workings, source=row.layer.source)
    return WorkedSolution(
        row=row,
        workings=(*workings, *_fields(table, row)),
        note=row.layer.note(row.inputs[0]),
        source=row.layer.source,
    )


@lru_cache(maxsize=1024)
def _of_layer(row: Row) -> tuple[Working, ...]:
    """Work out what does not depend on where a layer stands: once for layers that are alike."""
    if row.layer.joins:
        return tuple(_merged(row))
    found = lettered(row)
    return (
        *_sizes(row, found),
        *_padding(row, found),
        *_tensors(row, found),
        *_active(row, found),
        *_macs(row, found),
        *_activations(row, found),
    )


def _work(
    quantity: str, symbol: str, rule: Int, result: Int, **more: tuple[str, ...] | tuple[LeftOverRemark, ...] | str
) -> Working:
    """Return a quantity with the steps from its rule to its result."""
    rule = tidied(rule)
    if not isinstance(rule, Expr) or value(rule) is None:
        return Working(quantity, symbol, result, **more)  # type: ignore[arg-type]
    return Working(quantity=quantity, symbol=symbol, result=result, rule=rule, steps=tuple(worked(rule)), **more)  # type: ignore[arg-type]


def _sizes(row: Row, found: Lettered | None) -> Iterator[Working]:
    """Yield the output size along each axis that is not just kept; axes that are worked out alike once."""
    if found is None or row.output == row.inputs[0]:
        return
    rules = list(zip(row.output.layout, found.output.sizes, row.output.sizes, put_out(row.output), strict=True))
    over = left_over(row)
    source = SLIDING_SOURCE if row.geometry else row.layer.source
    for rule in dict.fromkeys(rule for _, rule, _, _ in rules):
        if isinstance(rule, Letter) or not isinstance(rule, Expr):
            continue
        axes = [axis for axis, same, _, _ in rules if same == rule]
        result, symbol = next((size, letter) for _, same, size, letter in rules if same == rule)
        left = tuple(of_left_over(left for left in over if left.axis in axes))
        names = " and ".join(AXES[axis] for axis in axes)
        yield _work(names, symbol, rule, result, left_over=left, source=source)


def _padding(row: Row, found: Lettered | None) -> Iterator[Working]:
    """Yield what `same` adds along each axis, and on which side; axes to which it adds alike once."""
    if found is None:
        return
    alike: dict[tuple[str, Int], list[SamePadding]] = {}
    for padding in same_padding(row, found):
        alike.setdefault((padding.symbol, named(padding.rule, found.names)), []).append(padding)
    for (symbol, rule), axes in alike.items():
        name = f"padding ({' and '.join(AXES[padding.axis] for padding in axes)})"
        remark = f"same adds {'; '.join(padding.where for padding in axes)}"
        yield _work(name, symbol, rule, axes[0].result, remarks=(remark,))


def _tensors(row: Row, found: Lettered | None) -> Iterator[Working]:
    """Yield weights, biases and buffers, where there are some."""
    counts = {WEIGHT: row.counts.weights, BIAS: row.counts.biases, BUFFER: row.counts.buffers}
    for role, quantity, symbol in COUNTED:
        own = count(row.tensors, role)
        if isinstance(own, int) and own == 0:
            continue
        if row.shares and counts[role] != own:
            yield Working(quantity, symbol, counts[role], remarks=(f"shared with {row.shares} and counted there",))
        elif found is None:
            yield Working(quantity, symbol, own)
        else:
            yield _work(quantity, symbol, count(found.layer.tensors(found.x), role), own)


def _active(row: Row, found: Lettered | None) -> Iterator[Working]:
    """Yield the parameters that one token uses, where that is not all of them."""
    if row.counts.active == row.counts.params:
        return
    if found is None:
        yield Working("active parameters", "active", row.counts.active)
    else:
        owned = count(found.layer.tensors(found.x), WEIGHT, BIAS)
        yield _work("active parameters", "active", owned - found.layer.idle(found.x), row.counts.active)


def _macs(row: Row, found: Lettered | None) -> Iterator[Working]:
    if isinstance(row.counts.macs, int) and row.counts.macs == 0:
        return
    once = isinstance(row.output.regions, int) and row.output.regions == 1
    remarks = () if once else (f"× {amount(row.output.regions)} regions = {amount(row.counts.macs)}",)
    single = simplify(row.layer.macs(row.inputs[0]))
    if found is None:
        yield Working("MACs", "MACs", single, remarks=remarks)
    else:
        rule = named(found.layer.macs(found.x), found.names)
        yield _work("MACs", "MACs", rule, single, remarks=remarks)


def _activations(row: Row, found: Lettered | None) -> Iterator[Working]:
    """Yield how many values are put out."""
    if row.layer.makes_values:
        output = found.named if found else lettered_output(row.output)
        yield _work("activations", "A", output.elements, row.output.elements)


def _fields(table: Table, row: Row) -> Iterator[Working]:
    """Yield the receptive field and the effective stride, where windows slide over a map."""
    if row.geometry is None or row.reach.axes is None:
        return
    found = lettered(row)
    if found is None:
        return
    geometry, axes = found.layer.geometry(found.x), row.output.length_axes
    before, after, source = _reach_before(table, row), row.reach.axes, FIELD_SOURCE
    windows = geometry.windows if geometry else ()
    seen: set[str] = set()
    for letters, window, field, grows in zip(_of_fields(axes, before, after), windows, before, after, strict=False):
        if window.period != 1 or field.phases or not isinstance(field.size, int) or not isinstance(field.shift, int):
            continue
        size, jump = Letter(letters.size_in, field.size), Letter(letters.jump_in, field.shift)
        if letters.size not in seen:
            seen.add(letters.size)
            yield _work("receptive field", letters.size, grown(size, window.span, jump), grows.size, source=source)
            yield _work("effective stride", letters.jump, jump * window.advance, grows.shift, source=source)


class _FieldLetters(NamedTuple):
    """What the size and the stride of a field are called, behind a layer and before it."""

    size: str
    jump: str
    size_in: str
    jump_in: str


def _of_fields(axes: str, before: Sequence[Field], after: Sequence[Field]) -> Iterator[_FieldLetters]:
    """Yield the letters for the fields along each axis: the same for all of them where all agree."""
    alike = tuple((old.size, old.shift, new.size, new.shift) for old, new in zip(before, after, strict=False))
    columns = [along(letter, axes, alike) for letter in ("R", "J")]
    for size, jump in zip(*columns, strict=True):
        yield _FieldLetters(size=size, jump=jump, size_in=size.replace("R", "R_in"), jump_in=jump.replace("J", "J_in"))


def _reach_before(table: Table, row: Row) -> tuple[Field, ...]:
    """Return the fields of what a layer reads."""
    index = table.graph.nodes[row.node].inputs[0]
    before = next((other.reach for other in table if other.node == index), None)
    if before is None:
        before = entering(table.graph.nodes[index].shape)
    return before.axes or ()


def _merged(row: Row) -> Iterator[Working]:
    """Yield what a merge puts out: the channels of a concatenation are added up."""
    shapes = [_numbered(shape, number) for number, shape in enumerate(row.inputs, 1)]
    try:
        channels = row.layer.shape_of(tuple(shapes)).channels
    except Refusal:
        channels = row.output.channels
    if isinstance(channels, Expr) and value(channels) == row.output.channels:
        yield _work("channels", "C_out", channels, row.output.channels)
    yield from _products(row)
    yield from _activations(row, None)


def _products(row: Row) -> Iterator[Working]:
    """Yield the MACs of a product of matrices, a letter for each of the sizes that differ."""
    single = simplify(row.layer.macs_of(row.inputs))
    if isinstance(single, int) and single == 0:
        return
    sizes = dict.fromkeys(size for shape in row.inputs for size in (*shape.sizes[-2:], *shape.sizes[:-2]))
    letters: dict[Int, Int] = {
        size: Letter(name, size) for size, name in zip(sizes, MATRICES, strict=False) if isinstance(size, int)
    }
    read = [shape._replace(sizes=tuple(letters.get(size, size) for size in shape.sizes)) for shape in row.inputs]
    yield _work("MACs", "MACs", row.layer.macs_of(read), single)


def _numbered(shape: Shape, number: int) -> Shape:
    channels = shape.channels
    return shape.with_channels(Letter(f"C_{number}", channels)) if isinstance(channels, int) else shape


def solutions(table: Table, rows: Iterable[Row]) -> list[WorkedSolution]:
    """Work out several layers.

    >>> import archcalc
    >>> table = archcalc.load("lenet5").analyze()
    >>> len(solutions(table, table.rows)) == len(table)
    True
    """
    return [solution(table, row) for row in rows]
