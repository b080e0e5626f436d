"""Piecewise linear swish."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Foreign, Layer, layer

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class Hardswish(Layer):
    """``x*min(max(0, x + 3), 6)/6`` of each value. No parameters; same output shape.

    >>> from archcalc.quantities.shape import grid
    >>> str(Hardswish().output(grid(96, (55, 55))))
    '96×55×55'
    """

    kind: ClassVar[str] = "hardswish"
    source: ClassVar[str] = "Howard et al. 2019, arXiv 1905.02244, section 5.2."
    backward: ClassVar[Keeps] = Keeps.INPUT
    """Source: PyTorch's derivatives.yaml, hardswish: hardswish_backward(grad, self)."""
    overwrites: ClassVar[bool] = True

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``Hardswish``."""
        return Foreign("Hardswish")
