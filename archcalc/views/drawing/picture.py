"""A picture: shapes, lines and texts in their places, in colours that are named by what they mean.

Lengths are in points, from the top left corner. A format spells the shapes its own way, and a theme the colours.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from archcalc.rooms import fetch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.views.drawing.diagram import Diagram

Point = tuple[float, float]

MARGIN = 16.0

START, MIDDLE, END = "start", "middle", "end"


class Ink(NamedTuple):
    """How a shape is drawn: the names of the colours inside and along its edge, and how thick the edge is.

    An empty name draws nothing. ``dash`` is the length of dashes and gaps. ``opacity`` is that of the inside.
    """

    fill: str = ""
    line: str = ""
    width: float = 1.0
    dash: float = 0.0
    opacity: float = 1.0


class Rectangle(NamedTuple):
    """A rectangle by its top left corner and its size; ``radius`` rounds its corners."""

    at: Point
    size: Point
    ink: Ink
    radius: float = 0.0

    @property
    def points(self) -> tuple[Point, ...]:
        """Its corners."""
        (left, top), (width, height) = self.at, self.size
        return (left, top), (left + width, top), (left + width, top + height), (left, top + height)


class Polygon(NamedTuple):
    """A closed shape by its corners."""

    points: tuple[Point, ...]
    ink: Ink


class Circle(NamedTuple):
    """A circle by its center."""

    at: Point
    radius: float
    ink: Ink

    @property
    def points(self) -> tuple[Point, ...]:
        """The corners of the square around it."""
        x, y = self.at
        return (x - self.radius, y - self.radius), (x + self.radius, y + self.radius)


class Stroke(NamedTuple):
    """A line through points; if ``curved``, points 2 and 3 of each three steer the curve to the next (cubic)."""

    points: tuple[Point, ...]
    ink: Ink
    curved: bool = False

    @property
    def pieces(self) -> Iterator[tuple[Point, ...]]:
        """The straight or curved pieces, each with its start and its end."""
        if not self.curved:
            yield from pairwise(self.points)
        for start in range(0, len(self.points) - 1, 3) if self.curved else ():
            yield self.points[start : start + 4]


class Words(NamedTuple):
    """A text on a base line: ``anchor`` is the end of it that is at a point, ``turned`` an angle in degrees."""

    at: Point
    text: str
    size: float
    anchor: str = START
    ink: str = "ink"
    bold: bool = False
    turned: int = 0

    @property
    def points(self) -> tuple[Point, ...]:
        """The corners of what it covers, roughly."""
        wide, left = breadth(self.text, self.size, bold=self.bold), {START: 0.0, MIDDLE: 0.5, END: 1.0}[self.anchor]
        corners = [(end, up) for end in (-left * wide, (1 - left) * wide) for up in (-self.size, 0.2 * self.size)]
        x, y = self.at
        return tuple((x + up, y - end) if self.turned else (x + end, y + up) for end, up in corners)


class Shapes(NamedTuple):
    """Shapes that belong together; ``key`` is the path of what they show, ``title`` what a reader is told of it."""

    items: tuple[Item, ...]
    title: str = ""
    key: str = ""

    @property
    def points(self) -> tuple[Point, ...]:
        """The points of all of them."""
        return tuple(point for item in self.items for point in item.points)


Item = Rectangle | Polygon | Circle | Stroke | Words | Shapes


class Picture(NamedTuple):
    """Everything to draw, its size, and what it shows in words; ``diagrams`` are the graphs in a picture of graphs."""

    size: Point
    items: tuple[Item, ...]
    title: str
    description: str = ""
    diagrams: tuple[tuple[str, Diagram], ...] = ()

    def _repr_svg_(self) -> str:
        svg: str = fetch("services", "notebooks").as_svg(self)
        return svg


def moved(item: Item, x: float, y: float) -> Item:
    """Return a shape at another place.

    >>> moved(Words((1, 2), "conv1", 10), 10, 20).at
    (11, 22)
    """
    match item:
        case Shapes():
            return item._replace(items=tuple(moved(inner, x, y) for inner in item.items))
        case Polygon() | Stroke():
            return item._replace(points=tuple((a + x, b + y) for a, b in item.points))
    return item._replace(at=(item.at[0] + x, item.at[1] + y))


def framed(
    items: Sequence[Item], title: str, description: str = "", diagrams: tuple[tuple[str, Diagram], ...] = ()
) -> Picture:
    """Return the picture that holds some shapes, with a margin around them."""
    points = [point for item in items for point in item.points] or [(0.0, 0.0)]
    left, top = min(x for x, _ in points) - MARGIN, min(y for _, y in points) - MARGIN
    right, bottom = max(x for x, _ in points) + MARGIN, max(y for _, y in points) + MARGIN
    placed = tuple(moved(item, -left, -top) for item in items)
    return Picture((right - left, bottom - top), placed, title, description=description, diagrams=diagrams)


def arrow(tip: Point, toward: Point, ink: str, size: float = 6.0) -> Polygon:
    """Return an arrowhead that ends at a point and comes in the direction of ``toward`` (a unit vector)."""
    (x, y), (dx, dy) = tip, toward
    back, side = (x - dx * size, y - dy * size), size * 0.42
    return Polygon(
        (tip, (back[0] - dy * side, back[1] + dx * side), (back[0] + dy * side, back[1] - dx * side)), Ink(ink)
    )


_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, *[556] * 10, 278, 278, 584, 584,
    584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611,
    722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
"""How wide Helvetica's signs from the space on are, in thousandths of their size (Adobe's font metrics)."""

_OTHERS = {"×": 584, "·": 278, "–": 556, "−": 584, "…": 1000, "→": 1000, "⌊": 333, "⌋": 333}
_WIDE = 1000
"""Of signs that are not listed, and of those of East Asian scripts."""

_BOLDER = 1.07


def breadth(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text is, in points, in Helvetica and fonts of its widths (Arial, Liberation Sans).

    >>> breadth("conv", 10)
    21.12
    """
    found = sum(_WIDTHS[ord(sign) - 32] if " " <= sign <= "~" else _OTHERS.get(sign, _WIDE) for sign in text)
    return found * size * (_BOLDER if bold else 1) / 1000
