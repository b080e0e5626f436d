"""One token of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.attending import require_tokens
from archcalc.layers.backward import Keeps
from archcalc.layers.base import Layer, Storage, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import INTEGER, option
from archcalc.quantities.shape import Shape
from archcalc.symbolic.supposing import violated

if TYPE_CHECKING:
    from archcalc.quantities.reach import Reach
    from archcalc.symbolic.expr import Int


@layer
class Take(Layer):
    """One of the tokens, counted from 0, as a vector of its features: ``take: 0`` is the class token.

    Negative numbers count from the end: ``take: -1`` is the last token.

    >>> str(Take(0).output(Shape("TF", (197, 768))))
    '768'
    """

    kind: ClassVar[str] = "take"
    family: ClassVar[Family] = Family.SHAPE
    example: ClassVar[Example] = Example("[{take: 0}]", "TF 16x64")
    source: ClassVar[str] = "Dosovitskiy et al. 2020, arXiv 2010.11929, equation 4."
    stored: ClassVar[Storage] = Storage.VIEW
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, select: sizes alone."""

    index: Int = option(INTEGER, "token to output, counted from 0, or from the end if negative", main=True)

    def output(self, x: Shape) -> Shape:
        """Return a vector of the token's features."""
        require_tokens(x)
        from_end = isinstance(self.index, int) and self.index < 0
        if violated(-self.index, ">", x.positions) if from_end else violated(self.index, ">=", x.positions):
            raise Refusal(f"token {self.index} is out of range: there are {x.positions} tokens, counted from 0")
        return Shape("F", (x.channels,), x.regions)

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return what the token sees: after attention everything."""
        return before._replace(axes=None) if before.everything else before

    def torch(self, x: Shape) -> str:
        """Say that it is an index in PyTorch."""
        return "no equivalent torch.nn module: indexing of tensors"
