"""Activations and arithmetic as layers."""

from __future__ import annotations

from math import isclose, prod
from typing import TYPE_CHECKING

from archcalc.importers import rules
from archcalc.importers.learned import exact, with_weights
from archcalc.importers.onnx.shapes.reducing import reduced_axes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.onnx.operations import OnnxOperation

    Rule = Callable[[OnnxOperation], Value | Sequence[Value | None] | None]


def activation(kind: str, **options: str) -> Rule:
    """Return the rule of a function of single values that has a kind; ``options`` name the operator's attributes."""

    def rule(operation: OnnxOperation) -> Value | None:
        found = operation.call.node.attributes
        given = {name: exact(found[key]) for name, key in options.items() if key in found}  # type: ignore[arg-type]
        return rules.unary(operation, operation.value(), kind, **given)

    return rule


def pointwise(operation: OnnxOperation) -> Value | None:
    """Add a function of single values that has no kind of its own."""
    return rules.unary(operation, operation.value(), "pointwise", function=operation.op.lower())


def clip(operation: OnnxOperation) -> Value | None:
    """Add a ReLU6, or any other clip."""
    low, high = (_bound(operation, index, name) for index, name in ((1, "min"), (2, "max")))
    if (low, high) == (0.0, 6.0):
        return rules.unary(operation, operation.value(), "relu6")
    return pointwise(operation) if (low, high) != (0.0, None) else rules.unary(operation, operation.value(), "relu")


def _bound(operation: OnnxOperation, index: int, name: str) -> float | None:
    items = operation.call.numbers(index) if operation.call.has(index) else None
    found = items[0] if items else operation.call.node.attributes.get(name)
    return float(found) if isinstance(found, int | float) else None


def hard_sigmoid(operation: OnnxOperation) -> Value | None:
    """Add a hard sigmoid with PyTorch's slope of a sixth, or any other."""
    slope = operation.call.node.attributes.get("alpha", 0.2) if operation.call.node.op == "HardSigmoid" else 1 / 6
    usual = isinstance(slope, float) and isclose(slope, 1 / 6, rel_tol=1e-3)
    return rules.unary(operation, operation.value(), "hardsigmoid") if usual else pointwise(operation)


def prelu(operation: OnnxOperation) -> Value | None:
    """Add a PReLU: one slope for each channel, or for all."""
    sizes, value = operation.fixed(1), operation.value()
    if sizes is None or value is None:
        return None
    if prod(sizes) == 1:
        return operation.layer("prelu", [value], shared=True)
    return operation.layer("prelu", [rules.channels_second(operation.flow, value)])


def combined(kind: str, name: str, second: int = 1) -> Rule:
    """Return the rule of a function of two tensors at each place: a merge, or with a constant one tensor's."""

    def rule(operation: OnnxOperation) -> Value | None:
        values = [operation.value(0), operation.value(second)]
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            return rules.merged(operation, kind, name, known)
        index = second if values[0] is not None else 0
        return _with_constant(operation, name, known[0], index) if known else None

    return rule


def _with_constant(operation: OnnxOperation, name: str, value: Value, index: int) -> Value | None:
    """Add what a constant does to a tensor: positions that are added, a factor for each channel, or a number."""
    sizes = operation.fixed(index)
    if sizes is None:
        return None
    if operation.weighs(index) and prod(sizes) > 1:
        return with_weights(operation, name, value, sizes, operation.stored)
    if value.sizes != operation.sizes:
        return None
    return rules.unary(operation, value, "pointwise", function=name)


def many(kind: str, name: str) -> Rule:
    """Return the rule of a function of any number of tensors."""

    def rule(operation: OnnxOperation) -> Value | None:
        values = operation.reads
        return rules.merged(operation, kind, name, values) if len(values) == len(operation.call.node.inputs) else None

    return rule


def chosen(operation: OnnxOperation) -> Value | None:
    """Add a choice between tensors, or constants, at each place."""
    values = operation.reads
    if len(values) == 1 and values[0].sizes == operation.sizes:
        return rules.unary(operation, values[0], "pointwise", function="where")
    return rules.merged(operation, "pointwise", "where", values) if len(values) > 1 else None


def averaged(operation: OnnxOperation) -> Value | None:
    """Add a mean over axes."""
    axes = reduced_axes(operation.call)
    if not axes:
        return operation.value() if axes == () else None
    return rules.averaged(operation, operation.value(), sorted(axes), keep=bool(operation.call.integer("keepdims", 1)))


_KINDS = {
    "Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "HardSwish": "hardswish", "Gelu": "gelu", "FastGelu": "gelu",
    "Silu": "silu", "Swish": "silu", "QuickGelu": "silu", "QLinearSigmoid": "sigmoid", "Abs": "abs",
}  # fmt: skip
_FUNCTIONS = [
    "Acos",
    "Asin",
    "Atan",
    "Ceil",
    "Celu",
    "Cos",
    "Erf",
    "Exp",
    "Floor",
    "Log",
    "LogSoftmax",
    "Mish",
    "Neg",
    "Normalize",
    "Not",
    "Reciprocal",
    "Round",
    "Selu",
    "Shrink",
    "Sign",
    "Sin",
    "Softplus",
    "Softsign",
    "Sqrt",
    "ThresholdedRelu",
    "QuantizeLinear",
    "DequantizeLinear",
]

_RELATIONS = ("And", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Mod", "Or", "Xor")

ROWS: dict[str, Rule] = {
    **{op: activation(kind) for op, kind in _KINDS.items()},
    **dict.fromkeys(_FUNCTIONS, pointwise),
    **{op: combined("pointwise", op.lower()) for op in _RELATIONS},
    "Add": combined("add", "add"),
    "Clip": clip,
    "Div": combined("pointwise", "div"),
    "Elu": activation("elu", alpha="alpha"),
    "HardSigmoid": hard_sigmoid,
    "LeakyRelu": activation("leaky_relu", slope="alpha"),
    "Max": many("pointwise", "maximum"),
    "Min": many("pointwise", "minimum"),
    "Mul": combined("multiply", "mul"),
    "PRelu": prelu,
    "Pow": combined("pointwise", "pow"),
    "QLinearAdd": combined("add", "add", 3),
    "QLinearLeakyRelu": activation("leaky_relu", slope="alpha"),
    "QLinearMul": combined("multiply", "mul", 3),
    "ReduceMean": averaged,
    "Sub": combined("subtract", "sub"),
    "Sum": many("add", "add"),
    "Where": chosen,
}
"""The rules of this group by operator."""
