"""Exponential linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Foreign, Layer, layer
from archcalc.layers.options import NUMBER, option

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class ELU(Layer):
    """``x above zero, alpha*(exp(x) - 1) below``. No parameters; same output shape.

    >>> from archcalc.quantities.shape import vector
    >>> str(ELU().output(vector(4096)))
    '4096'
    """

    kind: ClassVar[str] = "elu"
    source: ClassVar[str] = "Clevert, Unterthiner & Hochreiter 2015, arXiv 1511.07289."
    backward: ClassVar[Keeps] = Keeps.LATEST
    """Source: PyTorch's derivatives.yaml, elu: elu_backward(grad, …, self); elu_: the same of result."""
    overwrites: ClassVar[bool] = True

    alpha: Any = option(NUMBER, "limit for large negative inputs", default=1, main=True)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``ELU``, with its default, which changes no shape and no count."""
        return Foreign("ELU", {"alpha": self.alpha})
