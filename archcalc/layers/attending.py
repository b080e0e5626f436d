"""What the layers of transformers share: tokens, and attention's projections and products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.quantities.tensor import WEIGHT, Tensor, bias, count
from archcalc.symbolic.known import decide

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


def require_tokens(who: str, x: Shape) -> None:
    """Refuse maps and vectors.

    Raises:
        Refusal: the tensor is not tokens × features.
    """
    if x.layout != "TF":
        hint = "put tokens before it" if x.is_map else ""
        raise Refusal(f"{who} reads tokens × features, this is {x.described()}", hint)


def refuse_uneven_heads(features: Int, heads: Int) -> None:
    """Refuse heads among which the features cannot be divided."""
    if decide(features % heads, "!=", 0):
        message = f"{features} features do not divide among {heads} heads"
        raise Refusal(message, f"{features} % {heads} = {features % heads}")


def projections(names: tuple[str, str], features: Int, *, biased: bool) -> tuple[Tensor, ...]:
    """Return the weights and biases of queries, keys and values together, and those of the output.

    >>> count(projections(("qkv", "proj"), 768, biased=True), WEIGHT)
    2359296
    """
    return tuple(
        tensor._replace(name=f"{name}{tensor.name}")
        for name, outputs in zip(names, (3 * features, features), strict=True)
        for tensor in (Tensor("weight", (outputs, features)), *bias(outputs, present=biased))
    )


def products(projected: Iterable[Tensor], tokens: Int, seen: Int, features: Int) -> Int:
    """Return the multiply-accumulates of ``tokens`` that attend to ``seen`` tokens each.

    The projections' weights once per token; then an inner product of all features for each pair (over all heads),
    and as much again to add up the values. Softmax and scaling are no products of matrices.
    """
    return count(projected, WEIGHT) * tokens + 2 * tokens * seen * features
