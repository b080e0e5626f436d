"""The embedding of token types."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.attending import require_tokens
from archcalc.layers.backward import Keeps
from archcalc.layers.base import Layer, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import SIZE, option
from archcalc.quantities.tensor import Tensor

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class TokenTypeEmbedding(Layer):
    """A learned vector for each type of token (for example the first and the second sentence), added to the token.

    Parameters: types × features.

    >>> from archcalc.quantities.shape import Shape
    >>> TokenTypeEmbedding(2).tensors(Shape("TF", (128, 768)))[0].elements
    1536
    """

    kind: ClassVar[str] = "token_type_embedding"
    family: ClassVar[Family] = Family.ATTENTION
    example: ClassVar[Example] = Example("[{token_type_embedding: 2}]", "TF 16x64")
    source: ClassVar[str] = "Devlin et al. 2019 (BERT), arXiv 1810.04805, section 3 and figure 2 (segment embeddings)."
    makes_values: ClassVar[bool] = True
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, add: the gradient as it is; the indices are the caller's."""

    types: Int = option(SIZE, "number of types", main=True)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input, which has to be tokens."""
        require_tokens(x)
        return x

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the vectors."""
        return (Tensor("weight", (self.types, x.channels)),)

    def torch(self, x: Shape) -> str:
        """Say that it is an embedding and a sum in PyTorch."""
        return "no equivalent torch.nn module: torch.nn.Embedding and a sum"
