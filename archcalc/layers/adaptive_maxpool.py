"""Adaptive max pooling: the size of the output is given, the windows follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.adaptive import AdaptivePool
from archcalc.layers.backward import Order, Selects
from archcalc.layers.base import Foreign, layer
from archcalc.layers.families import Example, Family

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class AdaptiveMaxPool(Selects, AdaptivePool):
    """The largest value in each of ``size`` bins per axis; bin i reaches from floor(i*I/O) to ceil((i + 1)*I/O).

    >>> from archcalc.quantities.shape import grid
    >>> str(AdaptiveMaxPool(6).output(grid(256, (13, 13))))
    '256×6×6'
    """

    kind: ClassVar[str] = "adaptive_maxpool"
    family: ClassVar[Family] = Family.POOL
    example: ClassVar[Example] = Example("[{adaptive_maxpool: 3}]")
    source: ClassVar[str] = "PyTorch AdaptiveMaxPool2d; He et al. 2014, arXiv 1406.4729, section 2.2 (the bins)."
    order: ClassVar[Order] = Order.PLANES

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``AdaptiveMaxPool`` of this rank."""
        return self._spelled("AdaptiveMaxPool", x)
