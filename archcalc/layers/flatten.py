"""Flattening a map into a vector."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps, Order
from archcalc.layers.base import Foreign, Layer, Storage, layer, reads_all
from archcalc.layers.families import Family
from archcalc.quantities.shape import Shape

if TYPE_CHECKING:
    from archcalc.quantities.reach import Reach


@layer
class Flatten(Layer):
    """All values in one vector: C×H×W becomes C*H*W features; no parameters.

    >>> from archcalc.quantities.shape import grid
    >>> str(Flatten().output(grid(256, (6, 6))))
    '9216'
    """

    kind: ClassVar[str] = "flatten"
    family: ClassVar[Family] = Family.SHAPE
    source: ClassVar[str] = "PyTorch Flatten."
    stored: ClassVar[Storage] = Storage.VIEW
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, view: sizes alone."""
    order: ClassVar[Order] = Order.OWN

    def output(self, x: Shape) -> Shape:
        """Return a vector of all the values."""
        return Shape("F", (x.elements,), x.regions)

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything: whoever reads the vector reads the whole map."""
        return reads_all(before)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``Flatten``."""
        return Foreign("Flatten")
