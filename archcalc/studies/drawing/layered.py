"""A layout of a graph in layers: every edge leads down, and none crosses a box.

The four steps of Sugiyama, Tagawa and Toda (1981): layers by the longest path; places within a layer by the barycentre
of the neighbours; coordinates by least squares under the minimal distances (Gansner et al. 1993 weigh edges the same
way: the straighter, the longer they are); lines. An edge runs straight through the height of a layer, at a place
of its own between the boxes, and bends only in the gaps between layers: that is why it crosses no box. All edges that
leave one box at one port share a trunk until they part.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.drawing.ordering import ordered
from archcalc.studies.drawing.relaxing import relaxed

if TYPE_CHECKING:
    from collections.abc import Sequence

TRUNK = 10.0
"""How wide a place is kept for a line between boxes."""

APART, GAP, PORT_GAP = 22.0, 30.0, 18.0
"""The least distance of boxes beside each other, of layers, and of layers from ports."""


class Sized(NamedTuple):
    """A box to place: its size, and how far from its middle the edges enter and leave, a port for each number.

    Without ports to enter, the edges arrive side by side within ``arrival``. ``layer`` pins it: 0 to the first layer,
    -1 to the last.
    """

    width: float
    height: float
    enters: tuple[float, ...] = ()
    leaves: tuple[float, ...] = (0.0,)
    arrival: float = 0.0
    layer: int | None = None


class Edge(NamedTuple):
    """An edge between boxes by their numbers, from a port of the one to a port of the other."""

    source: int
    target: int
    leaves: int = 0
    enters: int = 0


class Layout(NamedTuple):
    """Where everything stands: the middle of each box's top edge, and the points of each edge.

    The points of an edge are a start, and three for each bend (two that steer, and an end); the first and the last
    are where it leaves and enters.
    """

    boxes: tuple[tuple[float, float], ...]
    edges: tuple[tuple[tuple[float, float], ...], ...]
    size: tuple[float, float]


def layout(boxes: Sequence[Sized], edges: Sequence[Edge]) -> Layout:
    """Place boxes whose edges all lead from a lower to a higher number.

    >>> placed = layout([Sized(40, 20), Sized(40, 20)], [Edge(0, 1)])
    >>> placed.boxes, placed.size
    (((20.0, 0.0), (20.0, 50.0)), (40.0, 70.0))
    """
    if not boxes:
        return Layout((), (), (0.0, 0.0))
    grid = _Grid(boxes, edges)
    rows = ordered(grid.rows, grid.links)
    places = relaxed(rows, grid.links, grid.widths, APART)
    return grid.placed(rows, places)


def levels(boxes: Sequence[Sized], edges: Sequence[Edge]) -> list[int]:
    """Return the layer of each box: one more than the last that it reads; what reads nothing is just above its reader.

    >>> levels([Sized(1, 1)] * 4, [Edge(0, 1), Edge(1, 2), Edge(3, 2)])
    [0, 1, 2, 1]
    """
    found = [1 if any(box.layer == 0 for box in boxes) and box.layer != 0 else 0 for box in boxes]
    read = {edge.target for edge in edges}
    for edge in sorted(edges, key=lambda edge: (edge.target, edge.source)):
        found[edge.target] = max(found[edge.target], found[edge.source] + 1)
    readers = defaultdict(list)
    for edge in edges:
        readers[edge.source].append(found[edge.target])
    for number, box in enumerate(boxes):
        if number not in read and box.layer is None and readers[number]:
            found[number] = min(readers[number]) - 1
    last = 1 + max((at for box, at in zip(boxes, found, strict=True) if box.layer != -1), default=-1)
    return [last if box.layer == -1 else at for box, at in zip(boxes, found, strict=True)]


def _ends(levels: Sequence[int], edges: Sequence[Edge]) -> list[int]:
    """Return the last layer that can be reached from each box."""
    found = list(levels)
    for edge in sorted(edges, key=lambda edge: (edge.source, edge.target), reverse=True):
        found[edge.source] = max(found[edge.source], found[edge.target])
    return found


class _Grid:
    """Boxes and the places of trunks in layers: what is ordered and moved; from ``len(boxes)`` on they are trunks."""

    def __init__(self, boxes: Sequence[Sized], edges: Sequence[Edge]) -> None:
        self.boxes, self.edges = boxes, edges
        self.levels = levels(boxes, edges)
        self.ends = _ends(self.levels, edges)
        self.widths = [box.width for box in boxes]
        self.links: list[tuple[int, int, float, float, float]] = []
        """Above, below, the offsets of the ports, and how much it counts that the link is straight."""
        self.rows: list[list[int]] = [[] for _ in range(max(self.levels) + 1)]
        for number, level in enumerate(self.levels):
            self.rows[level].append(number)
        self.trunks: dict[tuple[int, int], list[int]] = defaultdict(list)
        for edge in edges:
            self._add(edge)

    def _add(self, edge: Edge) -> None:
        above, offset = edge.source, self._leaving(edge)
        trunk = self.trunks[edge.source, edge.leaves]
        length = self.levels[edge.target] - self.levels[edge.source] - 1
        while len(trunk) < length:
            before, at = (trunk[-1], 0.0) if trunk else (above, offset)
            self.widths.append(TRUNK)
            self.rows[self.levels[edge.source] + 1 + len(trunk)].append(len(self.widths) - 1)
            self.links.append((before, len(self.widths) - 1, at, 0.0, STRAIGHT if trunk else LOOSE))
            trunk.append(len(self.widths) - 1)
        start, at = (trunk[length - 1], 0.0) if length else (above, offset)
        # A box that leads nowhere, such as a training head, hangs beside the way to the end.
        aside = self.ends[edge.target] < self.ends[edge.source]
        weight = LOOSE if length or aside else FIRM
        self.links.append((start, edge.target, at, self._entering(edge), weight))

    def _leaving(self, edge: Edge) -> float:
        return self.boxes[edge.source].leaves[edge.leaves]

    def _entering(self, edge: Edge) -> float:
        ports = self.boxes[edge.target].enters
        return ports[edge.enters] if ports else 0.0

    def placed(self, rows: Sequence[Sequence[int]], places: Sequence[float]) -> Layout:
        """Return everything in its place: layers below each other, each as high as its highest box."""
        bands = self._bands(rows, places)
        left = min(places[n] - self.widths[n] / 2 for row in rows for n in row)
        right = max(places[n] + self.widths[n] / 2 for row in rows for n in row)
        boxes = tuple(self._top(number, places[number] - left, bands) for number in range(len(self.boxes)))
        lines = [self._stops(edge, boxes, [place - left for place in places], bands) for edge in self.edges]
        self._arrive(lines)
        return Layout(boxes, tuple(map(curve, lines)), (right - left, bands[-1][1]))

    def _bands(self, rows: Sequence[Sequence[int]], places: Sequence[float]) -> list[tuple[float, float]]:
        """Return the top and the bottom of each layer; one of ports has no height, and is nearer."""
        heights = [max((self.boxes[n].height for n in row if n < len(self.boxes)), default=0.0) for row in rows]
        bends = self._bends(rows, places)
        found: list[tuple[float, float]] = [(0.0, heights[0])]
        for (above, height), bend in zip(pairwise(heights), bends, strict=True):
            gap = (GAP if above and height else PORT_GAP) + min(GAP, STEEP * bend)
            found.append((found[-1][1] + gap, found[-1][1] + gap + height))
        return found

    def _bends(self, rows: Sequence[Sequence[int]], places: Sequence[float]) -> list[float]:
        """Return for each gap between layers how far an edge bends to the side in it."""
        level = {number: index for index, row in enumerate(rows) for number in row}
        found = [0.0] * (len(rows) - 1)
        for above, below, leaves, enters, _ in self.links:
            bend = abs(places[above] + leaves - places[below] - enters)
            found[level[above]] = max(found[level[above]], bend)
        return found

    def _top(self, number: int, x: float, bands: Sequence[tuple[float, float]]) -> tuple[float, float]:
        top, bottom = bands[self.levels[number]]
        return x, top + (bottom - top - self.boxes[number].height) / 2

    def _stops(
        self, edge: Edge, boxes: Sequence[tuple[float, float]], places: Sequence[float],
        bands: Sequence[tuple[float, float]],
    ) -> list[tuple[float, float, float]]:  # fmt: skip
        """Return the vertical pieces of an edge: those through the layers on its way, and its two ends."""
        start, end = self.levels[edge.source], self.levels[edge.target]
        x, top = boxes[edge.source]
        stops = [(x + self._leaving(edge), top + self.boxes[edge.source].height, bands[start][1])]
        trunk = self.trunks[edge.source, edge.leaves]
        stops += [(places[trunk[at - start - 1]], *bands[at]) for at in range(start + 1, end)]
        x, top = boxes[edge.target]
        return [*stops, (x + self._entering(edge), bands[end][0], top)]

    def _arrive(self, lines: list[list[tuple[float, float, float]]]) -> None:
        """Let the edges of one box arrive side by side, in the order in which they come."""
        arriving: dict[int, list[int]] = defaultdict(list)
        for number, edge in enumerate(self.edges):
            if not self.boxes[edge.target].enters:
                arriving[edge.target].append(number)
        for target, numbers in arriving.items():
            numbers.sort(key=lambda number: lines[number][-2][0])
            room = self.boxes[target].arrival / len(numbers)
            for place, number in enumerate(numbers):
                x, top, bottom = lines[number][-1]
                lines[number][-1] = (x + (place - (len(numbers) - 1) / 2) * room, top, bottom)


STEEP = 0.12
"""How much wider a gap is for each point that an edge bends to the side in it."""

FIRM, LOOSE, STRAIGHT = 4.0, 1.0, 12.0
"""How much it counts that an edge is straight: from box to box, at the ends of a long one, and in its middle."""


def curve(stops: Sequence[tuple[float, float, float]]) -> tuple[tuple[float, float], ...]:
    """Return a line through vertical pieces (x, from y, to y), with a bend from each to the next.

    >>> curve([(0, 0, 10), (5, 20, 30)])
    ((0, 0), (0, 5.0), (0, 5.0), (0, 10), (0, 15.0), (5, 15.0), (5, 20), (5, 25.0), (5, 25.0), (5, 30))
    """
    points: list[tuple[float, float]] = [stops[0][:2]]
    for before, (x, top, bottom) in pairwise([(stops[0][0], stops[0][1], stops[0][1]), *stops]):
        from_x, _, from_y = before
        middle = (from_y + top) / 2
        if (from_x, from_y) != (x, top):
            points += [(from_x, middle), (x, middle), (x, top)]
        if top != bottom:
            points += [(x, (top + bottom) / 2)] * 2 + [(x, bottom)]
    return tuple(points)
