"""Average pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Order
from archcalc.layers.base import Foreign, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.sliding import Pool, padded

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Training
    from archcalc.quantities.shape import Shape


@layer
class AvgPool(Pool):
    """The mean of each window; no parameters. The stride defaults to the kernel.

    Whether padded zeros enter the mean changes values, not shapes or costs. Archcalc has one convention for it.

    >>> from archcalc.quantities.shape import grid
    >>> str(AvgPool(5, stride=3).output(grid(512, (14, 14))))
    '512×4×4'
    """

    kind: ClassVar[str] = "avgpool"
    family: ClassVar[Family] = Family.POOL
    example: ClassVar[Example] = Example("[{avgpool: 2}]")
    source: ClassVar[str] = "PyTorch AvgPool2d; with ceil also Caffe's PoolingLayer."
    order: ClassVar[Order] = Order.PLANES

    def kept(self, run: Training) -> Kept | None:
        """Return the input.

        Source: PyTorch's derivatives.yaml, avg_pool2d: avg_pool2d_backward(grad, self, …).
        """
        return padded(run.x, self.geometry(run.x).windows)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``AvgPool1d``, ``AvgPool2d`` or ``AvgPool3d``."""
        return self._spelled("AvgPool", x)
