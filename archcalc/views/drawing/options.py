"""How a picture is to be: what the options of `draw` say."""

from __future__ import annotations

from typing import NamedTuple

DOWN, RIGHT = "down", "right"
LOG, LINEAR = "log", "linear"


class DrawOptions(NamedTuple):
    """The wishes for a picture.

    ``depth`` is how deep blocks are opened (None: as deep as stays readable), ``counts`` the quantities written into
    boxes or drawn as bars, ``direction`` where the graph leads to, ``scale`` how boxes are scaled, ``layer`` the one
    whose receptive field is drawn, and ``x`` and ``y`` the quantities of a scatter plot. A graph may
    be without its ``heading``.
    """

    depth: int | None = None
    counts: tuple[str, ...] = ()
    direction: str = DOWN
    scale: str = LOG
    layer: str = ""
    x: str = "macs"
    y: str = "params"
    heading: bool = True
