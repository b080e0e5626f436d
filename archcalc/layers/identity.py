"""The identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Foreign, Layer, Storage, layer
from archcalc.layers.families import Family

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class Identity(Layer):
    """Passes its input on. With ``from`` it is the way to read an earlier tensor and do nothing to it.

    >>> from archcalc.quantities.shape import vector
    >>> str(Identity().output(vector(10)))
    '10'
    """

    kind: ClassVar[str] = "identity"
    family: ClassVar[Family] = Family.REGULARIZATION
    source: ClassVar[str] = "He et al. 2016, arXiv 1603.05027 (identity shortcuts)."
    stored: ClassVar[Storage] = Storage.VIEW
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's torch.nn.Identity: it hands its input on."""

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``Identity``."""
        return Foreign("Identity")
