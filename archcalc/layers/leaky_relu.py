"""Leaky rectified linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Foreign, Layer, layer
from archcalc.layers.options import NUMBER, option
from archcalc.symbolic.reading import Ratio

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class LeakyReLU(Layer):
    """``max(slope*x, x)``. No parameters; same output shape.

    >>> from archcalc.quantities.shape import vector
    >>> str(LeakyReLU().output(vector(4096)))
    '4096'
    """

    kind: ClassVar[str] = "leaky_relu"
    source: ClassVar[str] = "Maas, Hannun & Ng 2013."
    backward: ClassVar[Keeps] = Keeps.LATEST
    """Source: PyTorch's derivatives.yaml, leaky_relu: leaky_relu_backward(grad, self, …); leaky_relu_: of result."""
    overwrites: ClassVar[bool] = True

    slope: Any = option(NUMBER, "slope for negative inputs", default=Ratio(1, 100), main=True)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``LeakyReLU``, with its default, which changes no shape and no count."""
        return Foreign("LeakyReLU", {"negative_slope": self.slope})
