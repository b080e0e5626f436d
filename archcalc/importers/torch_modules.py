"""Modules of torch.nn as layers: a row of one table for each class, which gives its kind and its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import nn

from archcalc.importers.arrangement import reshaped
from archcalc.importers.document import Reference
from archcalc.symbolic.ratio import ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.torch_calls import Call, Rule

FLAT, PLANE, SPACE = 1, 2, 3


def module_rule(module: Any) -> Rule | None:  # noqa: ANN401
    """Return how a module becomes a layer; None if it is looked into instead.

    A class that is derived from one of torch.nn is that one only if it runs the same forward.
    """
    for kind in type(module).__mro__:
        if kind in MODULES:
            return MODULES[kind] if type(module).forward is kind.forward else None
        if kind.__module__.startswith("torch.nn") and kind is not nn.Module and not _holds(kind):
            return lookless if next(module.children(), None) is None and type(module) is kind else None
    return None


def _holds(kind: type) -> bool:
    """Whether a class of torch.nn holds modules and does nothing itself."""
    return issubclass(kind, nn.Sequential | nn.ModuleList | nn.ModuleDict) or kind.__name__.startswith("Transformer")


def lookless(call: Call) -> None:
    """Leave a module of torch.nn that no kind covers as it was observed."""


def same(options: Sequence[Any]) -> Any:  # noqa: ANN401
    """Return one number for all axes where they agree.

    >>> same((3, 3)), same([3, 1]), same(2)
    (3, (3, 1), 2)
    """
    if not isinstance(options, tuple | list):
        return options
    return options[0] if len(set(options)) == 1 else tuple(options)


def convolution(rank: int) -> Rule:
    """Return the rule of a convolution over so many axes."""

    def rule(call: Call) -> Value | None:
        m = call.module
        if m.padding_mode not in ("zeros", "reflect", "replicate", "circular"):
            return None
        padding = m.padding if isinstance(m.padding, str) else same(m.padding)
        return sliding(
            call, "conv", rank, filters=m.out_channels, kernel=same(m.kernel_size), stride=same(m.stride), padding=padding,
            dilation=same(m.dilation), groups=m.groups, bias=m.bias is not None,
        )  # fmt: skip

    return rule


def transposed(rank: int) -> Rule:
    """Return the rule of a transposed convolution over so many axes."""

    def rule(call: Call) -> Value | None:
        m = call.module
        return sliding(
            call, "conv_transpose", rank, filters=m.out_channels, kernel=same(m.kernel_size), stride=same(m.stride),
            padding=same(m.padding), output_padding=same(m.output_padding), dilation=same(m.dilation), groups=m.groups,
            bias=m.bias is not None,
        )  # fmt: skip

    return rule


def sliding(call: Call, kind: str, rank: int, **options: Any) -> Value | None:  # noqa: ANN401
    """Add a layer that slides over a map of so many axes; of images in a row, over a volume one thick."""
    value = call.value()
    x = value and call.trace.flow.as_map(value, rank)
    return call.layer(kind, [x], **options)


def pooled(kind: str, rank: int, *, average: bool = False) -> Rule:
    """Return the rule of a pool over so many axes."""

    def rule(call: Call) -> Value | None:
        m = call.module
        options: dict[str, Any] = {"kernel": same(m.kernel_size), "stride": same(m.stride or m.kernel_size)}
        options |= {"padding": same(m.padding), "ceil": m.ceil_mode}
        if not average and same(m.dilation) != 1:
            options["dilation"] = same(m.dilation)
        return sliding(call, kind, rank, **options)

    return rule


def adaptive(kind: str, everywhere: str, rank: int) -> Rule:
    """Return the rule of an adaptive pool; one that leaves a single place is a global one."""

    def rule(call: Call) -> Value | None:
        size = call.module.output_size if call.module is not None else call.get(1, "output_size")
        return adapted(call, kind, everywhere, rank, size)

    return rule


def adapted(call: Call, kind: str, everywhere: str, rank: int, size: Any) -> Value | None:  # noqa: ANN401
    """Add an adaptive pool of an output size."""
    value = call.value()
    x = value and call.trace.flow.as_map(value, rank)
    sizes = size if isinstance(size, tuple | list) else (size,) * rank
    if set(sizes) == {1}:
        return call.layer(everywhere, [x])
    if x is None or None in sizes:
        return None
    return call.layer(kind, [x], size=same(tuple(sizes)))


def normalized(kind: str) -> Rule:
    """Return the rule of a norm over the channels, which come second."""

    def rule(call: Call) -> Value | None:
        m, value = call.module, call.value()
        options: dict[str, Any] = {} if m.affine else {"scale": False, "shift": False}
        if m.affine and m.bias is None:
            options = {"shift": False}
        if kind == "batchnorm" and not m.track_running_stats:
            options["statistics"] = False
        if kind == "instancenorm" and m.track_running_stats:
            options["statistics"] = True
        return call.layer(kind, [channels_second(call, value)], **options)

    return rule


def channels_second(call: Call, value: Value | None) -> Value | None:
    """Return a tensor whose second axis is channels: a map of as many axes as it has, or a vector."""
    if value is None:
        return None
    flow, rank = call.trace.flow, len(value.own) - 1
    if value.real[0] != (flow.batch,):
        return flow.features_last(value) if len(value.real) == 2 else None  # noqa: PLR2004 - images or tokens × features
    return flow.as_map(value, rank) if rank in (1, 2, 3) else flow.settled(value)


def grouped(call: Call) -> Value | None:
    """Add a group norm."""
    m = call.module
    options = {} if m.affine else {"scale": False, "shift": False}
    return call.layer("groupnorm", [channels_second(call, call.value())], groups=m.num_groups, **options)


def layer_normalized(call: Call) -> Value | None:
    """Add a layer norm over the last axis."""
    m, value = call.module, call.value()
    if value is None or len(m.normalized_shape) != 1:
        return None
    options = {"scale": m.weight is not None, "shift": getattr(m, "bias", None) is not None}
    return call.layer("layernorm", [call.trace.flow.features_last(value)], **options)


def rms_normalized(call: Call) -> Value | None:
    """Add a norm by the root mean square over the last axis."""
    m, value = call.module, call.value()
    if value is None or len(m.normalized_shape) != 1:
        return None
    return call.layer("rms_norm", [call.trace.flow.features_last(value)], **({} if m.weight is not None else {"scale": False}))


def linear(call: Call) -> Value | None:
    """Add a linear layer, which reads the last axis."""
    m, value = call.module, call.value()
    return projected(call, value, m.out_features, biased=m.bias is not None)


def projected(call: Call, value: Value | None, outputs: int, *, biased: bool) -> Value | None:
    """Add a linear layer over the last axis: at every position, if there are more axes than tokens have."""
    if value is None:
        return None
    x = call.trace.flow.features_last(value)
    over = {"over": "channels"} if x.shape.is_map else {}
    return call.layer("linear", [x], outputs=outputs, bias=biased, **over)


def pointwise(kind: str, **options: str) -> Rule:
    """Return the rule of a function of single values; ``options`` name the module's attributes."""

    def rule(call: Call) -> Value | None:
        given = {option: exact(getattr(call.module, attribute)) for option, attribute in options.items()}
        return unary(call, kind, **given)

    return rule


def unary(call: Call, kind: str, **options: Any) -> Value | None:  # noqa: ANN401
    """Add a function of single values: it keeps the arrangement of axes."""
    value = call.value()
    if value is not None and (value.cuts or not _own_atoms_only(value)):
        value = call.trace.flow.settled(value)
    return call.layer(kind, [value], **options)


def _own_atoms_only(value: Value) -> bool:
    """Whether nothing of a tensor is a repetition."""
    own = {atom for axis in value.base for atom in axis}
    return all(atom in own for axis in value.own for atom in axis)


def exact(number: Any) -> Any:  # noqa: ANN401
    """Return a decimal as it is written: 0.1 is a tenth.

    >>> str(exact(0.1)), exact(3)
    ('1/10', 3)
    """
    if not isinstance(number, float):
        return number
    top, bottom = f"{number:.12f}".rstrip("0").split(".")
    return ratio(int(top + bottom), 10 ** len(bottom))


def dropped(call: Call) -> Value | None:
    """Add a dropout, unless it drops nothing."""
    return unary(call, "dropout", p=exact(call.module.p)) if call.module.p else call.value()


def soft(call: Call) -> Value | None:
    """Add a softmax over an axis."""
    dim = call.module.dim if call.module is not None else call.get(1, "dim")
    value = call.value()
    if value is None or dim is None:
        return None
    x = call.trace.flow.settled(value) if value.cuts else value
    order, axis = x.order, dim % len(x.real)
    over = None if order is None or len(order) != len(x.real) - 1 or axis == 0 else order[axis - 1]
    channels = 0 if x.shape.is_map else len(x.base) - 1
    return call.layer("softmax", [x]) if over == channels else call.layer("pointwise", [x], function="softmax")


def leaky(call: Call) -> Value | None:
    """Add a leaky ReLU."""
    return unary(call, "leaky_relu", slope=exact(call.module.negative_slope))


def parametric(call: Call) -> Value | None:
    """Add a PReLU."""
    value = call.value()
    shared = call.module.num_parameters == 1
    x = value if shared else channels_second(call, value)
    return call.layer("prelu", [x], **({"shared": True} if shared else {}))


def upsampled(call: Call) -> Value | None:
    """Add an upsampling."""
    m = call.module
    return scaled(call, m.size, m.scale_factor, m.mode)


def scaled(call: Call, size: Any, factor: Any, mode: str) -> Value | None:  # noqa: ANN401
    """Add an upsampling by a factor, or to a size."""
    value = call.value()
    if value is None:
        return None
    rank = len(value.own) - 1
    x = call.trace.flow.as_map(value, rank) if rank in (1, 2, 3) else None
    sizes = x.shape.spatial if x is not None else ()
    after = tuple(call.outputs[0].shape[2:])
    factors = [new // old if new % old == 0 else 0 for new, old in zip(after, map(int, map(str, sizes)), strict=False)]
    if x is None or not factors or 0 in factors or mode not in ("nearest", "bilinear", "trilinear", "linear", "bicubic"):
        return None
    return call.layer("upsample", [x], factor=same(tuple(factors)), mode="nearest" if mode == "nearest" else "bilinear")


def embedded(call: Call) -> Value | None:
    """Add an embedding."""
    m = call.module
    return call.layer("embedding", [call.value()], vocabulary=m.num_embeddings, features=m.embedding_dim)


def attended(call: Call) -> Value | list[Value | None] | None:
    """Add PyTorch's multi-head attention: tokens among themselves, or with a memory that is keys and values."""
    m = call.module
    query, key, value = (call.value(place, name) for place, name in enumerate(("query", "key", "value")))
    if query is None or key is None or m.bias_k is not None or m.add_zero_attn or call.get(2, "value") is not call.get(1, "key"):
        return None
    flow = call.trace.flow
    x, memory = flow.features_last(query), flow.features_last(key)
    options: dict[str, Any] = {"heads": m.num_heads, "bias": m.in_proj_bias is not None}
    if call.get(1, "key") is not call.get(0, "query"):
        options["memory"] = Reference(memory.path)
        return [call.layer("attention", [x, memory], **options)]
    return [call.layer("attention", [x], **options)] if value is not None else None


def recurrent(kind: str) -> Rule:
    """Return the rule of a recurrent layer, of which the outputs of all steps are read."""

    def rule(call: Call) -> list[Value | None] | None:
        m, value = call.module, call.value()
        if value is None:
            return None
        options: dict[str, Any] = {"hidden": m.hidden_size, "layers": m.num_layers, "bidirectional": m.bidirectional}
        options |= {} if m.bias else {"bias": False}
        options |= {"projection": m.proj_size} if getattr(m, "proj_size", 0) else {}
        return [call.layer(kind, [call.trace.flow.features_last(value)], **options)]

    return rule


def flattened(call: Call) -> Value | None:
    """Move axes as ``Flatten`` does."""
    value = call.value()
    return value and moved_to(call, value, tuple(call.outputs[0].shape))


def moved_to(call: Call, value: Value, sizes: tuple[int, ...]) -> Value | None:
    """Return a tensor in another shape; one whose axes lie otherwise first gets a row."""
    found = reshaped(value, sizes)
    return found if found is not None else reshaped(call.trace.flow.settled(value), sizes)


def unchanged(call: Call) -> Value | None:
    """Add nothing: the tensor is what it was."""
    return call.value()


ACTIVATIONS: dict[type, Rule] = {
    nn.ReLU: pointwise("relu"), nn.ReLU6: pointwise("relu6"), nn.GELU: pointwise("gelu"), nn.SiLU: pointwise("silu"),
    nn.Sigmoid: pointwise("sigmoid"), nn.Tanh: pointwise("tanh"), nn.Hardswish: pointwise("hardswish"),
    nn.Hardsigmoid: pointwise("hardsigmoid"), nn.ELU: pointwise("elu", alpha="alpha"), nn.LeakyReLU: leaky,
    nn.PReLU: parametric, nn.Softmax: soft, nn.Identity: unchanged,
}  # fmt: skip

MODULES: dict[type, Callable[[Any], Any]] = {
    nn.Conv1d: convolution(FLAT), nn.Conv2d: convolution(PLANE), nn.Conv3d: convolution(SPACE),
    nn.ConvTranspose1d: transposed(FLAT), nn.ConvTranspose2d: transposed(PLANE), nn.ConvTranspose3d: transposed(SPACE),
    nn.MaxPool1d: pooled("maxpool", FLAT), nn.MaxPool2d: pooled("maxpool", PLANE), nn.MaxPool3d: pooled("maxpool", SPACE),
    nn.AvgPool1d: pooled("avgpool", FLAT, average=True), nn.AvgPool2d: pooled("avgpool", PLANE, average=True),
    nn.AvgPool3d: pooled("avgpool", SPACE, average=True),
    nn.AdaptiveAvgPool1d: adaptive("adaptive_avgpool", "global_avgpool", FLAT),
    nn.AdaptiveAvgPool2d: adaptive("adaptive_avgpool", "global_avgpool", PLANE),
    nn.AdaptiveAvgPool3d: adaptive("adaptive_avgpool", "global_avgpool", SPACE),
    nn.AdaptiveMaxPool1d: adaptive("adaptive_maxpool", "global_maxpool", FLAT),
    nn.AdaptiveMaxPool2d: adaptive("adaptive_maxpool", "global_maxpool", PLANE),
    nn.AdaptiveMaxPool3d: adaptive("adaptive_maxpool", "global_maxpool", SPACE),
    nn.BatchNorm1d: normalized("batchnorm"), nn.BatchNorm2d: normalized("batchnorm"), nn.BatchNorm3d: normalized("batchnorm"),
    nn.InstanceNorm1d: normalized("instancenorm"), nn.InstanceNorm2d: normalized("instancenorm"),
    nn.InstanceNorm3d: normalized("instancenorm"), nn.GroupNorm: grouped, nn.LayerNorm: layer_normalized,
    nn.RMSNorm: rms_normalized, nn.Linear: linear, nn.Dropout: dropped, nn.Dropout1d: dropped, nn.Dropout2d: dropped,
    nn.Dropout3d: dropped, nn.Upsample: upsampled, nn.Embedding: embedded, nn.MultiheadAttention: attended,
    nn.LSTM: recurrent("lstm"), nn.GRU: recurrent("gru"), nn.RNN: recurrent("rnn"), nn.Flatten: flattened,
    **ACTIVATIONS,
}  # fmt: skip
"""What each class of torch.nn is here."""
