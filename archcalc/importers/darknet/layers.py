"""The layers that the sections of a `.cfg` file are: each rule returns the rows of one section, one after the other.

Source: github.com/pjreddie/darknet and github.com/AlexeyAB/darknet, src/parser.c and the files of the layers.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from archcalc.importers.arrangement import whole
from archcalc.importers.darknet.reading import activation
from archcalc.importers.steps import RowStep, opaque

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archcalc.importers.arrangement import Value
    from archcalc.importers.darknet.reading import DarknetReading
    from archcalc.importers.darknet.sections import Section

    Rule = Callable[[DarknetReading], list[RowStep]]


def _strides(section: Section) -> Any:  # noqa: ANN401 - a number, or one for each axis
    """Return the stride; AlexeyAB's darknet has one for each axis."""
    stride = section.whole("stride", 1, 1)
    height, width = section.whole("stride_y", stride, 1), section.whole("stride_x", stride, 1)
    return height if height == width else (height, width)


def _convolution(call: DarknetReading) -> list[RowStep]:
    """Return a convolution; with dilation, darknet dilates the padding too."""
    section, (channels, _, _) = call.section, call.image()
    size, groups = section.whole("size", 1, 1), section.whole("groups", 1, 1)
    dilation = 1 if size == 1 else section.whole("dilation", 1, 1)
    padding = size // 2 if section.flag("pad") else section.whole("padding", 0)
    if section.flag("antialiasing"):
        raise section.wrong("antialiasing is not supported", line=section.options["antialiasing"].line)
    if channels % groups:
        raise section.wrong(f"groups={groups} does not divide the {channels} input channels")
    given = {"stride": _strides(section), "padding": padding * dilation, "dilation": dilation, "groups": groups}
    options = {"filters": section.whole("filters", None, 1), "kernel": size, **given}
    return [*_normalized(call, "conv", options), *activation(call, "logistic")]


def _normalized(call: DarknetReading, kind: str, options: Mapping[str, Any]) -> list[RowStep]:
    """Return a layer with a bias, or with a batch norm, whose shift is then darknet's bias."""
    owner: Mapping[str, str] = {}
    if "share_index" in call.section.options:
        owner = call.rows[call.number_of("share_index", call.section.numbers("share_index")[0])]
        if kind not in owner:
            raise call.section.wrong("share_index does not name a convolution")
    normalized = call.section.flag("batch_normalize") or call.section.flag("cbn")
    steps = [RowStep(kind, {**options, "bias": not normalized}, shares=owner.get(kind))]
    return [*steps, RowStep("batchnorm", shares=owner.get("batchnorm"))] if normalized else steps


def _deconvolution(call: DarknetReading) -> list[RowStep]:
    section = call.section
    call.image()
    size = section.whole("size", 1, 1)
    padding = size // 2 if section.flag("pad") else section.whole("padding", 0)
    options = {"filters": section.whole("filters", None, 1), "kernel": size, "stride": section.whole("stride", 1, 1)}
    return [*_normalized(call, "conv_transpose", {**options, "padding": padding}), *activation(call, "logistic")]


def _connected(call: DarknetReading) -> list[RowStep]:
    options = {"outputs": call.section.whole("output", None, 1)}
    return [*_flat(call), *_normalized(call, "linear", options), *activation(call, "logistic")]


def _flat(call: DarknetReading) -> list[RowStep]:
    return [RowStep("flatten")] if call.x.shape.is_map else []


def _pool(kind: str) -> Rule:
    """Return the rule of a pool, whose padding is that of both sides together: by default its size less one."""

    def rule(call: DarknetReading) -> list[RowStep]:
        section = call.section
        call.image()
        stride = section.whole("stride", 1, 1)
        size = section.whole("size", stride, 1)
        padding = section.whole("padding", size - 1)
        for key in ("maxpool_depth", "antialiasing"):
            if section.flag(key):
                raise section.wrong(f"{key} is not supported", line=section.options[key].line)
        options: dict[str, Any] = {"kernel": size, "stride": _strides(section)}
        if padding == 1 and options["stride"] == 2:  # noqa: PLR2004 - one row at the end is what rounding up adds
            options["ceil"] = True
        elif padding:
            options["padding"] = ((padding // 2, padding - padding // 2),) * 2
        return [RowStep(kind, options)]

    return rule


def _route(call: DarknetReading) -> list[RowStep]:
    """Return a concatenation of earlier outputs, of each only one of some groups of channels; of one, nothing."""
    section, read = call.section, call.earlier("layers")
    groups, group = section.whole("groups", 1, 1), section.whole("group_id", 0)
    if len({value.shape.sizes[1:] for value in read}) > 1:
        shapes = ", ".join(str(value.shape) for value in read)
        raise section.wrong(f"the layers have different sizes: {shapes}", "their height and width must be equal")
    if group >= groups:
        raise section.wrong(f"group_id={group} is not one of {groups} groups", "groups are counted from 0")
    if groups == 1:
        return [RowStep("concat", {}, read)]
    parts = [_part(call, value, groups, group) for value in read]
    return parts if len(parts) == 1 else [*parts, RowStep("concat", {}, ())]


def _part(call: DarknetReading, value: Value, groups: int, group: int) -> RowStep:
    channels = whole(value.shape.channels)
    if channels % groups:
        raise call.section.wrong(f"groups={groups} does not divide the {channels} channels")
    part = channels // groups
    return RowStep("slice", {"channels": (group * part, (group + 1) * part)}, [value])


def _shortcut(call: DarknetReading) -> list[RowStep]:
    """Return a sum; of maps with other sizes or learned factors, darknet adds what fits or scales what it adds."""
    read = [call.x, *call.earlier("from")]
    weighted = call.section.text("weights_type", "none")
    if weighted not in WEIGHTS_OF_A_SUM:
        expected = ", ".join(WEIGHTS_OF_A_SUM)
        raise call.section.wrong(f"invalid weights_type '{weighted}': expected {expected}")
    params = WEIGHTS_OF_A_SUM[weighted](len(read), whole(call.x.shape.channels))
    if params or len({value.shape for value in read}) > 1:
        name = "weighted shortcut" if params else "shortcut of other sizes"
        added = opaque(name, read, call.sizes, params=params)
    else:
        added = RowStep("add", {}, read)
    return [added, *activation(call, "linear")]


WEIGHTS_OF_A_SUM: Mapping[str, Callable[[int, int], int]] = {
    "none": lambda _, __: 0,
    "per_feature": lambda count, _: count,
    "per_layer": lambda count, _: count,
    "per_channel": lambda count, channels: count * channels,
}
"""The number of factors of a weighted sum by weights_type, of the number of summands and of channels."""


def _local(call: DarknetReading) -> list[RowStep]:
    """Return a convolution whose filters are others at every position."""
    section, (channels, *sizes) = call.section, call.image()
    filters, size = section.whole("filters", None, 1), section.whole("size", 1, 1)
    less = 1 if section.flag("pad") else size
    if min(sizes) < less:
        raise section.wrong(f"size={size} is larger than the input ({sizes[0]}×{sizes[1]})")
    grid = [(length - less) // section.whole("stride", 1, 1) + 1 for length in sizes]
    weights, biases = channels * size**2 * filters * prod(grid), filters * prod(grid)
    row = opaque("local", [call.x], (filters, *grid), params=weights + biases, mult_adds=weights)
    return [row, *activation(call, "logistic")]


def _recurrent(of_input: int, of_state: int) -> Rule:
    """Return the rule of a recurrent layer: some connected layers of the input, and some of the state."""

    def rule(call: DarknetReading) -> list[RowStep]:
        features, state = prod(call.sizes), call.section.whole("output", None, 1)
        weights = of_input * features * state + of_state * state**2
        biases = (of_input + of_state) * state
        normalized = call.section.flag("batch_normalize")
        params, buffers = weights + biases * (1 + normalized), 2 * biases * normalized
        row = opaque(call.section.kind, [call.x], (state,), params=params, mult_adds=weights, buffers=buffers)
        return [row]

    return rule


def _reorg(call: DarknetReading) -> list[RowStep]:
    """Return blocks of pixels as channels. Darknet orders the values otherwise than others; sizes are the same."""
    section, (channels, height, width) = call.section, call.image()
    block = section.whole("stride", 1, 1)
    extra = section.whole("extra", 0)
    if extra:
        return [opaque("reorg with extra values", [call.x], (prod(call.sizes) + extra,))]
    if section.flag("reverse"):
        return [RowStep("pixel_shuffle", {"factor": block})]
    if height % block or width % block:
        raise section.wrong(f"stride={block} does not divide the size {height}×{width} of its {channels} channels")
    if section.flag("flatten"):
        sizes = (channels * block**2, height // block, width // block)
        return [opaque("reorg with flatten", [call.x], sizes)]
    return [RowStep("space_to_depth", {"block": block})]


def _softmax(call: DarknetReading) -> list[RowStep]:
    if call.section.whole("groups", 1, 1) > 1 or "tree" in call.section.options:
        return [RowStep("pointwise", {"function": "softmax of groups"})]
    positions = prod(call.sizes[1:])
    return [*(_flat(call) if positions > 1 and not call.section.flag("spatial") else []), RowStep("softmax")]


def _upsample(call: DarknetReading) -> list[RowStep]:
    call.image()
    return [RowStep("upsample", {"factor": call.section.whole("stride", 2, 1)})]


def _crop(call: DarknetReading) -> list[RowStep]:
    call.image()
    height, width = (call.section.whole(f"crop_{side}", 1, 1) for side in ("height", "width"))
    return [RowStep("crop", {"size": height if height == width else (height, width)})]


def _scaled(call: DarknetReading) -> list[RowStep]:
    """Return a product with an earlier output, for example of squeeze-and-excitation."""
    return [RowStep("multiply", {}, [*call.earlier("from"), call.x]), *activation(call, "linear")]


def _average(call: DarknetReading) -> list[RowStep]:
    call.image()
    return [RowStep("global_avgpool")]


def _norm(call: DarknetReading) -> list[RowStep]:
    call.image()
    return [RowStep("lrn", {"size": call.section.whole("size", 5, 1)})]


RULES: Mapping[str, Rule] = {
    "convolutional": _convolution,
    "deconvolutional": _deconvolution,
    "connected": _connected,
    "local": _local,
    "maxpool": _pool("maxpool"),
    "local_avgpool": _pool("avgpool"),
    "avgpool": _average,
    "route": _route,
    "shortcut": _shortcut,
    "scale_channels": _scaled,
    "sam": _scaled,
    "reorg": _reorg,
    "upsample": _upsample,
    "crop": _crop,
    "dropout": lambda call: [RowStep("dropout", {"p": call.section.decimal("probability", "0.5")})],
    "batchnorm": lambda _: [RowStep("batchnorm")],
    "normalization": _norm,
    "l2norm": lambda _: [RowStep("pointwise", {"function": "l2norm"})],
    "activation": lambda call: activation(call, "linear"),
    "logistic": lambda _: [RowStep("sigmoid")],
    "softmax": _softmax,
    "rnn": _recurrent(1, 2),
    "gru": _recurrent(3, 3),
    "lstm": _recurrent(4, 4),
}
"""The rule of each section."""

ENDS = ("yolo", "gaussian_yolo", "region", "detection", "iseg", "cost", "contrastive")
"""Sections that train or decode what comes in, and have no weights: what comes in is an output of the network."""
