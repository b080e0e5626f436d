"""PNG, two pixels for each point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.drawings.plotted import plotted

if TYPE_CHECKING:
    from archcalc.views.drawing.picture import Picture

BINARY = True


def render(picture: Picture, *, dark: bool = False) -> bytes:
    """Draw a picture as PNG."""
    return plotted(picture, "png", dark=dark)
