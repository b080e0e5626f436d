"""Adaptive average pooling: the size of the output is given, the windows follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.adaptive import AdaptivePool
from archcalc.layers.backward import INPUT, Kept, Order
from archcalc.layers.base import Foreign, layer
from archcalc.layers.families import Example, Family

if TYPE_CHECKING:
    from archcalc.layers.backward import Training
    from archcalc.quantities.shape import Shape


@layer
class AdaptiveAvgPool(AdaptivePool):
    """The mean in each of ``size`` bins per axis; bin i reaches from floor(i*I/O) to ceil((i + 1)*I/O).

    >>> from archcalc.quantities.shape import grid
    >>> str(AdaptiveAvgPool(6).output(grid(256, (13, 13))))
    '256×6×6'
    """

    kind: ClassVar[str] = "adaptive_avgpool"
    family: ClassVar[Family] = Family.POOL
    example: ClassVar[Example] = Example("[{adaptive_avgpool: [5, 6]}]")
    source: ClassVar[str] = "PyTorch AdaptiveAvgPool2d; He et al. 2014, arXiv 1406.4729, section 2.2 (the bins)."
    order: ClassVar[Order] = Order.PLANES

    def kept(self, run: Training) -> Kept | None:
        """Return the input; nothing for one bin, which PyTorch computes as a mean; unknown for tokens.

        Source: PyTorch's derivatives.yaml, _adaptive_avg_pool2d: … backward(grad, self); mean: sizes alone.
        """
        if not run.x.is_map:
            return None  # PyTorch pools a transposed tensor, which it may have to copy
        return Kept() if all(size == 1 for size in run.output.spatial) else INPUT

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``AdaptiveAvgPool`` of this rank."""
        return self._spelled("AdaptiveAvgPool", x)
