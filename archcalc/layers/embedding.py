"""Embedding of words."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.backward import INPUT, INT64, Order
from archcalc.layers.base import Foreign, Layer, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import SIZE, option
from archcalc.quantities.shape import Shape
from archcalc.quantities.tensor import Tensor

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Training
    from archcalc.symbolic.expr import Int


@layer
class Embedding(Layer):
    """Each number of a vector is looked up in a table of learned vectors: n numbers become n tokens.

    Weights: vocabulary × features. No MACs, for nothing is multiplied.

    >>> from archcalc.quantities.shape import vector
    >>> str(Embedding(30522, features=768).output(vector(512)))
    '512×768'
    """

    kind: ClassVar[str] = "embedding"
    family: ClassVar[Family] = Family.LINEAR
    example: ClassVar[Example] = Example("[{embedding: 1000, features: 64}]", "F 16")
    source: ClassVar[str] = 'Bengio et al. 2003, "A Neural Probabilistic Language Model", section 2; PyTorch Embedding.'
    makes_values: ClassVar[bool] = True
    order: ClassVar[Order] = Order.OWN

    vocabulary: Int = option(SIZE, "number of words (rows of the table)", main=True)
    features: Int = option(SIZE, "features per word")

    def output(self, x: Shape) -> Shape:
        """Return a token for each number."""
        if x.layout != "F":
            raise Refusal(f"expected a vector, got {x.described()}")
        return Shape("TF", (x.channels, self.features), x.regions)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the table."""
        return (Tensor("weight", (self.vocabulary, self.features)),)

    def kept(self, run: Training) -> Kept:
        """Return the input, which are indices.

        Source: PyTorch's derivatives.yaml, embedding: embedding_backward(grad, indices, …).
        """
        return INPUT._replace(width=INT64)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``Embedding``."""
        self.output(x)
        return Foreign("Embedding", {"num_embeddings": self.vocabulary, "embedding_dim": self.features})
