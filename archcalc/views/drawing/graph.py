"""The graph of a network: a box for each layer or closed block, a frame around each open one, edges that cross no box."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.drawing.layered import Edge, Placed, Sized, layout
from archcalc.views.drawing import captions
from archcalc.views.drawing.boxes import HEADING, Sketch, box_of, frame_of, heading, legend
from archcalc.views.drawing.diagram import diagram
from archcalc.views.drawing.options import RIGHT
from archcalc.views.drawing.picture import Group, Ink, Line, arrow, framed, moved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.table import Table
    from archcalc.views.drawing.diagram import Box, Diagram, End
    from archcalc.views.drawing.options import DrawOptions
    from archcalc.views.drawing.picture import Item, Picture, Point

LEAST_WIDTH = 360.0
"""A narrower graph stands in the middle of a picture of this width."""

MOST_ARRIVAL = 48.0
"""How far apart the outermost edges that enter one box arrive."""


def draw(tables: Sequence[Table], options: DrawOptions) -> Picture:
    """Draw the graph of a network.

    Raises:
        UsageError: it has too many boxes to be drawn.
    """
    (table,) = tables
    found = diagram(table, options.depth)
    sketch = Artist(table, options).sketch(found)
    width = max(sketch.width, LEAST_WIDTH)
    head = heading(table)
    graph = Group(tuple(moved(item, (width - sketch.width) / 2, HEADING) for item in sketch.items))
    items = [*head, graph, *legend(found, HEADING + sketch.height + 26, width)]
    boxes = sum(1 for _ in found.closed())
    title = captions.title(table)
    return framed(items, title, f"The graph of {title}, from input to output: {boxes} boxes.", diagram=found)


class Artist:
    """Draws the boxes of a diagram, the ones within them first.

    Layouts lead down; a picture that leads to the right has the two axes exchanged.
    """

    def __init__(self, table: Table, options: DrawOptions) -> None:
        self.table, self.options = table, options
        self.right = options.direction == RIGHT

    def sketch(self, of: Diagram, enters: int = 0, leaves: int = 0) -> Sketch:
        """Draw a diagram, with so many ports before its boxes and behind them."""
        drawn = [self._box(box) for box in of.boxes]
        boxes = [Sized(1, 0, layer=0)] * enters + list(map(self._sized, drawn)) + [Sized(1, 0, layer=-1)] * leaves
        numbers = {"in": 0, "box": enters, "out": enters + len(drawn)}
        edges = [_edge(ends, numbers) for ends in of.edges]
        placed = layout(boxes, edges)
        return self._together(of, drawn, placed, numbers)

    def _box(self, box: Box) -> Sketch:
        if box.inner is None:
            return box_of(box, self.options.counts, self.table)
        inner = self.sketch(box.inner, len(box.enters), len(box.leaves))
        return frame_of(box, inner, self.table, right=self.right)

    def _sized(self, sketch: Sketch) -> Sized:
        across, along = (sketch.height, sketch.width) if self.right else (sketch.width, sketch.height)
        return Sized(across, along, sketch.enters, sketch.leaves, min(MOST_ARRIVAL, across * 0.6))

    def _together(self, of: Diagram, drawn: Sequence[Sketch], placed: Placed, numbers: dict[str, int]) -> Sketch:
        """Put the boxes and edges of a layout into one sketch."""
        middle = placed.width / 2
        at = placed.boxes[numbers["box"] : numbers["out"]]
        items = [*self._lines(of, placed)]
        items += chain.from_iterable(self._placed(sketch, place) for sketch, place in zip(drawn, at, strict=True))
        width, height = (placed.height, placed.width) if self.right else (placed.width, placed.height)
        ports = [x - middle for x, _ in placed.boxes]
        return Sketch(width, height, tuple(items), tuple(ports[: numbers["box"]]), tuple(ports[numbers["out"] :]))

    def _placed(self, sketch: Sketch, place: Point) -> Iterator[Item]:
        across, along = place
        x, y = (along, across - sketch.height / 2) if self.right else (across - sketch.width / 2, along)
        return (moved(item, x, y) for item in sketch.items)

    def _lines(self, of: Diagram, placed: Placed) -> Iterator[Item]:
        for (_, target, _, enters), points in zip(of.edges, placed.edges, strict=True):
            line = tuple((y, x) if self.right else (x, y) for x, y in points)
            yield Line(line, Ink(line="edge", width=1.2), curved=True)
            inside = target[0] == "box" and of.boxes[target[1]].inner is not None
            if target[0] != "out" and not (inside and enters >= 0):
                yield arrow(line[-1], (1.0, 0.0) if self.right else (0.0, 1.0), "edge")


def _edge(ends: tuple[End, End, int, int], numbers: dict[str, int]) -> Edge:
    (kind, source), (other, target), leaves, enters = ends
    return Edge(numbers[kind] + source, numbers[other] + target, leaves, enters)
