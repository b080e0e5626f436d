"""PyTorch's functions that multiply matrices: with weights they are linear layers, with one another products."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from archcalc.importers.arrangement import expanded
from archcalc.importers.axes import in_shape
from archcalc.importers.flow import Observed, Wanted, beside
from archcalc.importers.rules import projected, same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.torch_calls import Rule, TorchCall


def multiplied(call: TorchCall) -> Value | None:
    """Add a product of matrices; with a weight it is a linear layer."""
    tensors = [call.get(0, "input"), call.get(1, "other" if "other" in call.kwargs else "mat2")]
    left, right = map(call.of, tensors)
    if left is not None and right is None and _is_weight(call, tensors[1]):
        return projected(call, left, tensors[1].shape[-1], biased=False)
    factors = _alike(*(call.of(one) or call.trace.constant(one) for one in tensors))
    return call.layer("matmul", _matrices(call, factors))


def _matrices(call: TorchCall, factors: Sequence[Value]) -> list[Value]:
    """Return factors in one layout: a map of one axis and tokens are both matrices."""
    found = [call.flow.settled(value) for value in factors]
    alike = len({value.shape.layout for value in found}) == 1
    return found if alike else [call.flow.as_tokens(value) for value in factors]


def _alike(left: Value, right: Value) -> tuple[Value, Value]:
    """Return two factors with as many matrices: one of them is repeated, if it has one where the other has several."""
    if len(left.real) != len(right.real):
        return left, right
    matrices = tuple(map(max, left.sizes[:-2], right.sizes[:-2]))
    ways = [expanded(value, (*matrices, *value.sizes[-2:])) or value for value in (left, right)]
    return ways[0], ways[1]


def convolved_apart(call: TorchCall, stride: Any, padding: Any) -> Value | None:
    """Add the product of each image's own matrix of weights with its map: a convolution of kernel 1, in groups."""
    x, weights, images = call.value(), call.value(1, "weight"), call.flow.batch.size
    filters, channels, *kernel = call.get(1, "weight").shape
    plain = {*kernel, same(stride)} == {1} and same(padding) == 0 and call.get(6, "groups", 1) == images
    if x is None or weights is None or not plain or call.get(2, "bias") is not None:
        return None
    matrix = in_shape(call.flow, weights, (images, filters // images, channels))
    places = in_shape(call.flow, x, (images, channels, prod(x.sizes[2:])))
    if matrix is None or places is None:
        return None
    seen = call.seen._replace(sizes=(images, filters // images, prod(x.sizes[2:])))
    reads = [call.flow.settled(matrix), call.flow.settled(places)]
    found = call.flow.layer(Wanted(call.path, "matmul"), reads, seen)
    return found and in_shape(call.flow, found, call.sizes)


def _is_weight(call: TorchCall, tensor: Any) -> bool:
    """Whether a tensor is a matrix of parameters, perhaps transposed."""
    return tensor.dim() == len(("rows", "columns")) and [one.numel() for one in call.own] == [tensor.numel()]


def biased_product(call: TorchCall) -> Value | None:
    """Add a linear layer whose bias comes first, and the weight last: ``addmm``."""
    weight = call.get(2, "mat2")
    return projected(call, call.value(1, "mat1"), weight.shape[-1], biased=call.value() is None)


def added_product(call: TorchCall) -> Value | None:
    """Add a product of matrices, and a function that adds a tensor to it: ``baddbmm``."""
    factors, added = [call.value(1, "batch1"), call.value(2, "batch2")], call.value()
    known = [value for value in factors if value is not None]
    product = call.layer("matmul", _matrices(call, known)) if len(known) == len(factors) else None
    if product is None:
        return None
    wanted = Wanted(beside(call.path, "add"), "pointwise", {"function": "add"})
    return call.flow.layer(wanted, [product, *([call.flow.settled(added)] if added else [])], Observed(call.sizes))


def looked_up(call: TorchCall) -> Value | None:
    """Add an embedding: a vector for each token."""
    vocabulary, features = call.get(1, "weight").shape
    return call.layer("embedding", [call.value()], vocabulary=vocabulary, features=features)


def dot_product(call: TorchCall) -> Value | None:
    """Add attention alone: queries, keys and values."""
    values = [call.value(place, name) for place, name in enumerate(("query", "key", "value"))]
    return call.layer("scaled_dot_product", [value and call.flow.settled(value) for value in values])


def fully_connected(call: TorchCall) -> Value | None:
    """Add a linear layer, which reads the last axis; its bias may be made of several parameters."""
    outputs, value, biased = call.get(1, "weight").shape[0], call.value(), call.get(2, "bias") is not None
    if not call.own and value is not None:
        return _multiplied_tokens(call, value, call.get(1, "weight"))
    found = projected(call, value, outputs, biased=biased)
    return projected(call, value, outputs, biased=False) if found is None and biased else found


def _multiplied_tokens(call: TorchCall, value: Value, matrix: Any) -> Value | None:
    """Add the product of the last axis with a matrix that is no parameter, transposed."""
    sizes = (value.sizes[0], prod(value.sizes[1:-1]), value.sizes[-1])
    tokens = in_shape(call.flow, value, sizes)
    if tokens is None or call.get(2, "bias") is not None:
        return None
    reads = [call.flow.settled(tokens), call.flow.settled(call.of(matrix) or call.trace.constant(matrix))]
    seen = call.seen._replace(sizes=(*sizes[:2], call.sizes[-1]))
    found = call.flow.layer(Wanted(call.path, "matmul", {"transpose": "right"}), reads, seen)
    return found and in_shape(call.flow, found, call.sizes)


PRODUCTS: dict[str, Rule] = {
    "matmul": multiplied,
    "addmm": biased_product,
    "baddbmm": added_product,
    "linear": fully_connected,
    "embedding": looked_up,
    "scaled_dot_product_attention": dot_product,
}
"""What each function is here."""
