"""The graph of a network: a box for each layer or closed block, a frame around each open one, and the edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.views.drawing import captions
from archcalc.views.drawing.artist import Artist
from archcalc.views.drawing.boxes import HEADING, heading, legend
from archcalc.views.drawing.diagram import diagram
from archcalc.views.drawing.picture import Shapes, framed, moved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.table import Table
    from archcalc.views.drawing.options import DrawOptions
    from archcalc.views.drawing.picture import Picture

NETWORKS = 1
MEANING = "layers and blocks as boxes, with their connections"
USES = ("depth", "counts", "direction")

LEAST_WIDTH = 360.0
"""A narrower graph is centered in a picture of this width."""


def draw(tables: Sequence[Table], options: DrawOptions) -> Picture:
    """Draw the graph of a network.

    Raises:
        UsageError: it has too many boxes to be drawn.
    """
    (table,) = tables
    found = diagram(table, options.depth)
    sketch = Artist(table, options).sketch(found)
    width = max(sketch.width, LEAST_WIDTH)
    top = HEADING if options.heading else 0.0
    graph = Shapes(tuple(moved(item, (width - sketch.width) / 2, top) for item in sketch.items))
    items = [*(heading(table) if options.heading else ()), graph, *legend(found, top + sketch.height + 26, width)]
    boxes = sum(1 for _ in found.closed())
    title = captions.title(table)
    told = f"The graph of {title}, from input to output: {boxes} boxes."
    return framed(items, title, told, diagrams=((title, found),))
