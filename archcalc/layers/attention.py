"""Multi-head self-attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.attending import products, projections, refuse_uneven_heads, require_tokens
from archcalc.layers.base import Layer, layer, reads_all
from archcalc.layers.options import FLAG, SIZE, option

if TYPE_CHECKING:
    from archcalc.quantities.field import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.tensor import Tensor
    from archcalc.symbolic.expr import Int


@layer
class Attention(Layer):
    """Every token is a mean of the values of all tokens, weighted by how its query fits their keys, in each head.

    Parameters over D features: weights of queries, keys, values and output (4D²) and their biases (4D), however
    many heads. MACs over T tokens: 4TD² for these projections, 2T²D for queries × keys and weights × values.

    Source: Vaswani et al. 2017, arXiv 1706.03762, section 3.2.2; Dosovitskiy et al. 2020, arXiv 2010.11929.

    >>> from archcalc.quantities.shape import Shape
    >>> Attention(12).macs(Shape("TF", (197, 768)))
    524391936
    """

    kind: ClassVar[str] = "attention"
    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True

    heads: Int = option(SIZE, "heads among which the features are divided", main=True)
    bias: bool = option(FLAG, "whether the projections have biases", default=True)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input: tokens, whose features have to divide among the heads."""
        require_tokens(self.kind, x)
        refuse_uneven_heads(x.channels, self.heads)
        return x

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the projections."""
        return projections(("in_proj_", "out_proj."), x.channels, biased=self.bias)

    def macs(self, x: Shape) -> Int:
        """Return 4TD² + 2T²D."""
        return products(self.tensors(x), x.positions, x.positions, x.channels)

    def reach(self, x: Shape, before: Reach) -> Reach:  # noqa: ARG002 - the same for all tokens
        """Return everything: a token reads all the others."""
        return reads_all(before)

    def torch(self, x: Shape) -> str:  # noqa: ARG002
        """Say why PyTorch's module cannot stand in its place."""
        return "torch.nn.MultiheadAttention is called with query, key and value"
