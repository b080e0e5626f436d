"""Receptive fields of a whole table: where paths part, the smallest and largest through merges, and rules of thumb."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from archcalc.quantities.reach import Reach, entering
from archcalc.quantities.tensor import WEIGHT, count
from archcalc.symbolic.expr import Int, Letter
from archcalc.symbolic.known import decide, number, simplify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.layers.base import Layer
    from archcalc.network.graph import Graph, Node
    from archcalc.network.table import Row, Table
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.ratio import Number


class MergePath(NamedTuple):
    """A path into a merge: the layer it comes from, and the smallest and the largest field on a path through it."""

    path: str
    smallest: Reach
    largest: Reach


class Parting(NamedTuple):
    """A merge whose paths do not lie over each other: which two, and by how many pixels their centres differ.

    ``strides`` are both paths' effective strides where those differ: then they drift apart from unit to unit.
    """

    path: str
    branches: tuple[str, str]
    apart: tuple[Number, ...] = ()
    strides: tuple[tuple[Number, Number], ...] = ()


class Stack(NamedTuple):
    """Convolutions of one kernel and stride 1 that follow each other, on a map of so many axes.

    ``channels`` is their number of channels where all of them read and put out as many; ``weights`` is then what they
    have together, and what one convolution has that sees as much, in C channels.

    >>> Stack(("a", "b", "c"), kernel=3, rank=2).size
    7
    """

    paths: tuple[str, ...]
    kernel: int
    rank: int
    channels: int | None = None
    weights: tuple[Int, Int] = (0, 0)

    @property
    def size(self) -> int:
        """What they see together of what the first one reads."""
        return number(seen_by(len(self.paths), self.kernel))


def seen_by(count: Int, kernel: Int) -> Int:
    """Return what windows of stride 1 see, one after another: each adds its gaps to a single position.

    >>> seen_by(2, 3)
    5
    """
    return 1 + count * (kernel - 1)


def partings(table: Table) -> Iterator[Parting]:
    """Yield the merges at which paths first part: their centres differ, or their strides."""
    graph = table.graph
    reaches = {row.node: row.reach for row in table} | {n: _entering(graph, n) for n in graph.inputs.values()}
    for row in table:
        node = graph.nodes[row.node]
        if row.reach.aligned or not row.layer.joins:
            continue
        befores = [(index, _stretched(reaches[index], graph, index, node)) for index in node.inputs]
        spatial = [(index, reach) for index, reach in befores if reach.axes is not None and reach.known]
        for one, other in pairwise(spatial):
            found = _parting(graph, row.path, one, other)
            if found:
                yield found


def _entering(graph: Graph, index: int) -> Reach:
    return entering(graph.nodes[index].shape)


def _stretched(reach: Reach, graph: Graph, index: int, node: Node) -> Reach:
    return reach.stretched(graph.nodes[index].shape.spatial, node.shape.spatial)


def _parting(graph: Graph, path: str, one: tuple[int, Reach], other: tuple[int, Reach]) -> Parting | None:
    names = (graph.nodes[one[0]].path, graph.nodes[other[0]].path)
    pairs = list(zip(one[1].axes or (), other[1].axes or (), strict=True))
    if all(left.aligned(right) is not False for left, right in pairs):
        return None
    if any(left.stride != right.stride for left, right in pairs):
        return Parting(path, names, strides=tuple((left.stride, right.stride) for left, right in pairs))
    return Parting(path, names, apart=tuple(left.apart(right) for left, right in pairs))


class Extremes:
    """The smallest and the largest fields on the paths of a network: found once, and asked for every merge."""

    def __init__(self, table: Table) -> None:
        self.nodes = table.graph.nodes
        self.smallest, self.largest = _extremes(table, least=True), _extremes(table, least=False)

    def branches(self, merge: Row) -> list[MergePath]:
        """Return the smallest and the largest field on a path through each branch of a merge."""
        inputs = self.nodes[merge.node].inputs
        return [MergePath(self.nodes[index].path, self.smallest[index], self.largest[index]) for index in inputs]


def _extremes(table: Table, *, least: bool) -> list[Reach]:
    """Return for each node the field along the path on which it is smallest, or largest."""
    found: list[Reach] = []
    for node in table.graph.nodes:
        before = [found[index] for index in node.inputs]
        whole = node.layer.reach_of(table.graph.shapes_read(node), before, node.shape)
        if node.layer.joins and whole.known:  # else a layer of unknown operation
            paths = [_stretched(found[index], table.graph, index, node) for index in node.inputs]
            whole = (min if least else max)(paths, key=_extent)
        found.append(whole)
    return found


def _extent(reach: Reach) -> tuple[bool, int]:
    """Return what fields are compared by: everything is more than any size; letters count as nothing."""
    if reach.axes is None:
        return reach.everything, 0
    sizes = [field.size for field in reach.axes]
    return False, sum(size for size in sizes if isinstance(size, int))


def stacks(table: Table) -> Iterator[Stack]:
    """Yield runs of two or more convolutions of one kernel with stride 1 that follow each other.

    >>> import archcalc
    >>> [(stack.paths[0], len(stack.paths), stack.size) for stack in stacks(archcalc.load("vgg16").analyze())][-1]
    ('conv5_1', 3, 7)
    """
    run: list[Row] = []
    for row in table:
        if row.geometry is None and row.layer.sights(row.inputs[0]) is None and row.output == row.inputs[0]:
            continue  # what follows reads the same places
        if run and not _continues(table.graph, run[-1], row):
            yield from _stack(run)
            run = []
        if _stackable(row):
            run.append(row)
    yield from _stack(run)


def _stackable(row: Row) -> bool:
    if row.kind != "conv" or row.geometry is None:
        return False
    kernels = {window.kernel for window in row.geometry.windows}
    plain = all(w.stride == 1 and w.dilation == 1 for w in row.geometry.windows)
    return plain and len(kernels) == 1 and kernels != {1}


def _continues(graph: Graph, before: Row, row: Row) -> bool:
    """Whether a layer is a convolution like the one before, and reads it, with nothing but pointwise layers between."""
    if not _stackable(row) or row.geometry is None or before.geometry is None:
        return False
    index = graph.nodes[row.node].inputs[0]
    while index > before.node and len(graph.nodes[index].inputs) == 1:
        index = graph.nodes[index].inputs[0]
    return index == before.node and row.geometry.windows[0].kernel == before.geometry.windows[0].kernel


def _stack(run: Sequence[Row]) -> Iterator[Stack]:
    if len(run) < 2:  # noqa: PLR2004 - one is no stack
        return
    kernel, x, channels = _kernel(run[0]), run[0].inputs[0], _channels(run)
    if isinstance(kernel, int):
        found = Stack(paths=tuple(row.path for row in run), kernel=kernel, rank=len(x.spatial), channels=channels)
        several, one = (_weights(run[0].layer, x, side) for side in (kernel, found.size))
        yield found._replace(weights=(simplify(len(run) * several), one)) if channels else found


def _kernel(row: Row) -> Int:
    assert row.geometry is not None  # noqa: S101 - a convolution has windows
    return row.geometry.windows[0].kernel


def _weights(layer: Layer, x: Shape, kernel: int) -> Int:
    """Return the weights that a convolution has with another kernel, in C channels that it keeps."""
    channels = Letter("C")
    changed = layer.changed({"kernel": kernel, "filters": channels})
    return simplify(count(changed.tensors(x.with_channels(channels)), WEIGHT))


def _channels(run: Sequence[Row]) -> int | None:
    """Return the channels of a run that keeps their number, ungrouped."""
    numbers = {channels for row in run for channels in (row.inputs[0].channels, row.output.channels)}
    single = numbers.pop() if len(numbers) == 1 else None
    plain = all(row.geometry is not None and decide(row.geometry.groups, "==", 1) for row in run)
    return single if isinstance(single, int) and plain else None
