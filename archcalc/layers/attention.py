"""Multi-head self-attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.attending import products, projections, refuse_uneven_heads, relative_positions, require_tokens
from archcalc.layers.backward import FLOAT32, IMAGES_SECOND, INPUT, Kept, Own
from archcalc.layers.base import Example, Family, Foreign, Layer, layer, reads_all
from archcalc.layers.options import FLAG, LIST, SIZE, option
from archcalc.symbolic.expr import product
from archcalc.symbolic.known import decide
from archcalc.symbolic.supposing import violated

if TYPE_CHECKING:
    from archcalc.layers.backward import Training
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.tensor import Tensor
    from archcalc.symbolic.expr import Int


@layer
class Attention(Layer):
    """Multi-head self-attention: each output token is an average of all values, weighted by query–key similarity.

    Parameters over D features: weights of queries, keys, values and output (4D²) and their biases (4D), however
    many heads. MACs over T tokens: 4TD² for these projections, 2T²D for queries × keys and weights × values.
    ``relative: [14, 14]`` adds a learned bias for each distance on the grid of the tokens and each head, 27² × heads.

    >>> from archcalc.quantities.shape import Shape
    >>> Attention(12).macs(Shape("TF", (197, 768)))
    524391936
    """

    kind: ClassVar[str] = "attention"
    family: ClassVar[Family] = Family.ATTENTION
    example: ClassVar[Example] = Example("[{attention: 4}]", "TF 16x64")
    source: ClassVar[str] = (
        "Vaswani et al. 2017, arXiv 1706.03762, section 3.2.2; Dosovitskiy et al. 2020, arXiv 2010.11929; for "
        "relative positions Shaw, Uszkoreit & Vaswani 2018, arXiv 1803.02155."
    )
    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True

    heads: Int = option(SIZE, "number of heads", main=True)
    bias: bool = option(FLAG, "whether the projections have biases", default=True)
    relative: tuple[Int, ...] | None = option(
        LIST, "grid of the tokens, for learned relative position biases", default=None
    )

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input: tokens, whose features have to divide among the heads."""
        require_tokens(x)
        refuse_uneven_heads(x.channels, self.heads)
        if self.relative and violated(product(self.relative), "!=", x.positions):
            grid = "×".join(str(size) for size in self.relative)
            raise Refusal(
                f"the grid {grid} has {product(self.relative)} positions, but the input has {x.positions} tokens"
            )
        return x

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the projections, and the biases for distances with their index."""
        return (*self._projections(x), *(relative_positions(self.relative, self.heads) if self.relative else ()))

    def _projections(self, x: Shape) -> tuple[Tensor, ...]:
        return projections(("in_proj_", "out_proj."), x.channels, biased=self.bias)

    def macs(self, x: Shape) -> Int:
        """Return 4TD² + 2T²D."""
        return products(self._projections(x), x.positions, x.positions, x.channels)

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything: a token reads all the others."""
        return reads_all(before)

    def kept(self, run: Training) -> Kept | None:
        """Return input, queries, keys and values, output, and for each token and head one sum of exponentials.

        That is attention that does not return its weights (``need_weights=False``). PyTorch copies the input, tokens
        before images, unless it lies so or there is one image or one token. Relative positions are unknown to it.

        Source: PyTorch's derivatives.yaml, _scaled_dot_product_flash_attention_for_cpu: query, key, value, output,
        logsumexp; torch/nn/functional.py, multi_head_attention_forward.
        """
        if self.relative:
            return None
        tokens, values = run.x.positions, run.x.elements
        lies = run.turned[0] == IMAGES_SECOND or (not run.turned[0] and self._single(run))
        made = (Own(3 * values), Own(values), Own(tokens * self.heads, FLOAT32))
        if not run.learns:
            return Kept(own=made)
        return INPUT.and_own(*made) if lies else Kept(own=(Own(values), *made))

    def turned(self, run: Training) -> int:
        """Return the order of PyTorch's output, tokens before images, where there are several of both."""
        return 0 if self._single(run) else IMAGES_SECOND

    def _single(self, run: Training) -> bool:
        return bool(decide(run.batch * run.x.regions, "==", 1) or decide(run.x.positions, "==", 1))

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``MultiheadAttention``, called with the tokens as queries, keys and values."""
        require_tokens(x)
        if self.relative:
            return "torch.nn.MultiheadAttention has no relative positions"
        options = {"embed_dim": x.channels, "num_heads": self.heads, "bias": self.bias, "batch_first": True}
        return Foreign("MultiheadAttention", options, times=3)
