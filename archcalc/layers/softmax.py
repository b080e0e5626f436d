"""Softmax."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps, Order
from archcalc.layers.base import Foreign, Layer, layer
from archcalc.layers.families import Example

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class Softmax(Layer):
    """``exp(x) / sum exp(x)`` over the channels or features. No parameters; same output shape.

    >>> from archcalc.quantities.shape import vector
    >>> str(Softmax().output(vector(1000)))
    '1000'
    """

    kind: ClassVar[str] = "softmax"
    example: ClassVar[Example] = Example("[softmax]", "F 10")
    source: ClassVar[str] = "Bridle 1990, doi:10.1007/978-3-642-76153-9_28."
    backward: ClassVar[Keeps] = Keeps.OUTPUT
    """Source: PyTorch's derivatives.yaml, _softmax: _softmax_backward_data(grad, result, …)."""
    order: ClassVar[Order] = Order.OWN

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``Softmax`` over the axis after the batch, or over the features of tokens."""
        return Foreign("Softmax", {"dim": 1 if x.is_map else -1})
