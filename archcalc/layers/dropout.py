"""Dropout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from archcalc.layers.backward import Kept, Own
from archcalc.layers.base import Foreign, Layer, Storage, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import NUMBER, option
from archcalc.symbolic.reading import Ratio

if TYPE_CHECKING:
    from archcalc.layers.backward import Training
    from archcalc.quantities.shape import Shape


@layer
class Dropout(Layer):
    """``each value, or zero with probability p while training``. No parameters; same output shape.

    >>> from archcalc.quantities.shape import vector
    >>> str(Dropout().output(vector(4096)))
    '4096'
    """

    kind: ClassVar[str] = "dropout"
    family: ClassVar[Family] = Family.REGULARIZATION
    example: ClassVar[Example] = Example("[{dropout: 0.5}]")
    source: ClassVar[str] = "Srivastava et al. 2014."
    stored: ClassVar[Storage] = Storage.DROPS

    p: Any = option(NUMBER, "probability of dropping a value", default=Ratio(1, 2), main=True)

    def note(self, x: Shape) -> str:
        """Say that it owns nothing."""
        return "Dropout has no parameters. It sets random values to zero during training and does nothing at inference."

    def kept(self, run: Training) -> Kept:
        """Return the mask, a number for each value; nothing for p = 0, where PyTorch hands its input on.

        Source: PyTorch 2.13, aten/src/ATen/native/Dropout.cpp, _dropout_impl: the product with a mask, or with a zero.
        """
        return Kept() if self.p == 0 else Kept(own=(Own(1, per_batch=True) if self.p == 1 else Own(run.x.elements),))

    def storage_in_training(self, run: Training) -> Storage:
        """Return memory of its own; for p = 0 that of the input."""
        return Storage.VIEW if self.p == 0 else Storage.FRESH

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``Dropout``."""
        return Foreign("Dropout", {"p": self.p})
