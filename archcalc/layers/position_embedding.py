"""The learned position embedding."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.attending import require_tokens
from archcalc.layers.backward import Keeps
from archcalc.layers.base import Layer, layer
from archcalc.layers.families import Example, Family
from archcalc.quantities.tensor import Tensor

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class PositionEmbedding(Layer):
    """A learned vector for each place in the sequence, added to the token there: tokens × features parameters.

    So the parameters depend on the size of the image.

    >>> from archcalc.quantities.shape import Shape
    >>> PositionEmbedding().tensors(Shape("TF", (197, 768)))[0].elements
    151296
    """

    kind: ClassVar[str] = "position_embedding"
    family: ClassVar[Family] = Family.ATTENTION
    example: ClassVar[Example] = Example("[position_embedding]", "TF 16x64")
    source: ClassVar[str] = "Dosovitskiy et al. 2020, arXiv 2010.11929, equation 1."
    makes_values: ClassVar[bool] = True
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, add: the gradient as it is."""

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input, which has to be tokens."""
        require_tokens(x)
        return x

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the vectors."""
        return (Tensor("pos_embedding", x.sizes),)

    def torch(self, x: Shape) -> str:
        """Say that it is a bare parameter in PyTorch."""
        return "no equivalent torch.nn module: a parameter and a sum"
