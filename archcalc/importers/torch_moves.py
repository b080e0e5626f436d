"""PyTorch's functions that move axes: views, permutations, indices and parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.importers.arrangement import expanded, permuted
from archcalc.importers.axes import in_shape, indexed, part, parts, place

if TYPE_CHECKING:
    from archcalc.importers.arrangement import Value
    from archcalc.importers.torch_calls import Rule, TorchCall


def view(call: TorchCall) -> Value | None:
    """Move axes into the shape that came out."""
    value = call.value(0, "self")
    return value and in_shape(call.flow, value, call.sizes)


def transpose(call: TorchCall) -> Value | None:
    """Exchange two axes."""
    value = call.value()
    if value is None:
        return None
    order = list(range(len(value.real)))
    one, other = (call.get(place_, f"dim{place_ - 1}") % len(order) for place_ in (1, 2))
    order[one], order[other] = order[other], order[one]
    return permuted(value, order)


def turned(call: TorchCall) -> Value | None:
    """Exchange the last two axes: ``x.T``, ``x.mT``."""
    value = call.value()
    rank = len(value.real) if value is not None else 0
    return permuted(value, [*range(rank - 2), rank - 1, rank - 2]) if value is not None and rank > 1 else None


def permute(call: TorchCall) -> Value | None:
    """Put the axes in another order."""
    value, dims = call.value(), call.get(1, "dims")
    dims = dims if isinstance(dims, tuple | list) else call.args[1:]
    return value and permuted(value, [dim % len(value.real) for dim in dims])


def expand(call: TorchCall) -> Value | None:
    """Repeat axes of size 1."""
    value = call.value()
    return value and expanded(value, call.sizes)


def index(call: TorchCall) -> Value | None:
    """Take places and parts of axes: ``x[:, 0]``, ``x[..., :4]``, ``x[None]``."""
    value, keys = call.value(), call.get(1, "indices")
    keys = keys if isinstance(keys, tuple) else (keys,)
    return value and (indexed(call.flow, value, keys) if all(map(_plain, keys)) else None)


def _plain(key: Any) -> bool:
    return key is None or key is Ellipsis or (isinstance(key, int | slice) and not isinstance(key, bool))


def select(call: TorchCall) -> Value | None:
    """Take one place along an axis."""
    value, axis = call.value(), call.get(1, "dim")
    return value and place(call.flow, value, axis % len(value.real), call.get(2, "index"))


def narrow(call: TorchCall) -> Value | None:
    """Take a part along an axis."""
    value, axis, first, length = call.value(), call.get(1, "dim"), call.get(2, "start"), call.get(3, "length")
    return value and part(call.flow, value, axis % len(value.real), first, first + length)


def unbind(call: TorchCall) -> list[Value | None] | None:
    """Take each place along an axis."""
    value, axis = call.value(), call.get(1, "dim", 0)
    if value is None:
        return None
    axis %= len(value.real)
    return [place(call.flow, value, axis, at) for at in range(value.sizes[axis])]


def split(call: TorchCall) -> list[Value | None] | None:
    """Take parts along an axis, as large as those that came out."""
    value, axis = call.value(0, "tensor") or call.value(), call.get(2, "dim", 0)
    if value is None:
        return None
    axis %= len(value.real)
    return parts(call.flow, value, axis, [tensor.shape[axis] for tensor in call.outputs])


def passed(call: TorchCall) -> Value | None:
    """Add nothing: the values are the same."""
    return call.value()


_SAME = (
    "contiguous", "to", "float", "half", "type_as", "detach", "clone", "dropout", "dropout1d", "dropout2d", "dropout3d",
    "alias", "data", "bfloat16", "double", "cpu", "feature_dropout", "alpha_dropout", "type", "long", "int", "bool",
)  # fmt: skip
_VIEWS = ("reshape", "view", "flatten", "unflatten", "squeeze", "unsqueeze", "view_as", "reshape_as")

MOVES: dict[str, Rule] = {
    **dict.fromkeys(_VIEWS, view),
    **dict.fromkeys(_SAME, passed),
    **dict.fromkeys(("transpose", "swapaxes", "swapdims"), transpose),
    **dict.fromkeys(("t", "T", "mT"), turned),
    **dict.fromkeys(("expand", "expand_as", "broadcast_to"), expand),
    **dict.fromkeys(("split", "chunk", "split_with_sizes", "tensor_split"), split),
    "permute": permute,
    "getitem": index,
    "select": select,
    "narrow": narrow,
    "unbind": unbind,
}
"""The functions that move axes."""
