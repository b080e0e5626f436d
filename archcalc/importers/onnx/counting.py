"""The multiply-accumulates of each operator: those of products and convolutions; what is computed elementwise has none.

Source: torch.utils.flop_counter of PyTorch, whose FLOPs are twice these; docs/Operators.md of github.com/onnx/onnx.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.importers.onnx.inference import NodeRun, is_known
from archcalc.importers.onnx.known import Size, Sizes, elements, times
from archcalc.importers.onnx.shapes.contributed import fused_operand
from archcalc.importers.onnx.shapes.products import Heads, gemm_sizes, letter_sizes, parsed_equation
from archcalc.importers.onnx.shapes.recurrent import GATES, recurrence
from archcalc.symbolic.expr import total
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.importers.onnx.calls import NodeCall

    Count = Callable[[NodeCall, Sizes], Size]


def macs_of(step: NodeRun) -> Size:
    """Return the multiply-accumulates of a node; None if they are not known."""
    call = step.call
    name = f"{call.node.domain}.{call.node.op}" if call.node.domain else call.node.op
    count = MACS.get(name)
    if count is None:
        return 0 if is_known(name) and name not in UNCOUNTED else None
    return count(call, step.outputs[0].sizes if step.outputs else None)


def _convolution(weight: int) -> Count:
    """Count weights times positions, for a convolution whose weight is this input."""

    def count(call: NodeCall, output: Sizes) -> Size:
        positions = None if output is None else times((output[0], *output[2:]))
        return times((elements(call.sizes(weight)), positions))

    return count


def _transposed(call: NodeCall, _: Sizes) -> Size:
    """Count weights times the positions of the input, each of which is spread over a window."""
    x = call.sizes()
    return times((elements(call.sizes(1)), None if x is None else times((x[0], *x[2:]))))


def _matmul(call: NodeCall, output: Sizes) -> Size:
    """Count the values output times the inner size."""
    left = call.sizes()
    return times((elements(output), left[-1] if left else None))


def _gemm(call: NodeCall, output: Sizes) -> Size:
    found = gemm_sizes(call)
    return times((elements(output), found[0][1] if found else None))


def _fused(call: NodeCall, output: Sizes) -> Size:
    """Count a product whose left matrix may be transposed."""
    left = fused_operand(call, 0, "A")
    return times((elements(output), left[-1] if left else None))


def _einsum(call: NodeCall, _: Sizes) -> Size:
    """Count the product of all letters, for two inputs with a letter that is summed over; three are ambiguous."""
    parsed, sizes = parsed_equation(call), letter_sizes(call)
    if parsed is None or sizes is None or len(parsed[0]) > 2:  # noqa: PLR2004
        return None
    inputs, output = parsed
    summed = set("".join(inputs)) - set(output)
    return times(sizes.values()) if len(inputs) > 1 and summed else 0


def _attention(call: NodeCall, _: Sizes) -> Size:
    """Count the products of queries with keys, and of their weights with values."""
    heads = Heads(call)
    batch, count, tokens, features = heads.query
    return _both(times((batch, count, tokens, heads.keys)), features, heads.value[3])


def _both(pairs: Size, features: Size, values: Size) -> Size:
    if pairs is None or features is None or values is None:
        return None
    return times((pairs, simplify(total((features, values)))))


def _multi_head(call: NodeCall, output: Sizes) -> Size:
    """Count an attention of separate queries, keys and values without a cache; of others nothing is known."""
    query, key, value = (call.sizes(index) for index in range(3))
    if query is None or key is None or value is None or {len(query), len(key), len(value)} != {3} or call.has(6):
        return None
    return _both(times((query[0], query[1], key[1])), query[2], output[-1] if output else None)


def _packed_attention(call: NodeCall, output: Sizes) -> Size:
    """Count the projections of an attention, and its products."""
    x, weight = call.sizes(), call.sizes(1)
    if x is None or weight is None or output is None or call.has(4) or call.given("qkv_hidden_sizes"):
        return None
    projections = times((elements(x), weight[1]))
    products = _both(times((x[0], x[1], x[1])), output[-1], output[-1])
    return None if projections is None or products is None else simplify(total((projections, products)))


def _recurrent(call: NodeCall, _: Sizes) -> Size:
    """Count, for each step, gates times states times what they are computed of: features and states."""
    found = recurrence(call)
    if found is None or found.features is None or found.states is None:
        return None
    each = times((GATES[call.node.op], found.states, simplify(found.features + found.states)))
    return times((found.steps, found.batch, found.directions, each))


MACS: dict[str, Count] = {
    **dict.fromkeys(("Conv", "ConvInteger", "DeformConv", "CausalConvWithState"), _convolution(1)),
    **dict.fromkeys(("MatMul", "MatMulInteger", "QLinearMatMul"), _matmul),
    **dict.fromkeys(("com.microsoft.DynamicQuantizeMatMul", "com.microsoft.MatMulIntegerToFloat"), _matmul),
    **dict.fromkeys(GATES, _recurrent),
    "Attention": _attention,
    "ConvTranspose": _transposed,
    "Einsum": _einsum,
    "Gemm": _gemm,
    "QLinearConv": _convolution(3),
    "com.microsoft.Attention": _packed_attention,
    "com.microsoft.FusedConv": _convolution(1),
    "com.microsoft.FusedMatMul": _fused,
    "com.microsoft.MatMulNBits": _matmul,
    "com.microsoft.MultiHeadAttention": _multi_head,
    "com.microsoft.QGemm": _fused,
    "com.microsoft.QLinearConv": _convolution(3),
}
"""How the multiply-accumulates of an operator are counted; all other known operators have none."""

UNCOUNTED = {
    "DFT", "LinearAttention", "STFT", "com.microsoft.GroupQueryAttention", "com.microsoft.QAttention",
}  # fmt: skip
"""Known operators with multiply-accumulates that are not counted here."""
