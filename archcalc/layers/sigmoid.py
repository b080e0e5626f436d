"""Logistic sigmoid."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Foreign, Layer, layer

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class Sigmoid(Layer):
    """``1/(1 + exp(-x))`` of each value. No parameters; same output shape.

    >>> from archcalc.quantities.shape import grid
    >>> str(Sigmoid().output(grid(96, (55, 55))))
    '96×55×55'
    """

    kind: ClassVar[str] = "sigmoid"
    source: ClassVar[str] = 'LeCun et al. 1998, "Efficient BackProp".'
    backward: ClassVar[Keeps] = Keeps.OUTPUT
    """Source: PyTorch's derivatives.yaml, sigmoid: sigmoid_backward(grad, result)."""

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``Sigmoid``."""
        return Foreign("Sigmoid")
