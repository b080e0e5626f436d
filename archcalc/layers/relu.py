"""Rectified linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Foreign, Layer, layer

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class ReLU(Layer):
    """``max(0, x)`` of each value. No parameters; same output shape.

    >>> from archcalc.quantities.shape import grid
    >>> str(ReLU().output(grid(96, (55, 55))))
    '96×55×55'
    """

    kind: ClassVar[str] = "relu"
    source: ClassVar[str] = "Nair & Hinton 2010; Krizhevsky et al. 2012, section 3.1."
    backward: ClassVar[Keeps] = Keeps.OUTPUT
    """Source: PyTorch's derivatives.yaml, relu: threshold_backward(grad, result, 0)."""
    overwrites: ClassVar[bool] = True

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``ReLU``."""
        return Foreign("ReLU")
