"""Products of matrices as layers: linear layers, products of two layers, attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.importers import rules
from archcalc.importers.arrangement import permuted
from archcalc.importers.onnx.shapes.products import parsed_equation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.onnx.operations import OnnxOperation

    Rule = Callable[[OnnxOperation], Value | Sequence[Value | None] | None]

MATRIX = 2


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


ROWS: dict[str, Rule] = {
    **dict.fromkeys(("FusedMatMul", "MatMul", "MatMulInteger"), product(1)),
    "Attention": attention,
    "DotProduct": dot_product,
    "Einsum": einsum,
    "Gemm": gemm(1, 2),
    "QGemm": gemm(3, 6),
    "QLinearMatMul": product(3),
}
"""The rules of this group by operator."""
