"""Axes of plots: which numbers are written at them, and the lines of a grid."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.drawing.scales import decades, short, ticks
from archcalc.views.drawing.picture import END, MIDDLE, Ink, Stroke, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.measures.quantities import Quantity
    from archcalc.views.drawing.picture import Item

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


def plot_axis(quantity: Quantity, values: Sequence[int]) -> PlotAxis:
    """Return the axis for values of a quantity."""
    log = min(values) > 0 and max(values) > MANIFOLD * min(values)
    marks = decades(min(values), max(values)) if log else ticks(max(values))
    return PlotAxis(quantity, tuple(values), log=log, marks=tuple(marks))


def grid(across: PlotAxis, up: PlotAxis) -> Iterator[Item]:
    """Yield the lines of a grid, and what is written at its axes."""
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
