"""The columns of a summary, each a row of one table: its heading, its value for a layer or a block, its place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.measures.quantities import columns as quantities
from archcalc.measures.quantities import word_of, words
from archcalc.quantities.tensor import fan
from archcalc.symbolic.expr import Expr
from archcalc.symbolic.printing import unicode
from archcalc.views.cells import axes, of_value, some
from archcalc.views.page import LEFT, RIGHT, Axes, Label, Share, Windows
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archcalc.measures.quantities import Quantity
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

PRIORITIES = {"params": 0, "macs": 0, "activations": 5}
"""The quantities that are shown unasked, and how soon: the others only when they are asked for."""

SHARES = {"params": 2, "macs": 4}
"""The quantities with a share of the whole beside them, and how soon that is shown."""


class Measure(NamedTuple):
    """A column: what it is called, its cell for a part, its alignment, and its priority (0: always there).

    ``sums`` says that a block's value is a sum, so that the table has a total of it.
    """

    key: str
    heading: str
    cell: Callable[[FoldedPart, Table], Cell]
    align: str
    priority: int = NEVER
    sums: Callable[[Counts], Cell] | None = None


def layer(part: FoldedPart, table: Table) -> Cell:
    """Return the name of a part and what is folded into it."""
    asides = [part.label] if part.label and part.label != part.name.rpartition("/")[2] else []
    asides += [_shared(row, table) for row in part.rows[:1] if row.shares and part.row is row]
    asides += [_short(row) for row in part.folded]
    asides += ["(training only)"] if part.train_only else []
    return Label(part.name, part.times, tuple(asides))


def _shared(row: Row, table: Table) -> str:
    """Say whose weights a layer uses, and which tensors where it has others of its own."""
    tied = table.graph.nodes[row.node].tied
    which = f"{listed(sorted(tied))} " if len(tied) < len(row.tensors) else ""
    return f"({which}shared with {row.shares})"


def _short(row: Row) -> str:
    """Return the name somebody gave a layer; the kind, where the name is only that with a number."""
    name = row.path.rpartition("/")[0].rpartition("/")[2] if row.name.isdigit() else row.name
    stem, _, number = name.rpartition("_")
    return stem if stem == row.kind and number.isdigit() else name


def of_row(value: Callable[[Row], Cell]) -> Callable[[FoldedPart, Table], Cell]:
    """Return a column of single layers; blocks have no value there."""

    def cell(part: FoldedPart, table: Table) -> Cell:  # noqa: ARG001
        return "" if part.row is None else value(part.row)

    return cell


def of_window(value: Callable[[Window], Int]) -> Callable[[FoldedPart, Table], Cell]:
    """Return a column of one number of the windows per axis, one for all axes where they are equal."""
    return of_row(lambda row: "" if row.geometry is None else axes(tuple(map(value, row.geometry.windows))))


def of_field(value: Callable[[Field], Number]) -> Callable[[FoldedPart, Table], Cell]:
    """Return a column of one number of the receptive field per axis; a word where there is none."""

    def cell(part: FoldedPart, table: Table) -> Cell:  # noqa: ARG001
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
    sides = [w.pads(size) for w, size in zip(row.geometry.windows, row.inputs[0].lengths, strict=True)]
    if all(side == (sides[0][0], sides[0][0]) for side in sides):
        return sides[0][0]
    return "×".join(f"{unicode(before)}+{unicode(after)}" for before, after in sides)


def _groups(row: Row) -> Cell:
    return row.geometry.groups if row.geometry is not None and hasattr(row.layer, "groups") else ""


def _input(part: FoldedPart, table: Table) -> Cell:  # noqa: ARG001
    shapes = part.rows[0].inputs
    return shapes[0] if len(shapes) == 1 else shapes


def _reads(part: FoldedPart, table: Table) -> Cell:
    """Return what a part reads from outside of it, each once."""
    own = {row.path for row in part.rows}
    read = dict.fromkeys(path for row in part.rows for path in table.reads(row) if path not in own)
    return ", ".join(read)


def _output(part: FoldedPart, table: Table) -> Cell:  # noqa: ARG001
    return part.rows[-1].output


def counted(quantity: Quantity) -> Measure:
    """Return the column of a quantity that every layer counts."""

    def sums(counts: Counts) -> Cell:
        return some(quantity.of_counts(counts))  # type: ignore[misc]

    def cell(part: FoldedPart, table: Table) -> Cell:  # noqa: ARG001
        if quantity.of_layer is None or part.row is None or part.times > 1:
            return sums(part.counts)
        return of_value(quantity.of_layer(part.row))

    return Measure(
        key=quantity.name,
        heading=quantity.heading,
        cell=cell,
        align=RIGHT,
        priority=PRIORITIES.get(quantity.name, NEVER),
        sums=sums,
    )


def share(quantity: Quantity, priority: int) -> Measure:
    """Return the column that says how large a part of the whole network's count a part has."""

    def cell(part: FoldedPart, table: Table) -> Cell:
        number, whole = map(quantity.of_counts, (part.counts, table.totals.counts))  # type: ignore[arg-type]
        if part.train_only or not (isinstance(number, int) and isinstance(whole, int) and whole):
            return ""
        return Share(number, whole) if number else ""

    return Measure(key=f"{quantity.name}_share", heading="share", cell=cell, align=RIGHT, priority=priority)


def _counts() -> Iterator[Measure]:
    """Yield the columns of the quantities, a share beside those that have one."""
    for quantity in quantities():
        yield counted(quantity)
        if quantity.name in SHARES:
            yield share(quantity, SHARES[quantity.name])


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
    Measure("reads", "reads", _reads, LEFT),
    Measure("window", "kernel", of_row(_window), LEFT, 1),
    Measure("kernel", "kernel", of_row(_kernel), LEFT),
    Measure("stride", "stride", of_window(lambda window: window.stride), RIGHT),
    Measure("padding", "padding", of_row(_padding), RIGHT),
    Measure("dilation", "dilation", of_window(lambda window: window.dilation), RIGHT),
    Measure("groups", "groups", of_row(_groups), RIGHT),
    Measure("output", "output", _output, LEFT, 0),
    *_counts(),
    Measure("rf", "RF", of_field(lambda field: field.size), RIGHT, 6),
    Measure("rf_stride", "effective stride", of_field(lambda field: field.stride), RIGHT),
    Measure("rf_padding", "effective padding", of_field(lambda field: field.padding), RIGHT),
    Measure("rf_center", "RF center", of_field(lambda field: field.centre), RIGHT),
    Measure("fan_in", "fan-in", of_row(OF_WEIGHTS["fan_in"]), RIGHT),
    Measure("fan_out", "fan-out", of_row(OF_WEIGHTS["fan_out"]), RIGHT),
    Measure("xavier", "Xavier std", of_row(OF_WEIGHTS["xavier"]), RIGHT),
    Measure("he", "He std", of_row(OF_WEIGHTS["he"]), RIGHT),
)

MEASURES = {measure.key: measure for measure in _ROWS}
"""All columns by name, in the order in which a table has them."""

SYNONYMS = {"path": ("layer",), "field": ("rf",), "rf_centre": ("rf_center",), "field_centre": ("rf_center",)}
"""Other words for columns."""


def _typed() -> dict[str, tuple[str, ...]]:
    """Return the columns that each word means: a key, a heading as it is printed, or another word for it."""
    printed: dict[str, tuple[str, ...]] = {}
    for measure in _ROWS:
        word = word_of(measure.heading)
        printed[word] = (*printed.get(word, ()), measure.key)
    alias = {word: (name,) for word, name in words().items() if name in MEASURES}
    return printed | alias | SYNONYMS | {key: (key,) for key in MEASURES}


def chosen(asked: str, unit: str = "macs") -> list[Measure]:
    """Return the columns that are asked for: ``a,b`` are these columns, ``+a,+b`` are more of them.

    A column goes by its key or by its heading as it is printed; where two share one, it means both. ``unit`` is how
    cost is counted.

    >>> [measure.key for measure in chosen("fan_in,he")]
    ['layer', 'fan_in', 'he']

    >>> [measure.key for measure in chosen("parameters,share")]
    ['layer', 'params', 'params_share', 'macs_share']

    Raises:
        UsageError: the column is unknown; with the nearest names.
    """
    asked_for = [word.strip() for word in asked.split(",") if word.strip()]
    names = [name for word in asked_for for name in _known(word.removeprefix("+").strip())]
    if asked_for and not asked_for[0].startswith("+"):
        return [_in_unit(MEASURES[name], unit)._replace(priority=0) for name in dict.fromkeys(["layer", *names])]
    shown = [measure for measure in _ROWS if measure.key in names or measure.priority < NEVER]
    wanted = [measure._replace(priority=0) if measure.key in names else measure for measure in shown]
    return [_in_unit(measure, unit) for measure in wanted]


def _in_unit(measure: Measure, unit: str) -> Measure:
    """Return the column of the cost as another unit counts it; any other as it is."""
    return MEASURES[unit]._replace(priority=measure.priority) if measure.key == "macs" else measure


def _known(word: str) -> tuple[str, ...]:
    typed = _typed()
    if word_of(word) not in typed:
        hint = did_you_mean(word, typed) or f"available: {', '.join(MEASURES)}"
        raise UsageError(f"unknown column '{word}'", hint)
    return typed[word_of(word)]
