"""SVG that a person can read and edit: texts as texts, colours as attributes, a title for each layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.drawings.base import length
from archcalc.reports.markup import escaped
from archcalc.views.drawing.inks import colours
from archcalc.views.drawing.picture import START, Circle, Polygon, Rectangle, Shapes, Stroke, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.views.drawing.picture import Ink, Item, Picture, Point

SUFFIX = ".svg"
FONTS = "Helvetica, Arial, Liberation Sans, sans-serif"


def render(picture: Picture, *, dark: bool = False) -> str:
    """Write a picture as an SVG document."""
    width, height = map(length, picture.size)
    size, box = f'width="{width}" height="{height}"', f'viewBox="0 0 {width} {height}"'
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
            case Shapes():
                key = f' data-path="{escaped(item.key)}"' if item.key else ""
                yield f"<g{key}>"
                yield from [f"<title>{escaped(item.title)}</title>"] if item.title else []
                yield from _items(item.items, inks)
                yield "</g>"
            case Rectangle():
                place = f'{_at(item.at)} width="{length(item.size[0])}" height="{length(item.size[1])}"'
                radius = f' rx="{length(item.radius)}"' if item.radius else ""
                yield f"<rect {place}{radius}{_ink(item.ink, inks)}/>"
            case Circle():
                yield f'<circle {_at(item.at, "c")} r="{length(item.radius)}"{_ink(item.ink, inks)}/>'
            case Polygon():
                points = " ".join(f"{length(x)},{length(y)}" for x, y in item.points)
                yield f'<polygon points="{points}"{_ink(item.ink, inks)}/>'
            case Stroke():
                yield f'<path d="{_path(item)}"{_ink(item.ink, inks)}/>'
            case Words():
                yield _words(item, inks)


def _at(point: Point, prefix: str = "") -> str:
    return f'{prefix}x="{length(point[0])}" {prefix}y="{length(point[1])}"'


def _path(line: Stroke) -> str:
    """Return the commands of a line; a curve that is straight is written as a line."""
    start, commands = line.points[0], []
    for _, *points in line.pieces:
        straight = len(points) == 1 or len({x for x, _ in points}) == 1 == len({start[0], points[0][0]})
        commands.append("L" + _point(points[-1]) if straight else "C" + " ".join(map(_point, points)))
        start = points[-1]
    return "M" + _point(line.points[0]) + "".join(commands)


def _point(point: Point) -> str:
    return f"{length(point[0])},{length(point[1])}"


def _words(words: Words, inks: Mapping[str, str]) -> str:
    anchor = "" if words.anchor == START else f' text-anchor="{words.anchor}"'
    bold = ' font-weight="bold"' if words.bold else ""
    turned = f' transform="rotate({-words.turned} {_point(words.at)})"' if words.turned else ""
    place = f'{_at(words.at)} font-size="{length(words.size)}"{anchor}{bold}{turned}'
    return f'<text {place} fill="{inks[words.ink]}">{escaped(words.text)}</text>'


def _ink(ink: Ink, inks: Mapping[str, str]) -> str:
    fill = inks[ink.fill] if ink.fill else "none"
    found = f' fill="{fill}"'
    if ink.opacity != 1:
        found += f' fill-opacity="{length(ink.opacity)}"'
    if ink.line:
        found += f' stroke="{inks[ink.line]}"' + (f' stroke-width="{length(ink.width)}"' if ink.width != 1 else "")
    if ink.dash:
        found += f' stroke-dasharray="{length(ink.dash)}"'
    return found
