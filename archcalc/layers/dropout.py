"""Dropout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from archcalc.layers.base import Foreign, Layer, Storage, layer
from archcalc.layers.options import NUMBER, option
from archcalc.symbolic.reading import Ratio

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class Dropout(Layer):
    """``each value, or zero with probability p while training``. No parameters; same output shape.

    >>> from archcalc.quantities.shape import vector
    >>> str(Dropout().output(vector(4096)))
    '4096'
    """

    kind: ClassVar[str] = "dropout"
    source: ClassVar[str] = "Srivastava et al. 2014."
    memory: ClassVar[Storage] = Storage.DROPS

    p: Any = option(NUMBER, "probability of dropping a value", default=Ratio(1, 2), main=True)

    def note(self, x: Shape) -> str:
        """Say that it owns nothing."""
        return "Dropout has no parameters. It sets random values to zero during training and does nothing at inference."

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``Dropout``, with its default, which changes no shape and no count."""
        return Foreign("Dropout")
