"""Absolute value."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Layer, layer

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class Abs(Layer):
    """``|x|`` of each value. No parameters; same output shape. After ``subtract`` it is the distance of two vectors.

    >>> from archcalc.quantities.shape import vector
    >>> str(Abs().output(vector(4096)))
    '4096'
    """

    kind: ClassVar[str] = "abs"
    source: ClassVar[str] = "Koch, Zemel & Salakhutdinov 2015, section 3.1 (the distance of the twins)."
    backward: ClassVar[Keeps] = Keeps.INPUT
    """Source: PyTorch's derivatives.yaml, abs: grad * self.sgn()."""

    def torch(self, x: Shape) -> str:
        """Say that it is a function in PyTorch."""
        return "no equivalent torch.nn module: a function on tensors"
