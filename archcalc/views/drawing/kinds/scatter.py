"""Networks as points: two of their totals against each other, each point with its name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.measures.quantities import find
from archcalc.studies.drawing.labels import Area, place
from archcalc.views.drawing import captions
from archcalc.views.drawing.picture import Circle, Ink, Shapes, Stroke, Words, breadth, framed
from archcalc.views.drawing.plots import DOT, HEAD, HIGH, LETTER, WIDE, grid, plot_axis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.table import Table
    from archcalc.views.drawing.options import DrawOptions
    from archcalc.views.drawing.picture import Item, Picture
    from archcalc.views.drawing.plots import PlotAxis

NETWORKS = None
MEANING = "any number of networks as points: two totals against each other"
USES = ("x", "y")


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
    items = [Words((0, -18), title, HEAD, bold=True), *grid(across, up)]
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
    return plot_axis(quantity, values)


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
