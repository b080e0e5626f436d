"""Sigmoid-weighted linear unit, also called swish."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Foreign, Layer, layer

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class SiLU(Layer):
    """``x*sigmoid(x)`` of each value. No parameters; same output shape.

    >>> from archcalc.quantities.shape import grid
    >>> str(SiLU().output(grid(96, (55, 55))))
    '96×55×55'
    """

    kind: ClassVar[str] = "silu"
    source: ClassVar[str] = (
        "Elfwing, Uchibe & Doya 2017, arXiv 1702.03118; Ramachandran, Zoph & Le 2017, arXiv 1710.05941 (swish)."
    )
    backward: ClassVar[Keeps] = Keeps.INPUT
    """Source: PyTorch's derivatives.yaml, silu: silu_backward(grad, self)."""
    overwrites: ClassVar[bool] = True

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``SiLU``."""
        return Foreign("SiLU")
