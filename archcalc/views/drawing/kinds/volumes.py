"""Feature maps as boxes to scale, channels as their depth, and on each the kernel that reads it; vectors as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError
from archcalc.layers.families import Family
from archcalc.studies.drawing.lanes import lanes
from archcalc.studies.drawing.scales import KNEE, linear, logarithmic
from archcalc.symbolic.known import number
from archcalc.views.drawing import captions
from archcalc.views.drawing.boxes import HEADING, NAME, SMALL, heading
from archcalc.views.drawing.diagram import diagram
from archcalc.views.drawing.options import LINEAR
from archcalc.views.drawing.picture import (
    MIDDLE,
    Ink,
    Polygon,
    Rectangle,
    Shapes,
    Stroke,
    Words,
    arrow,
    breadth,
    framed,
    moved,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.quantities.shape import Shape
    from archcalc.views.drawing.diagram import Box, Diagram
    from archcalc.views.drawing.options import DrawOptions
    from archcalc.views.drawing.picture import Item, Picture, Point

NETWORKS = 1
MEANING = "feature maps as boxes to scale, with their kernels"
USES = ("depth", "scale")

SIDE, DEPTH, BAR = 150.0, 56.0, 130.0
"""The length of the largest height or width, of the most channels, and of the longest vector."""

SKEW, THIN = 0.42, 7.0
"""How much of a width is seen, along a line of 45 degrees; and how thick what has no channels is."""

BETWEEN, LANE = 26.0, 13.0
APART = "channels and vectors have scales of their own."
STATED = {
    False: f"Boxes to a logarithmic scale, lengths grow with log(1 + n/{KNEE}); {APART}",
    True: f"Boxes to a linear scale; {APART}",
}
QUIET = {Family.NORM, Family.ACTIVATION, Family.REGULARIZATION}


class Solid(NamedTuple):
    """A box as it is drawn: its extent to the right, upward, and to the back (as it is seen)."""

    box: Box
    shape: Shape
    thick: float
    high: float
    back: float

    @property
    def width(self) -> float:
        """How wide it is on paper."""
        return self.thick + self.back

    @property
    def height(self) -> float:
        """How high it is on paper."""
        return self.high + self.back

    def face(self, across: float, up: float) -> Point:
        """Return a point of the face that shows the map: parts of its width and height, from its lower front corner."""
        return self.thick + across * self.back, -up * self.high - across * self.back


def draw(tables: Sequence[Table], options: DrawOptions) -> Picture:
    """Draw the feature maps of a network in a row.

    Raises:
        UsageError: a size has letters in it, or there is too much to draw.
    """
    (table,) = tables
    found = diagram(table, options.depth or 0)
    shown = [box for box in found.closed() if _is_shown(box)]
    solids = _solids(shown, linear if options.scale == LINEAR else logarithmic)
    places = _places(solids)
    links = _links(found, shown)
    line = max((solid.height / 2 for solid in solids), default=0.0)
    items: list[Item] = []
    for place, (solid, x) in enumerate(zip(solids, places, strict=True)):
        items += _solid(solid, x, line, table)
        if (place, place + 1) in links:
            items += _onward(solid, x, solids[place + 1], places[place + 1])
    items += _arcs(solids, places, links)
    top = min(y for item in items for _, y in item.points)
    bottom = max(y for item in items for _, y in item.points)
    said = Words((0, bottom + 22), STATED[options.scale == LINEAR], SMALL, ink="quiet")
    head = [moved(item, 0, top - HEADING) for item in heading(table)]
    title = captions.title(table)
    return framed([*head, *items, said], title, f"The feature maps of {title}, from input to output, as boxes.")


def _is_shown(box: Box) -> bool:
    """Whether a box makes a tensor worth a volume: not if it only changes or reorders values, nor for training."""
    row = box.part.row if box.part else None
    if row is None:
        return not (box.part and box.part.train_only)
    same = len(row.inputs) == 1 and row.inputs[0].elements == row.output.elements
    return row.layer.family not in QUIET and not (same and not row.tensors and not row.geometry)


class Scale(NamedTuple):
    """How long sizes are drawn: the largest side, number of channels and vector get the lengths there are for them."""

    long: Callable[[int, int, float], float]
    side: int
    deepest: int
    longest: int

    def solid(self, box: Box, shape: Shape) -> Solid:
        """Return the box of a map, or the bar of a vector; of tokens, one that is as far to the back as features."""
        sizes = [number(size) for size in shape.sizes]
        if not shape.is_map:
            back = SKEW * self.long(sizes[-1], self.longest, BAR) if shape.layout == "TF" else THIN / 2
            return Solid(box, shape, thick=THIN, high=self.long(sizes[0], self.longest, BAR), back=back)
        high, wide = (*sizes[1:], 1)[:2] if len(sizes) == FLAT else sizes[-2:]
        thick = max(2.0, self.long(sizes[0], self.deepest, DEPTH))
        up, back = (self.long(side, self.side, SIDE) for side in (high, wide))
        return Solid(box, shape, thick=thick, high=up, back=SKEW * back)


FLAT = 2
"""The number of sizes of a map that has a length only."""


def _solids(shown: Sequence[Box], long: Callable[[int, int, float], float]) -> list[Solid]:
    shapes = [_shape(box) for box in shown]
    sides = [number(side) for shape in shapes for side in shape.spatial[-2:]]
    channels = [number(shape.channels) for shape in shapes if shape.is_map]
    vectors = [number(side) for shape in shapes if not shape.is_map for side in shape.sizes]
    side, deepest, longest = (max(found, default=1) for found in (sides, channels, vectors))
    scale = Scale(long, side=side, deepest=deepest, longest=longest)
    return [scale.solid(box, shape) for box, shape in zip(shown, shapes, strict=True)]


def _shape(box: Box) -> Shape:
    """Return the shape that a box puts out.

    Raises:
        UsageError: it has letters in it.
    """
    shape = captions.output(box)
    if not all(isinstance(size, int) for size in shape.sizes):
        raise UsageError("a size with letters has no length in a picture", "give the input in numbers, or --kind graph")
    return shape


def _places(solids: Sequence[Solid]) -> list[float]:
    """Return where each box begins: as near as the boxes and the texts below them allow."""
    found, x, text_end = [], 0.0, -1e9
    for solid in solids:
        text = max(breadth(words, size, bold=size == NAME) for words, size in _texts(solid))
        left = max(x, text_end + 8 + text / 2 - solid.thick / 2)
        found.append(left)
        x = left + solid.width + BETWEEN
        text_end = left + solid.thick / 2 + text / 2
    return found


def _texts(solid: Solid) -> Iterator[tuple[str, float]]:
    yield captions.name(solid.box), NAME
    yield captions.shape(solid.box), SMALL
    kind, single = captions.kind(solid.box), solid.box.part and solid.box.part.row
    yield kind.split(",")[0] if single else kind, SMALL


def _solid(solid: Solid, x: float, line: float, table: Table) -> Iterator[Item]:
    """Yield a box around the middle line of all boxes, with its texts below the ``line``."""
    colour, back = captions.family(solid.box), solid.back
    y, right, top = solid.height / 2, x + solid.thick, solid.height / 2 - solid.high
    edge = f"{colour}/line"
    corner = (right + back, top - back)
    faces: list[Item] = [
        Rectangle((x, top), (solid.thick, solid.high), Ink(colour, edge)),
        Polygon(((x, top), (x + back, top - back), corner, (right, top)), Ink(f"{colour}/top", edge)),
        Polygon(((right, top), corner, (right + back, y - back), (right, y)), Ink(f"{colour}/side", edge)),
    ]
    texts = []
    for words, size in _texts(solid):
        line += size * 1.3
        ink = "ink" if size == NAME else "quiet"
        texts.append(Words((x + solid.thick / 2, line), words, size, anchor=MIDDLE, ink=ink, bold=size == NAME))
    yield Shapes((*faces, *texts), captions.described(solid.box, table), solid.box.path)


def _links(found: Diagram, shown: Sequence[Box]) -> list[tuple[int, int]]:
    """Return which shown box reads which, through those that are not shown."""
    numbers = {box: number for number, box in enumerate(shown)}
    sources: dict[Box, set[int]] = {box: {number} for box, number in numbers.items()}
    reads: dict[Box, list[Box]] = {}
    for source, target in found.pairs:
        reads.setdefault(target, []).append(source)
    links: dict[tuple[int, int], None] = {}
    for box in found.closed():
        read = {number for source in reads.get(box, ()) for number in sources[source]}
        if box in numbers:
            links |= {(number, numbers[box]): None for number in sorted(read)}
        else:
            sources[box] = read
    return list(links)


def _onward(solid: Solid, x: float, after: Solid, tip_x: float) -> Iterator[Item]:
    """Yield what leads to the next box: its kernel on the map, as a pyramid that ends in one unit, or an arrow."""
    kernel, tip = _kernel(solid, after.box.part.row if after.box.part else None), (tip_x, 0.0)
    if kernel is None:
        yield Stroke(((x + solid.thick + solid.back / 2, 0.0), tip), Ink(line="edge", width=1.2))
        yield arrow(tip, (1.0, 0.0), "edge")
        return
    across, up = kernel
    corners = [(0.5 + a * across / 2, 0.5 + b * up / 2) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    points = tuple((x + px, solid.height / 2 + py) for px, py in (solid.face(*corner) for corner in corners))
    yield Polygon(points, Ink("paper", "ink", 0.8, opacity=0.65))
    yield from (Stroke((point, tip), Ink(line="ink", width=0.6, dash=2.5)) for point in points)


def _kernel(before: Solid, row: Row | None) -> tuple[float, float] | None:
    """Return which part of the width and height of a map the kernel of the next layer covers, if it has one."""
    if row is None or row.geometry is None or not before.shape.is_map or row.layer.joins:
        return None
    spans = [window.span for window in row.geometry.windows][-2:]
    sides = before.shape.spatial[-2:]
    if len(spans) != len(sides):
        return None
    parts = [min(1.0, number(span) / number(side)) for span, side in zip(spans, sides, strict=True)]
    return parts[-1], parts[0]


def _arcs(solids: Sequence[Solid], places: Sequence[float], links: Sequence[tuple[int, int]]) -> Iterator[Item]:
    """Yield the connections that skip boxes, above all of them, each in a lane of its own."""
    skips = [link for link in links if link[1] > link[0] + 1]
    roof = min(-solid.height / 2 for solid in solids)
    for (one, other), lane in zip(skips, lanes(skips), strict=True):
        y = roof - 12 - lane * LANE
        start = places[one] + solids[one].thick / 2 + solids[one].back
        end = places[other] + solids[other].thick / 2 + solids[other].back - 4
        tip = (end, -solids[other].height / 2)
        yield Stroke(((start, -solids[one].height / 2), (start, y), (end, y), tip), Ink(line="edge", width=1.2))
        yield arrow(tip, (0.0, 1.0), "edge")
