"""Functions on tensors as layers: a row of one table for each name, whatever form the function is called in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from archcalc.importers import rules
from archcalc.importers.learned import with_weights
from archcalc.importers.rules import channels_second, same, sliding, unary
from archcalc.importers.torch_moves import MOVES
from archcalc.importers.torch_products import PRODUCTS, convolved_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.torch_calls import Rule, TorchCall

_SILENT = (
    "backward", "bool", "data_ptr", "device", "dim", "dtype", "element_size", "format", "get", "get_device", "grad",
    "grad_fn", "hash", "is_complex", "is_contiguous", "is_cpu", "is_cuda", "is_floating_point", "is_inference",
    "is_leaf", "is_meta", "is_mkldnn", "is_mps", "is_nested", "is_quantized", "is_signed", "is_sparse", "is_xla",
    "itemsize", "layout", "len", "names", "nbytes", "ndim", "ndimension", "numel", "output_nr", "register_hook",
    "requires_grad", "retain_grad", "set", "shape", "size", "storage_offset", "stride", "type", "untyped_storage",
)  # fmt: skip
SILENT = frozenset(_SILENT)
"""What is asked of a tensor and makes none."""


def combined(kind: str, name: str) -> Rule:
    """Return the rule of a function of two tensors: a merge, or with a number or a constant a function of one."""

    def rule(call: TorchCall) -> Value | None:
        tensors = [call.get(0, "input"), call.get(1, "other")]
        known = [value for value in map(call.of, tensors) if value is not None]
        if len(known) == len(tensors):
            return rules.merged(call, kind, name, known)
        if not call.own and known[0].sizes == call.sizes:
            return unary(call, known[0], "pointwise", function=name)
        other = tensors[1] if call.of(tensors[1]) is None else tensors[0]
        return with_parameter(call, name, known[0], other)

    return rule


def with_parameter(call: TorchCall, name: str, value: Value, other: Any) -> Value | None:
    """Add what a parameter does to a tensor: positions that are added, or a factor for each channel."""
    if not isinstance(other, torch.Tensor) or len(call.own) != 1:
        return None
    stored = call.own[0].numel()
    return (
        with_weights(call, name, value, tuple(other.shape), stored)
        if name == "add" or stored == other.numel()
        else None
    )


def concatenated(call: TorchCall) -> Value | None:
    """Add a concatenation along an axis; with a parameter before the tokens it is a class token."""
    tensors, dim = [one for one in call.get(0, "tensors") if one.numel()], call.get(1, "dim", 0)
    values = [call.of(tensor) for tensor in tensors]
    known = [value for value in values if value is not None]
    axis = dim % tensors[0].dim()
    return (
        rules.concatenated(call, known, axis)
        if len(known) == len(values)
        else _class_token(call, tensors, values, axis)
    )


def _class_token(call: TorchCall, tensors: Sequence[Any], values: Sequence[Value | None], axis: int) -> Value | None:
    """Add a class token: a parameter that stands before the tokens."""
    one_before = values[0] is None and len(values) == len(("token", "tokens")) and tensors[0].shape[1:2] == (1,)
    if not one_before or values[1] is None or axis != 1 or len(call.own) != 1:
        return None
    return call.layer("class_token", [call.flow.settled(values[1])])


def stacked(call: TorchCall) -> Value | None:
    """Add a concatenation along a new axis."""
    tensors = call.get(0, "tensors")
    known = [value for value in map(call.of, tensors) if value is not None]
    axis = call.get(1, "dim", 0) % (tensors[0].dim() + 1)
    return rules.stacked(call, known, axis) if len(known) == len(tensors) and axis else None


CONVOLUTION = ((3, "stride", 1), (4, "padding", 0), (5, "dilation", 1))


def convolved(rank: int) -> Rule:
    """Return the rule of a convolution over ``rank`` axes."""

    def rule(call: TorchCall) -> Value | None:
        weight = call.get(1, "weight")
        stride, padding, dilation = (call.get(place, name, default) for place, name, default in CONVOLUTION)
        if call.of(weight) is not None:
            return convolved_apart(call, stride, padding)
        return sliding(
            call, call.value(), "conv", rank, filters=weight.shape[0], kernel=same(tuple(weight.shape[2:])),
            stride=same(stride), padding=same(padding), dilation=same(dilation),
            groups=call.get(6, "groups", 1), bias=call.get(2, "bias") is not None,
        )  # fmt: skip

    return rule


def batch_normalized(call: TorchCall) -> Value | None:
    """Add a batch norm."""
    learned = {"scale": call.get(3, "weight") is not None, "shift": call.get(4, "bias") is not None}
    x = channels_second(call.flow, call.value())
    return call.layer("batchnorm", [x], statistics=call.get(1, "running_mean") is not None, **learned)


def group_normalized(call: TorchCall) -> Value | None:
    """Add a group norm."""
    learned = {"scale": call.get(2, "weight") is not None, "shift": call.get(3, "bias") is not None}
    return call.layer(
        "groupnorm", [channels_second(call.flow, call.value())], groups=call.get(1, "num_groups"), **learned
    )


def layer_normalized(call: TorchCall) -> Value | None:
    """Add a layer norm over the last axis."""
    if len(call.get(1, "normalized_shape")) != 1:
        return None
    learned = {"scale": call.get(2, "weight") is not None, "shift": call.get(3, "bias") is not None}
    return rules.normalized_last(call, call.value(), "layernorm", **learned)


def rms_normalized(call: TorchCall) -> Value | None:
    """Add a norm by the root mean square over the last axis."""
    if len(call.get(1, "normalized_shape")) != 1:
        return None
    return rules.normalized_last(call, call.value(), "rms_norm", scale=call.get(2, "weight") is not None)


def averaged(call: TorchCall) -> Value | None:
    """Add a mean over axes."""
    value, dims = call.value(), call.get(1, "dim")
    if value is None or dims is None:
        return None
    dims, rank = dims if isinstance(dims, tuple | list) else (dims,), len(value.real)
    return rules.averaged(call, value, [dim % rank for dim in dims], keep=bool(call.get(2, "keepdim")))


def padded(call: TorchCall) -> Value | None:
    """Add a padding around a map, or of its channels."""
    value, pad = call.value(), list(call.get(1, "pad"))
    pairs = list(zip(pad[::2], pad[1::2], strict=True))[::-1]
    return value and rules.padded(call, value, [(0, 0)] * (len(value.real) - len(pairs)) + pairs)


def resized(call: TorchCall) -> Value | None:
    """Add an upsampling."""
    return rules.scaled(call, call.value(), call.get(3, "mode", "nearest"))


def softened(call: TorchCall) -> Value | None:
    """Add a softmax over an axis."""
    value, dim = call.value(), call.get(1, "dim")
    return None if value is None or dim is None else rules.softened(call, value, dim % len(value.real))


def pooled(kind: str, rank: int, place: int) -> Rule:
    """Return the rule of a pool over ``rank`` axes; ``place`` is that of ``ceil_mode`` among its arguments."""

    def rule(call: TorchCall) -> Value | None:
        kernel, dilation = (
            same(call.get(1, "kernel_size")),
            same(call.get(4, "dilation", 1)) if kind == "maxpool" else 1,
        )
        options = {
            "kernel": kernel,
            "stride": same(call.get(2, "stride") or kernel),
            "padding": same(call.get(3, "padding", 0)),
        }
        options |= {"dilation": dilation} if dilation != 1 else {}
        return sliding(call, call.value(), kind, rank, ceil=bool(call.get(place, "ceil_mode")), **options)

    return rule


def adaptive(kinds: tuple[str, str], rank: int) -> Rule:
    """Return the rule of an adaptive pool over ``rank`` axes."""
    return lambda call: rules.adapted(call, call.value(), kinds, rank, call.get(1, "output_size"))


def shuffled(call: TorchCall) -> Value | None:
    """Add a pixel shuffle."""
    return sliding(call, call.value(), "pixel_shuffle", 2, factor=call.get(1, "upscale_factor"))


def activation(kind: str) -> Rule:
    """Return the rule of a function of single values that has a kind."""
    return lambda call: unary(call, call.value(), kind)


def function(name: str) -> Rule:
    """Return the rule of a function of single values that has no kind of its own."""
    return lambda call: unary(call, call.value(), "pointwise", function=name)


AVERAGE, LARGEST = ("adaptive_avgpool", "global_avgpool"), ("adaptive_maxpool", "global_maxpool")
_KINDS = ("relu", "relu6", "gelu", "silu", "sigmoid", "tanh", "hardswish", "hardsigmoid", "abs", "elu")
_POINTWISE = (
    "exp", "sqrt", "rsqrt", "pow", "neg", "clamp", "clip", "log", "log2", "sin", "cos", "square", "softplus", "mish",
    "log_softmax", "logsigmoid", "erf", "floor", "round", "sign", "reciprocal", "hardtanh", "selu", "celu",
    "masked_fill", "normalize",
    "threshold", "rsub", "rdiv", "logit", "softsign", "clamp_min", "clamp_max", "nan_to_num",
)  # fmt: skip

FUNCTIONS: dict[str, Rule] = {
    **MOVES,
    **PRODUCTS,
    **{name: activation(name) for name in _KINDS},
    **{name: function(name) for name in _POINTWISE},
    **{name: combined("pointwise", name) for name in ("div", "maximum", "minimum")},
    **{f"conv{rank}d": convolved(rank) for rank in rules.PLACES},
    **{f"max_pool{rank}d": pooled("maxpool", rank, 5) for rank in rules.PLACES},
    **{f"avg_pool{rank}d": pooled("avgpool", rank, 4) for rank in rules.PLACES},
    **{f"adaptive_avg_pool{rank}d": adaptive(AVERAGE, rank) for rank in rules.PLACES},
    **{f"adaptive_max_pool{rank}d": adaptive(LARGEST, rank) for rank in rules.PLACES},
    **dict.fromkeys(("interpolate", "upsample"), resized),
    "softmax": softened,
    "add": combined("add", "add"),
    "sub": combined("subtract", "sub"),
    "mul": combined("multiply", "mul"),
    "cat": concatenated,
    "stack": stacked,
    "batch_norm": batch_normalized,
    "group_norm": group_normalized,
    "layer_norm": layer_normalized,
    "rms_norm": rms_normalized,
    "mean": averaged,
    "pad": padded,
    "pixel_shuffle": shuffled,
}
"""What each function is here; a name that is missing stays opaque."""
