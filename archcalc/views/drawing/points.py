"""The points of a sweep: two totals against each other, those on a front larger than the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.views.drawing.picture import Circle, Ink, Words, framed
from archcalc.views.drawing.plots import DOT, HEAD, HIGH, WIDE, grid, plot_axis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.studies.solving.sweeping import SweepResult
    from archcalc.views.drawing.picture import Item, Picture

SMALL = 1.6
"""The radius of a point that is not on the front."""

FINE = 1.0
"""Points closer than this are drawn as one."""


def draw_points(title: str, result: SweepResult, front: Sequence[Sequence[object]]) -> Picture:
    """Draw the points of a sweep by its first two totals.

    Raises:
        UsageError: there are fewer than two totals, or no points.
    """
    if len(result.sweep.totals) < 2:  # noqa: PLR2004 - two axes
        raise UsageError("a scatter plot needs two totals", "use --totals params,macs")
    if not result.points:
        raise UsageError("no points to draw", "use other conditions or ranges")
    first = len(result.sweep.axes)
    up, across = (
        plot_axis(total, [point[first + at] for point in result.points])  # type: ignore[misc]
        for at, total in enumerate(result.sweep.totals[:2])
    )
    said = f"{up.quantity.heading} against {across.quantity.heading}: {title}"
    said = said[:1].upper() + said[1:]
    items = [Words((0, -18), said, HEAD, bold=True), *grid(across, up)]
    places = [(across.part(x), up.part(y)) for x, y in zip(across.values, up.values, strict=True)]
    items += _dots(places, SMALL, "convolutions/side")
    best = [(across.part(point[first + 1]), up.part(point[first])) for point in front]  # type: ignore[arg-type]
    items += _dots(best, DOT, "convolutions/line")
    return framed(items, said, f"{len(result.points)} points: {said}.")


def _dots(places: Sequence[tuple[float, float]], radius: float, ink: str) -> Iterator[Item]:
    """Yield a point for each place, one for all that lie as good as on each other."""
    found = {(round(x * WIDE / FINE), round(y * HIGH / FINE)): (x, y) for x, y in places}
    for x, y in found.values():
        yield Circle((WIDE * x, HIGH * (1 - y)), radius, Ink(ink))
