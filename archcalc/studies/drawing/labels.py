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
    """A rectangle by its top left corner and the one opposite."""

    near: Point
    far: Point

    def meets(self, other: Area) -> bool:
        """Whether two areas overlap."""
        (left, top), (right, bottom) = self
        (other_left, other_top), (other_right, other_bottom) = other
        return left < other_right and other_left < right and top < other_bottom and other_top < bottom

    def within(self, other: Area) -> bool:
        """Whether an area lies in another."""
        pairs = list(zip(self.near, self.far, other.near, other.far, strict=True))
        return all(other_low <= low and high <= other_high for low, high, other_low, other_high in pairs)


def around(middle: Point, size: Point) -> Area:
    """Return the area of a size around its middle.

    >>> around((10, 10), (4, 2))
    Area(near=(8.0, 9.0), far=(12.0, 11.0))
    """
    (x, y), (width, height) = middle, size
    return Area((x - width / 2, y - height / 2), (x + width / 2, y + height / 2))


def place(points: Sequence[Point], sizes: Sequence[Point], room: Area, radius: float) -> list[Area]:
    """Return where the label of each point stands: labels by their width and height, points by a radius.

    Points with few free places around them are served first. A label that does not fit into the ``room`` is
    placed outside of it, to the right, below the others.

    >>> [area.near for area in place([(50, 50), (52, 50)], [(20, 10), (20, 10)], Area((0, 0), (100, 100)), 3)]
    [(26.0, 45.0), (56.0, 45.0)]
    """
    dots = [around(point, (2 * radius, 2 * radius)) for point in points]
    near = [sum(hypot(x - a, y - b) < 60 for a, b in points) for x, y in points]  # noqa: PLR2004 - about a label
    found: dict[int, Area] = {}
    outside = room.near[1]
    for number in sorted(range(len(points)), key=lambda n: (-near[n], points[n])):
        taken = [*dots, *found.values()]
        free = (area for area in _around(points[number], sizes[number], radius) if area.within(room))
        area = next((area for area in free if not any(area.meets(other) for other in taken)), None)
        if area is None:
            width, height = sizes[number]
            left = room.far[0] + 4
            area = Area((left, outside), (left + width, outside + height))
            outside += height
        found[number] = area
    return [found[number] for number in range(len(points))]


def _around(point: Point, size: Point, radius: float) -> Iterator[Area]:
    """Yield the places around a point, the nearest first."""
    (x, y), (width, height) = point, size
    for step in range(FARTHEST):
        away = radius + 1 + step * 5
        for right, down in AROUND:
            yield around((x + right * (away + width / 2), y + down * (away + height / 2)), size)
