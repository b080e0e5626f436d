"""Networks as points: two of their totals against each other, each point with its name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError
from archcalc.measures.quantities import find
from archcalc.studies.drawing.labels import Area, place
from archcalc.studies.drawing.scales import decades, short, ticks
from archcalc.views.drawing import captions
from archcalc.views.drawing.picture import END, MIDDLE, Circle, Ink, Shapes, Stroke, Words, breadth, framed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.measures.quantities import Quantity
    from archcalc.network.table import Table
    from archcalc.views.drawing.options import DrawOptions
    from archcalc.views.drawing.picture import Item, Picture

NETWORKS = None
MEANING = "any number of networks as points: two totals against each other"
USES = ("x", "y")

WIDE, HIGH, DOT, LETTER, HEAD = 640.0, 420.0, 4.0, 10.0, 14.0

MANIFOLD = 12
"""An axis is logarithmic if the largest value is more than this number of times the smallest."""


class PlotAxis(NamedTuple):
    """An axis: the quantity, its values, whether it is logarithmic, and the numbers that are written at it."""

    quantity: Quantity
    values: tuple[int, ...]
    log: bool
    marks: tuple[float, ...]

    def part(self, value: float) -> float:
        """Return how far along the axis a value stands, from 0 to 1."""
        low, high = self.marks[0], self.marks[-1]
        if self.log:
            return (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
        return (value - low) / ((high - low) or 1)

    @property
    def heading(self) -> str:
        """What is written beside it."""
        unit = " (bytes)" if self.quantity.in_bytes else ""
        return self.quantity.heading + unit + (", logarithmic" if self.log else "")


def draw(tables: Sequence[Table], options: DrawOptions) -> Picture:
    """Draw networks as points.

    Raises:
        UsageError: a quantity is unknown, or not a number.
    """
    across, up = (_axis(tables, name) for name in (options.x, options.y))
    points = [(WIDE * across.part(x), HIGH * (1 - up.part(y))) for x, y in zip(across.values, up.values, strict=True)]
    names = [table.spec.name for table in tables]
    title = f"{up.quantity.heading} against {across.quantity.heading}"
    title = title[:1].upper() + title[1:]
    items = [Words((0, -18), title, HEAD, bold=True), *_grid(across, up)]
    items += _named(points, names, [_told(*found) for found in zip(names, across.values, up.values, strict=True)])
    return framed(items, title, f"{len(names)} networks as points: {title}.")


def _told(name: str, across: int, up: int) -> str:
    return f"{name}: {captions.SPELLING.number(across)}; {captions.SPELLING.number(up)}"


def _axis(tables: Sequence[Table], name: str) -> PlotAxis:
    quantity = find(name)
    values = []
    for table in tables:
        value = quantity.number(table)
        if not isinstance(value, int):
            raise UsageError(f"{name} of {table.spec.name} is not a number", "give the input in numbers")
        values.append(value)
    log = min(values) > 0 and max(values) > MANIFOLD * min(values)
    marks = decades(min(values), max(values)) if log else ticks(max(values))
    return PlotAxis(quantity, tuple(values), log=log, marks=tuple(marks))


def _grid(across: PlotAxis, up: PlotAxis) -> Iterator[Item]:
    hair = Ink(line="hair")
    for mark in across.marks:
        x = WIDE * across.part(mark)
        yield Stroke(((x, 0), (x, HIGH)), hair)
        yield Words((x, HIGH + 15), short(mark), LETTER, anchor=MIDDLE, ink="quiet")
    for mark in up.marks:
        y = HIGH * (1 - up.part(mark))
        yield Stroke(((0, y), (WIDE, y)), hair)
        yield Words((-7, y + 3.5), short(mark), LETTER, anchor=END, ink="quiet")
    yield Stroke(((0, 0), (0, HIGH), (WIDE, HIGH)), Ink(line="quiet"))
    yield Words((WIDE / 2, HIGH + 34), across.heading, LETTER, anchor=MIDDLE)
    yield Words((-44, HIGH / 2), up.heading, LETTER, anchor=MIDDLE, turned=90)


def _named(points: Sequence[tuple[float, float]], names: Sequence[str], told: Sequence[str]) -> Iterator[Item]:
    """Yield the points, each with its name beside it; a line leads to a name that stands farther away."""
    sizes = [(breadth(name, LETTER) + 4, LETTER * 1.25) for name in names]
    areas = place(points, sizes, Area((2, 2), (WIDE + 60, HIGH - 2)), DOT + 1)
    for (x, y), area, name, title in zip(points, areas, names, told, strict=True):
        (left, top), (right, bottom) = area
        nearest = (min(max(x, left), right), min(max(y, top), bottom))
        items: list[Item] = [Circle((x, y), DOT, Ink("convolutions/side", "convolutions/line"))]
        if math.dist(nearest, (x, y)) > 3 * DOT:
            items.insert(0, Stroke(((x, y), nearest), Ink(line="edge", width=0.7)))
        items.append(Words((left + 2, bottom - LETTER * 0.3), name, LETTER))
        yield Shapes(tuple(items), title, name)
