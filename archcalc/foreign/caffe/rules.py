"""Layers as Caffe has them: each rule returns one layer, or several that follow each other.

Source: github.com/BVLC/caffe, src/caffe/proto/caffe.proto and src/caffe/layers.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from archcalc.foreign.caffe.text import Word
from archcalc.foreign.expressing import NoCounterpart
from archcalc.foreign.sizing.numbers import plain
from archcalc.foreign.sizing.padding import stated, surplus
from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archcalc.foreign.caffe.text import Fields
    from archcalc.foreign.sizing.padding import Sides
    from archcalc.network.graph import Node
    from archcalc.quantities.shape import Shape

    Made = list[tuple[str, Fields]]
    Rule = Callable[[Node, Sequence[Shape]], Made]

SIDES = ("h", "w")


def _each(name: str, short: str, values: Sequence[int]) -> Fields:
    """Return one number for all axes, one for each, or height and width by name."""
    if len(set(values)) == 1:
        return {name: values[0]}
    if len(values) == len(SIDES):
        return {f"{short}_{side}": value for side, value in zip(SIDES, values, strict=True)}
    return {name: list(values)}


def _windows(node: Node, sides: Sides) -> dict[str, list[int]]:
    """Return kernel, stride, padding and dilation of each axis.

    Raises:
        NoCounterpart: the padding differs from side to side, or windows slide over tokens.
    """
    x = node.fitted.read[0]
    if not x.is_map:
        raise NoCounterpart("windows over tokens")
    if any(before != after for before, after in sides):
        raise NoCounterpart("padding that differs from side to side")
    found = node.layer.geometry(x).windows  # type: ignore[union-attr]
    rows = {name: [number(getattr(window, name)) for window in found] for name in ("kernel", "stride", "dilation")}
    return rows | {"pad": [before for before, _ in sides]}


def _window_fields(rows: Mapping[str, list[int]]) -> Fields:
    found = _each("kernel_size", "kernel", rows["kernel"])
    found |= {} if set(rows["stride"]) == {1} else _each("stride", "stride", rows["stride"])
    return found | ({} if set(rows["pad"]) == {0} else _each("pad", "pad", rows["pad"]))


def _convolution(node: Node, shapes: Sequence[Shape]) -> Made:
    layer: Any = node.layer
    if getattr(layer, "table", None) is not None:
        raise NoCounterpart("a connection table")
    rows = _windows(node, stated(node))
    groups = number(layer.geometry(shapes[0]).groups)
    return [("Convolution", _convolving(rows, number(node.shape.channels), groups, bias=layer.bias))]


def _convolving(rows: Mapping[str, list[int]], outputs: int, groups: int, *, bias: bool) -> Fields:
    found: Fields = {"num_output": outputs, **_window_fields(rows)}
    found |= (
        {}
        if set(rows["dilation"]) == {1}
        else {"dilation": rows["dilation"] if len(set(rows["dilation"])) > 1 else rows["dilation"][0]}
    )
    found |= {} if groups == 1 else {"group": groups}
    return {"convolution_param": found | ({} if bias else {"bias_term": False})}


def _separable(node: Node, shapes: Sequence[Shape]) -> Made:
    layer: Any = node.layer
    channels = number(shapes[0].channels)
    rows = _windows(node, stated(node))
    pointwise = {name: [int(name in ("kernel", "stride", "dilation")) for _ in values] for name, values in rows.items()}
    return [
        ("Convolution", _convolving(rows, channels * layer.multiplier, channels, bias=False)),
        ("Convolution", _convolving(pointwise, layer.filters, 1, bias=layer.bias)),
    ]


def _deconvolution(node: Node, _: Sequence[Shape]) -> Made:
    layer: Any = node.layer
    more = surplus(node)
    if min(more) < 0 or any(side % 2 for side in more):
        raise NoCounterpart("an output padding, or padding that differs from side to side")
    rows = _windows(node, tuple((side // 2, side // 2) for side in more))
    return [("Deconvolution", _convolving(rows, layer.filters, number(layer.groups), bias=layer.bias))]


def _pooling(method: str) -> Rule:
    """Return the rule of a pool; Caffe rounds up unless it is told not to."""

    def rule(node: Node, shapes: Sequence[Shape]) -> Made:
        layer: Any = node.layer
        rows = _windows(node, stated(node))
        if set(rows["dilation"]) != {1} or len(rows["kernel"]) != len(SIDES):
            raise NoCounterpart("a pool with dilation, or of a map that has not two axes")
        found: Fields = {"pool": Word(method), **_window_fields(rows)}
        if not layer.ceil and _rounds(rows, shapes[0]):
            found["round_mode"] = Word("FLOOR")
        return [("Pooling", {"pooling_param": found})]

    return rule


def _rounds(rows: Mapping[str, list[int]], x: Shape) -> bool:
    """Whether the number of windows is rounded along an axis."""
    each = zip(x.spatial, rows["kernel"], rows["stride"], rows["pad"], strict=True)
    return any((number(size) + 2 * pad - kernel) % stride for size, kernel, stride, pad in each)


def _global(method: str) -> Rule:
    def rule(_: Node, shapes: Sequence[Shape]) -> Made:
        if len(shapes[0].spatial) != len(SIDES):
            raise NoCounterpart("a pool of a map that has not two axes")
        return [("Pooling", {"pooling_param": {"pool": Word(method), "global_pooling": True}})]

    return rule


def _adaptive(method: str) -> Rule:
    def rule(node: Node, shapes: Sequence[Shape]) -> Made:
        before, after = shapes[0].lengths, node.shape.lengths
        if prod(after) == 1:
            return _global(method)(node, shapes)
        if any(a % b for a, b in zip(before, after, strict=True)) or len(after) != len(SIDES):
            raise NoCounterpart("an adaptive pool whose outputs do not divide the input")
        kernel = [number(a // b) for a, b in zip(before, after, strict=True)]
        rows = {"kernel": kernel, "stride": kernel, "pad": [0, 0]}
        return [("Pooling", {"pooling_param": {"pool": Word(method), **_window_fields(rows)}})]

    return rule


def _linear(node: Node, shapes: Sequence[Shape]) -> Made:
    layer: Any = node.layer
    x = shapes[0]
    if x.is_map:
        rows = {name: [int(name != "pad") for _ in x.spatial] for name in ("kernel", "stride", "pad", "dilation")}
        return [("Convolution", _convolving(rows, layer.outputs, 1, bias=layer.bias))]
    found: Fields = {"num_output": layer.outputs} | ({} if layer.bias else {"bias_term": False})
    return [("InnerProduct", {"inner_product_param": found | ({"axis": 2} if x.layout == "TF" else {})})]


def _batchnorm(node: Node, shapes: Sequence[Shape]) -> Made:
    layer: Any = node.layer
    if not layer.statistics or layer.counter or not shapes[0].is_map:
        raise NoCounterpart("a batch norm without statistics, with a counter, or of a vector")
    made: Made = [("BatchNorm", {})]
    if layer.shift and not layer.scale:
        raise NoCounterpart("a batch norm with a shift and no scale")
    return made + ([("Scale", {"scale_param": {"bias_term": layer.shift}})] if layer.scale else [])


def _parametrized(kind: str, param: str, option: str, name: str) -> Rule:
    """Return the rule of a layer with one number."""
    return lambda node, _: [(kind, {param: {option: plain("", getattr(node.layer, name))}})]


def _lrn(node: Node, _: Sequence[Shape]) -> Made:
    """Return a local response norm with the factor that PyTorch and the papers have; Caffe's own default is 1."""
    found: Fields = {"local_size": node.layer.size, "alpha": 0.0001, "beta": 0.75}  # type: ignore[attr-defined]
    return [("LRN", {"lrn_param": found})]


def _plain(kind: str) -> Rule:
    return lambda *_: [(kind, {})]


def _nothing(*_: object) -> Made:
    return []


def _eltwise(operation: str) -> Rule:
    def rule(_: Node, shapes: Sequence[Shape]) -> Made:
        if len({shape.sizes for shape in shapes}) > 1:
            raise NoCounterpart("tensors of different sizes")
        found: Fields = {"operation": Word(operation)}
        return [("Eltwise", {"eltwise_param": found})]

    return rule


def _multiply(node: Node, shapes: Sequence[Shape]) -> Made:
    """Return a product of values, or of a feature map and one factor for each channel."""
    if len({shape.sizes for shape in shapes}) == 1:
        return _eltwise("PROD")(node, shapes)
    raise NoCounterpart("a product of tensors of different sizes")


def _subtract(_: Node, shapes: Sequence[Shape]) -> Made:
    coefficients = [1, *(-1 for _ in shapes[1:])]
    return [("Eltwise", {"eltwise_param": {"operation": Word("SUM"), "coeff": coefficients}})]


def _concat(node: Node, shapes: Sequence[Shape]) -> Made:
    if node.layer.axis is not None or not (shapes[0].is_map or shapes[0].layout == "F"):  # type: ignore[attr-defined]
        raise NoCounterpart("a concatenation along another axis than the channels")
    return [("Concat", {"concat_param": {"axis": 1}})]


def _softmax(_: Node, shapes: Sequence[Shape]) -> Made:
    return [("Softmax", {} if shapes[0].layout != "TF" else {"softmax_param": {"axis": 2}})]


def _reshape(node: Node, _: Sequence[Shape]) -> Made:
    return [("Reshape", {"reshape_param": {"shape": {"dim": [0, *map(number, node.shape.sizes)]}}})]


def _relu6(*_: object) -> Made:
    return [("Clip", {"clip_param": {"min": 0, "max": 6}})]


def _crop(node: Node, shapes: Sequence[Shape]) -> Made:
    """Return a crop, whose size is that of another blob."""
    layer: Any = node.layer
    offset = layer.starts(shapes[0], node.shape.spatial)
    return [("Crop", {"crop_param": {"axis": 2, "offset": [number(start) for start in offset]}})]


def _pyramid(node: Node, shapes: Sequence[Shape]) -> Made:
    bins = sorted(node.layer.bins)  # type: ignore[attr-defined]
    if bins != [2**level for level in range(len(bins))] or len(shapes[0].spatial) != len(SIDES):
        raise NoCounterpart("a pyramid whose levels are not powers of two")
    return [("SPP", {"spp_param": {"pyramid_height": len(bins), "pool": Word("MAX")}})]


RULES: Mapping[str, Rule] = {
    "abs": _plain("AbsVal"),
    "adaptive_avgpool": _adaptive("AVE"),
    "adaptive_maxpool": _adaptive("MAX"),
    "add": _eltwise("SUM"),
    "avgpool": _pooling("AVE"),
    "batchnorm": _batchnorm,
    "channel_shuffle": _parametrized("ShuffleChannel", "shuffle_channel_param", "group", "groups"),
    "concat": _concat,
    "conv": _convolution,
    "conv_transpose": _deconvolution,
    "depthwise_conv": _convolution,
    "crop": _crop,
    "dropout": _parametrized("Dropout", "dropout_param", "dropout_ratio", "p"),
    "elu": _parametrized("ELU", "elu_param", "alpha", "alpha"),
    "flatten": _plain("Flatten"),
    "global_avgpool": _global("AVE"),
    "global_maxpool": _global("MAX"),
    "identity": _nothing,
    "layer_scale": _plain("Scale"),
    "leaky_relu": _parametrized("ReLU", "relu_param", "negative_slope", "slope"),
    "linear": _linear,
    "lrn": _lrn,
    "maxpool": _pooling("MAX"),
    "multiply": _multiply,
    "prelu": _parametrized("PReLU", "prelu_param", "channel_shared", "shared"),
    "relu": _plain("ReLU"),
    "relu6": _relu6,
    "reshape": _reshape,
    "separable_conv": _separable,
    "sigmoid": _plain("Sigmoid"),
    "silu": _plain("Swish"),
    "softmax": _softmax,
    "spp": _pyramid,
    "stochastic_depth": _nothing,
    "subtract": _subtract,
    "tanh": _plain("TanH"),
}
"""The rule of each kind: given the layer, and the shapes of all tensors that it reads."""
