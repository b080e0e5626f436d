"""What the layers of transformers share: tokens, and attention's projections and products."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal
from archcalc.layers.backward import Kept, Own
from archcalc.quantities.tensor import BUFFER, WEIGHT, Tensor, bias, count
from archcalc.symbolic.expr import product
from archcalc.symbolic.known import decide
from archcalc.symbolic.supposing import require_divisible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.layers.backward import Training
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


class Projection(NamedTuple):
    """One of attention's projections by itself: from features to features, with or without a bias.

    >>> [tensor.name for tensor in Projection("k_proj", 768, 256, biased=True).tensors]
    ['k_proj.weight', 'k_proj.bias']
    """

    name: str
    inputs: Int
    outputs: Int
    biased: bool

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """The weight, and the bias if there is one."""
        own = (Tensor("weight", (self.outputs, self.inputs)), *bias(self.outputs, present=self.biased))
        return tuple(tensor._replace(name=f"{self.name}.{tensor.name}") for tensor in own)


def products(projected: Iterable[Tensor], tokens: Int, seen: Int, features: Int) -> Int:
    """Return the multiply-accumulates of ``tokens`` that attend to ``seen`` tokens each.

    The projections' weights once per token, and what is multiplied for each pair.
    """
    return count(projected, WEIGHT) * tokens + paired(tokens, seen, features, features)


def paired(tokens: Int, seen: Int, queries: Int, values: Int) -> Int:
    """Return the multiply-accumulates of ``tokens`` and the ``seen`` tokens that each attends to, over all heads.

    An inner product of a query's features for each pair, and as much to add up a value's. Softmax and scaling are no
    products of matrices.

    >>> paired(10, 10, 16, 16), paired(10, 3, 16, 8)
    (3200, 720)
    """
    return 2 * tokens * seen * queries if queries == values else tokens * seen * (queries + values)


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


class Parts(NamedTuple):
    """Attention within parts of a map: positions of all parts (with padding), positions of one, and its heads."""

    positions: Int
    each: Int
    heads: Int

    def stays(self, run: Training) -> bool:
        """Return whether keys and values are read where they were projected to: with one head, or one part in all."""
        parts = self.positions // self.each * run.batch * run.output.regions
        return bool(decide(self.heads, "==", 1) or decide(parts, "==", 1))

    def kept(self, run: Training) -> Kept:
        """Return what attention within parts keeps: queries, keys and values, and the weights of each pair.

        Both projections keep what they read, if they are trained. Keys and values are copied head by head; where they
        are read in place, queries, keys and values stay together.

        Source: torchvision 0.28, models/swin_transformer.py, shifted_window_attention; models/maxvit.py.
        """
        values = self.positions * run.x.channels
        projected = 3 * values if self.stays(run) else 2 * values
        return Kept(own=(*self.read(run), Own(values), Own(projected), Own(self.pairs)))

    @property
    def pairs(self) -> Int:
        """The number of pairs of positions that attend to each other, over all heads."""
        return self.positions * self.each * self.heads

    def read(self, run: Training) -> tuple[Own, ...]:
        """Return what the two projections read, if they are trained."""
        return (Own(self.positions * run.x.channels),) * (2 if run.learns else 0)

    def kept_of_cosines(self, run: Training) -> Kept:
        """Return what attention by cosines keeps: also the norms of queries and keys, twice, and the cosines.

        Source: torchvision 0.28, models/swin_transformer.py, shifted_window_attention with logit_scale.
        """
        values = self.positions * run.x.channels
        copied = 2 if self.stays(run) else 3  # queries and keys divided by their norms, and values
        made = (Own(3 * values), Own(copied * values), Own(4 * self.positions * self.heads), Own(self.pairs))
        learned = (Own(self.pairs), Own(self.each**2 * self.heads, per_batch=True)) if run.learns else ()
        return Kept(own=(*self.read(run), *made, Own(self.heads, per_batch=True), *learned))
