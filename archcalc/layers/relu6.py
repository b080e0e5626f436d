"""Rectified linear unit that ends at 6."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Foreign, Layer, layer

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class ReLU6(Layer):
    """``min(max(0, x), 6)`` of each value. No parameters; same output shape.

    >>> from archcalc.quantities.shape import grid
    >>> str(ReLU6().output(grid(96, (55, 55))))
    '96×55×55'
    """

    kind: ClassVar[str] = "relu6"
    source: ClassVar[str] = "Sandler et al. 2018, arXiv 1801.04381, section 3.1."
    backward: ClassVar[Keeps] = Keeps.INPUT
    """Source: PyTorch's derivatives.yaml, hardtanh: hardtanh_backward(grad, self, …)."""
    overwrites: ClassVar[bool] = True

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``ReLU6``."""
        return Foreign("ReLU6")
