"""Networks as points: two of their totals against each other, each point with its name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError
from archcalc.measures.quantities import find
from archcalc.studies.drawing.labels import Area, place
from archcalc.studies.drawing.scales import decades, short, ticks
from archcalc.views.drawing import captions
from archcalc.views.drawing.picture import END, MIDDLE, Circle, Group, Ink, Line, Words, breadth, framed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.measures.quantities import Quantity
    from archcalc.network.table import Table
    from archcalc.views.drawing.options import DrawOptions
    from archcalc.views.drawing.picture import Item, Picture

NETWORKS = None
MEANING = "any number of networks as points: two totals against each other"

WIDE, HIGH, DOT, LETTER, HEAD = 640.0, 420.0, 4.0, 10.0, 14.0

MANIFOLD = 12
"""Where the largest is so many times the smallest, an axis is logarithmic."""


class Axis(NamedTuple):
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
        UsageError: a quantity is unknown, or is no number.
    """
    across, up = (_axis(tables, name) for name in (options.across, options.up))
    points = [(WIDE * across.part(x), HIGH * (1 - up.part(y))) for x, y in zip(across.values, up.values, strict=True)]
    names = [table.spec.name for table in tables]
    title = f"{up.quantity.heading} against {across.quantity.heading}"
    title = title[:1].upper() + title[1:]
    items = [Words(0, -18, title, HEAD, bold=True), *_grid(across, up)]
    items += _named(points, names, [_told(*found) for found in zip(names, across.values, up.values, strict=True)])
    return framed(items, title, f"{len(names)} networks as points: {title}.")


def _told(name: str, across: int, up: int) -> str:
    return f"{name}: {captions.SPELLING.number(across)}; {captions.SPELLING.number(up)}"


def _axis(tables: Sequence[Table], name: str) -> Axis:
    quantity = find(name)
    values = []
    for table in tables:
        value = quantity.number(table)
        if not isinstance(value, int):
            raise UsageError(f"{name} of {table.spec.name} is not a number", "give the input in numbers")
        values.append(value)
    log = min(values) > 0 and max(values) > MANIFOLD * min(values)
    marks = decades(min(values), max(values)) if log else ticks(max(values))
    return Axis(quantity, tuple(values), log, tuple(marks))


def _grid(across: Axis, up: Axis) -> Iterator[Item]:
    hair = Ink(line="hair")
    for mark in across.marks:
        x = WIDE * across.part(mark)
        yield Line(((x, 0), (x, HIGH)), hair)
        yield Words(x, HIGH + 15, short(mark), LETTER, MIDDLE, "quiet")
    for mark in up.marks:
        y = HIGH * (1 - up.part(mark))
        yield Line(((0, y), (WIDE, y)), hair)
        yield Words(-7, y + 3.5, short(mark), LETTER, END, "quiet")
    yield Line(((0, 0), (0, HIGH), (WIDE, HIGH)), Ink(line="quiet"))
    yield Words(WIDE / 2, HIGH + 34, across.heading, LETTER, MIDDLE)
    yield Words(-44, HIGH / 2, up.heading, LETTER, MIDDLE, turned=90)


def _named(points: Sequence[tuple[float, float]], names: Sequence[str], told: Sequence[str]) -> Iterator[Item]:
    """Yield the points, each with its name beside it; a line leads to a name that stands farther away."""
    sizes = [(breadth(name, LETTER) + 4, LETTER * 1.25) for name in names]
    areas = place(points, sizes, Area(2, 2, WIDE + 60, HIGH - 2), DOT + 1)
    for (x, y), area, name, title in zip(points, areas, names, told, strict=True):
        nearest = (min(max(x, area.left), area.right), min(max(y, area.top), area.bottom))
        items: list[Item] = [Circle(x, y, DOT, Ink("convolutions/side", "convolutions/line"))]
        if math.dist(nearest, (x, y)) > 3 * DOT:
            items.insert(0, Line(((x, y), nearest), Ink(line="edge", width=0.7)))
        items.append(Words(area.left + 2, area.bottom - LETTER * 0.3, name, LETTER))
        yield Group(tuple(items), title, name)
