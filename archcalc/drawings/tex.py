"""TikZ, to be included in a LaTeX document: it needs no library of pgf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.drawings.base import length
from archcalc.errors import printable
from archcalc.reports.latex import escaped
from archcalc.views.drawing.inks import colours
from archcalc.views.drawing.picture import END, MIDDLE, Circle, Polygon, Rectangle, Shapes, Stroke, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.views.drawing.picture import Ink, Item, Picture, Point

NEEDS = "% needs \\usepackage{tikz}\n"
ANCHORS = {MIDDLE: "base", END: "base east"}
SIZED = 1.2
"""The distance of lines, in sizes of letters, which LaTeX asks for with each size."""


def render(picture: Picture, *, dark: bool = False) -> str:
    """Write a picture as a tikzpicture."""
    inks = colours(dark=dark)
    used = dict.fromkeys(["paper", *_used(picture.items)])
    names = {name: f"archcalc{number}" for number, name in enumerate(used)}
    lines = [f"\\definecolor{{{name}}}{{HTML}}{{{inks[ink][1:].upper()}}}" for ink, name in names.items()]
    lines.append(r"\begin{tikzpicture}[x=1pt, y=-1pt, inner sep=0pt, outer sep=0pt]")
    if dark:
        lines.append(rf"\path[fill={names['paper']}] (0,0) rectangle {_point(picture.size)};")
    lines += _items(picture.items, names)
    return f"{NEEDS}% {printable(picture.title)}\n" + "\n".join([*lines, r"\end{tikzpicture}"]) + "\n"


def _used(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        match item:
            case Shapes():
                yield from _used(item.items)
            case Words():
                yield item.ink
            case _:
                yield from filter(None, (item.ink.fill, item.ink.line))


def _items(items: Sequence[Item], names: Mapping[str, str]) -> Iterator[str]:
    for item in items:
        match item:
            case Shapes():
                yield from _items(item.items, names)
            case Words():
                yield _words(item, names)
            case Rectangle():
                rounded = [f"rounded corners={length(item.radius)}pt"] if item.radius else []
                near, _, far, _ = map(_point, item.points)
                yield rf"\path[{_ink(item.ink, names, rounded)}] {near} rectangle {far};"
            case Circle():
                yield rf"\path[{_ink(item.ink, names)}] {_point(item.at)} circle[radius={length(item.radius)}pt];"
            case Polygon():
                yield rf"\path[{_ink(item.ink, names)}] {' -- '.join(map(_point, item.points))} -- cycle;"
            case Stroke():
                yield rf"\path[{_ink(item.ink, names)}] {_point(item.points[0])}{''.join(map(_piece, item.pieces))};"


def _piece(points: Sequence[Point]) -> str:
    start, *rest = points
    if len(rest) == 1 or len({x for x, _ in points}) == 1:
        return f" -- {_point(rest[-1])}"
    first, second, end = map(_point, rest)
    return f" .. controls {first} and {second} .. {end}" if start != rest[-1] else ""


def _words(words: Words, names: Mapping[str, str]) -> str:
    size = f"\\fontsize{{{length(words.size)}}}{{{length(words.size * SIZED)}}}"
    bold = r"\bfseries" if words.bold else ""
    turned = f", rotate={words.turned}" if words.turned else ""
    anchor = ANCHORS.get(words.anchor, "base west")
    font = f"font={size}\\sffamily{bold}\\selectfont"
    place = f"anchor={anchor}{turned}, text={names[words.ink]}, {font}"
    return rf"\node[{place}] at {_point(words.at)} {{{escaped(words.text)}}};"


def _ink(ink: Ink, names: Mapping[str, str], more: Sequence[str] = ()) -> str:
    found = list(more)
    found += [f"fill={names[ink.fill]}"] if ink.fill else []
    found += [f"fill opacity={length(ink.opacity)}"] if ink.opacity != 1 else []
    found += [f"draw={names[ink.line]}, line width={length(ink.width)}pt"] if ink.line else []
    found += [f"dash pattern=on {length(ink.dash)}pt off {length(ink.dash)}pt"] if ink.dash else []
    return ", ".join(found)


def _point(point: Point) -> str:
    return f"({length(point[0])},{length(point[1])})"
