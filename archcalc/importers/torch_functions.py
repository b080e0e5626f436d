"""Functions on tensors as layers: a row of one table for each name, whatever form the function is called in."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import torch

from archcalc.importers.arrangement import cut, expanded, permuted, reshaped
from archcalc.importers.torch_modules import adapted, channels_second, moved_to, projected, same, scaled, sliding, soft, unary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.torch_calls import Call, Rule

SILENT = frozenset(
    "size dim numel stride is_contiguous len get_device is_floating_point data_ptr element_size hash get set shape device "
    "dtype ndim requires_grad grad is_cuda layout names is_complex type is_meta is_sparse ndimension backward requires_grad "
    "is_quantized is_mkldnn storage_offset untyped_storage is_inference register_hook retain_grad grad_fn itemsize nbytes "
    "is_leaf output_nr is_xla is_nested is_mps is_cpu is_signed format bool".split()
)
"""What is asked of a tensor and makes none."""


def view(call: Call) -> Value | None:
    """Move axes into the shape that came out."""
    value = call.value(0, "self")
    return value and moved_to(call, value, tuple(call.outputs[0].shape))


def transpose(call: Call) -> Value | None:
    """Exchange two axes."""
    value = call.value()
    if value is None:
        return None
    order = list(range(len(value.real)))
    one, other = (call.get(place, f"dim{place - 1}") % len(order) for place in (1, 2))
    order[one], order[other] = order[other], order[one]
    return permuted(value, order)


def turned(call: Call) -> Value | None:
    """Exchange the last two axes, or the only two: ``x.T``, ``x.mT``."""
    value = call.value()
    rank = len(value.real) if value is not None else 0
    return permuted(value, [*range(rank - 2), rank - 1, rank - 2]) if value is not None and rank > 1 else None


def permute(call: Call) -> Value | None:
    """Put the axes in another order."""
    value = call.value()
    if value is None:
        return None
    dims = call.get(1, "dims")
    dims = dims if isinstance(dims, tuple | list) else call.args[1:]
    return permuted(value, [dim % len(value.real) for dim in dims])


def expand(call: Call) -> Value | None:
    """Repeat axes of size 1."""
    value = call.value()
    return value and expanded(value, tuple(call.outputs[0].shape))


def index(call: Call) -> Value | None:
    """Take places and parts of axes: ``x[:, 0]``, ``x[..., :4]``, ``x[None]``."""
    value, keys = call.value(), call.get(1, "indices")
    if value is None:
        return None
    keys = keys if isinstance(keys, tuple) else (keys,)
    if not all(key is None or key is Ellipsis or isinstance(key, int | slice) for key in keys) or any(key is True for key in keys):
        return None
    named = sum(key is not None and key is not Ellipsis for key in keys)
    axis = 0
    for key in keys:
        if key is Ellipsis:
            axis = len(value.real) - sum(k is not None and k is not Ellipsis for k in keys[keys.index(Ellipsis) :]) if named else axis
            continue
        found = _keyed(call, value, axis, key)
        if found is None:
            return None
        value, axis = found
    return value


def _keyed(call: Call, value: Value, axis: int, key: Any) -> tuple[Value, int] | None:  # noqa: ANN401
    """Take a part along an axis; return what is left, and the next axis."""
    if key is None:
        return value._replace(real=(*value.real[:axis], (), *value.real[axis:])), axis + 1
    size = value.sizes[axis]
    if isinstance(key, int):
        found = _cut(call, value, axis, key % size, key % size + 1, one=True)
        return found and (found, axis)
    first, end, step = key.indices(size)
    found = _cut(call, value, axis, first, end) if step == 1 and end > first else None
    return found and (found, axis + 1)


def _cut(call: Call, value: Value, axis: int, first: int, end: int, *, one: bool = False) -> Value | None:
    found = cut(value, axis, first, end, one=one)
    return found if found is not None else cut(call.trace.flow.settled(value), axis, first, end, one=one)


def select(call: Call) -> Value | None:
    """Take one place along an axis."""
    value, axis, place = call.value(), call.get(1, "dim"), call.get(2, "index")
    if value is None:
        return None
    axis %= len(value.real)
    return _cut(call, value, axis, place % value.sizes[axis], place % value.sizes[axis] + 1, one=True)


def narrow(call: Call) -> Value | None:
    """Take a part along an axis."""
    value, axis, first, length = call.value(), call.get(1, "dim"), call.get(2, "start"), call.get(3, "length")
    return value and _cut(call, value, axis % len(value.real), first, first + length)


def unbind(call: Call) -> list[Value | None] | None:
    """Take each place along an axis."""
    value, axis = call.value(), call.get(1, "dim", 0)
    if value is None:
        return None
    axis %= len(value.real)
    return [_cut(call, value, axis, place, place + 1, one=True) for place in range(value.sizes[axis])]


def split(call: Call) -> list[Value | None] | None:
    """Take parts along an axis, as large as those that came out."""
    value, axis = call.value(0, "tensor") or call.value(), call.get(2, "dim", 0)
    if value is None:
        return None
    axis %= len(value.real)
    found, first = [], 0
    for tensor in call.outputs:
        found.append(_cut(call, value, axis, first, first + tensor.shape[axis]))
        first += tensor.shape[axis]
    return found


def passed(call: Call) -> Value | None:
    """Add nothing: the values are the same."""
    return call.value()


def activation(kind: str) -> Rule:
    """Return the rule of a function of single values that has a kind."""
    return lambda call: unary(call, kind)


def function(name: str) -> Rule:
    """Return the rule of a function of single values that has no kind of its own."""
    return lambda call: unary(call, "pointwise", function=name)


def combined(kind: str, name: str) -> Rule:
    """Return the rule of a function of two tensors at each place: a merge, or with a number or a constant one tensor's."""

    def rule(call: Call) -> Value | None:
        tensors = [call.get(0, "input"), call.get(1, "other")]
        reads = [call.of(tensor) for tensor in tensors]
        known = [value for value in reads if value is not None]
        if len(known) == len(tensors):
            return merged(call, kind, name, known)
        if not call.own and not call.buffers and known[0].sizes == tuple(call.outputs[0].shape):
            return _single(call, name, known[0])
        other = tensors[0] if reads[0] is None else tensors[1]
        return with_parameter(call, name, known[0], other)

    return rule


def _single(call: Call, name: str, value: Value) -> Value | None:
    x = call.trace.flow.settled(value) if value.cuts else value
    return call.layer("pointwise", [x], function=name)


def with_parameter(call: Call, name: str, value: Value, other: Any) -> Value | None:  # noqa: ANN401
    """Add what a parameter does to a tensor: positions that are added, or a factor for each channel."""
    if not isinstance(other, torch.Tensor) or len(call.own) != 1 or call.own[0].numel() != other.numel():
        return None
    sizes = tuple(other.shape)
    if name == "add" and len(value.own) == 2 and sizes[-2:] == value.sizes[-2:] and prod(sizes[:-2]) == 1:
        return call.layer("position_embedding", [call.trace.flow.settled(value)])
    if name == "mul" and sizes and sizes[-1] == value.sizes[-1] and prod(sizes[:-1]) == 1:
        return call.layer("layer_scale", [call.trace.flow.features_last(value)])
    rank = len(value.real)
    if name == "mul" and rank > 2 and (1,) * (rank - len(sizes)) + sizes == (1, value.sizes[1], *(1,) * (rank - 2)):
        return call.layer("layer_scale", [channels_second(call, value)])
    return None


def merged(call: Call, kind: str, name: str, values: Sequence[Value]) -> Value | None:
    """Add a merge of tensors whose axes lie alike; those that do not are put so."""
    flow, rank = call.trace.flow, max(len(value.real) for value in values)
    padded = [value._replace(real=((),) * (rank - len(value.real)) + value.real) for value in values]
    alike = len({(value.shape.layout, value.order) for value in values}) == 1 and values[0].order is not None
    same_axes = len({tuple(value.real) for value in values}) == 1 and len({tuple(value.base) for value in values}) == 1
    if not (alike or (same_axes and not values[0].cuts)):
        padded = [flow.settled(value) for value in padded]
    reads = values if alike else padded
    equal = len({value.shape for value in reads}) == 1
    if equal or kind == "multiply":
        return call.layer(kind, reads)
    return call.layer("pointwise", reads, function=name)


def concatenated(call: Call) -> Value | None:
    """Add a concatenation along an axis; with a parameter before the tokens it is a class token."""
    tensors, dim = [one for one in call.get(0, "tensors") if one.numel()], call.get(1, "dim", 0)
    values = [call.of(tensor) for tensor in tensors]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return _with_tokens(call, tensors, values, dim)
    flow = call.trace.flow
    if len({(value.shape.layout, value.order) for value in known}) > 1 or known[0].order is None:
        known = [flow.settled(value) for value in known]
    axis = dim % len(known[0].real)
    order = known[0].order
    if order is None or axis == 0 or len(order) != len(known[0].real) - 1:
        return None
    place, shape = order[axis - 1], known[0].shape
    channels = 0 if shape.is_map else len(shape.sizes) - 1
    along = {} if place == channels else {"axis": _axis_name(shape.layout[place])}
    return call.layer("concat", known, **along) if len(known) > 1 else known[0]


def _axis_name(letter: str) -> str:
    return {"D": "depth", "H": "height", "W": "width", "L": "length", "T": "tokens"}[letter]


def _with_tokens(call: Call, tensors: Sequence[Any], values: Sequence[Value | None], dim: int) -> Value | None:
    """Add a class token: a parameter that stands before the tokens."""
    one_before = len(values) == 2 and values[0] is None and values[1] is not None and tensors[0].shape[1:2] == (1,)
    if not one_before or dim % 3 != 1 or len(call.own) != 1:
        return None
    return call.layer("class_token", [call.trace.flow.settled(values[1])])  # type: ignore[arg-type]


def stacked(call: Call) -> Value | None:
    """Add a concatenation along a new axis."""
    tensors, dim = call.get(0, "tensors"), call.get(1, "dim", 0)
    values = [call.of(tensor) for tensor in tensors]
    flow = call.trace.flow
    if any(value is None for value in values) or dim % (len(tensors[0].shape) + 1) == 0:
        return None
    dim %= len(tensors[0].shape) + 1
    wide = [value._replace(real=(*value.real[:dim], (), *value.real[dim:])) for value in values if value is not None]
    known = [flow.settled(value) for value in wide]
    order = known[0].order
    if order is None or len(order) != len(known[0].real) - 1:
        return None
    shape, place = known[0].shape, order[dim - 1]
    channels = 0 if shape.is_map else len(shape.sizes) - 1
    return call.layer("concat", known, **({} if place == channels else {"axis": _axis_name(shape.layout[place])}))


def multiplied(call: Call) -> Value | None:
    """Add a product of matrices."""
    left, right = call.value(), call.value(1, "mat2") or call.value(1, "other")
    if left is None or right is None:
        return None
    flow = call.trace.flow
    return call.layer("matmul", [flow.settled(left), flow.settled(right)])


def dot_product(call: Call) -> Value | None:
    """Add attention alone: queries, keys and values."""
    values = [call.value(place, name) for place, name in enumerate(("query", "key", "value"))]
    known = [call.trace.flow.settled(value) for value in values if value is not None]
    return call.layer("scaled_dot_product", known) if len(known) == 3 else None


def fully_connected(call: Call) -> Value | None:
    """Add a linear layer, which reads the last axis."""
    outputs, value, biased = call.get(1, "weight").shape[0], call.value(), call.get(2, "bias") is not None
    found = projected(call, value, outputs, biased=biased)
    return projected(call, value, outputs, biased=False) if found is None and biased else found


def convolved(rank: int) -> Rule:
    """Return the rule of a convolution over so many axes."""

    def rule(call: Call) -> Value | None:
        weight = call.get(1, "weight")
        stride, padding, dilation = (call.get(place, name, default) for place, name, default in CONVOLUTION)
        return sliding(
            call, "conv", rank, filters=weight.shape[0], kernel=same(tuple(weight.shape[2:])), stride=same(stride),
            padding=padding if isinstance(padding, str) else same(padding), dilation=same(dilation),
            groups=call.get(6, "groups", 1), bias=call.get(2, "bias") is not None,
        )  # fmt: skip

    return rule


CONVOLUTION = ((3, "stride", 1), (4, "padding", 0), (5, "dilation", 1))


def batch_normalized(call: Call) -> Value | None:
    """Add a batch norm."""
    weight, bias = call.get(3, "weight"), call.get(4, "bias")
    options = {"scale": weight is not None, "shift": bias is not None, "statistics": call.get(1, "running_mean") is not None}
    return call.layer("batchnorm", [channels_second(call, call.value())], **options)


def group_normalized(call: Call) -> Value | None:
    """Add a group norm."""
    options = {"scale": call.get(2, "weight") is not None, "shift": call.get(3, "bias") is not None}
    return call.layer("groupnorm", [channels_second(call, call.value())], groups=call.get(1, "num_groups"), **options)


def layer_normalized(call: Call) -> Value | None:
    """Add a layer norm over the last axis."""
    value = call.value()
    if value is None or len(call.get(1, "normalized_shape")) != 1:
        return None
    options = {"scale": call.get(2, "weight") is not None, "shift": call.get(3, "bias") is not None}
    return call.layer("layernorm", [call.trace.flow.features_last(value)], **options)


def rms_normalized(call: Call) -> Value | None:
    """Add a norm by the root mean square over the last axis."""
    value = call.value()
    if value is None or len(call.get(1, "normalized_shape")) != 1:
        return None
    return call.layer("rms_norm", [call.trace.flow.features_last(value)], scale=call.get(2, "weight") is not None)


def averaged(call: Call) -> Value | None:
    """Add a mean over axes: over all places of a map, or over all tokens."""
    value, dims = call.value(), call.get(1, "dim")
    if value is None or dims is None:
        return None
    dims = dims if isinstance(dims, tuple | list) else (dims,)
    value = call.trace.flow.settled(value) if value.order is None else value
    axes = sorted(dim % len(value.real) for dim in dims)
    order = value.order
    if order is None or axes[:1] == [0] or len(order) != len(value.real) - 1:
        return None
    places = sorted(order[axis - 1] for axis in axes)
    keep = call.get(2, "keepdim", False)  # noqa: FBT003 - PyTorch's own default
    if value.shape.is_map and places == list(range(1, len(value.base))):
        return _mean_of_map(call, value, axes, keep=keep)
    if value.shape.layout == "TF" and places == [0]:
        out = _observed(call, "mean", value, (value.real[0], value.real[axes[0] % len(value.real)]))
        return out
    return None


def _mean_of_map(call: Call, value: Value, axes: list[int], *, keep: bool) -> Value | None:
    """Add a global pool, or where the axes are gone a mean over them."""
    kind = "global_avgpool" if keep else "mean"
    return _observed(call, kind, value, value.real)


def _observed(call: Call, kind: str, value: Value, _: object) -> Value | None:
    """Add a layer that leaves one place, whose output lies as what came out says."""
    flow, seen = call.trace.flow, call.seen
    plain = value._replace(real=((flow.batch,), *value.base))
    x_sizes = (flow.batch.size, *(int(str(size)) for size in _after(kind, value)))
    found = flow.layer(_wanted(call, kind), [plain], seen._replace(sizes=x_sizes))
    return found and reshaped(found, seen.sizes)


def _after(kind: str, value: Value) -> tuple[Any, ...]:
    channels = value.shape.channels
    return (channels, *(1,) * (len(value.base) - 1)) if kind == "global_avgpool" else (channels,)


def _wanted(call: Call, kind: str) -> Any:  # noqa: ANN401
    from archcalc.importers.flow import Wanted  # noqa: PLC0415

    return Wanted(call.path, kind)


def padded(call: Call) -> Value | None:
    """Add a padding around a map, or of its channels; nothing where it is none."""
    value, sides = call.value(), list(call.get(1, "pad"))
    if value is None:
        return None
    if not any(sides):
        return value
    if min(sides) < 0:
        return None
    pairs = [(sides[place], sides[place + 1]) for place in range(0, len(sides), 2)][::-1]
    rank = len(value.own) - 1
    x = call.trace.flow.as_map(value, rank) if rank in (1, 2, 3) else None
    if x is None or not x.shape.is_map or len(pairs) > rank + 1:
        return None
    pairs = [(0, 0)] * (rank + 1 - len(pairs)) + pairs
    given: dict[str, Any] = {"padding": tuple(pairs[1:])} | ({"channels": pairs[0]} if any(pairs[0]) else {})
    return call.layer("pad", [x], **given)


def resized(call: Call) -> Value | None:
    """Add an upsampling."""
    return scaled(call, call.get(1, "size"), call.get(2, "scale_factor"), call.get(3, "mode", "nearest"))


def pooled(kind: str, rank: int) -> Rule:
    """Return the rule of a pool over so many axes."""

    def rule(call: Call) -> Value | None:
        kernel, stride = same(call.get(1, "kernel_size")), same(call.get(2, "stride") or call.get(1, "kernel_size"))
        options = {"kernel": kernel, "stride": stride, "padding": same(call.get(3, "padding", 0))}
        ceil = call.get(*((5, "ceil_mode") if kind == "maxpool" else (4, "ceil_mode")), False)  # noqa: FBT003
        if kind == "maxpool" and same(call.get(4, "dilation", 1)) != 1:
            options["dilation"] = same(call.get(4, "dilation"))
        return sliding(call, kind, rank, ceil=bool(ceil), **options)

    return rule


def adaptive(kind: str, everywhere: str, rank: int) -> Rule:
    """Return the rule of an adaptive pool over so many axes."""
    return lambda call: adapted(call, kind, everywhere, rank, call.get(1, "output_size"))


def shuffled(call: Call) -> Value | None:
    """Add a pixel shuffle."""
    value = call.value()
    return call.layer("pixel_shuffle", [value and call.trace.flow.as_map(value, 2)], factor=call.get(1, "upscale_factor"))


FUNCTIONS: dict[str, Rule] = {
    **dict.fromkeys(("reshape", "view", "flatten", "unflatten", "squeeze", "unsqueeze", "view_as", "reshape_as"), view),
    **dict.fromkeys(("transpose", "swapaxes", "swapdims"), transpose), "t": turned, "T": turned, "mT": turned,
    "permute": permute, "movedim": None, **dict.fromkeys(("expand", "expand_as", "broadcast_to"), expand),  # type: ignore[dict-item]
    "getitem": index, "select": select, "narrow": narrow, "unbind": unbind,
    **dict.fromkeys(("split", "chunk", "split_with_sizes", "tensor_split"), split),
    **dict.fromkeys(("contiguous", "to", "float", "half", "type_as", "detach", "clone", "dropout", "dropout1d", "dropout2d",
                     "dropout3d", "alias", "data", "bfloat16", "double", "cpu", "feature_dropout", "alpha_dropout"), passed),
    **{name: activation(name) for name in ("relu", "relu6", "gelu", "silu", "sigmoid", "tanh", "hardswish", "hardsigmoid", "abs", "elu")},
    **{name: function(name) for name in ("exp", "sqrt", "rsqrt", "pow", "neg", "clamp", "clip", "log", "log2", "sin", "cos", "square",
       "softplus", "mish", "log_softmax", "logsigmoid", "erf", "floor", "round", "sign", "reciprocal", "hardtanh", "selu", "celu",
       "masked_fill", "normalize", "threshold", "rsub", "rdiv", "logit", "softsign", "clamp_min", "clamp_max", "nan_to_num")},
    "softmax": soft, "add": combined("add", "add"), "sub": combined("subtract", "sub"), "mul": combined("multiply", "mul"),
    "div": combined("pointwise", "div"), "maximum": combined("pointwise", "maximum"), "minimum": combined("pointwise", "minimum"),
    "cat": concatenated, "stack": stacked, "matmul": multiplied, "scaled_dot_product_attention": dot_product, "linear": fully_connected,
    "conv1d": convolved(1), "conv2d": convolved(2), "conv3d": convolved(3),
    "batch_norm": batch_normalized, "group_norm": group_normalized, "layer_norm": layer_normalized, "rms_norm": rms_normalized,
    "mean": averaged, "pad": padded, "interpolate": resized, "upsample": resized, "pixel_shuffle": shuffled,
    "max_pool1d": pooled("maxpool", 1), "max_pool2d": pooled("maxpool", 2), "max_pool3d": pooled("maxpool", 3),
    "avg_pool1d": pooled("avgpool", 1), "avg_pool2d": pooled("avgpool", 2), "avg_pool3d": pooled("avgpool", 3),
    "adaptive_avg_pool1d": adaptive("adaptive_avgpool", "global_avgpool", 1),
    "adaptive_avg_pool2d": adaptive("adaptive_avgpool", "global_avgpool", 2),
    "adaptive_avg_pool3d": adaptive("adaptive_avgpool", "global_avgpool", 3),
    "adaptive_max_pool2d": adaptive("adaptive_maxpool", "global_maxpool", 2),
}  # fmt: skip
"""What each function is here."""
