"""SVG that a person can read and edit: texts as texts, colours as attributes, a title for each layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.reports.markup import escaped
from archcalc.views.drawing.inks import colours
from archcalc.views.drawing.picture import START, Circle, Group, Line, Polygon, Rectangle, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.views.drawing.picture import Ink, Item, Picture

SUFFIX = ".svg"
FONTS = "Helvetica, Arial, Liberation Sans, sans-serif"


def render(picture: Picture, *, dark: bool = False) -> str:
    """Write a picture as an SVG document."""
    size = f'width="{_n(picture.width)}" height="{_n(picture.height)}"'
    box = f'viewBox="0 0 {_n(picture.width)} {_n(picture.height)}"'
    inks = colours(dark=dark)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} font-family="{FONTS}" role="img">',
        f"<title>{escaped(picture.title)}</title>",
        *([f"<desc>{escaped(picture.description)}</desc>"] if picture.description else []),
        f'<rect width="100%" height="100%" fill="{inks["paper"]}"/>',
        *_items(picture.items, inks),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _items(items: Sequence[Item], inks: Mapping[str, str]) -> Iterator[str]:
    for item in items:
        match item:
            case Group():
                key = f' data-path="{escaped(item.key)}"' if item.key else ""
                yield f"<g{key}>"
                yield from [f"<title>{escaped(item.title)}</title>"] if item.title else []
                yield from _items(item.items, inks)
                yield "</g>"
            case Rectangle():
                place = f'x="{_n(item.x)}" y="{_n(item.y)}" width="{_n(item.width)}" height="{_n(item.height)}"'
                radius = f' rx="{_n(item.radius)}"' if item.radius else ""
                yield f"<rect {place}{radius}{_ink(item.ink, inks)}/>"
            case Circle():
                yield f'<circle cx="{_n(item.x)}" cy="{_n(item.y)}" r="{_n(item.radius)}"{_ink(item.ink, inks)}/>'
            case Polygon():
                points = " ".join(f"{_n(x)},{_n(y)}" for x, y in item.points)
                yield f'<polygon points="{points}"{_ink(item.ink, inks)}/>'
            case Line():
                yield f'<path d="{_path(item)}"{_ink(item.ink, inks)}/>'
            case Words():
                yield _words(item, inks)


def _path(line: Line) -> str:
    """Return the commands of a line; a curve that is straight is written as a line."""
    start, commands = line.points[0], []
    for _, *points in line.pieces:
        straight = len(points) == 1 or len({x for x, _ in points}) == 1 == len({start[0], points[0][0]})
        commands.append("L" + _point(points[-1]) if straight else "C" + " ".join(map(_point, points)))
        start = points[-1]
    return "M" + _point(line.points[0]) + "".join(commands)


def _point(point: tuple[float, float]) -> str:
    return f"{_n(point[0])},{_n(point[1])}"


def _words(words: Words, inks: Mapping[str, str]) -> str:
    anchor = "" if words.anchor == START else f' text-anchor="{words.anchor}"'
    bold = ' font-weight="bold"' if words.bold else ""
    turned = f' transform="rotate({-words.turned} {_n(words.x)} {_n(words.y)})"' if words.turned else ""
    place = f'x="{_n(words.x)}" y="{_n(words.y)}" font-size="{_n(words.size)}"{anchor}{bold}{turned}'
    return f'<text {place} fill="{inks[words.ink]}">{escaped(words.text)}</text>'


def _ink(ink: Ink, inks: Mapping[str, str]) -> str:
    fill = inks[ink.fill] if ink.fill else "none"
    found = f' fill="{fill}"'
    if ink.opacity != 1:
        found += f' fill-opacity="{_n(ink.opacity)}"'
    if ink.line:
        found += f' stroke="{inks[ink.line]}"' + (f' stroke-width="{_n(ink.width)}"' if ink.width != 1 else "")
    if ink.dash:
        found += f' stroke-dasharray="{_n(ink.dash)}"'
    return found


def _n(number: float) -> str:
    """Write a length with at most two digits behind the point.

    >>> _n(12.0), _n(1.239)
    ('12', '1.24')
    """
    return f"{number:.2f}".rstrip("0").rstrip(".")
