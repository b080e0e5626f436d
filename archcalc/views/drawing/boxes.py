"""The boxes of a graph: a layer with its texts, a merge as a sign, a frame around a block, and the legend."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from archcalc.views.drawing import captions
from archcalc.views.drawing.picture import MIDDLE, Circle, Ink, Rectangle, Shapes, Stroke, Words, breadth, moved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.table import Table
    from archcalc.views.drawing.diagram import Box, Diagram
    from archcalc.views.drawing.picture import Item

NAME, SMALL, HEAD = 11.0, 9.0, 14.0
"""Sizes of letters: of names, of what stands below them, and of the title."""

LEADING = 1.32
PAD_X, PAD_Y, RADIUS = 10.0, 6.0, 4.0
FRAME, LABEL = 12.0, 16.0
"""The room within a frame around its boxes, and above them for its name."""

LEAST_WIDTH = 64.0
SIGN = 9.0
"""The radius of the sign of a merge."""


class Sketch(NamedTuple):
    """What is drawn but not yet placed: its size, its shapes, and where tensors enter and leave it.

    ``enters`` and ``leaves`` count from the middle of the side.
    """

    width: float
    height: float
    items: tuple[Item, ...]
    enters: tuple[float, ...] = ()
    leaves: tuple[float, ...] = (0.0,)


def box_of(box: Box, texts: Sequence[str], colour: str, described: str) -> Sketch:
    """Draw a layer, an input or a closed block, with some more lines of text."""
    if captions.is_sign(box):
        return _sign(box, texts, colour, described)
    small = [captions.kind(box), captions.shape(box), *texts]
    lines = [(captions.name(box), NAME, "ink"), *((text, SMALL, "quiet") for text in small if text)]
    width = max(LEAST_WIDTH, *(breadth(text, size, bold=size == NAME) + 2 * PAD_X for text, size, _ in lines))
    tops = list(accumulate((size * LEADING for _, size, _ in lines), initial=PAD_Y))
    words = [
        Words((width / 2, top + size), text, size, anchor=MIDDLE, ink=ink, bold=size == NAME)
        for (text, size, ink), top in zip(lines, tops, strict=False)
    ]
    height = tops[-1] + PAD_Y - 2
    shapes = [*_copies(box, (width, height), colour), _filled(0, 0, (width, height), colour)]
    return Sketch(width, height, (Shapes((*shapes, *words), described, box.path),))


def _copies(box: Box, size: tuple[float, float], colour: str) -> Iterator[Item]:
    """Yield the edges of further copies behind a box."""
    for shift in (6.0, 3.0) if box.part and box.part.times > 1 else ():
        yield _filled(shift, -shift, size, colour)


def _filled(x: float, y: float, size: tuple[float, float], colour: str, radius: float = RADIUS) -> Rectangle:
    return Rectangle((x, y), size, Ink(colour, f"{colour}/line"), radius=radius)


def _sign(box: Box, texts: Sequence[str], colour: str, described: str) -> Sketch:
    """Draw a merge as a sign in a circle, or in a pill where it is a word; what is folded into it stands beside it."""
    part = box.part
    assert part is not None  # noqa: S101 - an input is no merge
    assert part.row is not None  # noqa: S101 - nor is a block
    text = captions.SIGNS[part.row.kind]
    aside = ", ".join(filter(None, (*(row.kind for row in part.folded), *texts)))
    beside = breadth(aside, SMALL) + 6 if aside else 0.0
    half = max(SIGN, breadth(text, SMALL) / 2 + SIGN / 2)
    middle, size = half + beside, SMALL if len(text) > 1 else HEAD
    shape: Item = _filled(beside, 0, (2 * half, 2 * SIGN), colour, SIGN)
    if len(text) == 1:
        shape = Circle((middle, SIGN), SIGN, Ink(colour, f"{colour}/line"))
    words = [Words((middle, SIGN + size * 0.35), text, size, anchor=MIDDLE)]
    words += [Words((middle + half + 5, SIGN + 3), aside, SMALL, ink="quiet")] if aside else []
    group = Shapes((shape, *words), described, box.path)
    return Sketch(2 * middle, 2 * SIGN, (group,))


def frame_of(box: Box, inner: Sketch, table: Table, *, right: bool) -> Sketch:
    """Draw a frame with its name around the boxes of an open block."""
    label, kind = captions.name(box), captions.kind(box)
    aside = breadth(f"{label} ", NAME, bold=True) + FRAME
    named = aside + breadth(kind, SMALL) + FRAME
    port = min((*inner.enters, inner.width / 2)) + inner.width / 2
    left = FRAME if right else max(FRAME, named - port)  # no line crosses the name
    width = max(left + inner.width + FRAME, named)
    top, height = LABEL + 4 + (FRAME if right else 0), inner.height + LABEL + 6 + (2 * FRAME if right else 0)
    texts = [Words((FRAME, LABEL), label, NAME, bold=True), Words((aside, LABEL), kind, SMALL, ink="quiet")]
    frame = Rectangle((0, 0), (width, height), Ink("frame", "hair"), radius=6.0)
    group = Shapes((frame, *texts[: 1 + bool(kind)]), captions.described(box, table), box.path)
    span = (top, top + inner.height, height) if not right else (left, left + inner.width, width)
    middle = top + inner.height / 2 if right else left + inner.width / 2
    lines = _stubs(inner, middle, span, right=right)
    # The name is beside or above the boxes, so their middle is not the frame's.
    shift = top + (inner.height - height) / 2 if right else left + (inner.width - width) / 2
    ports = [tuple(port + shift for port in found) for found in (inner.enters, inner.leaves)]
    items = (group, *lines, *(moved(item, left, top) for item in inner.items))
    return Sketch(width, height, items, *ports)


def _stubs(inner: Sketch, middle: float, span: tuple[float, float, float], *, right: bool) -> Iterator[Item]:
    """Yield the lines from the edge of a frame to the ports of what is within it.

    ``span`` is where that begins and ends, and where the frame ends.
    """
    ink = Ink(line="edge", width=1.2)
    for ports, start, end in ((inner.enters, 0.0, span[0]), (inner.leaves, *span[1:])):
        for port in ports:
            points = ((start, middle + port), (end, middle + port))
            yield Stroke(points if right else tuple((y, x) for x, y in points), ink)


HEADING = 44.0
"""The room for the title and the totals."""


def heading(table: Table) -> Iterator[Item]:
    """Yield the title of a network, and its totals below."""
    yield Words((0, HEAD), captions.title(table), HEAD, bold=True)
    yield Words((0, HEAD + 1.8 * SMALL), captions.totals(table), SMALL, ink="quiet")


def legend(of: Diagram, y: float, width: float) -> Iterator[Item]:
    """Yield a patch with its name for each colour of a diagram, in lines of a width."""
    used = {captions.family(box) for box in of.closed() if not captions.is_sign(box)}
    return patches([name for name in captions.FAMILIES if name in used], y, width)


def patches(names: Sequence[str], y: float, width: float) -> Iterator[Item]:
    """Yield a patch of each colour with its name, in lines of a width."""
    x = 0.0
    for colour in names:
        step = 14 + breadth(colour, SMALL) + 14
        if x and x + step > width:
            x, y = 0.0, y + SMALL * 1.8
        yield _filled(x, y - 8, (10.0, 10.0), colour, 2.0)
        yield Words((x + 14, y), colour, SMALL, ink="quiet")
        x += step
