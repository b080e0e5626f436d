"""Layers as nodes of ONNX: linear layers, norms, activation functions, merges, and what moves values."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from archcalc.exporters.base import Missing
from archcalc.exporters.onnx_nodes import attending
from archcalc.exporters.onnx_nodes.windows import WINDOWS
from archcalc.exporters.pytorch.modules import plain
from archcalc.exporters.sizing import axes
from archcalc.quantities.window import paddings
from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archcalc.exporters.onnx_nodes.graph import OnnxGraph
    from archcalc.exporters.sizing.axes import Turned
    from archcalc.network.graph import Node

    Rule = Callable[[OnnxGraph, Node, Sequence[str]], str]


def _axis(node: Node) -> int:
    """Return the axis of channels or features, with the batch."""
    return axes.channels_axis(node.fitted.read[0])


def _simple(op: str, **attributes: object) -> Rule:
    return lambda graph, node, reads: graph.add(op, *reads, out=node.path, **attributes)


def _chain(op: str) -> Rule:
    """Return the rule of an operator of two tensors that joins any number."""

    def rule(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
        if len(reads) == 1:
            return graph.add("Identity", reads[0], out=node.path)
        inner = reduce(lambda a, b: graph.add(op, a, b), reads[:-1])
        return graph.add(op, inner, reads[-1], out=node.path)

    return rule


def _optional(op: str, option: str, attribute: str) -> Rule:
    """Return the rule of a function with a number."""
    return lambda graph, node, reads: graph.add(
        op,
        reads[0],
        out=node.path,
        **{attribute: float(plain("", getattr(node.layer, option)))},  # type: ignore[arg-type]
    )


def _linear(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    layer: Any = node.layer
    x = node.fitted.read[0]
    sizes = number(x.channels), number(layer.outputs)
    if x.layout == "F":
        weight = graph.weight(node, "weight", sizes[1], sizes[0])
        bias = [graph.weight(node, "bias", sizes[1])] if layer.bias else []
        return graph.add("Gemm", reads[0], weight, *bias, transB=1, out=node.path)
    value = graph.add("Transpose", reads[0], perm=_to_last(x)) if x.is_map else reads[0]
    made = graph.add(
        "MatMul", value, graph.weight(node, "weight", *sizes), out="" if layer.bias or x.is_map else node.path
    )
    if layer.bias:
        made = graph.add("Add", made, graph.weight(node, "bias", sizes[1]), out="" if x.is_map else node.path)
    return graph.add("Transpose", made, perm=_to_second(x), out=node.path) if x.is_map else made


def _to_last(x: Any) -> tuple[int, ...]:  # noqa: ANN401 - a shape
    return (0, *range(2, len(x.sizes) + 1), 1)


def _to_second(x: Any) -> tuple[int, ...]:  # noqa: ANN401 - a shape
    return (0, len(x.sizes), *range(1, len(x.sizes)))


def _affine(graph: OnnxGraph, node: Node, *dims: int) -> tuple[str, str]:
    """Return scale and shift: weights, or ones and zeros where they are not learned."""
    layer: Any = node.layer
    scale = graph.weight(node, "weight", *dims) if layer.scale else graph.filled(1.0, *dims)
    shift = graph.weight(node, "bias", *dims) if layer.shift else graph.filled(0.0, *dims)
    return scale, shift


def _batchnorm(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    layer: Any = node.layer
    x = node.fitted.read[0]
    if not layer.statistics or layer.counter or x.layout == "TF":
        raise Missing("a batch norm without statistics, with a counter, or over tokens")
    channels = number(x.channels)
    running = [graph.weight(node, name, channels) for name in ("running_mean", "running_var")]
    return graph.add("BatchNormalization", reads[0], *_affine(graph, node, channels), *running, out=node.path)


def _layernorm(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    layer: Any = node.layer
    x = node.fitted.read[0]
    turned = x.is_map and layer.over == "channels"
    dims = tuple(map(number, layer.dims(x)))
    value = graph.add("Transpose", reads[0], perm=_to_last(x)) if turned else reads[0]
    scale = graph.weight(node, "weight", *dims) if layer.scale else graph.filled(1.0, *dims)
    shift = [graph.weight(node, "bias", *dims)] if layer.shift else []
    made = graph.add("LayerNormalization", value, scale, *shift, axis=-len(dims), out="" if turned else node.path)
    return graph.add("Transpose", made, perm=_to_second(x), out=node.path) if turned else made


def _rms(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    layer: Any = node.layer
    x = node.fitted.read[0]
    if x.is_map:
        raise Missing("an RMS norm of a feature map")
    channels = number(x.channels)
    scale = graph.weight(node, "weight", channels) if layer.scale else graph.filled(1.0, channels)
    return graph.add("RMSNormalization", reads[0], scale, axis=-1, out=node.path)


def _groupnorm(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    x = node.fitted.read[0]
    if not x.is_map:
        raise Missing("a group norm of tokens")
    groups: Any = node.layer.groups  # type: ignore[attr-defined]
    affine = _affine(graph, node, number(x.channels))
    return graph.add("GroupNormalization", reads[0], *affine, num_groups=number(groups), out=node.path)


def _instancenorm(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    if node.layer.statistics:  # type: ignore[attr-defined]
        raise Missing("an instance norm with running statistics")
    affine = _affine(graph, node, number(node.fitted.read[0].channels))
    return graph.add("InstanceNormalization", reads[0], *affine, out=node.path)


def _prelu(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    x = node.fitted.read[0]
    slopes = number(node.layer.tensors(x)[0].elements)
    dims = (slopes, *(1 for _ in x.spatial)) if x.is_map else (slopes,)
    return graph.add("PRelu", reads[0], graph.weight(node, "weight", *dims), out=node.path)


def _silu(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    return graph.add("Mul", reads[0], graph.add("Sigmoid", reads[0]), out=node.path)


def _relu6(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    return graph.add("Clip", reads[0], graph.number(0.0), graph.number(6.0), out=node.path)


def _concat(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    name = node.layer.axis  # type: ignore[attr-defined]
    return graph.add("Concat", *reads, axis=axes.named(node.fitted.read[0], name) + 1, out=node.path)


def _matmul(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    rank = len(node.shape.sizes) + 1
    turned = {"left": 0, "right": 1}.get(node.layer.transpose or "")  # type: ignore[attr-defined]
    order = (*range(rank - 2), rank - 1, rank - 2)
    sides = [graph.add("Transpose", side, perm=order) if at == turned else side for at, side in enumerate(reads)]
    return graph.add("MatMul", *sides, out=node.path)


def _reshape(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    return graph.reshape(reads[0], [number(size) for size in node.shape.sizes], node.path)


def _tokens(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    tokens, features = map(number, node.shape.sizes)
    return graph.add("Transpose", graph.reshape(reads[0], (features, tokens)), perm=(0, 2, 1), out=node.path)


def _permute(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    order = (0, *(axis + 1 for axis in node.layer.axes))  # type: ignore[attr-defined]
    return graph.add("Transpose", reads[0], perm=order, out=node.path)


def _cut(graph: OnnxGraph, value: str, rows: Sequence[tuple[int, int, int]], out: str) -> str:
    """Add a slice: for each axis its first place and the one after its last."""
    places, starts, ends = (graph.ints(*column) for column in zip(*rows, strict=True))
    return graph.add("Slice", value, starts, ends, places, out=out)


def _slice(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    first, end = map(number, node.layer.channels)  # type: ignore[attr-defined]
    return _cut(graph, reads[0], [(_axis(node), first, end)], node.path)


def _split(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    width = number(node.shape.channels)
    first = width * node.layer.part  # type: ignore[attr-defined]
    return _cut(graph, reads[0], [(_axis(node), first, first + width)], node.path)


def _crop(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    x, sizes = node.fitted.read[0], node.shape.spatial
    starts = node.layer.starts(x, sizes)  # type: ignore[attr-defined]
    rows = [
        (at + 2, number(start), number(start + size))
        for at, (start, size) in enumerate(zip(starts, sizes, strict=True))
    ]
    return _cut(graph, reads[0], rows, node.path)


def _take(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    return graph.add("Gather", reads[0], graph.index(node.layer.index), axis=1, out=node.path)  # type: ignore[attr-defined]


def _mean(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    along = [axis + 1 for axis in axes.averaged(node)]
    return graph.add("ReduceMean", reads[0], graph.ints(*along), keepdims=0, out=node.path)


def _pad(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    layer: Any = node.layer
    rows = [(0, 0), layer.channels, *paddings(layer.padding, len(node.shape.spatial))]
    sides = [number(row[side]) for side in (0, 1) for row in rows]
    return graph.add("Pad", reads[0], graph.ints(*sides), out=node.path)


def _upsample(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    mode = "linear" if node.layer.mode == "bilinear" else "nearest"  # type: ignore[attr-defined]
    sizes = graph.ints(1, *(number(size) for size in node.shape.sizes))
    more = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"} if mode == "nearest" else {}
    return graph.add("Resize", reads[0], "", "", sizes, mode=mode, out=node.path, **more)


def _turned(movement: Callable[[Node], Turned]) -> Rule:
    """Return the rule of a movement of axes."""

    def rule(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
        sizes, order = movement(node)
        turned = graph.add("Transpose", graph.reshape(reads[0], sizes), perm=(0, *(axis + 1 for axis in order)))
        return graph.reshape(turned, [number(size) for size in node.shape.sizes], node.path)

    return rule


def _maxout(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    axis, pieces = _axis(node), node.layer.pieces  # type: ignore[attr-defined]
    sizes = [number(size) for size in node.shape.sizes]
    apart = graph.reshape(reads[0], [*sizes[:axis], number(pieces), *sizes[axis:]])
    return graph.add("ReduceMax", apart, graph.ints(axis + 1), keepdims=0, out=node.path)


def _embedding(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    layer: Any = node.layer
    weight = graph.weight(node, "weight", number(layer.vocabulary), number(layer.features))
    return graph.add("Gather", weight, reads[0], axis=0, out=node.path)


def _positions(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    tensor, tokens = node.layer.tensors(node.fitted.read[0])[0], number(node.shape.positions)
    places, features = map(number, tensor.dims)
    weight = graph.weight(node, tensor.name, places, features)
    if places > tokens:
        weight = _cut(graph, weight, [(0, 0, tokens)], "")
    return graph.add("Add", reads[0], weight, out=node.path)


def _token_types(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    """Add the vector of the first type to every token."""
    dims = map(number, node.layer.tensors(node.fitted.read[0])[0].dims)
    first = graph.add("Gather", graph.weight(node, "weight", *dims), graph.index(0), axis=0)
    return graph.add("Add", reads[0], first, out=node.path)


def _class_token(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    token = graph.weight(node, "class_token", 1, 1, number(node.shape.channels))
    return graph.add("Concat", token, reads[0], axis=1, out=node.path)


def _layer_scale(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    scale = graph.weight(node, "layer_scale", number(node.shape.channels), *(1 for _ in node.shape.spatial))
    return graph.add("Mul", reads[0], scale, out=node.path)


def _parameter(graph: OnnxGraph, node: Node, _: Sequence[str]) -> str:
    sizes = [number(size) for size in node.shape.sizes]
    return graph.add("Identity", graph.weight(node, "parameter", 1, *sizes), out=node.path)


_FUNCTIONS = {"exp": "Exp", "sqrt": "Sqrt", "log": "Log", "sin": "Sin", "cos": "Cos", "neg": "Neg", "erf": "Erf"}


def _pointwise(graph: OnnxGraph, node: Node, reads: Sequence[str]) -> str:
    name = node.layer.function  # type: ignore[attr-defined]
    if len(reads) != 1 or name not in _FUNCTIONS:
        raise Missing(f"the function '{name}'")
    return graph.add(_FUNCTIONS[name], reads[0], out=node.path)


RULES: Mapping[str, Rule] = {
    **WINDOWS,
    **attending.RULES,
    "abs": _simple("Abs"),
    "add": _chain("Add"),
    "batchnorm": _batchnorm,
    "channel_shuffle": _turned(axes.channel_shuffle),
    "class_token": _class_token,
    "concat": _concat,
    "crop": _crop,
    "dropout": _simple("Dropout"),
    "elu": _optional("Elu", "alpha", "alpha"),
    "embedding": _embedding,
    "flatten": _simple("Flatten", axis=1),
    "gelu": _simple("Gelu"),
    "groupnorm": _groupnorm,
    "hardsigmoid": _simple("HardSigmoid", alpha=1 / 6, beta=0.5),
    "hardswish": _simple("HardSwish"),
    "identity": _simple("Identity"),
    "instancenorm": _instancenorm,
    "layer_scale": _layer_scale,
    "layernorm": _layernorm,
    "leaky_relu": _optional("LeakyRelu", "slope", "alpha"),
    "linear": _linear,
    "lrn": lambda graph, node, reads: graph.add("LRN", reads[0], size=number(node.layer.size), out=node.path),  # type: ignore[attr-defined]
    "matmul": _matmul,
    "maxout": _maxout,
    "mean": _mean,
    "multiply": _chain("Mul"),
    "pad": _pad,
    "parameter": _parameter,
    "permute": _permute,
    "pixel_shuffle": _turned(axes.pixel_shuffle),
    "pointwise": _pointwise,
    "position_embedding": _positions,
    "prelu": _prelu,
    "rearrange": _turned(axes.rearranged),
    "relu": _simple("Relu"),
    "relu6": _relu6,
    "reshape": _reshape,
    "rms_norm": _rms,
    "sigmoid": _simple("Sigmoid"),
    "silu": _silu,
    "slice": _slice,
    "softmax": lambda graph, node, reads: graph.add("Softmax", reads[0], axis=_axis(node), out=node.path),
    "space_to_depth": _turned(axes.space_to_depth),
    "split": _split,
    "stochastic_depth": _simple("Identity"),
    "subtract": _chain("Sub"),
    "take": _take,
    "tanh": _simple("Tanh"),
    "token_type_embedding": _token_types,
    "tokens": _tokens,
    "upsample": _upsample,
}
"""The rule of each kind, which adds its nodes and returns the name of its output."""
