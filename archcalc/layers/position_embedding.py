"""The learned position embedding."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.attending import require_tokens
from archcalc.layers.backward import Keeps
from archcalc.layers.base import Layer, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, SIZE, option
from archcalc.quantities.tensor import BUFFER, WEIGHT, Tensor
from archcalc.symbolic.supposing import violated

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class PositionEmbedding(Layer):
    """A learned vector for each place in the sequence, added to the token there: tokens × features parameters.

    So the parameters depend on the size of the image. With ``positions: 1024`` there are vectors for 1,024 places, of
    which the first are used. With ``fixed: true`` the vectors are not learned (sinusoidal), and are counted as buffers.

    >>> from archcalc.quantities.shape import Shape
    >>> PositionEmbedding().tensors(Shape("TF", (197, 768)))[0].elements
    151296
    """

    kind: ClassVar[str] = "position_embedding"
    family: ClassVar[Family] = Family.ATTENTION
    example: ClassVar[Example] = Example("[position_embedding]", "TF 16x64")
    source: ClassVar[str] = (
        "Dosovitskiy et al. 2020, arXiv 2010.11929, equation 1; Vaswani et al. 2017, arXiv 1706.03762, section 3.5 "
        "(sinusoidal); Radford et al. 2019 (GPT-2)."
    )
    makes_values: ClassVar[bool] = True
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, add: the gradient as it is."""

    positions: Int | None = option(
        SIZE, "number of places with a vector (default: the number of tokens)", default=None, main=True
    )
    fixed: bool = option(FLAG, "fixed vectors (sinusoidal), counted as buffers", default=False)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input: tokens, at most as many as there are positions."""
        require_tokens(x)
        if self.positions is not None and violated(x.positions, ">", self.positions):
            raise Refusal(
                f"the input has {x.positions} tokens, but there are only {self.positions} positions",
                "use a shorter input or more positions",
            )
        return x

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the vectors."""
        places = x.positions if self.positions is None else self.positions
        return (Tensor("pos_embedding", (places, x.channels), BUFFER if self.fixed else WEIGHT),)

    def torch(self, x: Shape) -> str:
        """Say that it is a bare parameter in PyTorch."""
        return "no equivalent torch.nn module: a parameter and a sum"
