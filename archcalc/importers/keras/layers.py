"""The layers of Keras: a table of their classes, each with the rule that makes its rows.

Source: the layers' documentation at keras.io/api/layers, and the counts of Keras itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.errors import Refusal
from archcalc.importers.keras import activations, merging, moving, norms, recurrent
from archcalc.importers.keras.activations import activated
from archcalc.importers.learned import exact

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.importers.arrangement import Value
    from archcalc.importers.keras.calls import LayerCall

    Rule = Callable[[LayerCall], Value | list[Value] | None]


def _same_or_valid(call: LayerCall) -> Any:  # noqa: ANN401 - a padding, as the kinds take it
    """Return the padding of a window: causal padding is all before."""
    word = call.fields.word("padding", "valid").lower()
    if word != "causal":
        return 0 if word == "valid" else word
    kernel, spacing = (call.fields.sizes(name, 1) for name in ("kernel_size", "dilation_rate"))
    return ((spacing * (kernel - 1), 0),) if isinstance(kernel, int) and isinstance(spacing, int) else word


def _sliding(call: LayerCall, kind: str, **options: Any) -> Value:  # noqa: ANN401
    """Add a convolution, and its activation."""
    fields = call.fields
    options.setdefault("padding", _same_or_valid(call))
    return activated(
        call,
        call.row(
            kind, kernel=fields.sizes("kernel_size"), stride=fields.sizes("strides", 1),
            dilation=fields.sizes("dilation_rate", 1), bias=fields.flag("use_bias", default=True), **options,
        ),
    )  # fmt: skip


def _conv(call: LayerCall) -> Value:
    return _sliding(call, "conv", filters=call.fields.whole("filters"), groups=call.fields.whole("groups", 1))


def _depthwise(call: LayerCall) -> Value:
    return _sliding(call, "depthwise_conv", multiplier=call.fields.whole("depth_multiplier", 1))


def _separable(call: LayerCall) -> Value:
    filters, multiplier = call.fields.whole("filters"), call.fields.whole("depth_multiplier", 1)
    return _sliding(call, "separable_conv", filters=filters, multiplier=multiplier)


def _transposed(call: LayerCall) -> Value:
    """Add a transposed convolution; ``output_padding`` is an option only where it is given."""
    filters = call.fields.whole("filters")
    if call.config.get("output_padding") is None:
        word = call.fields.word("padding", "valid").lower()
        return _sliding(call, "conv_transpose", filters=filters, padding=word)
    more = call.fields.sizes("output_padding")
    return _sliding(call, "conv_transpose", filters=filters, output_padding=more, padding=_half(call))


def _half(call: LayerCall) -> int | tuple[int, ...]:
    """Return half the kernel as padding, which ``same`` is beside ``output_padding``.

    Source: Keras's ``deconv_output_length``.
    """
    if call.fields.word("padding", "valid").lower() != "same":
        return 0
    kernel, spacing = call.fields.sizes("kernel_size"), call.fields.sizes("dilation_rate", 1)
    if not isinstance(spacing, int):
        raise Refusal("spacings that differ")
    each = tuple((spacing * (size - 1) + 1) // 2 for size in ((kernel,) if isinstance(kernel, int) else kernel))
    return each[0] if len(each) == 1 else each


def _dense(call: LayerCall) -> Value:
    """Add a linear layer over the last axis."""
    over: dict[str, Any] = {"over": "channels"} if call.x.shape.is_map else {}
    bias = call.fields.flag("use_bias", default=True)
    return activated(call, call.row("linear", outputs=call.fields.whole("units"), bias=bias, **over))


def _pool(kind: str) -> Rule:
    """Return the rule of a pool: its strides are those of its windows where none are given."""

    def rule(call: LayerCall) -> Value:
        kernel = call.fields.sizes("pool_size", 2)
        given = call.config.get("strides") is not None
        stride = call.fields.sizes("strides") if given else kernel
        return call.row(kind, kernel=kernel, stride=stride, padding=_same_or_valid(call))

    return rule


def _global_average(call: LayerCall) -> Value:
    """Add a mean over all positions, or one that leaves axes of size 1."""
    keeps = call.fields.flag("keepdims", default=False)
    if call.x.shape.is_map:
        return call.row("global_avgpool" if keeps else "mean")
    found = call.row("mean")
    return call.row("reshape", [found], "keepdims", sizes=(1, *found.shape.sizes), layout="TF") if keeps else found


def _global_max(call: LayerCall) -> Value:
    """Add the largest value of each channel; as a vector, unless axes of size 1 are kept."""
    shape = call.x.shape
    if not shape.is_map and not (shape.lengths and isinstance(shape.lengths[0], int)):
        raise Refusal("no tokens, or their number is open")
    found = call.row("global_maxpool") if shape.is_map else call.row("maxpool", kernel=shape.lengths[0])
    return found if call.fields.flag("keepdims", default=False) else call.row("flatten", [found], "flatten")


def _embedding(call: LayerCall) -> Value:
    return call.row("embedding", vocabulary=call.fields.whole("input_dim"), features=call.fields.whole("output_dim"))


def _dropout(call: LayerCall) -> Value:
    return call.row("dropout", p=call.fields.number("rate", exact(0.5)))


def _depth(call: LayerCall) -> Value:
    return call.row("stochastic_depth", p=call.fields.number("drop_path_rate", exact(0.5)))


def _each_step(call: LayerCall) -> Value | list[Value] | None:
    """Add what ``TimeDistributed`` applies to each step, if it is a layer that works on the last axis anyway."""
    inner = call.config.get("layer")
    if not isinstance(inner, dict) or inner.get("class_name") not in ON_LAST_AXIS:
        return None
    return RULES[inner["class_name"]](call.of(inner, call.x))


ON_LAST_AXIS = ("Dense", "Activation", "Dropout", "LayerNormalization", "BatchNormalization", "ReLU")
"""Layers that do the same to each step as to all of them."""


def _kind(kind: str, **options: Any) -> Rule:  # noqa: ANN401
    """Return the rule of a layer that is a kind without options of its own."""
    return lambda call: call.row(kind, **options)


def _ranks(name: str, rule: Rule, ranks: str = "123") -> dict[str, Rule]:
    """Return a rule for each number of axes."""
    return {f"{name}{rank}D": rule for rank in ranks}


RULES: dict[str, Rule] = {
    **_ranks("Conv", _conv), **_ranks("Convolution", _conv),
    **_ranks("DepthwiseConv", _depthwise, "12"), **_ranks("SeparableConv", _separable, "12"),
    **{f"{name}{rank}DTranspose": _transposed for rank in "123" for name in ("Conv", "Convolution")},
    "Dense": _dense, "TimeDistributed": _each_step, "Embedding": _embedding,
    **_ranks("MaxPooling", _pool("maxpool")), **_ranks("MaxPool", _pool("maxpool")),
    **_ranks("AveragePooling", _pool("avgpool")), **_ranks("AvgPool", _pool("avgpool")),
    **_ranks("GlobalAveragePooling", _global_average), **_ranks("GlobalAvgPool", _global_average),
    **_ranks("GlobalMaxPooling", _global_max), **_ranks("GlobalMaxPool", _global_max),
    **dict.fromkeys(("Dropout", "GaussianDropout", "AlphaDropout"), _dropout), **_ranks("SpatialDropout", _dropout),
    **dict.fromkeys(("StochasticDepth", "DropPath"), _depth), "LayerScale": _kind("layer_scale"),
    **dict.fromkeys(("ActivityRegularization", "Masking", "Identity"), _kind("identity")),
    **dict.fromkeys(
        ("RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness",
         "GaussianNoise"),
        _kind("identity"),
    ),
    "Rescaling": _kind("pointwise", function="rescaling"),
    "UnitNormalization": _kind("pointwise", function="unit_normalization"),
    **activations.LAYERS, **norms.LAYERS, **merging.LAYERS, **moving.LAYERS, **recurrent.LAYERS,
}  # fmt: skip
"""The rule of each class of Keras; a layer that only training runs passes its input on."""


def rule_of(call: LayerCall) -> Rule | None:
    """Return the rule of a call: functions are written down as layers, with modules of their own."""
    return merging.operation if call.is_operation else RULES.get(call.kind)
