"""Hyperbolic tangent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Foreign, Layer, layer

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class Tanh(Layer):
    """``tanh(x)`` of each value. No parameters; same output shape.

    >>> from archcalc.quantities.shape import grid
    >>> str(Tanh().output(grid(96, (55, 55))))
    '96×55×55'
    """

    kind: ClassVar[str] = "tanh"
    source: ClassVar[str] = "LeCun et al. 1998, doi:10.1109/5.726791, equation 6 (scaled there)."
    backward: ClassVar[Keeps] = Keeps.OUTPUT
    """Source: PyTorch's derivatives.yaml, tanh: tanh_backward(grad, result)."""

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``Tanh``."""
        return Foreign("Tanh")
