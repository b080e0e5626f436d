"""Layers of ONNX with windows: convolutions and pools."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from archcalc.foreign.expressing import NoCounterpart
from archcalc.foreign.sizing.padding import needed, stated, surplus
from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.foreign.onnx.graph import GrowingGraph
    from archcalc.foreign.sizing.padding import Sides
    from archcalc.network.graph import Node

    Rule = Callable[[GrowingGraph, Node, Sequence[str]], str]


def first_channels(rule: Rule) -> Rule:
    """Return the rule of a layer that also slides over tokens: there their features come first."""

    def over_tokens(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
        if node.fitted.read[0].is_map:
            return rule(graph, node, reads)
        turned = graph.add("Transpose", reads[0], perm=(0, 2, 1))
        made = rule(graph, node, [turned, *reads[1:]])
        return graph.add("Transpose", made, perm=(0, 2, 1), out=node.path)

    return over_tokens


def _out(node: Node) -> str:
    """Return the name of the output, unless it is turned afterwards."""
    return node.path if node.fitted.read[0].is_map else ""


def attributes(node: Node, sides: Sides) -> dict[str, Any]:
    """Return kernel, strides, dilations and padding."""
    found = node.layer.geometry(node.fitted.read[0]).windows  # type: ignore[union-attr]
    return {
        "kernel_shape": tuple(number(window.kernel) for window in found),
        "strides": tuple(number(window.stride) for window in found),
        "dilations": tuple(number(window.dilation) for window in found),
        "pads": (*(before for before, _ in sides), *(after for _, after in sides)),
    }


def conv(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    """Add a convolution, also of each channel by itself."""
    layer: Any = node.layer
    x = node.fitted.read[0]
    if getattr(layer, "table", None) is not None:
        raise NoCounterpart("a connection table")
    groups = number(layer.geometry(x).groups)
    given = attributes(node, stated(node))
    kernel: Any = given["kernel_shape"]
    weight = graph.weight(node, "weight", number(node.shape.channels), number(x.channels) // groups, *kernel)
    bias = [graph.weight(node, "bias", number(node.shape.channels))] if layer.bias else []
    return graph.add("Conv", reads[0], weight, *bias, out=_out(node), group=groups, **given)


def separable(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    """Add a convolution of each channel by itself, and a pointwise one."""
    layer: Any = node.layer
    channels = number(node.fitted.read[0].channels)
    given, between = attributes(node, stated(node)), channels * layer.multiplier
    kernel: Any = given["kernel_shape"]
    weight = graph.weight(node, "depthwise.weight", between, 1, *kernel)
    inner = graph.add("Conv", reads[0], weight, group=channels, **given)
    pointwise = graph.weight(node, "pointwise.weight", layer.filters, between, *(1 for _ in kernel))
    bias = [graph.weight(node, "bias", layer.filters)] if layer.bias else []
    return graph.add("Conv", inner, pointwise, *bias, out=_out(node), kernel_shape=tuple(1 for _ in kernel))


def transposed(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    """Add a transposed convolution."""
    layer: Any = node.layer
    x = node.fitted.read[0]
    sides, more = _removed(node)
    given = attributes(node, sides)
    kernel: Any = given["kernel_shape"]
    weight = graph.weight(node, "weight", number(x.channels), layer.filters // layer.groups, *kernel)
    bias = [graph.weight(node, "bias", layer.filters)] if layer.bias else []
    return graph.add(
        "ConvTranspose", reads[0], weight, *bias, out=_out(node), group=layer.groups, output_padding=more, **given
    )


def _removed(node: Node) -> tuple[Sides, tuple[int, ...]]:
    """Return the rows that are removed from each side of the output, and those that are added at its end."""
    layer: Any = node.layer
    sides, added = [], []
    for more, window in zip(surplus(node), layer.geometry(node.fitted.read[0]).windows, strict=True):
        there = max(0, more)
        before = there // 2 if isinstance(layer.padding, str) else min(there, number(window.before))
        sides.append((before, there - before))
        added.append(max(0, -more))
    return tuple(sides), tuple(added)


def max_pool(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    """Add a maximum pool; with padding up to the end of its last window, so that nothing has to be rounded up."""
    return graph.add("MaxPool", reads[0], out=_out(node), **attributes(node, needed(node)))


def avg_pool(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    """Add an average pool."""
    layer: Any = node.layer
    given = attributes(node, stated(node))
    counted = int(layer.padding != "same")
    del given["dilations"]
    return graph.add(
        "AveragePool", reads[0], out=_out(node), ceil_mode=int(layer.ceil), count_include_pad=counted, **given
    )


def _global(op: str) -> Rule:
    return lambda graph, node, reads: graph.add(op, reads[0], out=_out(node))


def adaptive(op: str) -> Rule:
    """Return the rule of a pool with a number of outputs, which have to divide the input."""

    def rule(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
        before, after = node.fitted.read[0].lengths, node.shape.lengths
        if prod(after) == 1:
            return graph.add(f"Global{op}", reads[0], out=_out(node))
        if any(a % b for a, b in zip(before, after, strict=True)):
            raise NoCounterpart("an adaptive pool whose outputs do not divide the input")
        kernel = tuple(number(a // b) for a, b in zip(before, after, strict=True))
        return graph.add(op, reads[0], out=_out(node), kernel_shape=kernel, strides=kernel)

    return rule


RULES = {
    "adaptive_avgpool": adaptive("AveragePool"),
    "adaptive_maxpool": adaptive("MaxPool"),
    "avgpool": avg_pool,
    "conv": conv,
    "conv_transpose": transposed,
    "depthwise_conv": conv,
    "global_avgpool": _global("GlobalAveragePool"),
    "global_maxpool": _global("GlobalMaxPool"),
    "maxpool": max_pool,
    "separable_conv": separable,
}
"""The rule of each kind, which adds its nodes and returns the name of its output."""

WINDOWS = {kind: first_channels(rule) for kind, rule in RULES.items()}
"""The same, also over tokens."""
