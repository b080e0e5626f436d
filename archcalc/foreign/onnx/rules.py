"""Layers as nodes of ONNX: linear layers, norms, activation functions, merges, and what moves values."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from archcalc.foreign.expressing import NoCounterpart
from archcalc.foreign.onnx import attending
from archcalc.foreign.onnx.moving import MOVES, axis_of, cut
from archcalc.foreign.onnx.windows import WINDOWS
from archcalc.foreign.sizing.numbers import plain
from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archcalc.foreign.onnx.graph import GrowingGraph
    from archcalc.network.graph import Node

    Rule = Callable[[GrowingGraph, Node, Sequence[str]], str]


def _simple(op: str, **attributes: Any) -> Rule:  # noqa: ANN401 - by their types
    return lambda graph, node, reads: graph.add(op, *reads, out=node.path, **attributes)


def _chain(op: str) -> Rule:
    """Return the rule of an operator of two tensors that joins any number."""

    def rule(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
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


def _linear(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
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


def _affine(graph: GrowingGraph, node: Node, *dims: int) -> tuple[str, str]:
    """Return scale and shift: weights, or ones and zeros where they are not learned."""
    layer: Any = node.layer
    scale = graph.weight(node, "weight", *dims) if layer.scale else graph.filled(1.0, *dims)
    shift = graph.weight(node, "bias", *dims) if layer.shift else graph.filled(0.0, *dims)
    return scale, shift


def _batchnorm(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    layer: Any = node.layer
    x = node.fitted.read[0]
    if not layer.statistics or layer.counter or x.layout == "TF":
        raise NoCounterpart("a batch norm without statistics, with a counter, or over tokens")
    channels = number(x.channels)
    running = [graph.weight(node, name, channels) for name in ("running_mean", "running_var")]
    return graph.add("BatchNormalization", reads[0], *_affine(graph, node, channels), *running, out=node.path)


def _layernorm(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    layer: Any = node.layer
    x = node.fitted.read[0]
    turned = x.is_map and layer.over == "channels"
    dims = tuple(map(number, layer.dims(x)))
    value = graph.add("Transpose", reads[0], perm=_to_last(x)) if turned else reads[0]
    scale = graph.weight(node, "weight", *dims) if layer.scale else graph.filled(1.0, *dims)
    shift = [graph.weight(node, "bias", *dims)] if layer.shift else []
    made = graph.add("LayerNormalization", value, scale, *shift, axis=-len(dims), out="" if turned else node.path)
    return graph.add("Transpose", made, perm=_to_second(x), out=node.path) if turned else made


def _rms(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    layer: Any = node.layer
    x = node.fitted.read[0]
    if x.is_map:
        raise NoCounterpart("an RMS norm of a feature map")
    channels = number(x.channels)
    scale = graph.weight(node, "weight", channels) if layer.scale else graph.filled(1.0, channels)
    return graph.add("RMSNormalization", reads[0], scale, axis=-1, out=node.path)


def _groupnorm(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    """Add a group norm as an instance norm of groups: onnx does not infer the shape of its own operator."""
    x = node.fitted.read[0]
    if not x.is_map:
        raise NoCounterpart("a group norm of tokens")
    layer: Any = node.layer
    groups = number(layer.groups)
    apart = graph.reshape(reads[0], (groups, -1))
    normed = graph.add("InstanceNormalization", apart, graph.filled(1.0, groups), graph.filled(0.0, groups))
    made = graph.reshape(normed, [number(size) for size in x.sizes])
    dims = (number(x.channels), *(1 for _ in x.spatial))
    if layer.scale:
        made = graph.add("Mul", made, graph.weight(node, "weight", *dims))
    if layer.shift:
        made = graph.add("Add", made, graph.weight(node, "bias", *dims))
    return graph.add("Identity", made, out=node.path)


def _instancenorm(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    if node.layer.statistics:  # type: ignore[attr-defined]
        raise NoCounterpart("an instance norm with running statistics")
    affine = _affine(graph, node, number(node.fitted.read[0].channels))
    return graph.add("InstanceNormalization", reads[0], *affine, out=node.path)


def _prelu(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    x = node.fitted.read[0]
    slopes = number(node.layer.tensors(x)[0].elements)
    dims = (slopes, *(1 for _ in x.spatial)) if x.is_map else (slopes,)
    return graph.add("PRelu", reads[0], graph.weight(node, "weight", *dims), out=node.path)


def _silu(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    return graph.add("Mul", reads[0], graph.add("Sigmoid", reads[0]), out=node.path)


def _relu6(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    return graph.add("Clip", reads[0], graph.number(0.0), graph.number(6.0), out=node.path)


def _embedding(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    layer: Any = node.layer
    weight = graph.weight(node, "weight", number(layer.vocabulary), number(layer.features))
    return graph.add("Gather", weight, reads[0], axis=0, out=node.path)


def _positions(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    tensor, tokens = node.layer.tensors(node.fitted.read[0])[0], number(node.shape.positions)
    places, features = map(number, tensor.dims)
    weight = graph.weight(node, tensor.name, places, features)
    if places > tokens:
        weight = cut(graph, weight, [(0, 0, tokens)], "")
    return graph.add("Add", reads[0], weight, out=node.path)


def _token_types(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    """Add the vector of the first type to every token."""
    dims = map(number, node.layer.tensors(node.fitted.read[0])[0].dims)
    first = graph.add("Gather", graph.weight(node, "weight", *dims), graph.index(0), axis=0)
    return graph.add("Add", reads[0], first, out=node.path)


def _class_token(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    token = graph.weight(node, "class_token", 1, 1, number(node.shape.channels))
    return graph.add("Concat", token, reads[0], axis=1, out=node.path)


def _layer_scale(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    scale = graph.weight(node, "layer_scale", number(node.shape.channels), *(1 for _ in node.shape.spatial))
    return graph.add("Mul", reads[0], scale, out=node.path)


def _parameter(graph: GrowingGraph, node: Node, _: Sequence[str]) -> str:
    sizes = [number(size) for size in node.shape.sizes]
    return graph.add("Identity", graph.weight(node, "parameter", 1, *sizes), out=node.path)


_FUNCTIONS = {"exp": "Exp", "sqrt": "Sqrt", "log": "Log", "sin": "Sin", "cos": "Cos", "neg": "Neg", "erf": "Erf"}


def _pointwise(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    name = node.layer.function  # type: ignore[attr-defined]
    if len(reads) != 1 or name not in _FUNCTIONS:
        raise NoCounterpart(f"the function '{name}'")
    return graph.add(_FUNCTIONS[name], reads[0], out=node.path)


RULES: Mapping[str, Rule] = {
    **WINDOWS,
    **MOVES,
    **attending.RULES,
    "abs": _simple("Abs"),
    "add": _chain("Add"),
    "batchnorm": _batchnorm,
    "class_token": _class_token,
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
    "multiply": _chain("Mul"),
    "parameter": _parameter,
    "pointwise": _pointwise,
    "position_embedding": _positions,
    "prelu": _prelu,
    "relu": _simple("Relu"),
    "relu6": _relu6,
    "rms_norm": _rms,
    "sigmoid": _simple("Sigmoid"),
    "silu": _silu,
    "softmax": lambda graph, node, reads: graph.add("Softmax", reads[0], axis=axis_of(node), out=node.path),
    "stochastic_depth": _simple("Identity"),
    "subtract": _chain("Sub"),
    "tanh": _simple("Tanh"),
    "token_type_embedding": _token_types,
}
"""The rule of each kind, which adds its nodes and returns the name of its output."""
