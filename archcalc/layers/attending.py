"""What the layers of transformers share: tokens, and attention's projections and products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.quantities.tensor import BUFFER, WEIGHT, Tensor, bias, count
from archcalc.symbolic.expr import product
from archcalc.symbolic.supposing import require_divisible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


def require_tokens(x: Shape) -> None:
    """Refuse maps and vectors.

    Raises:
        Refusal: the tensor is not tokens × features.
    """
    if x.layout != "TF":
        hint = "add tokens before it" if x.is_map else ""
        raise Refusal(f"expected tokens × features, got {x.described()}", hint)


def refuse_uneven_heads(features: Int, heads: Int) -> None:
    """Refuse heads among which the features cannot be divided."""
    require_divisible(features, heads, f"heads {heads} does not divide the {features} features")


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


def distances(sizes: Iterable[Int]) -> Int:
    """Return how many distances two places of a grid can have: from -(n - 1) to n - 1 on each axis.

    >>> distances((7, 7))
    169
    """
    return product(2 * size - 1 for size in sizes)


def relative_positions(sizes: tuple[Int, ...], heads: Int) -> tuple[Tensor, Tensor]:
    """Return a learned bias for each distance within a grid and each head, and the buffer that finds it for a pair.

    Source: Shaw, Uszkoreit & Vaswani 2018, arXiv 1803.02155; Liu et al. 2021, arXiv 2103.14030, section 3.2.

    >>> [tensor.dims for tensor in relative_positions((7, 7), 3)]
    [(169, 3), (2401,)]
    """
    return Tensor("relative_position_bias_table", (distances(sizes), heads)), relative_index(sizes)


def relative_index(sizes: tuple[Int, ...]) -> Tensor:
    """Return the buffer that says for each pair of places of a grid which distance they have."""
    return Tensor("relative_position_index", (product(sizes) ** 2,), BUFFER)
