"""The worked solution of a layer: for each quantity the rule, the rule with its numbers, the steps, and the result."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal
from archcalc.layers.base import Merge
from archcalc.measures.leftover import LeftOverRemark, left_over
from archcalc.measures.leftover import remarks as of_left_over
from archcalc.quantities.field import Field, grown, pixel
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, count
from archcalc.quantities.window import Window
from archcalc.studies.explaining.lettering import lettered
from archcalc.symbolic.expr import Expr, Letter, value
from archcalc.symbolic.steps import named, tidied, worked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archcalc.layers.base import Layer
    from archcalc.network.table import Row, Table
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

SOURCE = re.compile(r"Sources?: (.*?)(?:\n\n|$)", re.DOTALL)

COUNTED = ((WEIGHT, "weights", "W"), (BIAS, "biases", "B"), (BUFFER, "buffers", "buffers"))
"""The counts of tensors: their role, and how they are called and written."""


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


class Solution(NamedTuple):
    """A layer with all its quantities worked out, and what a lecturer would add."""

    row: Row
    workings: tuple[Working, ...]
    told: str = ""
    source: str = ""


def solution(table: Table, row: Row) -> Solution:
    """Work out every quantity of a layer.

    >>> import archcalc
    >>> table = archcalc.load("alexnet").analyze()
    >>> first = solution(table, table["conv1"]).workings[0]
    >>> str(first.rule), [str(step) for step in first.steps]
    ('floor((I - K + 2*P)/S) + 1', ['floor((227 - 11 + 2*0)/4) + 1', 'floor(216/4) + 1', '54 + 1', '55'])
    """
    if isinstance(row.layer, Merge):
        return Solution(row, tuple(_merged(row)), source=source_of(type(row.layer)))
    pair = _letters(row)
    found = [
        *_sizes(row, pair),
        *_tensors(row, pair),
        *_macs(row, pair),
        *_activations(row),
        *_fields(table, row, pair),
    ]
    return Solution(row, tuple(found), row.layer.told(row.inputs[0]), source_of(type(row.layer)))


def source_of(thing: object) -> str:
    """Return the source that a docstring names.

    >>> source_of(Window.positions).partition(",")[0]
    'Dumoulin & Visin 2016'
    """
    found = SOURCE.search(inspect.getdoc(thing) or "")
    return " ".join(found.group(1).replace("``", "").split()) if found else ""


def _letters(row: Row) -> tuple[Layer, Shape] | None:
    """Return the layer with letters, unless it computes something else with them (or cannot)."""
    layer, x = lettered(row.layer, row.inputs[0])
    try:
        output = layer.output(x)
    except Refusal:
        return None
    return (layer, x) if tuple(map(value, output.sizes)) == row.output.sizes else None


def _work(
    quantity: str, symbol: str, rule: Int, result: Int, **more: tuple[str, ...] | tuple[LeftOverRemark, ...] | str
) -> Working:
    """Return a quantity with the steps from its rule to its result."""
    rule = tidied(rule)
    if not isinstance(rule, Expr) or not isinstance(result, int) or value(rule) is None:
        return Working(quantity, symbol, result, **more)  # type: ignore[arg-type]
    return Working(quantity, symbol, result, rule, tuple(worked(rule)), **more)  # type: ignore[arg-type]


AXES = {"D": "depth", "H": "height", "W": "width", "L": "length", "C": "channels", "F": "features", "T": "tokens"}


def _sizes(row: Row, pair: tuple[Layer, Shape] | None) -> Iterator[Working]:
    """Yield the output size along each axis that is not just kept; axes that are worked out alike once."""
    if pair is None or row.output == row.inputs[0]:
        return
    layer, x = pair
    rules = list(zip(row.output.layout, layer.output(x).sizes, row.output.sizes, strict=True))
    over = list(left_over(row))
    source = source_of(Window.positions) if row.geometry else source_of(type(row.layer))
    for rule in dict.fromkeys(rule for _, rule, _ in rules):
        axes = [axis for axis, same, _ in rules if same == rule]
        if isinstance(rule, Letter) or not isinstance(rule, Expr):
            continue
        result = next(size for axis, same, size in rules if axis in axes and same == rule)
        left = tuple(of_left_over(left for left in over if left.axis in axes))
        symbol = "O" if len(set(row.output.spatial)) <= 1 or not row.output.is_map else f"O_{axes[0].lower()}"
        yield _work(" and ".join(AXES[axis] for axis in axes), symbol, rule, result, left_over=left, source=source)


def _outputs(pair: tuple[Layer, Shape], row: Row) -> dict[Int, Letter]:
    """Return letters for the output's sizes, by the expressions that they are."""
    layer, x = pair
    if not row.output.is_map:
        return {}
    sizes, same = layer.output(x).spatial, len(set(row.output.spatial)) == 1
    found: dict[Int, Letter] = {}
    for axis, rule, size in zip(row.output.layout[1:], sizes, row.output.spatial, strict=True):
        if isinstance(rule, Expr) and not isinstance(rule, Letter) and isinstance(size, int):
            found[rule] = Letter("O" if same else f"O_{axis.lower()}", size)
    return found


def _tensors(row: Row, pair: tuple[Layer, Shape] | None) -> Iterator[Working]:
    """Yield weights, biases and buffers, where there are some."""
    counts = {WEIGHT: row.counts.weights, BIAS: row.counts.biases, BUFFER: row.counts.buffers}
    for role, quantity, symbol in COUNTED:
        own = count(row.tensors, role)
        if isinstance(own, int) and own == 0:
            continue
        if row.shares:
            yield Working(quantity, symbol, counts[role], remarks=(f"shared with {row.shares}, where they count",))
        elif pair is None:
            yield Working(quantity, symbol, own)
        else:
            layer, x = pair
            yield _work(quantity, symbol, count(layer.tensors(x), role), own)


def _macs(row: Row, pair: tuple[Layer, Shape] | None) -> Iterator[Working]:
    if isinstance(row.counts.macs, int) and row.counts.macs == 0:
        return
    once = isinstance(row.output.regions, int) and row.output.regions == 1
    remarks = () if once else (f"× {row.output.regions} regions = {row.counts.macs:,}",)
    single = row.layer.macs(row.inputs[0])
    if pair is None:
        yield Working("MACs", "MACs", single, remarks=remarks)
    else:
        layer, x = pair
        rule = named(layer.macs(x), _outputs(pair, row))
        yield _work("MACs", "MACs", rule, single, remarks=remarks)


def _activations(row: Row) -> Iterator[Working]:
    """Yield how many values are put out."""
    if not row.layer.makes_values:
        return
    names = {"C": "C_out", "F": "N_out" if row.output.layout == "F" else "F", "T": "T"}
    same = len(set(row.output.spatial)) == 1
    letters = [names.get(axis, "O" if same else f"O_{axis.lower()}") for axis in row.output.layout]
    sizes = [
        Letter(name, size) if isinstance(size, int) else size
        for name, size in zip(letters, row.output.sizes, strict=True)
    ]
    yield _work("activations", "A", row.output._replace(sizes=tuple(sizes)).elements, row.output.elements)


def _fields(table: Table, row: Row, pair: tuple[Layer, Shape] | None) -> Iterator[Working]:
    """Yield the receptive field and the effective stride, where windows slide over a map."""
    if pair is None or row.geometry is None or row.reach.axes is None:
        return
    layer, x = pair
    found = layer.geometry(x)
    before = _reach_before(table, row)
    source = source_of(grown)
    seen: set[Int] = set()
    for window, field, after in zip(found.windows if found else (), before, row.reach.axes, strict=False):
        if window.period != 1 or field.phases or not isinstance(field.size, int) or not isinstance(field.shift, int):
            continue
        rule = grown(Letter("R_in", field.size), window.span, Letter("J_in", field.shift))
        if rule not in seen:
            seen.add(rule)
            yield _work("receptive field", "R", rule, after.size, source=source)
            yield _work(
                "effective stride", "J", Letter("J_in", field.shift) * window.advance, after.shift, source=source
            )


def _reach_before(table: Table, row: Row) -> tuple[Field, ...]:
    """Return the fields of what a layer reads."""
    index = table.graph.nodes[row.node].inputs[0]
    before = next((other.reach for other in table if other.node == index), None)
    if before is None:
        before = pixel(len(table.graph.nodes[index].shape.spatial))
    return before.axes or ()


def _merged(row: Row) -> Iterator[Working]:
    """Yield what a merge puts out: the channels of a concatenation are added up."""
    shapes = [_numbered(shape, number) for number, shape in enumerate(row.inputs, 1)]
    try:
        channels = row.layer.merged(tuple(shapes)).channels  # type: ignore[attr-defined]
    except Refusal:
        channels = row.output.channels
    if isinstance(channels, Expr) and value(channels) == row.output.channels:
        yield _work("channels", "C_out", channels, row.output.channels)
    yield from _activations(row)


def _numbered(shape: Shape, number: int) -> Shape:
    channels = shape.channels
    return shape.with_channels(Letter(f"C_{number}", channels)) if isinstance(channels, int) else shape


def solutions(table: Table, rows: Iterable[Row]) -> list[Solution]:
    """Work out several layers.

    >>> import archcalc
    >>> table = archcalc.load("lenet5").analyze()
    >>> len(solutions(table, table.rows)) == len(table)
    True
    """
    return [solution(table, row) for row in rows]
