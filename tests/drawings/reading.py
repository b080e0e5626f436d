"""An SVG as a reader sees it: boxes, texts and lines with their places, without knowing how it was made."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree import ElementTree as ET

SPACE = "{http://www.w3.org/2000/svg}"

Point = tuple[float, float]
Corners = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Seen(NamedTuple):
    """A picture: its size, its boxes by path, its frames by path, its texts with their places, its lines as points."""

    size: Point
    boxes: dict[str, Corners]
    frames: dict[str, Corners]
    texts: list[tuple[str, Point]]
    lines: list[list[Point]]
    titles: dict[str, str]

    @property
    def words(self) -> list[str]:
        """All texts."""
        return [text for text, _ in self.texts]


FRAME_FILL = "#f6f8fb"


def seen(svg: str) -> Seen:
    """Read an SVG document."""
    root = ET.fromstring(svg)  # noqa: S314 - our own output
    boxes: dict[str, Corners] = {}
    frames: dict[str, Corners] = {}
    titles: dict[str, str] = {}
    for group in root.iter(f"{SPACE}g"):
        path, shapes = group.get("data-path"), [child for child in group if child.tag != f"{SPACE}title"]
        title = group.find(f"{SPACE}title")
        shapes = [child for child in shapes if child.tag in (f"{SPACE}rect", f"{SPACE}circle")]
        if path and shapes:
            shape = shapes[-1]  # the copies behind a box come first
            (frames if shape.get("fill") == FRAME_FILL else boxes)[path] = corners(shape)
        if path and title is not None:
            titles[path] = title.text or ""
    texts = [(text.text or "", (_number(text, "x"), _number(text, "y"))) for text in root.iter(f"{SPACE}text")]
    lines = [sampled(path.get("d", "")) for path in root.iter(f"{SPACE}path")]
    size = (_number(root, "width"), _number(root, "height"))
    return Seen(size=size, boxes=boxes, frames=frames, texts=texts, lines=lines, titles=titles)


def _number(element: ET.Element, name: str) -> float:
    return float(element.get(name, "0"))


def corners(shape: ET.Element) -> Corners:
    """Return the extent of a rectangle or a circle."""
    if shape.tag == f"{SPACE}circle":
        x, y, r = (_number(shape, name) for name in ("cx", "cy", "r"))
        return x - r, y - r, x + r, y + r
    x, y, wide, high = (_number(shape, name) for name in ("x", "y", "width", "height"))
    return x, y, x + wide, y + high


STEPS = 24


def sampled(commands: str) -> list[Point]:
    """Return points along a path of M, L and C, many on each piece."""
    found: list[Point] = []
    for command, rest in re.findall(r"([MLC])([^MLC]*)", commands):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", rest)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "M":
            found += points
            continue
        curve = [found[-1], *points] if command == "C" else [found[-1], found[-1], points[0], points[0]]
        found += [_on(curve, step / STEPS) for step in range(1, STEPS + 1)]
    return found


def _on(curve: list[Point], t: float) -> Point:
    """Return a point on a Bézier curve (Bernstein's form)."""
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    x, y = (sum(weight * point[axis] for weight, point in zip(weights, curve, strict=True)) for axis in (0, 1))
    return x, y


def overlap(one: Corners, other: Corners) -> bool:
    """Whether two boxes have more than an edge in common."""
    return one[0] < other[2] - 0.1 and other[0] < one[2] - 0.1 and one[1] < other[3] - 0.1 and other[1] < one[3] - 0.1


def inside(point: Point, box: Corners, margin: float = 0.0) -> bool:
    """Whether a point is in a box, farther from its edge than a margin."""
    (x, y), (left, top, right, bottom) = point, box
    return left + margin < x < right - margin and top + margin < y < bottom - margin


def contains(outer: Corners, inner: Corners) -> bool:
    """Whether a box lies in another."""
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
