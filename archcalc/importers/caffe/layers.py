"""The rows that Caffe's layers are: each rule returns those of one layer, one after the other.

Source: github.com/BVLC/caffe, src/caffe/proto/caffe.proto and src/caffe/layers.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from archcalc.importers.arrangement import whole
from archcalc.importers.caffe import moving, sliding
from archcalc.importers.steps import RowStep, opaque

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archcalc.importers.caffe.reading import CaffeReading

    Rule = Callable[[CaffeReading], list[RowStep]]

UNKNOWN = "unknown"


def unknown(name: str, reads: Any, *, weighted: bool) -> RowStep:  # noqa: ANN401 - tensors
    """Return a row of an unknown shape; ``weighted`` if it can have parameters and MACs, which then are unknown too."""
    counts = {"params": UNKNOWN, "mult_adds": UNKNOWN} if weighted else {}
    return RowStep("opaque", {"operation": name, "shape": UNKNOWN, **counts}, reads)


def _inner_product(call: CaffeReading) -> list[RowStep]:
    options = call.options("inner_product_param", ("num_output", "bias_term", "axis", "transpose"))
    outputs, biased, axis = (
        options.number("num_output", None, 1),
        options.flag("bias_term", default=True),
        call.axis(options),
    )
    if axis == 1:
        flat = [RowStep("flatten")] if call.x.shape.is_map else []
        return [*flat, RowStep("linear", {"outputs": outputs, "bias": biased})]
    if not axis:
        raise call.wrong("takes images together, which is not supported")
    kept, features = call.sizes[: axis - 1], prod(call.sizes[axis - 1 :])
    macs = prod(kept) * features * outputs
    return [opaque("InnerProduct", [call.x], (*kept, outputs), params=(features + biased) * outputs, mult_adds=macs)]


def _relu(call: CaffeReading) -> list[RowStep]:
    slope = call.options("relu_param", ("negative_slope",)).decimal("negative_slope", "0")
    return [RowStep("leaky_relu", {"slope": slope}) if slope else RowStep("relu")]


def _prelu(call: CaffeReading) -> list[RowStep]:
    return [RowStep("prelu", {"shared": call.options("prelu_param", ("channel_shared",)).flag("channel_shared")})]


def _elu(call: CaffeReading) -> list[RowStep]:
    return [RowStep("elu", {"alpha": call.options("elu_param", ("alpha",)).decimal("alpha", "1")})]


def _lrn(call: CaffeReading) -> list[RowStep]:
    options = call.options("lrn_param", ("local_size", "alpha", "beta", "norm_region", "k"))
    if options.choice("norm_region", ("ACROSS_CHANNELS", "WITHIN_CHANNEL")) == "WITHIN_CHANNEL":
        return [opaque("LRN within channels", [call.x], call.sizes)]
    return [RowStep("lrn", {"size": options.number("local_size", 5, 1)})]


def _dropout(call: CaffeReading) -> list[RowStep]:
    ratio = call.options("dropout_param", ("dropout_ratio", "scale_train")).decimal("dropout_ratio", "0.5")
    return [RowStep("dropout", {"p": ratio})]


def _softmax(call: CaffeReading) -> list[RowStep]:
    axis = call.axis(call.options("softmax_param", ("axis",)))
    return [RowStep("softmax") if axis == 1 else RowStep("pointwise", {"function": "softmax"})]


def _batch_norm(call: CaffeReading) -> list[RowStep]:
    """Return a batch norm without factors, which a Scale after it adds."""
    call.options("batch_norm_param", ("use_global_stats", "moving_average_fraction", "eps"))
    return [RowStep("batchnorm", {"scale": False, "shift": False})]


SCALE = ("axis", "num_axes", "bias_term")


def _scale(call: CaffeReading) -> list[RowStep]:
    """Return a learned factor for each channel, or the product of two blobs."""
    options = call.options("scale_param", SCALE)
    biased = options.flag("bias_term")
    if len(call.reads) > 1:
        return _product(call, biased=biased)
    count = _factors(call, options)
    if count == call.sizes[0] and not biased and call.axis(options) == 1:
        return [RowStep("layer_scale")]
    return [opaque("Scale", [call.x], call.sizes, params=count * (1 + biased))]


def _product(call: CaffeReading, *, biased: bool) -> list[RowStep]:
    one, other = (tuple(map(whole, value.shape.sizes)) for value in call.reads[:2])
    fits = len(one) == len(other) and all(b in (a, 1) for a, b in zip(one, other, strict=True))
    if fits and not biased:
        return [RowStep("multiply", {}, call.reads)]
    return [opaque("Scale", call.reads, one, params=prod(other) * biased)]


def _factors(call: CaffeReading, options: Any) -> int:  # noqa: ANN401 - a message
    """Return how many factors there are: one for each place along some axes."""
    axis, count = call.axis(options), options.number("num_axes", 1, -1)
    if not axis:
        raise call.wrong("has a factor for each image, which is not supported")
    return prod(call.sizes[axis - 1 :] if count < 0 else call.sizes[axis - 1 : axis - 1 + count])


def _bias(call: CaffeReading) -> list[RowStep]:
    options = call.options("bias_param", ("axis", "num_axes"))
    if len(call.reads) > 1:
        same = len({value.shape for value in call.reads}) == 1
        return [RowStep("add", {}, call.reads) if same else opaque("Bias", call.reads, call.sizes)]
    return [opaque("Bias", [call.x], call.sizes, params=_factors(call, options))]


def _embed(call: CaffeReading) -> list[RowStep]:
    options = call.options("embed_param", ("num_output", "input_dim", "bias_term"))
    features, rows = options.number("num_output", None, 1), options.number("input_dim", None, 1)
    biased = options.flag("bias_term", default=True)
    if not biased and call.x.shape.layout == "F":
        return [RowStep("embedding", {"vocabulary": rows, "features": features})]
    return [opaque("Embed", [call.x], (*call.sizes, features), params=(rows + biased) * features)]


def _reduction(call: CaffeReading) -> list[RowStep]:
    options = call.options("reduction_param", ("operation", "axis", "coeff"))
    axis = call.axis(options, "axis", 0)
    if not axis:
        raise call.wrong("reduces the batch, which is not supported")
    return [opaque(f"Reduction {options.text('operation', 'SUM')}", [call.x], call.sizes[: axis - 1] or (1,))]


def _pyramid(call: CaffeReading) -> list[RowStep]:
    options = call.options("spp_param", ("pyramid_height", "pool"))
    call.image()
    height = options.number("pyramid_height", None, 1)
    if height > MOST_LEVELS:
        raise call.wrong(f"has a pyramid of {height} levels; expected at most {MOST_LEVELS}")
    bins = tuple(2**level for level in range(height))
    if options.choice("pool", ("MAX", "AVE", "STOCHASTIC")) == "MAX":
        return [RowStep("spp", {"bins": bins})]
    return [opaque("SPP", [call.x], (call.sizes[0] * sum(number**2 for number in bins),))]


MOST_LEVELS = 20
"""A pyramid of more levels would have more bins than any map has places."""


def _normalize(call: CaffeReading) -> list[RowStep]:
    """Return the L2 norm over channels of SSD, with a learned factor for each of them."""
    options = call.options("norm_param", ("across_spatial", "scale_filler", "channel_shared", "eps"))
    shared = options.flag("channel_shared", default=True)
    return [opaque("Normalize", [call.x], call.sizes, params=1 if shared else call.sizes[0])]


def _axpy(call: CaffeReading) -> list[RowStep]:
    """Return a blob times one factor for each channel, plus another blob: squeeze-and-excitation."""
    if len(call.reads) != 3:  # noqa: PLR2004
        raise call.wrong("expects three blobs")
    factor, x, y = call.reads
    return [RowStep("multiply", {}, [x, factor]), RowStep("add", {}, [y])]


def _kept(name: str) -> Rule:
    """Return the rule of a layer that neither has parameters nor changes the shape, but is no function of values."""
    return lambda call: [opaque(name, [call.x], call.sizes)]


def _function(kind: str, function: str = "") -> Rule:
    return lambda _: [RowStep(kind, {"function": function} if function else {})]


RULES: Mapping[str, Rule] = {
    "Convolution": sliding.convolution,
    "Deconvolution": sliding.deconvolution,
    "Pooling": sliding.pooling,
    "InnerProduct": _inner_product,
    "Embed": _embed,
    "ReLU": _relu,
    "PReLU": _prelu,
    "ELU": _elu,
    "LRN": _lrn,
    "MVN": _kept("MVN"),
    "Dropout": _dropout,
    "Softmax": _softmax,
    "BatchNorm": _batch_norm,
    "Scale": _scale,
    "Bias": _bias,
    "Normalize": _normalize,
    "Concat": moving.concat,
    "Eltwise": moving.eltwise,
    "Axpy": _axpy,
    "Slice": moving.sliced,
    "Split": lambda _: [],
    "Flatten": moving.flatten,
    "Reshape": moving.reshape,
    "Permute": moving.permute,
    "Crop": moving.crop,
    "ShuffleChannel": moving.shuffled,
    "Tile": moving.tile,
    "Reduction": _reduction,
    "SPP": _pyramid,
    **{name: _function(kind) for name, kind in {
        "Sigmoid": "sigmoid", "TanH": "tanh", "AbsVal": "abs", "ReLU6": "relu6", "Swish": "silu",
    }.items()},
    **{name: _function("pointwise", name.lower()) for name in ("Power", "Exp", "Log", "BNLL", "Threshold", "Clip")},
}  # fmt: skip
"""The rule of each type of layer."""

JOINING = {"Concat", "Eltwise", "Axpy", "Scale", "Bias", "Crop"}
"""The types that read several blobs."""

WEIGHTLESS = {*RULES, "ArgMax", "ROIPooling", "PSROIPooling", "PriorBox", "DetectionOutput", "Proposal", "Im2col",
              "Filter", "BatchReindex", "Interp"} - {
    "Convolution", "Deconvolution", "InnerProduct", "Embed", "PReLU", "Scale", "Bias", "Normalize",
}  # fmt: skip
"""The types that have no parameters, also where their output shape is unknown."""
