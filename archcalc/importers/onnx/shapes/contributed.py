"""Operators of onnxruntime (com.microsoft): quantized ones, fused ones, and attention.

Source: docs/ContribOperators.md of github.com/microsoft/onnxruntime.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.importers.onnx.known import Sizes, broadcast, times
from archcalc.importers.onnx.shapes import elementwise, movement, products, windows
from archcalc.importers.onnx.shapes.products import multiplied

if TYPE_CHECKING:
    from archcalc.importers.onnx.calls import NodeCall

DOMAIN = "com.microsoft"

_LIKE_FIRST = [
    "BiasGelu",
    "DequantizeLinear",
    "FastGelu",
    "Gelu",
    "QLinearLeakyRelu",
    "QLinearSigmoid",
    "QLinearSoftmax",
    "QuantizeLinear",
    "QuickGelu",
    "SimplifiedLayerNormalization",
]


def _skip_norm(call: NodeCall) -> list[Sizes]:
    """Return the sizes of a norm of a sum, and of the sum, which is its last output."""
    return [call.sizes(), None, None, call.sizes()]


def _fused_matmul(call: NodeCall) -> list[Sizes]:
    """Return the sizes of a product of matrices whose axes may be moved before it."""
    return [multiplied(fused_operand(call, 0, "A"), fused_operand(call, 1, "B"))]


def fused_operand(call: NodeCall, index: int, letter: str) -> Sizes:
    """Return the sizes of a matrix of a FusedMatMul as it is multiplied: its first axis may be that of the rows."""
    sizes = call.sizes(index)
    if sizes is not None and len(sizes) > 2 and call.integer(f"transBatch{letter}"):  # noqa: PLR2004
        sizes = (*sizes[1:-1], sizes[0], sizes[-1])
    return _swapped(sizes) if call.integer(f"trans{letter}") else sizes


def _swapped(sizes: Sizes) -> Sizes:
    return sizes if sizes is None or len(sizes) < 2 else (*sizes[:-2], sizes[-1], sizes[-2])  # noqa: PLR2004


def _block_matmul(call: NodeCall) -> list[Sizes]:
    """Return the sizes of a product with a weight that is stored in blocks of few bits; N are its columns."""
    sizes = call.sizes()
    return [None if not sizes else (*sizes[:-1], call.integer("N"))]


def _quantized_pair(call: NodeCall) -> list[Sizes]:
    """Return the sizes of what is computed elementwise of two inputs, each with its scale and zero point after it."""
    return [broadcast(call.sizes(0), call.sizes(3))]


def _qgemm(call: NodeCall) -> list[Sizes]:
    left, right = call.sizes(), call.sizes(3)
    left, right = (
        _swapped(sizes) if call.integer(flag) else sizes for sizes, flag in ((left, "transA"), (right, "transB"))
    )
    return [multiplied(left, right)]


def _qconcat(call: NodeCall) -> list[Sizes]:
    """Return the sizes of a Concat whose inputs come with scale and zero point each, after those of the output."""
    inputs = tuple(call.inputs[2::3])
    return movement.RULES["Concat"](call._replace(inputs=inputs))


def _qglobal_pool(call: NodeCall) -> list[Sizes]:
    x = call.sizes()
    if not call.integer("channels_last"):
        return windows.RULES["GlobalAveragePool"](call)
    return [] if x is None else [(x[0], *(1,) * (len(x) - 2), x[-1])]


def _qpool(call: NodeCall) -> list[Sizes]:
    return [] if call.integer("channels_last") else windows.RULES["AveragePool"](call)[:1]


def _qconv(call: NodeCall) -> list[Sizes]:
    return [] if call.integer("channels_last") else windows.convolved(call, 3)


def _multi_head(call: NodeCall) -> list[Sizes]:
    """Return the sizes of an attention of which queries, keys and values are separate: those of queries and values."""
    query, value = call.sizes(0), call.sizes(2)
    if query is None or value is None or len(query) != 3 or len(value) != 3:  # noqa: PLR2004 - packed forms differ
        return []
    return [(*query[:-1], value[-1])]


def _packed_attention(call: NodeCall) -> list[Sizes]:
    """Return the sizes of an attention with its projections: the features of the values, a third of the weight's."""
    x, weight = call.of_rank(0, 3), call.of_rank(1, 2)
    asked = call.integers("qkv_hidden_sizes")
    if x is None or (weight is None and not asked):
        return []
    features = asked[-1] if asked else movement.left_over(((weight or (None, None))[1],), (3,))
    return [(*x[:-1], features)]


def _embedding_norm(call: NodeCall) -> list[Sizes]:
    """Return the sizes of embedded tokens, of their mask, and of the sum before the norm."""
    ids, table = call.of_rank(0, 2), call.of_rank(2, 2)
    if ids is None:
        return []
    embedded = (*ids, None if table is None else table[1])
    return [embedded, (ids[0],), embedded]


def _grouped_query(call: NodeCall) -> list[Sizes]:
    """Return the sizes of an attention with fewer heads for keys and values."""
    query, heads, kept = call.of_rank(0, 3), call.integer("num_heads", 1), call.integer("kv_num_heads", 1)
    if query is None:
        return []
    if call.has(1):
        return [query]
    if heads < 1:
        raise Refusal("num_heads is not positive")
    per_head = movement.left_over((query[2],), (heads + 2 * kept,))
    return [(*query[:-1], times((heads, per_head)))]


_OWN = {
    **dict.fromkeys(_LIKE_FIRST, elementwise.like_first),
    **dict.fromkeys(("QLinearAdd", "QLinearMul"), _quantized_pair),
    **dict.fromkeys(("DynamicQuantizeMatMul", "MatMulIntegerToFloat"), products.RULES["MatMul"]),
    **dict.fromkeys(("SkipLayerNormalization", "SkipSimplifiedLayerNormalization"), _skip_norm),
    "Attention": _packed_attention,
    "EmbedLayerNormalization": _embedding_norm,
    "FusedConv": windows.convolved,
    "FusedMatMul": _fused_matmul,
    "GroupQueryAttention": _grouped_query,
    "MatMulNBits": _block_matmul,
    "MultiHeadAttention": _multi_head,
    "QAttention": _packed_attention,
    "QGemm": _qgemm,
    "QLinearAveragePool": _qpool,
    "QLinearConcat": _qconcat,
    "QLinearConv": _qconv,
    "QLinearGlobalAveragePool": _qglobal_pool,
}

RULES = {f"{DOMAIN}.{op}": rule for op, rule in _OWN.items()} | {
    # Norms that onnxruntime adds to ONNX's own operators.
    "SimplifiedLayerNormalization": elementwise.like_first,
}
"""The rules of this group by operator."""
