"""Labels beside points: none over another or over a point, and as near to its own as there is room."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Point = tuple[float, float]

AROUND = ((1, 0), (-1, 0), (0, -1), (0, 1), (0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7))
"""The directions in which a label may stand, best first."""

FARTHEST = 40
"""How many distances are tried."""


class Area(NamedTuple):
    """A rectangle by its left, top, right and bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Area) -> bool:
        """Whether two areas have a place in common."""
        beside = self.left < other.right and other.left < self.right
        return beside and self.top < other.bottom and other.top < self.bottom

    def within(self, other: Area) -> bool:
        """Whether an area lies in another."""
        beside = other.left <= self.left and self.right <= other.right
        return beside and other.top <= self.top and self.bottom <= other.bottom


def place(points: Sequence[Point], sizes: Sequence[Point], room: Area, radius: float) -> list[Area]:
    """Return where the label of each point stands: labels by their width and height, points by a radius.

    Points with few free places around them are served first. A label for which there is no room within the ``room``
    stands outside of it, to the right, below the others.

    >>> [area[:2] for area in place([(50, 50), (52, 50)], [(20, 10), (20, 10)], Area(0, 0, 100, 100), 3)]
    [(26.0, 45.0), (56.0, 45.0)]
    """
    dots = [Area(x - radius, y - radius, x + radius, y + radius) for x, y in points]
    near = [sum(hypot(x - a, y - b) < 60 for a, b in points) for x, y in points]  # noqa: PLR2004 - about a label
    found: dict[int, Area] = {}
    outside = room.top
    for number in sorted(range(len(points)), key=lambda n: (-near[n], points[n])):
        taken = [*dots, *found.values()]
        free = (area for area in _around(points[number], sizes[number], radius) if area.within(room))
        area = next((area for area in free if not any(area.meets(other) for other in taken)), None)
        if area is None:
            width, height = sizes[number]
            area = Area(room.right + 4, outside, room.right + 4 + width, outside + height)
            outside += height
        found[number] = area
    return [found[number] for number in range(len(points))]


def _around(point: Point, size: Point, radius: float) -> Iterator[Area]:
    """Yield the places around a point, the nearest first."""
    (x, y), (width, height) = point, size
    for step in range(FARTHEST):
        away = radius + 1 + step * 5
        for right, down in AROUND:
            middle = (x + right * (away + width / 2), y + down * (away + height / 2))
            yield Area(middle[0] - width / 2, middle[1] - height / 2, middle[0] + width / 2, middle[1] + height / 2)
