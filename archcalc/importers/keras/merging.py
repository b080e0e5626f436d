"""What reads several tensors: the merges of Keras, its attention, and functions that it has written down as layers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from archcalc.errors import Refusal
from archcalc.importers.flow import Reference
from archcalc.importers.keras import activations
from archcalc.importers.keras.axes import is_last, name_of, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.keras.calls import LayerCall


def merged(call: LayerCall, kind: str, function: str, values: Sequence[Value]) -> Value:
    """Add a merge; where shapes differ, and the kind does not repeat axes of size 1, a function of the values."""
    if len(values) == 1:
        return call.row("pointwise", values, function=function)
    if kind and (kind == "multiply" or len({value.shape for value in values}) == 1):
        return call.row(kind, values)
    return call.row("pointwise", values, function=function)


def _merge(kind: str, function: str) -> Callable[[LayerCall], Value]:
    return lambda call: merged(call, kind, function, list(_of_one_rank(call)))


def _of_one_rank(call: LayerCall) -> Iterator[Value]:
    """Yield what a merge reads, vectors with axes of size 1 before their own where another input is a map.

    Source: ``call`` in keras/src/layers/merging/base_merge.py.
    """
    ranks = [len(value.shape.sizes) for value in call.reads]
    for value, rank in zip(call.reads, ranks, strict=True):
        if rank == 1 and max(ranks) > 1:
            shape = shape_of((*(1,) * (max(ranks) - 1), value.shape.channels))
            yield call.row("reshape", [value], "reshape", sizes=shape.sizes, layout=shape.layout)
        else:
            yield value


def _concatenated(call: LayerCall) -> Value:
    """Add a concatenation: along the channels, or another axis by its name."""
    (axis,) = call.fields.axes("axis", -1)[:1]
    if len(call.reads) == 1:
        return call.row("identity")
    along: dict[str, Any] = {} if is_last(axis, call.x.shape) else {"axis": name_of(axis, call.x.shape)}
    return call.row("concat", call.reads, **along)


def _attention(call: LayerCall) -> Value | None:
    """Add multi-head attention: with itself, or with keys and values of another layer."""
    fields = call.fields
    if call.config.get("output_shape") is not None or call.used != {0}:
        return None
    query, value = call.x, call.named.get("value") or (call.reads[1] if len(call.reads) > 1 else call.x)
    key = call.named.get("key") or (call.reads[2] if len(call.reads) > len(("query", "value")) else value)
    options: dict[str, Any] = {
        "heads": fields.whole("num_heads"), "key_dim": fields.whole("key_dim"),
        "bias": fields.flag("use_bias", default=True),
    }  # fmt: skip
    if call.config.get("value_dim") not in (None, options["key_dim"]):
        options["value_dim"] = fields.whole("value_dim")
    if call.constants.get("use_causal_mask") is True:
        options["causal"] = True
    memory: dict[str, Any] = {} if value.path == query.path else {"memory": Reference(value.path)}
    if key.path == value.path:
        return call.row("attention", [query], **options, **memory)
    return call.counted_as("attention", **options, **memory) if key.shape == value.shape else None


def _scaled_sum(call: LayerCall) -> Value:
    """Add a sum of two branches, the second times a constant (Inception-ResNet)."""
    return call.row("pointwise", call.reads, function="scaled_add")


def operation(call: LayerCall) -> Value | None:
    """Add the row of a function: of single values, or a merge; another one is left opaque."""
    stated = call.config.get("function")
    name = snake(stated.rpartition(".")[2] if isinstance(stated, str) else call.kind)
    values = [*call.reads, *call.named.values()]
    if name in MERGES:
        return merged(call, MERGES[name] if len(values) > 1 else "", name, values)
    if name in VALUES:
        return call.row("pointwise", values, function=name)
    try:
        return activations.named(call, name, call.x) if len(values) == 1 and name != "softmax" else None
    except Refusal:
        return None


def snake(name: str) -> str:
    """Return the name of a class as a function is called.

    >>> snake("TrueDivide"), snake("Relu6"), snake("add")
    ('true_divide', 'relu6', 'add')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


MERGES = {
    "add": "add", "multiply": "multiply", "subtract": "subtract", "divide": "", "true_divide": "", "maximum": "",
    "minimum": "", "power": "", "__add__": "add",
}  # fmt: skip
"""Functions of two tensors, or of one and a number; the kinds that they are."""

VALUES = {
    "negative", "abs", "absolute", "exp", "log", "sqrt", "rsqrt", "square", "sin", "cos", "clip", "cast", "sign",
    "floor", "ceil", "round", "reciprocal", "log1p", "expm1", "erf",
}  # fmt: skip
"""Functions of single values."""

LAYERS = {
    "Add": _merge("add", "add"), "Subtract": _merge("subtract", "subtract"),
    "Multiply": _merge("multiply", "multiply"), "Average": _merge("", "average"), "Maximum": _merge("", "maximum"),
    "Minimum": _merge("", "minimum"), "Concatenate": _concatenated, "MultiHeadAttention": _attention,
    "CustomScaleLayer": _scaled_sum,
}  # fmt: skip
"""The rules of the merges."""
