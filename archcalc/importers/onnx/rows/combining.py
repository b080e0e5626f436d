"""Products of matrices, arithmetic, activations and norms as layers."""

from __future__ import annotations

from math import isclose, prod
from typing import TYPE_CHECKING, Any

from archcalc.importers import rules
from archcalc.importers.arrangement import permuted
from archcalc.importers.learned import exact, with_weights
from archcalc.importers.onnx.shapes.products import parsed_equation
from archcalc.importers.onnx.shapes.reducing import reduced_axes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.onnx.operations import OnnxOperation

    Rule = Callable[[OnnxOperation], Value | Sequence[Value | None] | None]

MATRIX = 2
SOFTMAX_BY_AXIS = 13
"""From this version on, Softmax is over one axis; before, over all from this one on."""


def product(weight: int) -> Rule:
    """Return the rule of a product whose second factor is this input: a linear layer, or a product of two layers."""

    def rule(operation: OnnxOperation) -> Value | None:
        sizes = operation.fixed(weight)
        if sizes is not None and len(sizes) == MATRIX:
            return rules.projected(operation, operation.value(), sizes[1], biased="bias" in operation.group.bound)
        left, right = operation.value(), operation.value(weight)
        if sizes is not None or left is None or right is None:
            return None
        return operation.layer("matmul", [operation.flow.settled(left), operation.flow.settled(right)])

    return rule


def gemm(weight: int, bias: int) -> Rule:
    """Return the rule of a Gemm: a linear layer, whose bias is one number for each output."""

    def rule(operation: OnnxOperation) -> Value | None:
        sizes, call = operation.fixed(weight), operation.call
        if sizes is None or call.integer("transA"):
            return None
        outputs = sizes[0 if call.integer("transB") else 1]
        return rules.projected(operation, operation.value(), outputs, biased=operation.weighs(bias))

    return rule


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


def softmax(operation: OnnxOperation) -> Value | None:
    """Add a softmax."""
    rank, new = len(operation.sizes), operation.call.opset >= SOFTMAX_BY_AXIS or bool(operation.call.node.domain)
    axis = operation.call.integer("axis", -1 if new else 1)
    if not new and prod(operation.sizes[axis % rank + 1 :]) != 1:
        return None
    return rules.softened(operation, operation.value(), axis % rank)


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
        return with_weights(operation, name, value, sizes)
    if value.sizes != operation.sizes:
        return None
    return rules.unary(operation, value, "pointwise", function=name)


def many(kind: str, name: str) -> Rule:
    """Return the rule of a function of any number of tensors."""

    def rule(operation: OnnxOperation) -> Value | None:
        values = operation.reads
        return rules.merged(operation, kind, name, values) if len(values) == len(operation.call.node.inputs) else None

    return rule


def averaged(operation: OnnxOperation) -> Value | None:
    """Add a mean over axes."""
    axes = reduced_axes(operation.call)
    if not axes:
        return operation.value() if axes == () else None
    return rules.averaged(operation, operation.value(), sorted(axes), keep=bool(operation.call.integer("keepdims", 1)))


def batch_norm(operation: OnnxOperation) -> Value | None:
    """Add a batch norm."""
    return operation.layer("batchnorm", [rules.channels_second(operation.flow, operation.value())])


def affine_norm(kind: str, **options: Any) -> Rule:  # noqa: ANN401
    """Return the rule of a norm over the channels with scale and shift; ``options`` name the operator's attributes."""

    def rule(operation: OnnxOperation) -> Value | None:
        given = {name: operation.call.integer(key) for name, key in options.items()}
        return operation.layer(kind, [rules.channels_second(operation.flow, operation.value())], **given)

    return rule


def local_norm(operation: OnnxOperation) -> Value | None:
    """Add a local response norm."""
    value = rules.channels_second(operation.flow, operation.value())
    return operation.layer("lrn", [value], size=operation.call.integer("size", 1))


def group_norm(operation: OnnxOperation) -> Value | None:
    """Add a group norm; of several nodes, the number of groups is the number of channels that are normed alone."""
    value = operation.value()
    inner = [step for step in operation.group.steps if step.node.op == "InstanceNormalization"]
    groups = (inner[0].call.sizes() or (0, 0))[1] if inner else operation.call.integer("num_groups")
    return operation.layer("groupnorm", [rules.channels_second(operation.flow, value)], groups=groups)


def layer_norm(operation: OnnxOperation) -> Value | None:
    """Add a layer norm over the last axis."""
    bound, call, value = operation.group.bound, operation.call, operation.value()
    if value is None:
        return None
    if len(operation.group.steps) == 1 and call.integer("axis", -1) not in (-1, len(value.real) - 1):
        return None
    decomposed = len(operation.group.steps) > 1
    scale = "gamma" in bound if decomposed else operation.weighs(1)
    shift = "beta" in bound if decomposed else operation.weighs(2)
    options = {} if scale and shift else {"scale": scale, "shift": shift}
    return rules.normalized_last(operation, value, "layernorm", **options)


def rms_norm(operation: OnnxOperation) -> Value | None:
    """Add a norm by the root mean square over the last axis."""
    value = operation.value()
    if value is None or operation.call.integer("axis", -1) not in (-1, len(value.real) - 1):
        return None
    scale = "gamma" in operation.group.bound if len(operation.group.steps) > 1 else operation.weighs(1)
    return rules.normalized_last(operation, value, "rms_norm", **({} if scale else {"scale": False}))


def attention(operation: OnnxOperation) -> Value | None:
    """Add attention alone: queries, keys and values, heads as an axis of their own."""
    values = [operation.value(index) for index in range(3)]
    known = [value for value in values if value is not None]
    if len(known) < len(values) or any(len(value.real) != 4 for value in known):  # noqa: PLR2004 - heads as an axis
        return None
    return operation.layer("scaled_dot_product", list(map(operation.flow.settled, known)))


def einsum(operation: OnnxOperation) -> Value | None:
    """Add a product of matrices: of two tensors that share one summed axis, and have one of their own each."""
    parsed, values = parsed_equation(operation.call), [operation.value(0), operation.value(1)]
    left, right = values
    if parsed is None or len(parsed[0]) != len(values) or left is None or right is None:
        return None
    (one, other), output = parsed
    summed = [letter for letter in one if letter in other and letter not in output]
    rows, columns = ([x for x in term if x in output and x not in rest] for term, rest in ((one, other), (other, one)))
    shared = [letter for letter in output if letter in one and letter in other]
    if [len(summed), len(rows), len(columns)] != [1, 1, 1] or len(output) != len(shared) + 2:
        return None
    x, y = _ordered(left, one, [*shared, *rows, *summed]), _ordered(right, other, [*shared, *summed, *columns])
    made = [*shared, *rows, *columns]
    seen = operation.seen._replace(sizes=tuple(operation.sizes[output.index(letter)] for letter in made))
    reads = [operation.flow.settled(x), operation.flow.settled(y)]
    found = operation.flow.layer(operation.wanted("matmul", {}), reads, seen)
    return found and _ordered(found, "".join(made), list(output))


def _ordered(value: Value, letters: str, wanted: Sequence[str]) -> Value:
    """Return a tensor, each of whose axes has a letter, with its axes in the order of some letters."""
    return permuted(value, [letters.index(letter) for letter in wanted])


def dot_product(operation: OnnxOperation) -> Value | None:
    """Add attention alone, of nodes: keys come with tokens and features exchanged."""
    query, key, value = (operation.bound(word) for word in ("x", "y", "z"))
    if query is None or key is None or value is None:
        return None
    rank = len(key.real)
    turned = permuted(key, [*range(rank - 2), rank - 1, rank - 2])
    return operation.layer("scaled_dot_product", list(map(operation.flow.settled, (query, turned, value))))


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

ROWS: dict[str, Rule] = {
    **{op: activation(kind) for op, kind in _KINDS.items()},
    **dict.fromkeys(_FUNCTIONS, pointwise),
    "Add": combined("add", "add"),
    "Attention": attention,
    "BatchNormalization": batch_norm,
    "Clip": clip,
    "Div": combined("pointwise", "div"),
    "DotProduct": dot_product,
    "Einsum": einsum,
    "Elu": activation("elu", alpha="alpha"),
    "FusedMatMul": product(1),
    "Gemm": gemm(1, 2),
    "GroupNormalization": group_norm,
    "HardSigmoid": hard_sigmoid,
    "InstanceNormalization": affine_norm("instancenorm"),
    "LRN": local_norm,
    "LayerNormalization": layer_norm,
    "LeakyRelu": activation("leaky_relu", slope="alpha"),
    "MatMul": product(1),
    "MatMulInteger": product(1),
    "Max": many("pointwise", "maximum"),
    "Min": many("pointwise", "minimum"),
    "Mul": combined("multiply", "mul"),
    "PRelu": prelu,
    "Pow": combined("pointwise", "pow"),
    "QGemm": gemm(3, 6),
    "QLinearAdd": combined("add", "add", 3),
    "QLinearLeakyRelu": activation("leaky_relu", slope="alpha"),
    "QLinearMatMul": product(3),
    "QLinearMul": combined("multiply", "mul", 3),
    "QLinearSoftmax": softmax,
    "RMSNormalization": rms_norm,
    "ReduceMean": averaged,
    "SimplifiedLayerNormalization": rms_norm,
    "Softmax": softmax,
    "Sub": combined("subtract", "sub"),
    "Sum": many("add", "add"),
}
"""The rules of this group by operator."""
