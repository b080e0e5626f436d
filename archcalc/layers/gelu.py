"""Gaussian error linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Foreign, Layer, layer

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class GELU(Layer):
    """Each value x times the probability that a normal variable is less than x. No parameters; same output shape.

    >>> from archcalc.quantities.shape import grid
    >>> str(GELU().output(grid(96, (55, 55))))
    '96×55×55'
    """

    kind: ClassVar[str] = "gelu"
    source: ClassVar[str] = "Hendrycks & Gimpel 2016, arXiv 1606.08415."
    backward: ClassVar[Keeps] = Keeps.INPUT
    """Source: PyTorch's derivatives.yaml, gelu: gelu_backward(grad, self, …)."""

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``GELU``."""
        return Foreign("GELU")
