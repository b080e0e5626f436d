"""DOT, the language of Graphviz, which places the boxes itself."""

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


def render(picture: Picture, *, dark: bool = False) -> str:
    """Write the graphs of a picture in DOT."""
    inks = colours(dark=dark)
    lines = [
        f"digraph {_quoted(picture.title)} {{",
        f'  graph [bgcolor="{inks["paper"]}", fontname="Helvetica", fontcolor="{inks["ink"]}", color="{inks["hair"]}"]',
        f'  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=10, fontcolor="{inks["ink"]}"]',
        f'  edge [color="{inks["edge"]}", arrowsize=0.7]',
    ]
    for number, (title, of) in enumerate(diagrams(picture, "dot")):
        names = numbered(of, f"n{number}_")
        several = len(picture.diagrams) > 1
        lines += [f"  subgraph cluster_{number} {{", f"    label={_quoted(title)}"] if several else []
        lines += _boxes(of, names, inks, "    " if several else "  ")
        lines += ["  }"] if several else []
        lines += (f"  {names[source]} -> {names[target]}" for source, target in of.pairs)
    return "\n".join([*lines, "}"]) + "\n"


def _boxes(of: Diagram, names: Mapping[Box, str], inks: Mapping[str, str], indent: str) -> Iterator[str]:
    for box in of.boxes:
        label = _quoted("\n".join(lines_of(box)[: 2 if box.inner else 3]))
        if box.inner:
            yield f"{indent}subgraph cluster_{names[box]} {{"
            yield f"{indent}  label={label}"
            yield from _boxes(box.inner, names, inks, f"{indent}  ")
            yield f"{indent}}}"
        else:
            colour = captions.family(box)
            yield f'{indent}{names[box]} [label={label}, fillcolor="{inks[colour]}", color="{inks[f"{colour}/line"]}"]'


def _quoted(text: str) -> str:
    r"""Return a text as DOT quotes it; each line of it is a line there.

    >>> _quoted('a "b"' + chr(10) + "c")
    '"a \\"b\\"\\nc"'
    """
    lines = (printable(line).replace("\\", r"\\").replace('"', r"\"") for line in text.split("\n"))
    return '"' + r"\n".join(lines) + '"'
