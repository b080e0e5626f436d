"""What moves, selects and joins values in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.foreign.sizing import axes
from archcalc.quantities.window import paddings
from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archcalc.foreign.onnx.graph import GrowingGraph
    from archcalc.foreign.sizing.axes import Turned
    from archcalc.network.graph import Node

    Rule = Callable[[GrowingGraph, Node, Sequence[str]], str]


def axis_of(node: Node) -> int:
    """Return the axis of channels or features, with the batch."""
    return axes.channels_axis(node.fitted.read[0])


def _concat(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    name = node.layer.axis  # type: ignore[attr-defined]
    return graph.add("Concat", *reads, axis=axes.named(node.fitted.read[0], name) + 1, out=node.path)


def _matmul(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    rank = len(node.shape.sizes) + 1
    turned = {"left": 0, "right": 1}.get(node.layer.transpose or "")  # type: ignore[attr-defined]
    order = (*range(rank - 2), rank - 1, rank - 2)
    sides = [graph.add("Transpose", side, perm=order) if at == turned else side for at, side in enumerate(reads)]
    return graph.add("MatMul", *sides, out=node.path)


def _reshape(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    return graph.reshape(reads[0], [number(size) for size in node.shape.sizes], node.path)


def _tokens(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    tokens, features = map(number, node.shape.sizes)
    return graph.add("Transpose", graph.reshape(reads[0], (features, tokens)), perm=(0, 2, 1), out=node.path)


def _permute(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    order = (0, *(axis + 1 for axis in node.layer.axes))  # type: ignore[attr-defined]
    return graph.add("Transpose", reads[0], perm=order, out=node.path)


def cut(graph: GrowingGraph, value: str, rows: Sequence[tuple[int, int, int]], out: str) -> str:
    """Add a slice: for each axis its first place and the one after its last."""
    places, starts, ends = (graph.ints(*column) for column in zip(*rows, strict=True))
    return graph.add("Slice", value, starts, ends, places, out=out)


def _slice(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    first, end = map(number, node.layer.channels)  # type: ignore[attr-defined]
    return cut(graph, reads[0], [(axis_of(node), first, end)], node.path)


def _split(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    width = number(node.shape.channels)
    first = width * node.layer.part  # type: ignore[attr-defined]
    return cut(graph, reads[0], [(axis_of(node), first, first + width)], node.path)


def _crop(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    x, sizes = node.fitted.read[0], node.shape.spatial
    starts = node.layer.starts(x, sizes)  # type: ignore[attr-defined]
    rows = [
        (at + 2, number(start), number(start + size))
        for at, (start, size) in enumerate(zip(starts, sizes, strict=True))
    ]
    return cut(graph, reads[0], rows, node.path)


def _take(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    return graph.add("Gather", reads[0], graph.index(node.layer.index), axis=1, out=node.path)  # type: ignore[attr-defined]


def _mean(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    along = [axis + 1 for axis in axes.averaged(node)]
    return graph.add("ReduceMean", reads[0], graph.ints(*along), keepdims=0, out=node.path)


def _pad(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    layer: Any = node.layer
    rows = [(0, 0), layer.channels, *paddings(layer.padding, len(node.shape.spatial))]
    sides = [number(row[side]) for side in (0, 1) for row in rows]
    return graph.add("Pad", reads[0], graph.ints(*sides), out=node.path)


def _upsample(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    mode = "linear" if node.layer.mode == "bilinear" else "nearest"  # type: ignore[attr-defined]
    sizes = graph.ints(1, *(number(size) for size in node.shape.sizes))
    more: dict[str, Any] = (
        {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"} if mode == "nearest" else {}
    )
    return graph.add("Resize", reads[0], "", "", sizes, mode=mode, out=node.path, **more)


def _turned(movement: Callable[[Node], Turned]) -> Rule:
    """Return the rule of a movement of axes."""

    def rule(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
        sizes, order = movement(node)
        turned = graph.add("Transpose", graph.reshape(reads[0], sizes), perm=(0, *(axis + 1 for axis in order)))
        return graph.reshape(turned, [number(size) for size in node.shape.sizes], node.path)

    return rule


def _maxout(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    axis, pieces = axis_of(node), node.layer.pieces  # type: ignore[attr-defined]
    sizes = [number(size) for size in node.shape.sizes]
    apart = graph.reshape(reads[0], [*sizes[:axis], number(pieces), *sizes[axis:]])
    return graph.add("ReduceMax", apart, graph.ints(axis + 1), keepdims=0, out=node.path)


MOVES: Mapping[str, Rule] = {
    "channel_shuffle": _turned(axes.channel_shuffle),
    "concat": _concat,
    "crop": _crop,
    "matmul": _matmul,
    "maxout": _maxout,
    "mean": _mean,
    "pad": _pad,
    "permute": _permute,
    "pixel_shuffle": _turned(axes.pixel_shuffle),
    "rearrange": _turned(axes.rearranged),
    "reshape": _reshape,
    "slice": _slice,
    "space_to_depth": _turned(axes.space_to_depth),
    "split": _split,
    "take": _take,
    "tokens": _tokens,
    "upsample": _upsample,
}
"""The rule of each kind."""
