"""Operators that multiply matrices: MatMul, Gemm, Einsum and attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.importers.onnx.known import Size, Sizes, broadcast, stretched, times
from archcalc.symbolic.known import decide

if TYPE_CHECKING:
    from archcalc.importers.onnx.calls import NodeCall


def multiplied(left: Sizes, right: Sizes) -> Sizes:
    """Return the sizes of a product of matrices; axes before the last two are broadcast, a vector loses its axis.

    >>> multiplied((8, 197, 64), (8, 64, 197)), multiplied((64,), (64, 10))
    ((8, 197, 197), (10,))

    Raises:
        Refusal: the inner sizes differ.
    """
    if not left or not right:
        return None
    a = left if len(left) > 1 else (1, *left)
    b = right if len(right) > 1 else (*right, 1)
    require_equal(a[-1], b[-2])
    batch = broadcast(a[:-2], b[:-2])
    rows = a[-2:-1] if len(left) > 1 else ()
    columns = b[-1:] if len(right) > 1 else ()
    return None if batch is None else (*batch, *rows, *columns)


def require_equal(left: Size, right: Size) -> None:
    """Refuse a product of matrices whose inner sizes are certain to differ.

    Raises:
        Refusal: they are.
    """
    if left is not None and right is not None and decide(left, "!=", right):
        raise Refusal(f"the inner sizes of the product differ: {left} and {right}")


def gemm_sizes(call: NodeCall, a: int = 0, b: int = 1) -> tuple[tuple[Size, Size], tuple[Size, Size]] | None:
    """Return rows and columns of both matrices of a Gemm, transposed where it says so."""
    left, right = call.of_rank(a, 2), call.of_rank(b, 2)
    if left is None or right is None:
        return None
    (rows, inner), (other, columns) = (
        tuple(reversed(sizes)) if call.integer(flag) else sizes for sizes, flag in ((left, "transA"), (right, "transB"))
    )
    return (rows, inner), (other, columns)


def _gemm(call: NodeCall) -> list[Sizes]:
    found = gemm_sizes(call)
    if found is None:
        return [(None, None)]
    (rows, inner), (other, columns) = found
    require_equal(inner, other)
    return [(rows, columns)]


def terms_of(equation: str) -> tuple[list[str], str] | None:
    """Return the letters of each input of an Einsum and of its output; None where it has no such form.

    >>> terms_of("bij, bjk -> bik"), terms_of("ij,jk")
    ((['bij', 'bjk'], 'bik'), (['ij', 'jk'], 'ik'))
    """
    inputs, arrow, output = equation.replace(" ", "").partition("->")
    if "." in equation:
        return None
    if not arrow:
        output = "".join(sorted(letter for letter in set(inputs) - {","} if inputs.count(letter) == 1))
    return inputs.split(","), output


def _spelled_out(call: NodeCall) -> str:
    """Return the equation of an Einsum with digits for the axes that an ellipsis stands for, where they are known."""
    equation = call.text("equation").replace(" ", "")
    inputs, arrow, output = equation.partition("->")
    terms, widths = inputs.split(","), []
    for index, term in enumerate(terms):
        rank = call.input(index).rank
        if "..." in term and rank is None:
            return equation
        widths.append(rank + 3 - len(term) if "..." in term and rank is not None else 0)
    most = max(widths)
    if not 0 <= most < len(_DIGITS):
        return equation
    spelled = [term.replace("...", _DIGITS[most - width : most]) for term, width in zip(terms, widths, strict=True)]
    if not arrow:
        letters = sorted(letter for letter in set(inputs) - set(",.") if inputs.count(letter) == 1)
        output = "".join(["...", *letters])
    return f"{','.join(spelled)}->{output.replace('...', _DIGITS[:most])}"


_DIGITS = "0123456789"


def parsed_equation(call: NodeCall) -> tuple[list[str], str] | None:
    """Return the letters of each input of a call of Einsum and of its output, axes of an ellipsis as digits."""
    return terms_of(_spelled_out(call))


def letter_sizes(call: NodeCall) -> dict[str, Size] | None:
    """Return the size of each letter of an Einsum.

    Raises:
        Refusal: an input has another number of axes than its letters, or a letter has two sizes.
    """
    parsed = parsed_equation(call)
    if parsed is None:
        return None
    found: dict[str, list[Size]] = {}
    for index, term in enumerate(parsed[0]):
        sizes = call.of_rank(index, len(term))
        for letter, size in zip(term, sizes or (None,) * len(term), strict=True):
            found.setdefault(letter, []).append(size)
    return {letter: stretched(sizes) for letter, sizes in found.items()}


def _einsum(call: NodeCall) -> list[Sizes]:
    parsed, sizes = parsed_equation(call), letter_sizes(call)
    if parsed is None or sizes is None:
        return []
    return [tuple(sizes[letter] for letter in parsed[1])]


class Heads:
    """The sizes of an attention: batch, heads, tokens, and features per head of queries, keys and values."""

    def __init__(self, call: NodeCall) -> None:
        self.flat = call.input(0).rank == 3  # noqa: PLR2004 - heads within the features
        heads = call.integer("q_num_heads"), call.integer("kv_num_heads"), call.integer("kv_num_heads")
        self.query, self.key, self.value = (self._split(call, index, heads[index]) for index in range(3))
        past = call.sizes(4)
        self.past: Size = past[2] if past and len(past) == 4 else (None if call.has(4) else 0)  # noqa: PLR2004

    def _split(self, call: NodeCall, index: int, heads: int) -> tuple[Size, Size, Size, Size]:
        """Return batch, heads, tokens and features of an input."""
        if not self.flat:
            return call.of_rank(index, 4) or (None,) * 4  # type: ignore[return-value]
        sizes = call.of_rank(index, 3)
        if sizes is None or heads < 1:
            return (None,) * 4
        batch, tokens, features = sizes
        return batch, heads, tokens, None if features is None else features // heads

    @property
    def keys(self) -> Size:
        """The number of tokens that queries look at: those of a cache, and those that are handed in."""
        own = self.key[2]
        return None if own is None or self.past is None else own + self.past


def _attention(call: NodeCall) -> list[Sizes]:
    heads = Heads(call)
    batch, count, tokens, _ = heads.query
    features = heads.value[3]
    output: Sizes = (batch, tokens, times((count, features))) if heads.flat else (batch, count, tokens, features)
    present = [(*each[:2], heads.keys, each[3]) for each in (heads.key, heads.value)]
    return [output, *present, (batch, count, tokens, heads.keys)]


def _linear_attention(call: NodeCall) -> list[Sizes]:
    query, value = call.of_rank(0, 3), call.of_rank(2, 3)
    if query is None or value is None:
        return []
    heads, kept = call.integer("q_num_heads", 1), call.integer("kv_num_heads", 1)
    batch, tokens, features = query
    per_key, per_value = (None if f is None else f // n for f, n in ((features, heads), (value[2], kept)))
    return [(batch, tokens, times((heads, per_value))), (batch, kept, per_key, per_value)]


RULES = {
    "Attention": _attention,
    "Einsum": _einsum,
    "Gemm": _gemm,
    "LinearAttention": _linear_attention,
    "MatMul": lambda call: [multiplied(call.sizes(0), call.sizes(1))],
    "MatMulInteger": lambda call: [multiplied(call.sizes(0), call.sizes(1))],
    "QLinearMatMul": lambda call: [multiplied(call.sizes(0), call.sizes(3))],
}
"""The rules of this group by operator."""
