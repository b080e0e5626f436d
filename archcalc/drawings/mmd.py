"""Mermaid, which wikis and pull requests render as a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.drawings.trees import diagrams, lines_of, numbered
from archcalc.errors import printable
from archcalc.views.drawing import captions
from archcalc.views.drawing.inks import colours

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archcalc.views.drawing.diagram import Box, Diagram
    from archcalc.views.drawing.picture import Picture

_SIGNS = str.maketrans({sign: f"#{ord(sign)};" for sign in '#"<>&`\\[]{}()|'})
"""Signs that mean something to Mermaid, by their numbers."""


def render(picture: Picture, *, dark: bool = False) -> str:
    """Write the graphs of a picture in Mermaid."""
    lines = ["flowchart TD"]
    for number, (title, of) in enumerate(diagrams(picture, "mmd")):
        names, several = numbered(of, f"n{number}x"), len(picture.diagrams) > 1
        lines += [f"  subgraph g{number}[{_quoted([title])}]"] if several else []
        lines += _boxes(of, names, "    " if several else "  ")
        lines += (f"  {names[source]} --> {names[target]}" for source, target in of.pairs)
        lines += ["  end"] if several else []
    return "\n".join([*lines, *_classes(picture, colours(dark=dark))]) + "\n"


def _boxes(of: Diagram, names: Mapping[Box, str], indent: str) -> Iterator[str]:
    for box in of.boxes:
        if box.inner:
            yield f"{indent}subgraph {names[box]}[{_quoted([' '.join(lines_of(box)[:2])])}]"
            yield from _boxes(box.inner, names, f"{indent}  ")
            yield f"{indent}end"
        else:
            yield f"{indent}{names[box]}[{_quoted(lines_of(box))}]:::{_class(box)}"


def _class(box: Box) -> str:
    return captions.family(box).replace(" ", "_")


def _classes(picture: Picture, inks: Mapping[str, str]) -> Iterator[str]:
    used = {captions.family(box) for _, of in picture.diagrams for box in of.closed()}
    for colour in sorted(used):
        style = f"fill:{inks[colour]},stroke:{inks[f'{colour}/line']},color:{inks['ink']}"
        yield f"  classDef {colour.replace(' ', '_')} {style}"


def _quoted(lines: list[str]) -> str:
    """Return lines of text as Mermaid quotes them.

    >>> _quoted(["conv1", "a [b]"])
    '"conv1<br/>a #91;b#93;"'
    """
    return '"' + "<br/>".join(printable(line).translate(_SIGNS) for line in lines) + '"'
