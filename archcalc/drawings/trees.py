"""Graphs for programs that place them themselves: every box with a number, frames within frames, and who reads whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.views.drawing import captions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.views.drawing.diagram import Box, Diagram
    from archcalc.views.drawing.picture import Picture


def diagrams(picture: Picture, name: str) -> tuple[tuple[str, Diagram], ...]:
    """Return the graphs in a picture.

    Raises:
        UsageError: there is none in this kind of picture.
    """
    if not picture.diagrams:
        raise UsageError(f"the format {name} has graphs only", "use --kind graph, or another format")
    return picture.diagrams


def numbered(of: Diagram, prefix: str) -> dict[Box, str]:
    """Return a name for each box, those of frames included."""
    return {box: f"{prefix}{number}" for number, box in enumerate(_all(of))}


def _all(of: Diagram) -> Iterator[Box]:
    for box in of.boxes:
        yield box
        if box.inner:
            yield from _all(box.inner)


def lines_of(box: Box) -> list[str]:
    """Return the texts of a box: its name, its kind and its output shape."""
    return [captions.name(box), *filter(None, (captions.kind(box), captions.shape(box)))]
