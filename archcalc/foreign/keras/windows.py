"""Layers of Keras with windows: convolutions and pools, with the padding that Keras's own words do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.foreign.expressing import NoCounterpart
from archcalc.foreign.keras.axes import one
from archcalc.foreign.programs.scopes import PLAIN, FrameworkCall
from archcalc.foreign.sizing.padding import needed, pads, stated
from archcalc.layers.spellings import KERAS, names_in
from archcalc.quantities.window import spread
from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.foreign.sizing.padding import Sides
    from archcalc.network.graph import Node
    from archcalc.quantities.shape import Shape

    Shapes = Sequence[Shape]

NAMES = names_in(KERAS)
"""The names of Keras's layers, with braces for the number of axes."""


def name_of(kind: str, x: Shape) -> str:
    """Return the layer of Keras for a kind.

    >>> from archcalc.quantities.shape import grid
    >>> name_of("conv", grid(3, (8, 8)))
    'layers.Conv2D'
    """
    return f"layers.{NAMES[kind].format(len(x.lengths))}"


def padded(sides: Sides, x: Shape, *, lowest: bool = False) -> str:
    """Return how the first tensor is read with padding: with zeros, or with the lowest value."""
    if lowest:
        widths = ((0, 0), *sides, (0, 0))
        return f'ops.pad({{0}}, {widths}, constant_values=float("-inf"))'
    width = sides[0] if len(sides) == 1 else sides
    same = len({side for row in sides for side in row}) == 1
    return f"layers.ZeroPadding{len(x.lengths)}D({sides[0][0] if same else width})({{0}})"


def _padding(node: Node, x: Shape, stride: tuple[Any, ...]) -> tuple[str, str]:
    """Return Keras's word for the padding of a convolution, and how its input is read."""
    windows, sides = node.layer.geometry(x).windows, stated(node)  # type: ignore[union-attr]
    if not pads(sides):
        return "valid", PLAIN
    rows = zip(sides, windows, strict=True)
    like_same = all(before == after and 2 * before == window.span - 1 for (before, after), window in rows)
    if node.layer.padding == "same" or (like_same and set(stride) == {1}):  # type: ignore[attr-defined]
        return "same", PLAIN
    return "valid", f"{{m}}({padded(sides, x)})"


def _common(node: Node, x: Shape) -> tuple[dict[str, object], str]:
    layer: Any = node.layer
    rank = len(x.lengths)
    stride, dilation = spread("stride", layer.stride, rank), spread("dilation", layer.dilation, rank)
    if max(map(number, stride)) > 1 and max(map(number, dilation)) > 1:
        raise NoCounterpart("Keras has no stride together with a dilation")
    padding, use = _padding(node, x, stride)
    return {
        "strides": one(stride), "padding": padding, "dilation_rate": one(dilation), "use_bias": layer.bias,
    }, use  # fmt: skip


def conv(node: Node, shapes: Shapes) -> FrameworkCall:
    """Return a convolution."""
    layer: Any = node.layer
    if layer.table is not None:
        raise NoCounterpart("Keras has no connection table")
    options, use = _common(node, shapes[0])
    kernel = one(spread("kernel", layer.kernel, len(shapes[0].lengths)))
    made = {"filters": layer.filters, "kernel_size": kernel, **options, "groups": layer.groups}
    made["trainable"] = not layer.fixed
    return FrameworkCall(name_of("conv", shapes[0]), tuple(made.items()), use)


def depthwise(node: Node, shapes: Shapes) -> FrameworkCall:
    """Return a convolution of each channel by itself."""
    layer: Any = node.layer
    options, use = _common(node, shapes[0])
    kernel = one(spread("kernel", layer.kernel, len(shapes[0].lengths)))
    made = {"kernel_size": kernel, "depth_multiplier": layer.multiplier, **options}
    return FrameworkCall(name_of("depthwise_conv", shapes[0]), tuple(made.items()), use)


def separable(node: Node, shapes: Shapes) -> FrameworkCall:
    """Return a convolution of each channel by itself, and a pointwise convolution."""
    layer: Any = node.layer
    options, use = _common(node, shapes[0])
    kernel = one(spread("kernel", layer.kernel, len(shapes[0].lengths)))
    made = {"filters": layer.filters, "kernel_size": kernel, "depth_multiplier": layer.multiplier, **options}
    return FrameworkCall(name_of("separable_conv", shapes[0]), tuple(made.items()), use)


def transposed(node: Node, shapes: Shapes) -> FrameworkCall:
    """Return a transposed convolution; what PyTorch's padding removes, a cropping does."""
    layer: Any = node.layer
    x, rank = shapes[0], len(shapes[0].lengths)
    stride, kernel = spread("stride", layer.stride, rank), spread("kernel", layer.kernel, rank)
    if layer.groups != 1 or layer.dilation != 1:
        raise NoCounterpart("Keras has no groups and no dilation of a transposed convolution")
    word = layer.padding if isinstance(layer.padding, str) else "valid"
    made = {
        "filters": layer.filters, "kernel_size": one(kernel), "strides": one(stride), "padding": word,
        "use_bias": layer.bias, "trainable": not layer.fixed,
    }  # fmt: skip
    call = FrameworkCall(name_of("conv_transpose", x), tuple(made.items()))
    if isinstance(layer.padding, str):
        return call
    return call._replace(use=_cropped(node, x, kernel, stride))


def _cropped(node: Node, x: Shape, kernel: tuple[Any, ...], stride: tuple[Any, ...]) -> str:
    layer: Any = node.layer
    windows = layer.geometry(x).windows
    full = [size * s + max(k - s, 0) for size, s, k in zip(x.lengths, stride, kernel, strict=True)]
    rows = []
    for window, whole, wanted in zip(windows, full, node.shape.lengths, strict=True):
        before = number(window.before)
        rows.append((before, number(whole) - before - number(wanted)))
    if min(min(row) for row in rows) < 0:
        raise NoCounterpart("Keras has no such output padding")
    if not any(side for row in rows for side in row):
        return PLAIN
    return f"layers.Cropping{len(rows)}D({rows[0] if len(rows) == 1 else tuple(rows)})({{m}}({{0}}))"


def pool(node: Node, shapes: Shapes) -> FrameworkCall:
    """Return a pool; padding that no word says is written before it."""
    layer: Any = node.layer
    x = shapes[0]
    windows = layer.geometry(x).windows
    if any(window.dilation != 1 for window in windows):
        raise NoCounterpart("Keras has no dilation of a pool")
    kernel, stride = ([number(getattr(w, name)) for w in windows] for name in ("kernel", "stride"))
    sides, largest = needed(node), layer.kind == "maxpool"
    word, use = "valid", PLAIN
    if layer.padding == "same":
        word = "same"
    elif pads(sides):
        if not largest and sides != stated(node):
            raise NoCounterpart("Keras has no average pool that rounds up")
        use = f"{{m}}({padded(sides, x, lowest=largest)})"
    made = {"pool_size": one(kernel), "strides": one(stride), "padding": word}
    return FrameworkCall(name_of(layer.kind, x), tuple(made.items()), use)


def adaptive(node: Node, shapes: Shapes) -> FrameworkCall:
    """Return a pool with a number of outputs."""
    return FrameworkCall(name_of(node.layer.kind, shapes[0]), (("output_size", one(node.shape.lengths)),))


def global_(node: Node, shapes: Shapes) -> FrameworkCall:
    """Return a pool of the whole map, which stays a map."""
    return FrameworkCall(name_of(node.layer.kind, shapes[0]), (("keepdims", True),))
