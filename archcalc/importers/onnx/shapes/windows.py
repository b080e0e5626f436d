"""Operators with windows that slide over a feature map: convolutions, pools and their inverses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.importers.onnx.known import Size, Sizes, times, whole
from archcalc.layers.conv_transpose import reached
from archcalc.quantities.window import Window
from archcalc.symbolic.expr import Expr
from archcalc.symbolic.known import decide
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.importers.onnx.calls import NodeCall

MAP_AXES = 2
"""The axes of a feature map before those that windows slide over: batch and channels."""


def kernel_of(call: NodeCall, weight: int | None = None) -> tuple[int, ...] | None:
    """Return the kernel size per axis: the attribute, or the last axes of the weight that is this input."""
    kernel = call.integers("kernel_shape")
    if kernel or weight is None:
        return kernel or None
    sizes = call.sizes(weight)
    return None if sizes is None else whole(sizes[MAP_AXES:])


def windows(call: NodeCall, kernel: tuple[int, ...]) -> list[Window]:
    """Return the window of each axis.

    Raises:
        Refusal: an attribute has another number of values than the kernel has axes, or a value is not positive.
    """
    rank, automatic = len(kernel), call.text("auto_pad", "NOTSET")
    strides, dilations = (_per_axis(call, name, rank) for name in ("strides", "dilations"))
    pads = call.integers("pads") if automatic == "NOTSET" else ()
    _require(len(pads) in {0, 2 * rank}, "pads", 2 * rank)
    _require(min((*kernel, *strides, *dilations), default=1) >= 1, "kernel_shape, strides or dilations", rank)
    pads = pads or (0,) * (2 * rank)
    same, ceil = automatic.startswith("SAME"), call.integer("ceil_mode") != 0 and automatic == "NOTSET"
    columns = zip(kernel, strides, pads[:rank], pads[rank:], dilations, strict=True)
    return [
        Window(kernel=size, stride=stride, before=before, after=after, dilation=dilation, ceil=ceil, same=same)
        for size, stride, before, after, dilation in columns
    ]


def _per_axis(call: NodeCall, name: str, rank: int) -> tuple[int, ...]:
    found = call.integers(name) or (1,) * rank
    _require(len(found) == rank, name, rank)
    return found


def _require(fits: bool, name: str, numbers: int) -> None:  # noqa: FBT001 - what has to be true
    if not fits:
        raise Refusal(f"attribute '{name}' is invalid: expected {plural(numbers, 'positive number')}")


def _slid(call: NodeCall, sizes: Sequence[Size], kernel: tuple[int, ...] | None) -> tuple[Size, ...]:
    """Return the sizes of the axes over which windows slide.

    Raises:
        Refusal: a kernel is larger than the padded input, or has another number of axes.
    """
    if kernel is None:
        return (None,) * len(sizes)
    _require(len(kernel) == len(sizes), "kernel_shape", len(sizes))
    return tuple(map(_positions, windows(call, kernel), sizes))


def _positions(window: Window, size: Size) -> Size:
    if size is None:
        return None
    window.refuse_too_small(size)
    return window.positions(size)


def _map(call: NodeCall, index: int = 0) -> tuple[Size, ...] | None:
    """Return the sizes of an input that is a feature map."""
    sizes = call.sizes(index)
    if sizes is not None and len(sizes) <= MAP_AXES:
        raise Refusal(f"expected a feature map, got a tensor with {plural(len(sizes), 'axis', 'axes')}")
    return sizes


def convolved(call: NodeCall, weight: int = 1) -> list[Sizes]:
    """Return the sizes of a convolution whose weight is this input.

    Raises:
        Refusal: weight and input have different numbers of channels or axes.
    """
    x, w = _map(call), call.sizes(weight)
    if x is None:
        return []
    if w is not None:
        _require_channels(x[1], w, call.integer("group", 1), len(x))
    return [(x[0], None if w is None else w[0], *_slid(call, x[MAP_AXES:], kernel_of(call, weight)))]


def _require_channels(channels: Size, w: tuple[Size, ...], groups: int, rank: int) -> None:
    if len(w) != rank:
        raise Refusal(f"the weight has {plural(len(w), 'axis', 'axes')}, the input {rank}")
    expected = times((w[1], groups))
    if channels is not None and expected is not None and decide(channels, "!=", expected):
        raise Refusal(f"the weight expects {expected} input channels, the input has {channels}")


def _conv_transpose(call: NodeCall) -> list[Sizes]:
    x, w = _map(call), call.sizes(1)
    if x is None:
        return []
    channels = None if w is None else times((w[1], call.integer("group", 1)))
    kernel, spatial = kernel_of(call, 1), x[MAP_AXES:]
    if call.given("output_shape"):
        asked = call.integers("output_shape")
        return [(x[0], channels, *asked[len(asked) - len(spatial) :])]
    if kernel is None:
        return [(x[0], channels, *(None,) * len(spatial))]
    _require(len(kernel) == len(spatial), "kernel_shape", len(spatial))
    more = call.integers("output_padding") or (0,) * len(kernel)
    return [(x[0], channels, *map(_stretched, windows(call, kernel), spatial, more))]


def _stretched(window: Window, size: Size, more: int) -> Size:
    if size is None:
        return None
    if window.same:
        return size * window.stride
    return reached(size, window.stride, window.padding, window.span, more)


def _pool(call: NodeCall) -> list[Sizes]:
    """Return the sizes of a pool, and of the indices of its maxima."""
    x, kernel = _map(call), kernel_of(call)
    if x is None:
        return []
    sizes = (*x[:MAP_AXES], *_slid(call, x[MAP_AXES:], kernel))
    return [sizes, sizes]


def _global_pool(call: NodeCall) -> list[Sizes]:
    x = _map(call)
    return [] if x is None else [(*x[:MAP_AXES], *(1,) * (len(x) - MAP_AXES))]


def _unpool(call: NodeCall) -> list[Sizes]:
    """Return the sizes of the map from which a pool came: those given, or the least that it can come from."""
    x, kernel = _map(call), kernel_of(call)
    if x is None or kernel is None:
        return []
    if call.has(2):
        asked = call.numbers(2)
        return [(None,) * len(x) if asked is None else tuple(map(as_size, asked))]
    spatial = x[MAP_AXES:]
    return [(*x[:MAP_AXES], *(_stretched(w, size, 0) for w, size in zip(windows(call, kernel), spatial, strict=True)))]


def as_size(item: object) -> Size:
    """Return an item of a value as a size; what is not a whole number is unknown.

    >>> as_size(3.0), as_size(0.5)
    (3, None)
    """
    if isinstance(item, float):
        return int(item) if item.is_integer() else None
    return item if isinstance(item, int | Expr) else None


def _regions(call: NodeCall) -> list[Sizes]:
    """Return the sizes of the pooled regions, a map for each."""
    x, regions = call.of_rank(0, 4), call.sizes(1)
    count = regions[0] if regions else None
    channels = None if x is None else x[1]
    if call.node.op == "MaxRoiPool":
        pooled: tuple[int, ...] = call.integers("pooled_shape")
    else:
        pooled = call.integer("output_height", 1), call.integer("output_width", 1)
    return [(count, channels, *pooled)]


def _col2im(call: NodeCall) -> list[Sizes]:
    x, image, block = call.of_rank(0, 3), call.numbers(1), call.whole(2)
    if x is None or image is None:
        return []
    channels = None
    if block is not None and isinstance(x[1], int):
        channels = x[1] // (times(block) or 1)
    return [(x[0], channels, *map(as_size, image))]


def _causal(call: NodeCall) -> list[Sizes]:
    """Return the sizes of the output, and of the state: the last positions that the next window covers."""
    x, w = call.of_rank(0, 3), call.of_rank(1, 3)
    if x is None:
        return []
    kernel = None if w is None else w[2]
    return [x, (x[0], x[1], None if kernel is None else kernel - 1)]


RULES = {
    "AveragePool": _pool,
    "CausalConvWithState": _causal,
    "Col2Im": _col2im,
    "Conv": convolved,
    "ConvInteger": convolved,
    "ConvTranspose": _conv_transpose,
    "DeformConv": convolved,
    "GlobalAveragePool": _global_pool,
    "GlobalLpPool": _global_pool,
    "GlobalMaxPool": _global_pool,
    "LpPool": _pool,
    "MaxPool": _pool,
    "MaxRoiPool": _regions,
    "MaxUnpool": _unpool,
    "QLinearConv": lambda call: convolved(call, 3),
    "RoiAlign": _regions,
}
"""The rules of this group by operator."""
