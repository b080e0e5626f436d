"""Modules of torch.nn as layers: a row of one table for each class, which gives its kind and its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import nn

from archcalc.importers import rules
from archcalc.importers.axes import in_shape
from archcalc.importers.flow import Reference
from archcalc.importers.rules import channels_second, projected, same, sliding, unary
from archcalc.symbolic.ratio import ratio

if TYPE_CHECKING:
    from archcalc.importers.arrangement import Value
    from archcalc.importers.torch_calls import Rule, TorchCall

MODES = ("zeros", "reflect", "replicate", "circular")
"""How convolutions pad; the numbers are the same."""


def module_rule(module: Any) -> Rule | None:
    """Return how a module becomes a layer; None if it is looked into instead.

    A class that is derived from one of torch.nn is that one only if it runs the same forward.
    """
    own: Any = type(module)
    known = next((kind for kind in own.__mro__ if kind in MODULES), None)
    alone = next(module.children(), None) is None
    if known is not None and own.forward is known.forward and (alone or own is known):
        return MODULES[known]
    foreign = not own.__module__.startswith("torch.nn") or own is nn.Module or _holds(own)
    return observed if alone and not foreign else None


def _holds(kind: type) -> bool:
    """Whether a class of torch.nn holds modules and does nothing itself."""
    return issubclass(kind, nn.Sequential | nn.ModuleList | nn.ModuleDict) or kind.__name__.startswith("Transformer")


def observed(call: TorchCall) -> None:
    """Leave a module of torch.nn that no kind covers as it was observed."""


def convolution(rank: int) -> Rule:
    """Return the rule of a convolution over ``rank`` axes."""

    def rule(call: TorchCall) -> Value | None:
        m = call.module
        return sliding(
            call, call.value(), "conv", rank, filters=m.out_channels, kernel=same(m.kernel_size), stride=same(m.stride),
            padding=same(m.padding), dilation=same(m.dilation), groups=m.groups, bias=m.bias is not None,
        )  # fmt: skip

    return rule


def transposed(rank: int) -> Rule:
    """Return the rule of a transposed convolution over ``rank`` axes."""

    def rule(call: TorchCall) -> Value | None:
        m = call.module
        return sliding(
            call, call.value(), "conv_transpose", rank, filters=m.out_channels, kernel=same(m.kernel_size),
            stride=same(m.stride), padding=same(m.padding), output_padding=same(m.output_padding),
            dilation=same(m.dilation), groups=m.groups, bias=m.bias is not None,
        )  # fmt: skip

    return rule


def pooled(kind: str, rank: int) -> Rule:
    """Return the rule of a pool over ``rank`` axes."""

    def rule(call: TorchCall) -> Value | None:
        m = call.module
        options: dict[str, Any] = {"kernel": same(m.kernel_size), "stride": same(m.stride or m.kernel_size)}
        options |= {"padding": same(m.padding), "ceil": m.ceil_mode}
        options |= {"dilation": same(m.dilation)} if same(getattr(m, "dilation", 1)) != 1 else {}
        return sliding(call, call.value(), kind, rank, **options)

    return rule


def adaptive(kinds: tuple[str, str], rank: int) -> Rule:
    """Return the rule of an adaptive pool; one that leaves a single place is a global one."""
    return lambda call: rules.adapted(call, call.value(), kinds, rank, call.module.output_size)


def normalized(kind: str, **more: str) -> Rule:
    """Return the rule of a norm over the channels, which come second; ``more`` are options by attributes."""

    def rule(call: TorchCall) -> Value | None:
        m = call.module
        options: dict[str, Any] = {"scale": m.weight is not None, "shift": m.bias is not None}
        options |= {option: getattr(m, attribute) for option, attribute in more.items()}
        return call.layer(kind, [channels_second(call.flow, call.value())], **options)

    return rule


def layer_normalized(call: TorchCall) -> Value | None:
    """Add a layer norm over the last axis."""
    m = call.module
    if len(m.normalized_shape) != 1:
        return None
    learned = {"scale": m.weight is not None, "shift": getattr(m, "bias", None) is not None}
    return rules.normalized_last(call, call.value(), "layernorm", **learned)


def rms_normalized(call: TorchCall) -> Value | None:
    """Add a norm by the root mean square over the last axis."""
    m = call.module
    if len(m.normalized_shape) != 1:
        return None
    return rules.normalized_last(call, call.value(), "rms_norm", scale=m.weight is not None)


def linear(call: TorchCall) -> Value | None:
    """Add a linear layer, which reads the last axis."""
    return projected(call, call.value(), call.module.out_features, biased=call.module.bias is not None)


def pointwise(kind: str, **options: str) -> Rule:
    """Return the rule of a function of single values; ``options`` name the module's attributes."""

    def rule(call: TorchCall) -> Value | None:
        given = {option: exact(getattr(call.module, attribute)) for option, attribute in options.items()}
        return unary(call, call.value(), kind, **given)

    return rule


def exact(number: Any) -> Any:
    """Return a decimal as it is written: 0.1 is a tenth.

    >>> str(exact(0.1)), exact(3)
    ('1/10', 3)
    """
    if not isinstance(number, float):
        return number
    top, bottom = f"{number:.12f}".rstrip("0").split(".")
    return ratio(int(top + bottom), 10 ** len(bottom))


def dropped(call: TorchCall) -> Value | None:
    """Add a dropout, unless it drops nothing."""
    return unary(call, call.value(), "dropout", p=exact(call.module.p)) if call.module.p else call.value()


def softened(call: TorchCall) -> Value | None:
    """Add a softmax over an axis."""
    value, dim = call.value(), call.module.dim
    return None if value is None or dim is None else rules.softened(call, value, dim % len(value.real))


def parametric(call: TorchCall) -> Value | None:
    """Add a PReLU."""
    value = call.value()
    if call.module.num_parameters == 1:
        return call.layer("prelu", [value], shared=True)
    return call.layer("prelu", [channels_second(call.flow, value)])


def upsampled(call: TorchCall) -> Value | None:
    """Add an upsampling."""
    return rules.scaled(call, call.value(), call.module.mode)


def embedded(call: TorchCall) -> Value | None:
    """Add an embedding."""
    m = call.module
    return call.layer("embedding", [call.value()], vocabulary=m.num_embeddings, features=m.embedding_dim)


def attended(call: TorchCall) -> list[Value | None] | None:
    """Add PyTorch's multi-head attention: tokens among themselves, or with a memory that is keys and values."""
    m = call.module
    query, key = (call.of(one) or call.trace.constant(one) for one in (call.get(0, "query"), call.get(1, "key")))
    apart = call.get(2, "value") is not call.get(1, "key")
    if m.bias_k is not None or m.add_zero_attn or apart:
        return None
    x, memory = call.flow.features_last(query), call.flow.features_last(key)
    options: dict[str, Any] = {"heads": m.num_heads, "bias": m.in_proj_bias is not None}
    if call.get(1, "key") is call.get(0, "query"):
        return [call.layer("attention", [x], **options)]
    return [call.layer("attention", [x, memory], memory=Reference(memory.path), **options)]


def recurrent(kind: str) -> Rule:
    """Return the rule of a recurrent layer, of which the outputs of all steps are read."""

    def rule(call: TorchCall) -> list[Value | None] | None:
        m, value = call.module, call.value()
        options: dict[str, Any] = {"hidden": m.hidden_size, "layers": m.num_layers, "bidirectional": m.bidirectional}
        options |= {} if m.bias else {"bias": False}
        options |= {"projection": m.proj_size} if getattr(m, "proj_size", 0) else {}
        return value and [call.layer(kind, [call.flow.features_last(value)], **options)]

    return rule


def flattened(call: TorchCall) -> Value | None:
    """Move axes as ``Flatten`` does."""
    value = call.value()
    return value and in_shape(call.flow, value, call.sizes)


def unchanged(call: TorchCall) -> Value | None:
    """Add nothing: the tensor is what it was."""
    return call.value()


AVERAGE, LARGEST = ("adaptive_avgpool", "global_avgpool"), ("adaptive_maxpool", "global_maxpool")


def _each_rank(name: str, rule: Any) -> dict[type, Rule]:
    """Return a row for each number of axes: ``Conv1d``, ``Conv2d`` and ``Conv3d``."""
    return {getattr(nn, name.format(rank)): rule(rank) for rank in rules.PLACES}


MODULES: dict[type, Rule] = {
    **_each_rank("Conv{}d", convolution),
    **_each_rank("ConvTranspose{}d", transposed),
    **_each_rank("MaxPool{}d", lambda rank: pooled("maxpool", rank)),
    **_each_rank("AvgPool{}d", lambda rank: pooled("avgpool", rank)),
    **_each_rank("AdaptiveAvgPool{}d", lambda rank: adaptive(AVERAGE, rank)),
    **_each_rank("AdaptiveMaxPool{}d", lambda rank: adaptive(LARGEST, rank)),
    **_each_rank("BatchNorm{}d", lambda _: normalized("batchnorm", statistics="track_running_stats")),
    **_each_rank("InstanceNorm{}d", lambda _: normalized("instancenorm", statistics="track_running_stats")),
    **_each_rank("Dropout{}d", lambda _: dropped),
    nn.Dropout: dropped,
    nn.GroupNorm: normalized("groupnorm", groups="num_groups"),
    nn.LayerNorm: layer_normalized,
    nn.RMSNorm: rms_normalized,
    nn.Linear: linear,
    nn.Embedding: embedded,
    nn.MultiheadAttention: attended,
    nn.LSTM: recurrent("lstm"),
    nn.GRU: recurrent("gru"),
    nn.RNN: recurrent("rnn"),
    nn.Upsample: upsampled,
    nn.Flatten: flattened,
    nn.Identity: unchanged,
    nn.Softmax: softened,
    nn.ReLU: pointwise("relu"),
    nn.ReLU6: pointwise("relu6"),
    nn.GELU: pointwise("gelu"),
    nn.SiLU: pointwise("silu"),
    nn.Sigmoid: pointwise("sigmoid"),
    nn.Tanh: pointwise("tanh"),
    nn.Hardswish: pointwise("hardswish"),
    nn.Hardsigmoid: pointwise("hardsigmoid"),
    nn.ELU: pointwise("elu", alpha="alpha"),
    nn.LeakyReLU: pointwise("leaky_relu", slope="negative_slope"),
    nn.PReLU: parametric,
}
"""What each class of torch.nn is here."""
