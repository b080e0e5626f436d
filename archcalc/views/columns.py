"""The columns of a summary, each a row of one table: its heading, its value for a layer or a block, its place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.quantities.counts import CONVENTIONS, convert
from archcalc.quantities.tensor import fan
from archcalc.symbolic.expr import Expr
from archcalc.symbolic.printing import unicode
from archcalc.views.cells import axes, some
from archcalc.views.page import LEFT, RIGHT, Axes, Label, Share, Windows

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.network.table import Row, Table
    from archcalc.quantities.counts import Counts
    from archcalc.quantities.field import Field
    from archcalc.quantities.window import Window
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number
    from archcalc.views.folding import FoldedPart
    from archcalc.views.page import Cell

NEVER = 99
"""The priority of a column that is shown only when it is asked for."""


class ColumnContext(NamedTuple):
    """What a cell needs to know beside its own part: the whole table, and how cost is counted."""

    table: Table
    unit: str = "macs"


class Measure(NamedTuple):
    """A column: what it is called, its cell for a part, its alignment, and its priority (0: always there).

    ``sums`` says that a block's value is a sum, so that the table has a total of it.
    """

    key: str
    heading: str
    cell: Callable[[FoldedPart, ColumnContext], Cell]
    align: str
    priority: int = NEVER
    sums: Callable[[Counts, ColumnContext], Cell] | None = None


def layer(part: FoldedPart, context: ColumnContext) -> Cell:  # noqa: ARG001
    """Return the name of a part and what is folded into it."""
    asides = [part.label] if part.label and part.label != part.name.rpartition("/")[2] else []
    asides += [_shared(row) for row in part.rows[:1] if row.shares and part.row is row]
    asides += [_short(row) for row in part.folded]
    asides += ["(training only)"] if part.train_only else []
    return Label(part.name, part.times, tuple(asides))


def _shared(row: Row) -> str:
    return f"(shared with {row.shares})"


def _short(row: Row) -> str:
    """Return the name somebody gave a layer; the kind, where the name is only that with a number."""
    name = row.path.rpartition("/")[0].rpartition("/")[2] if row.name.isdigit() else row.name
    stem, _, number = name.rpartition("_")
    return stem if stem == row.kind and number.isdigit() else name


def of_row(value: Callable[[Row], Cell]) -> Callable[[FoldedPart, ColumnContext], Cell]:
    """Return a column of single layers; blocks have no value there."""

    def cell(part: FoldedPart, context: ColumnContext) -> Cell:  # noqa: ARG001
        return "" if part.row is None else value(part.row)

    return cell


def of_window(value: Callable[[Window], Int]) -> Callable[[FoldedPart, ColumnContext], Cell]:
    """Return a column of one number of the windows per axis, one for all axes where they are equal."""
    return of_row(lambda row: "" if row.geometry is None else axes(tuple(map(value, row.geometry.windows))))


def of_field(value: Callable[[Field], Number]) -> Callable[[FoldedPart, ColumnContext], Cell]:
    """Return a column of one number of the receptive field per axis; a word where there is none."""

    def cell(part: FoldedPart, context: ColumnContext) -> Cell:  # noqa: ARG001
        reach = part.rows[-1].reach
        return reach.word if reach.axes is None else axes(tuple(map(value, reach.axes)))

    return cell


def _kernel(row: Row) -> Cell:
    return Axes(tuple(window.kernel for window in row.geometry.windows)) if row.geometry else ""


def _window(row: Row) -> Cell:
    return Windows(row.geometry) if row.geometry else ""


def _padding(row: Row) -> Cell:
    """Return the padding per axis, as one number where both sides agree, else as ``before+after``."""
    if row.geometry is None:
        return ""
    sides = [w.pads(size) for w, size in zip(row.geometry.windows, row.inputs[0].spatial, strict=True)]
    if all(side == (sides[0][0], sides[0][0]) for side in sides):
        return sides[0][0]
    return "×".join(f"{unicode(before)}+{unicode(after)}" for before, after in sides)


def _groups(row: Row) -> Cell:
    return row.geometry.groups if row.geometry is not None and hasattr(row.layer, "groups") else ""


def _input(part: FoldedPart, context: ColumnContext) -> Cell:  # noqa: ARG001
    shapes = part.rows[0].inputs
    return shapes[0] if len(shapes) == 1 else shapes


def _output(part: FoldedPart, context: ColumnContext) -> Cell:  # noqa: ARG001
    return part.rows[-1].output


def _activations(part: FoldedPart, context: ColumnContext) -> Cell:  # noqa: ARG001
    """Return what a layer puts out; of a block, what its layers put out that make new values."""
    return part.row.activations if part.row is not None and part.times == 1 else some(part.counts.activations)


def counted(key: str, heading: str, priority: int = NEVER) -> Measure:
    """Return the column of one of the counts."""

    def sums(counts: Counts, context: ColumnContext) -> Cell:  # noqa: ARG001
        return some(getattr(counts, key))

    return Measure(key, heading, lambda part, context: sums(part.counts, context), RIGHT, priority, sums)


def _cost(counts: Counts, context: ColumnContext) -> Cell:
    return some(convert(counts.macs, context.unit))


def share(key: str, heading: str, priority: int) -> Measure:
    """Return the column that says how large a part of the whole network's count a part has."""

    def cell(part: FoldedPart, context: ColumnContext) -> Cell:
        whole = getattr(context.table.totals.counts, key.removesuffix("_share"))
        number = getattr(part.counts, key.removesuffix("_share"))
        if part.train_only or not (isinstance(number, int) and isinstance(whole, int) and whole):
            return ""
        return Share(number, whole) if number else ""

    return Measure(key, heading, cell, RIGHT, priority)


def _fan(index: int) -> Callable[[Row], Cell]:
    def value(row: Row) -> Cell:
        fans = fan(row.tensors)
        return None if fans is None else fans[index]

    return value


def _xavier(row: Row) -> Cell:
    fans = fan(row.tensors)
    return None if fans is None else deviation(fans[0] + fans[1])


def _he(row: Row) -> Cell:
    fans = fan(row.tensors)
    return None if fans is None else deviation(fans[0])


def deviation(fans: Int) -> float | str:
    """Return the standard deviation with which weights start: the square root of 2/n.

    >>> deviation(200)
    0.1
    """
    return f"√(2/({unicode(fans)}))" if isinstance(fans, Expr) else math.sqrt(2 / fans)


OF_WEIGHTS: dict[str, Callable[[Row], Cell]] = {
    "fan_in": _fan(0),
    "fan_out": _fan(1),
    "xavier": _xavier,
    "he": _he,
}
"""What initialisations are made of; the record of a layer holds these where they are asked for."""

_ROWS = (
    Measure("layer", "layer", layer, LEFT, 0),
    Measure("kind", "kind", of_row(lambda row: row.kind), LEFT, 3),
    Measure("input", "input", _input, LEFT, 7),
    Measure("window", "kernel", of_row(_window), LEFT, 1),
    Measure("kernel", "kernel", of_row(_kernel), LEFT),
    Measure("stride", "stride", of_window(lambda window: window.stride), RIGHT),
    Measure("padding", "padding", of_row(_padding), RIGHT),
    Measure("dilation", "dilation", of_window(lambda window: window.dilation), RIGHT),
    Measure("groups", "groups", of_row(_groups), RIGHT),
    Measure("output", "output", _output, LEFT, 0),
    counted("params", "parameters", 0),
    share("params_share", "share", 2),
    counted("weights", "weights"),
    counted("biases", "biases"),
    counted("trainable", "trainable"),
    counted("buffers", "buffers"),
    Measure("macs", "MACs", lambda part, context: _cost(part.counts, context), RIGHT, 0, _cost),
    share("macs_share", "share", 4),
    counted("connections", "connections"),
    counted("neurons", "neurons"),
    Measure("activations", "activations", _activations, RIGHT, 5, counted("activations", "").sums),
    Measure("rf", "field", of_field(lambda field: field.size), RIGHT, 6),
    Measure("rf_stride", "field stride", of_field(lambda field: field.stride), RIGHT),
    Measure("rf_padding", "field padding", of_field(lambda field: field.padding), RIGHT),
    Measure("rf_centre", "field centre", of_field(lambda field: field.centre), RIGHT),
    Measure("fan_in", "fan-in", of_row(OF_WEIGHTS["fan_in"]), RIGHT),
    Measure("fan_out", "fan-out", of_row(OF_WEIGHTS["fan_out"]), RIGHT),
    Measure("xavier", "Xavier std", of_row(OF_WEIGHTS["xavier"]), RIGHT),
    Measure("he", "He std", of_row(OF_WEIGHTS["he"]), RIGHT),
)

MEASURES = {measure.key: measure for measure in _ROWS}
"""All columns by name, in the order in which a table has them."""

SYNONYMS = {"path": "layer", "parameters": "params", "flops": "macs"}
"""Other words for columns."""


def heading(measure: Measure, context: ColumnContext) -> str:
    """Return a column's heading; the cost is headed by what it is counted in."""
    return CONVENTIONS[context.unit][0] if measure.key == "macs" else measure.heading


def chosen(asked: str) -> list[Measure]:
    """Return the columns that are asked for: ``a,b`` are these columns, ``+a,+b`` are more of them.

    >>> [measure.key for measure in chosen("fan_in,he")]
    ['layer', 'fan_in', 'he']

    Raises:
        UsageError: there is no such column; with the nearest names.
    """
    words = [word.strip() for word in asked.split(",") if word.strip()]
    names = [_known(word.removeprefix("+").strip()) for word in words]
    if words and not words[0].startswith("+"):
        return [MEASURES[name]._replace(priority=0) for name in dict.fromkeys(["layer", *names])]
    return [
        measure._replace(priority=0) if measure.key in names else measure
        for measure in _ROWS
        if measure.key in names or measure.priority < NEVER
    ]


def _known(name: str) -> str:
    name = SYNONYMS.get(name, name.replace("-", "_"))
    if name not in MEASURES:
        hint = did_you_mean(name, MEASURES) or f"choose from {', '.join(MEASURES)}"
        raise UsageError(f"there is no column '{name}'", hint)
    return name
