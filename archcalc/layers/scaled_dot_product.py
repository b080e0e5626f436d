"""Attention alone: queries, keys and values that other layers made."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.attending import paired
from archcalc.layers.base import Merge, layer, reads_all
from archcalc.layers.families import Example, Family
from archcalc.layers.merging import require_equal, require_equal_layouts
from archcalc.quantities.shape import Shape
from archcalc.symbolic.expr import product
from archcalc.symbolic.supposing import require_divisible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.quantities.reach import Reach
    from archcalc.symbolic.expr import Int

QUERIES_AND_KEYS, AND_VALUES = 2, 3


@layer
class ScaledDotProduct(Merge):
    """Attention without projections: softmax(queries × keysᵀ / √d) × values, of layers that made these three.

    Tokens are one head. Of a feature map each channel is a head (of three axes: each channel and depth), with tokens
    and features as the last two axes. Keys and values may have fewer heads, which divide those of the queries. Of two
    layers the second one is keys and values. No parameters; MACs: for each head and each pair of tokens the features
    of a key and of a value. A causal mask does not change that.

    >>> from archcalc.quantities.shape import Shape
    >>> q, k = Shape("CHW", (12, 197, 64)), Shape("CHW", (12, 50, 64))
    >>> attend = ScaledDotProduct()
    >>> str(attend.shape_of((q, k, k))), attend.macs_of((q, k, k)) == 12 * 197 * 50 * 128
    ('12×197×64', True)
    """

    kind: ClassVar[str] = "scaled_dot_product"
    family: ClassVar[Family] = Family.ATTENTION
    example: ClassVar[Example] = Example("[{scaled_dot_product: [input, input, input]}]", "CHW 4x16x8")
    source: ClassVar[str] = "Vaswani et al. 2017, arXiv 1706.03762, equation 1; PyTorch scaled_dot_product_attention."
    makes_values: ClassVar[bool] = True

    def shape_of(self, inputs: Sequence[Shape]) -> Shape:
        """Return for each query as many features as a value has."""
        queries, keys, values = self._three(inputs)
        for other in (keys, values):
            require_equal_layouts(queries, other)
        if queries.layout in ("F", "CL"):
            raise Refusal(f"expected tokens, or a feature map of heads × tokens × features, got {queries.described()}")
        require_equal((queries, keys), "features", queries.sizes[-1], keys.sizes[-1])
        require_equal((keys, values), "tokens", keys.sizes[-2], values.sizes[-2])
        for heads, fewer in zip(queries.sizes[:-2], keys.sizes[:-2], strict=True):
            require_divisible(heads, fewer, f"the {fewer} heads of the keys do not divide the {heads} of the queries")
        return Shape(queries.layout, (*queries.sizes[:-1], values.sizes[-1]), queries.regions)

    def _three(self, inputs: Sequence[Shape]) -> tuple[Shape, Shape, Shape]:
        if len(inputs) == QUERIES_AND_KEYS:
            return inputs[0], inputs[1], inputs[1]
        if len(inputs) != AND_VALUES:
            raise Refusal(f"expected queries, keys and values, got {len(inputs)} inputs")
        return inputs[0], inputs[1], inputs[2]

    def macs_of(self, inputs: Sequence[Shape]) -> Int:
        """Return the features of a key and of a value for each head and each pair of tokens."""
        queries, keys, values = self._three(inputs)
        heads, tokens = product(queries.sizes[:-2]), queries.sizes[-2]
        return heads * paired(tokens, keys.sizes[-2], queries.sizes[-1], values.sizes[-1])

    def reach_of(self, inputs: Sequence[Shape], before: Sequence[Reach], output: Shape) -> Reach:
        """Return everything: a query is compared with all keys."""
        found = reads_all(before[0])
        for other in before[1:]:
            found = found.joined(reads_all(other))
        return found
