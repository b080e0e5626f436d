"""The modules of ultralytics that read several rows, change only shapes, or are outputs.

Source: models/yolo.py of github.com/ultralytics/yolov5, and ultralytics/nn/modules/head.py of
github.com/ultralytics/ultralytics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.importers.ultralytics.calls import channels
from archcalc.importers.ultralytics.reading import MOST_COPIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.importers.arrangement import Value
    from archcalc.importers.ultralytics.calls import YoloCall

    Rule = Callable[[YoloCall], Value]
    Ends = Callable[[YoloCall], list[Value]]


def _concat(call: YoloCall) -> Value:
    if call.row.whole(0, 1) != 1:
        raise call.row.wrong("only channels can be joined", "the argument of Concat should be [1]")
    return call.add("", "concat", call.reads) if len(call.reads) > 1 else call.x


def _upsample(call: YoloCall) -> Value:
    size, factor, mode = (call.row.get(place) for place in range(3))
    if size is not None or mode not in (None, "nearest", "bilinear"):
        raise call.row.wrong("only an upsampling by a factor is supported", "for example [None, 2, nearest]")
    whole = int(factor) if isinstance(factor, float) and factor.is_integer() else factor
    call = call._replace(row=call.row._replace(args=(whole,)))
    return call.add("", "upsample", [call.x], factor=call.row.whole(0), mode=mode or "nearest")


def _maxpool(call: YoloCall) -> Value:
    row = call.row
    kernel = row.whole(0)
    return call.add(
        "", "maxpool", [call.x], kernel=kernel, stride=row.whole(1, kernel), padding=row.whole(2, 0, least=0)
    )


def _pad(call: YoloCall) -> Value:
    sides = call.row.get(0)
    four = (call.row.whole(0, least=0),) * 4 if isinstance(sides, int) else call.row.several(0, 4, least=0)
    left, right, top, bottom = four
    return call.add("", "pad", [call.x], padding=((top, bottom), (left, right)))


def _transposed(call: YoloCall) -> Value:
    row = call.row
    given: dict[str, Any] = {"kernel": row.whole(1), "stride": row.whole(2, 1), "padding": row.whole(3, 0, least=0)}
    return call.add("", "conv_transpose", [call.x], filters=call.outputs, **given)


def _contract(call: YoloCall) -> Value:
    return call.add("", "space_to_depth", [call.x], block=call.row.whole(0, 2))


def _expand(call: YoloCall) -> Value:
    gain = call.row.whole(0, 2)
    return call.add("", "rearrange", [call.x], pattern=f"(a={gain} b={gain} c) h w -> c (h a) (w b)")


def _classify(call: YoloCall) -> Value:
    """Add ``Classify``: a convolution with 1,280 filters, an average over the map, and a linear layer."""
    row = call.row
    y = call.conv("conv", call.x, 1280, row.whole(1, 1), row.whole(2, 1))
    y = call.add("flatten", "flatten", [call.add("pool", "global_avgpool", [y])])
    return call.add("linear", "linear", [y], outputs=row.whole(0))


def _resnet(call: YoloCall) -> Value:
    """Add ``ResNetLayer``: the first layers of a ResNet, or bottleneck blocks; their channels are not scaled."""
    row, width = call.row, call.row.whole(1)
    if row.flag(3, default=False):
        y = call.conv("layer/0", call.x, width, 7, 2, padding=3)
        return call.add("layer/1", "maxpool", [y], kernel=3, stride=2, padding=1)
    value, stride, expansion = call.x, row.whole(2, 1), row.whole(5, 4)
    for number in range(min(row.whole(4, 1), MOST_COPIES)):
        value = _resnet_block(call.within(f"layer/{number}", value), width, stride if not number else 1, expansion)
    return value


def _resnet_block(call: YoloCall, width: int, stride: int, expansion: int) -> Value:
    outputs, side = width * expansion, call.x
    y = call.conv("cv2", call.conv("cv1", call.x, width), width, 3, stride)
    y = call.conv("cv3", y, outputs, act=False)
    if stride != 1 or channels(call.x) != outputs:
        side = call.conv("shortcut/0", call.x, outputs, 1, stride, act=False)
    return call.add("relu", "relu", [call.add("add", "add", [y, side])])


SHAPES: dict[str, Rule] = {
    "Concat": _concat,
    "nn.Upsample": _upsample,
    "nn.MaxPool2d": _maxpool,
    "nn.ZeroPad2d": _pad,
    "nn.ConvTranspose2d": _transposed,
    "nn.BatchNorm2d": lambda call: call.add("", "batchnorm", [call.x]),
    "nn.Identity": lambda call: call.x,
    "Contract": _contract,
    "Expand": _expand,
    "Classify": _classify,
    "ResNetLayer": _resnet,
}
"""The modules with one output that are not made of convolutions alone."""


def _plain_conv(call: YoloCall, name: str, x: Value, filters: int) -> Value:
    return call.add(name, "conv", [x], filters=filters, kernel=1)


def _branch(call: YoloCall, name: str, x: Value, hidden: int, filters: int) -> Value:
    """Add two convolutions of 3 × 3 and one of 1 × 1, as the branches of a head have them."""
    y = call.conv(f"{name}/1", call.conv(f"{name}/0", x, hidden, 3), hidden, 3)
    return _plain_conv(call, f"{name}/2", y, filters)


def _anchored(call: YoloCall, further: int = 0) -> list[Value]:
    """Add the outputs of YOLOv5: for each anchor four sides, whether there is an object, and the classes."""
    outputs = (call.file.anchors or 0) * (call.row.whole(0) + 5 + further)
    return [_plain_conv(call, f"m/{number}", x, outputs) for number, x in enumerate(call.reads)]


def _boxes(call: YoloCall) -> list[Value]:
    """Add the outputs of YOLOv8: classes, and sides as distributions whose means a convolution computes."""
    classes, first = call.row.whole(0), channels(call.x)
    bins = call.file.bins
    of_boxes, of_classes = max(16, first // 4, bins * 4), max(first, min(classes, 100))
    levels = list(enumerate(call.reads))
    sides = [_branch(call, f"cv2/{number}", x, of_boxes, 4 * bins) for number, x in levels]
    found = [_branch(call, f"cv3/{number}", x, of_classes, classes) for number, x in levels]
    lines = [
        call.add(f"dfl/bins_{number}", "rearrange", [side], pattern=f"(s=4 b={bins}) h w -> b (s h w)")
        for number, side in enumerate(sides)
    ]
    joined = lines[0] if len(lines) == 1 else call.add("dfl/concat", "concat", lines, axis="length")
    means = call.add("dfl/softmax", "softmax", [joined])
    return [*found, call.add("dfl/conv", "conv", [means], filters=1, kernel=1, bias=False)]


def _detect(call: YoloCall) -> list[Value]:
    return _anchored(call) if call.is_v5 else _boxes(call)


def _segment(call: YoloCall) -> list[Value]:
    """Add the outputs of ``Segment``: those of ``Detect``, coefficients of masks, and the masks that they combine."""
    masks, hidden = call.row.whole(call.is_v5 + 1, 32), call.file.scaled(call.row.whole(call.is_v5 + 2, 256))
    found = _anchored(call, masks) if call.is_v5 else [*_boxes(call), *_further(call, masks)]
    y = call.conv("proto/cv1", call.x, hidden, 3)
    if call.is_v5:
        y = call.add("proto/upsample", "upsample", [y], factor=2)
    else:
        y = call.add("proto/upsample", "conv_transpose", [y], filters=hidden, kernel=2, stride=2)
    return [*found, call.conv("proto/cv3", call.conv("proto/cv2", y, hidden, 3), masks)]


def _further(call: YoloCall, outputs: int) -> list[Value]:
    """Add the further branch of a head: for masks, key points or an angle."""
    hidden = max(channels(call.x) // 4, outputs)
    return [_branch(call, f"cv4/{number}", x, hidden, outputs) for number, x in enumerate(call.reads)]


def _pose(call: YoloCall) -> list[Value]:
    """Add the outputs of ``Pose``: those of ``Detect``, and two or three numbers for each key point."""
    points, numbers = call.row.several(1, 2)
    return [*_boxes(call), *_further(call, points * numbers)]


def _oriented(call: YoloCall) -> list[Value]:
    return [*_boxes(call), *_further(call, call.row.whole(1, 1))]


HEADS: dict[str, Ends] = {"Detect": _detect, "Segment": _segment, "Pose": _pose, "OBB": _oriented}
"""The outputs of each module that ends a network."""
