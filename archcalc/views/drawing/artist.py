"""Drawing a diagram: its boxes, the ones within them first, and the edges between them."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from archcalc.studies.drawing.layered import Edge, Layout, Sized, layout
from archcalc.views.drawing import captions
from archcalc.views.drawing.boxes import Sketch, box_of, frame_of
from archcalc.views.drawing.options import RIGHT
from archcalc.views.drawing.picture import Ink, Stroke, arrow, moved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archcalc.network.table import Table
    from archcalc.views.drawing.diagram import Box, Diagram, End
    from archcalc.views.drawing.options import DrawOptions
    from archcalc.views.drawing.picture import Item, Point

MOST_ARRIVAL = 48.0
"""How far apart the outermost edges that enter one box arrive."""


class Artist:
    """Draws the boxes of a diagram, the ones within them first.

    Layouts lead down; a picture that leads to the right has the two axes exchanged. ``paint`` returns the colors of
    a box, and ``note`` a further line of text.
    """

    def __init__(
        self, table: Table, options: DrawOptions, paint: Callable[[Box], str] = captions.family,
        note: Callable[[Box], str] = lambda _: "",
    ) -> None:  # fmt: skip
        self.table, self.options, self.paint, self.note = table, options, paint, note
        self.right = options.direction == RIGHT

    def sketch(self, of: Diagram, enters: int = 0, leaves: int = 0) -> Sketch:
        """Draw a diagram, with a number of ports above its boxes and below them."""
        drawn = [self._box(box) for box in of.boxes]
        boxes = [Sized(1, 0, layer=0)] * enters + list(map(self._sized, drawn)) + [Sized(1, 0, layer=-1)] * leaves
        numbers = {"in": 0, "box": enters, "out": enters + len(drawn)}
        edges = [_edge(ends, numbers) for ends in of.edges]
        placed = layout(boxes, edges)
        return self._together(of, drawn, placed, numbers)

    def _box(self, box: Box) -> Sketch:
        if box.inner is None:
            texts = [*captions.counts(box.part, self.options.counts, self.table), self.note(box)]
            return box_of(box, texts, self.paint(box), captions.described(box, self.table))
        inner = self.sketch(box.inner, len(box.enters), len(box.leaves))
        return frame_of(box, inner, self.table, right=self.right)

    def _sized(self, sketch: Sketch) -> Sized:
        across, along = (sketch.height, sketch.width) if self.right else (sketch.width, sketch.height)
        room = min(MOST_ARRIVAL, across * 0.6)
        return Sized(across, along, enters=sketch.enters, leaves=sketch.leaves, arrival=room)

    def _together(self, of: Diagram, drawn: Sequence[Sketch], placed: Layout, numbers: dict[str, int]) -> Sketch:
        """Put the boxes and edges of a layout into one sketch."""
        middle = placed.size[0] / 2
        at = placed.boxes[numbers["box"] : numbers["out"]]
        items = [*self._lines(of, placed)]
        items += chain.from_iterable(self._placed(sketch, place) for sketch, place in zip(drawn, at, strict=True))
        size = placed.size[::-1] if self.right else placed.size
        ports = [x - middle for x, _ in placed.boxes]
        enters, leaves = tuple(ports[: numbers["box"]]), tuple(ports[numbers["out"] :])
        return Sketch(*size, tuple(items), enters=enters, leaves=leaves)

    def _placed(self, sketch: Sketch, place: Point) -> Iterator[Item]:
        across, along = place
        x, y = (along, across - sketch.height / 2) if self.right else (across - sketch.width / 2, along)
        return (moved(item, x, y) for item in sketch.items)

    def _lines(self, of: Diagram, placed: Layout) -> Iterator[Item]:
        for (_, target, _, _), points in zip(of.edges, placed.edges, strict=True):
            line = tuple((y, x) if self.right else (x, y) for x, y in points)
            yield Stroke(line, Ink(line="edge", width=1.2), curved=True)
            inside = target[0] == "box" and of.boxes[target[1]].inner is not None
            if target[0] != "out" and not inside:
                yield arrow(line[-1], (1.0, 0.0) if self.right else (0.0, 1.0), "edge")


def _edge(ends: tuple[End, End, int, int], numbers: dict[str, int]) -> Edge:
    (kind, source), (other, target), leaves, enters = ends
    return Edge(numbers[kind] + source, numbers[other] + target, leaves=leaves, enters=enters)
