"""The modules of ultralytics that are made of convolutions, each as the rows of its layers.

A rule adds the rows of a module within a path and returns its output. Paths are those of the modules in PyTorch.

Source: models/common.py of github.com/ultralytics/yolov5, and ultralytics/nn/modules of
github.com/ultralytics/ultralytics.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, NamedTuple

from archcalc.importers.arrangement import whole
from archcalc.importers.ultralytics.calls import channels, hidden_channels, one_or_two

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.importers.arrangement import Value
    from archcalc.importers.ultralytics.calls import YoloCall

    Rule = Callable[[YoloCall], Value]


def convolution(call: YoloCall) -> Value:
    """Add ``Conv``: filters, kernel, stride, padding, groups, dilation, activation."""
    row = call.row
    padding = None if row.get(3) is None else row.whole(3, least=0)
    return call.conv(
        "", call.x, call.outputs, one_or_two(row, 1, 1), one_or_two(row, 2, 1), padding=padding, groups=row.whole(4, 1),
        dilation=row.whole(5, 1), act=row.flag(6, default=True),
    )  # fmt: skip


def depthwise(call: YoloCall) -> Value:
    """Add ``DWConv``: a convolution with as many groups as channels allow."""
    row, filters = call.row, call.outputs
    return call.conv(
        "", call.x, filters, one_or_two(row, 1, 1), one_or_two(row, 2, 1), groups=gcd(channels(call.x), filters),
        dilation=row.whole(3, 1), act=row.flag(4, default=True),
    )  # fmt: skip


class BottleneckSizes(NamedTuple):
    """What a ``Bottleneck`` is made with: channels that it outputs and has between, both kernels, and groups."""

    outputs: int
    hidden: int
    kernels: tuple[int, int] = (1, 3)
    shortcut: bool = True
    groups: int = 1


def bottleneck(call: YoloCall, sizes: BottleneckSizes) -> Value:
    """Add a ``Bottleneck``: two convolutions, and its input if the channels are the same."""
    call.flow.classes[call.path] = "Bottleneck"
    y = call.conv("cv1", call.x, sizes.hidden, sizes.kernels[0])
    y = call.conv("cv2", y, sizes.outputs, sizes.kernels[1], groups=sizes.groups)
    adds = sizes.shortcut and channels(call.x) == sizes.outputs
    return call.add("add", "add", [call.x, y]) if adds else y


def single_bottleneck(call: YoloCall) -> Value:
    """Add ``Bottleneck``: outputs, shortcut, groups; its kernels are 1 and 3 in YOLOv5, and 3 and 3 later."""
    outputs, shortcut = call.outputs, call.row.flag(1, default=True)
    groups = call.row.whole(2, 1)
    sizes = BottleneckSizes(outputs, outputs // 2, kernels=call.kernels, shortcut=shortcut, groups=groups)
    return bottleneck(call, sizes)


def _chained(call: YoloCall, x: Value, kernels: tuple[int, int] = (1, 3)) -> list[Value]:
    """Add bottlenecks one after the other, and return what they read and the output of each."""
    width, shortcut = channels(x), call.row.flag(1, default=call.row.module != "C2f")
    sizes = BottleneckSizes(width, width, kernels=kernels, shortcut=shortcut, groups=call.row.whole(2, 1))
    found = [x]
    for number in range(call.file.copies(call.row.copies)):
        found.append(bottleneck(call.within(f"m/{number}", found[-1]), sizes))
    return found


def csp(inner: Callable[[YoloCall, Value], Value]) -> Rule:
    """Return the rule of ``C3`` and its variants: inner modules one after the other beside a convolution."""

    def rule(call: YoloCall) -> Value:
        hidden = hidden_channels(call, 3)
        y = inner(call, call.conv("cv1", call.x, hidden))
        joined = call.add("concat", "concat", [y, call.conv("cv2", call.x, hidden)])
        return call.conv("cv3", joined, call.outputs)

    return rule


def _crossed(call: YoloCall, x: Value) -> Value:
    for number in range(call.file.copies(call.row.copies)):
        inner = call.within(f"m/{number}", x)
        y = inner.conv("cv1", x, channels(x), (1, 3))
        y = inner.conv("cv2", y, channels(x), (3, 1), groups=call.row.whole(2, 1))
        x = inner.add("add", "add", [x, y]) if call.row.flag(1, default=True) else y
    return x


def ghost(call: YoloCall, filters: int, kernel: int = 1, stride: int = 1, *, act: bool = True) -> Value:
    """Add a ``GhostConv``: half of the channels by a convolution, the others by one of 5 × 5 for each channel."""
    half = filters // 2
    y = call.conv("cv1", call.x, half, kernel, stride, act=act)
    return call.add("concat", "concat", [y, call.conv("cv2", y, half, 5, groups=half, act=act)])


def ghost_bottleneck(call: YoloCall, outputs: int, kernel: int = 3, stride: int = 1) -> Value:
    """Add a ``GhostBottleneck``: two ghost convolutions, with one for each channel between them if it has a stride."""
    half, given, side = outputs // 2, channels(call.x), call.x
    y = ghost(call.within("conv/0", call.x), half)
    if stride == 2:  # noqa: PLR2004 - the only stride for which the module has more
        y = call.conv("conv/1", y, half, kernel, stride, groups=half, act=False)
        side = call.conv("shortcut/0", call.x, given, kernel, stride, groups=given, act=False)
        side = call.conv("shortcut/1", side, outputs, act=False)
    return call.add("add", "add", [ghost(call.within("conv/2", y), outputs, act=False), side])


def _ghosts(call: YoloCall, x: Value) -> Value:
    for number in range(call.file.copies(call.row.copies)):
        x = ghost_bottleneck(call.within(f"m/{number}", x), channels(x))
    return x


def c2f(call: YoloCall) -> Value:
    """Add ``C2f``: outputs, shortcut, groups; each bottleneck reads the one before it, and all are joined."""
    first, second = _halves(call)
    parts = [first, *_chained(call, second, (3, 3))]
    return call.conv("cv2", call.add("concat", "concat", parts), call.outputs)


def c2(call: YoloCall) -> Value:
    """Add ``C2``: outputs, shortcut, groups; of one half, bottlenecks one after the other, joined with the other."""
    first, second = _halves(call)
    joined = call.add("concat", "concat", [_chained(call, first, (3, 3))[-1], second])
    return call.conv("cv2", joined, call.outputs)


def _halves(call: YoloCall) -> tuple[Value, Value]:
    hidden = hidden_channels(call, 3)
    y = call.conv("cv1", call.x, 2 * hidden)
    first, second = (
        call.add(f"split/{part}", "slice", [y], channels=(part * hidden, (part + 1) * hidden)) for part in (0, 1)
    )
    return first, second


def csp_bottleneck(call: YoloCall) -> Value:
    """Add ``BottleneckCSP``, whose joined branches have a batch norm and an activation of their own."""
    hidden = hidden_channels(call, 3)
    y = _chained(call, call.conv("cv1", call.x, hidden), call.kernels)[-1]
    y = call.add("cv3", "conv", [y], filters=hidden, kernel=1, bias=False)
    side = call.add("cv2", "conv", [call.x], filters=hidden, kernel=1, bias=False)
    joined = call.add("bn", "batchnorm", [call.add("concat", "concat", [y, side])])
    return call.conv("cv4", call.activated("act", joined, silu=True), call.outputs)


def cross(call: YoloCall) -> Value:
    """Add ``CrossConv``: a convolution along each axis."""
    row, outputs = call.row, call.outputs
    kernel, stride = row.whole(1, 3), row.whole(2, 1)
    y = call.conv("cv1", call.x, _share(call, 4), (1, kernel), (1, stride))
    y = call.conv("cv2", y, outputs, (kernel, 1), (stride, 1), groups=row.whole(3, 1))
    return call.add("add", "add", [call.x, y]) if row.flag(5, default=False) and channels(call.x) == outputs else y


def _share(call: YoloCall, place: int) -> int:
    return call.outputs if call.row.get(place) is None else hidden_channels(call, place)


def pooled(call: YoloCall) -> Value:
    """Add ``SPP``: maximum pools of several windows side by side."""
    kernels = call.row.several(1, default=(5, 9, 13))
    y = call.conv("cv1", call.x, channels(call.x) // 2)
    pools = [
        call.add(f"m/{number}", "maxpool", [y], kernel=size, stride=1, padding=size // 2)
        for number, size in enumerate(kernels)
    ]
    return call.conv("cv2", call.add("concat", "concat", [y, *pools]), call.outputs)


def pooled_fast(call: YoloCall) -> Value:
    """Add ``SPPF``: one maximum pool three times, one after the other."""
    size = call.row.whole(1, 5)
    parts = [call.conv("cv1", call.x, channels(call.x) // 2)]
    for number in range(3):
        parts.append(call.add(f"m/{number}", "maxpool", [parts[-1]], kernel=size, stride=1, padding=size // 2))
    return call.conv("cv2", call.add("concat", "concat", parts), call.outputs)


def focus(call: YoloCall) -> Value:
    """Add ``Focus``: each 2 × 2 pixels become channels, then a convolution."""
    row = call.row
    padding = None if row.get(3) is None else row.whole(3, least=0)
    y = call.add("space_to_depth", "space_to_depth", [call.x], block=2)
    return call.conv("conv", y, call.outputs, row.whole(1, 1), row.whole(2, 1), padding=padding, groups=row.whole(4, 1))


HEADS = 4


def _transformed(call: YoloCall, x: Value) -> Value:
    width = channels(x)
    height, length = (whole(size) for size in x.shape.spatial)
    y = call.add("m/tokens", "tokens", [x])
    y = call.add("m/add", "add", [y, call.add("m/linear", "linear", [y], outputs=width)])
    for number in range(call.file.copies(call.row.copies)):
        name = f"m/tr/{number}"
        heads = [
            call.add(
                f"{name}/ma/heads_{part}", "rearrange",
                [call.add(f"{name}/ma/{part}_proj", "linear", [
                    call.add(f"{name}/{part}", "linear", [y], outputs=width, bias=False)], outputs=width)],
                pattern=f"t (h={HEADS} d) -> h t d",
            )
            for part in "qkv"
        ]  # fmt: skip
        z = call.add(f"{name}/ma/attention", "scaled_dot_product", heads)
        z = call.add(f"{name}/ma/merge", "rearrange", [z], pattern="h t d -> t (h d)", layout="TF")
        y = call.add(f"{name}/add", "add", [call.add(f"{name}/ma/out_proj", "linear", [z], outputs=width), y])
        z = call.add(f"{name}/fc1", "linear", [y], outputs=width, bias=False)
        y = call.add(f"{name}/add_2", "add", [call.add(f"{name}/fc2", "linear", [z], outputs=width, bias=False), y])
    return call.add("m/map", "rearrange", [y], pattern=f"(h={height} w={length}) c -> c h w")


BLOCKS: dict[str, Rule] = {
    "Conv": convolution,
    "DWConv": depthwise,
    "Bottleneck": single_bottleneck,
    "BottleneckCSP": csp_bottleneck,
    "C3": csp(lambda call, x: _chained(call, x)[-1]),
    "C3x": csp(_crossed),
    "C3Ghost": csp(_ghosts),
    "C3TR": csp(_transformed),
    "C2": c2,
    "C2f": c2f,
    "CrossConv": cross,
    "Focus": focus,
    "GhostConv": lambda call: ghost(call, call.outputs, call.row.whole(1, 1), call.row.whole(2, 1)),
    "GhostBottleneck": lambda call: ghost_bottleneck(call, call.outputs, call.row.whole(1, 3), call.row.whole(2, 1)),
    "SPP": pooled,
    "SPPF": pooled_fast,
}
"""The rule of each module."""

REPEATED = ("BottleneckCSP", "C3", "C3x", "C3Ghost", "C3TR", "C2", "C2f")
"""The modules that take the number of copies as an argument; of others there are as many, one after the other."""
