"""The graph of a table as boxes within boxes: what a picture of it shows, before anything has a place.

Boxes are the lines of `show` at the same depth: small layers are folded into the one before, equal copies into one. A
block that is open has a diagram of its own. A tensor enters it at a port, however many of its layers read it, and
leaves it at another; so an edge never says more than which tensor goes where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.views.folding import at_depth, parts, readable_depth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.graph import Node
    from archcalc.network.table import Table
    from archcalc.views.folding import FoldedPart

MOST_BOXES = 2_000
"""A picture has at most this number of boxes."""

READABLE = 36
"""How many boxes a picture has before blocks are closed by themselves."""

End = tuple[str, int]
"""An end of an edge: ``in``, ``out`` or ``box``, and the number of a port or a box."""


class Box:
    """A layer, an input, or a block: its part of the table, and the diagram within it if it is open.

    ``enters`` and ``leaves`` are the tensors that an open block reads and hands on, by the boxes that made them.
    """

    def __init__(self, path: str, *, part: FoldedPart | None = None, node: Node | None = None) -> None:
        self.path = path
        self.part = part
        self.node = node
        self.around: Box | None = None
        self.number = 0
        self.inner: Diagram | None = None
        self.enters: dict[Box, int] = {}
        self.leaves: dict[Box, int] = {}

    def levels(self) -> list[Box]:
        """Return the open blocks around it, from the outermost, and itself."""
        found: list[Box] = [self]
        while found[0].around is not None:
            found.insert(0, found[0].around)
        return found

    def port(self, ports: dict[Box, int], source: Box) -> int:
        """Return the number of the port of a tensor, which is made if there is none."""
        return ports.setdefault(source, len(ports))


class Diagram:
    """Boxes, and the edges between them and the ports of the block around them."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.edges: dict[tuple[End, End, int, int], None] = {}
        """From, to, and the ports at which an open block is left and entered; in the order of their making."""
        self.pairs: dict[tuple[Box, Box], None] = {}
        """Of the outermost diagram: which closed box reads which, through all frames."""

    def add(self, box: Box, around: Box | None = None) -> Box:
        """Put a box into the diagram."""
        box.around, box.number = around, len(self.boxes)
        self.boxes.append(box)
        return box

    def closed(self) -> Iterator[Box]:
        """Yield the boxes that are not open, in all blocks."""
        for box in self.boxes:
            yield from box.inner.closed() if box.inner else (box,)


def diagram(table: Table, depth: int | None = None) -> Diagram:
    """Return the graph of a table, as deep as asked or as stays readable.

    >>> import archcalc
    >>> found = diagram(archcalc.load("lenet5").analyze())
    >>> [box.path for box in found.boxes][:3], len(found.edges)
    (['input', 'C1', 'S2'], 8)

    Raises:
        UsageError: the picture would have too many boxes.
    """
    top = parts(table)
    depth = readable_depth(top, READABLE) if depth is None else depth
    count = sum(1 for _ in at_depth(top, depth))
    if count > MOST_BOXES:
        raise UsageError(f"the picture would have {count:,} boxes", f"use --depth {readable_depth(top, MOST_BOXES)}")
    return _Drawn(table, top, depth).diagram


class _Drawn:
    """The making of a diagram: which box each node is in, and the edges between them."""

    def __init__(self, table: Table, top: Sequence[FoldedPart], depth: int) -> None:
        self.table, self.diagram = table, Diagram()
        self.boxes: dict[int, Box] = {}
        self.rows = {row.node: row for row in table.rows}
        for index in table.graph.inputs.values():
            node = table.graph.nodes[index]
            self.boxes[index] = self.diagram.add(Box(node.path, node=node))
        self._open(top, self.diagram, None, depth)
        self._fold()
        self.order = {box: number for number, box in enumerate(self.diagram.closed())}
        self._join()

    def _open(self, siblings: Sequence[FoldedPart], into: Diagram, around: Box | None, depth: int) -> None:
        for part in siblings:
            box = into.add(Box(part.path, part=part), around)
            if part.children and depth > 0:
                box.inner = Diagram()
                self._open(part.children, box.inner, box, depth - 1)
                self._copy(part)
            else:
                self.boxes |= {row.node: box for row in (*part.rows, *part.folded)}

    def _copy(self, part: FoldedPart) -> None:
        """Let the rows of further copies stand for those of the first."""
        length = len(part.rows) // part.times
        last: Box | None = None
        for index, row in enumerate(part.rows):
            last = self.boxes.get(part.rows[index % length].node, last)
            if last is not None:
                self.boxes[row.node] = last

    def _fold(self) -> None:
        """Let a layer that is folded into another one stand in its box, in copies too."""
        last: Box | None = None
        for row in self.table.rows:
            last = self.boxes.setdefault(row.node, last or self.diagram.boxes[0])

    def _join(self) -> None:
        for row in self.table.rows:
            for index in self.table.graph.nodes[row.node].inputs:
                source, target = self.boxes[index], self.boxes[row.node]
                # From one copy of a block to the next an edge leads back to the first: it is not drawn.
                if self.order[source] < self.order[target]:
                    self.diagram.pairs[source, target] = None
        for source, target in self.diagram.pairs:
            self._edge(source, target)

    def _edge(self, source: Box, target: Box) -> None:
        """Lead a tensor out of the blocks around its source, and into those around its target."""
        ups, downs = source.levels(), target.levels()
        while ups[0] is downs[0]:
            ups, downs = ups[1:], downs[1:]
        start: tuple[End, int] = self._end(source)
        for block in ups[-2::-1]:
            port = block.port(block.leaves, source)
            _inside(block).edges[start[0], ("out", port), start[1], 0] = None
            start = (self._end(block)[0], port)
        within = self._around(ups[0])
        for block in downs[:-1]:
            port = block.port(block.enters, source)
            within.edges[start[0], self._end(block)[0], start[1], port] = None
            start, within = (("in", port), 0), _inside(block)
        within.edges[start[0], self._end(target)[0], start[1], 0] = None

    def _around(self, box: Box) -> Diagram:
        return _inside(box.around) if box.around else self.diagram

    @staticmethod
    def _end(box: Box) -> tuple[End, int]:
        return ("box", box.number), 0


def _inside(block: Box) -> Diagram:
    assert block.inner is not None  # noqa: S101 - an open block has a diagram
    return block.inner
