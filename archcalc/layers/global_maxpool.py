"""Global max pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.adaptive import GlobalPool
from archcalc.layers.backward import Order, Selects
from archcalc.layers.base import Foreign, layer
from archcalc.layers.families import Family

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class GlobalMaxPool(Selects, GlobalPool):
    """The largest value of each whole map: C×H×W becomes C×1×1, for an input of any size; no parameters.

    >>> from archcalc.quantities.shape import grid
    >>> str(GlobalMaxPool().output(grid(1024, (7, 7))))
    '1024×1×1'
    """

    kind: ClassVar[str] = "global_maxpool"
    family: ClassVar[Family] = Family.POOL
    source: ClassVar[str] = "Lin, Chen & Yan 2013, arXiv 1312.4400, section 3.2 (its average)."
    order: ClassVar[Order] = Order.PLANES

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``AdaptiveMaxPool`` to a size of 1."""
        return self._spelled("AdaptiveMaxPool", x)
