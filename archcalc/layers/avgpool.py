"""Average pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Foreign, layer
from archcalc.layers.sliding import Pool

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class AvgPool(Pool):
    """The mean of each window; no parameters. The stride defaults to the kernel.

    Whether padded zeros enter the mean changes values, not shapes or costs, and is no option here.

    >>> from archcalc.quantities.shape import grid
    >>> str(AvgPool(5, stride=3).output(grid(512, (14, 14))))
    '512×4×4'
    """

    kind: ClassVar[str] = "avgpool"
    source: ClassVar[str] = "PyTorch AvgPool2d; with ceil also Caffe's PoolingLayer."

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``AvgPool1d``, ``AvgPool2d`` or ``AvgPool3d``."""
        return self._spelled("AvgPool", x)
