"""Max pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Selects
from archcalc.layers.base import Foreign, Geometry, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import SIZES, option
from archcalc.layers.sliding import Pool, padded

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Training
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.window import PerAxis


@layer
class MaxPool(Selects, Pool):
    """The largest value in each window; no parameters. The stride defaults to the kernel.

    >>> from archcalc.quantities.shape import grid
    >>> str(MaxPool(3, stride=2).output(grid(96, (55, 55))))
    '96×27×27'
    """

    kind: ClassVar[str] = "maxpool"
    family: ClassVar[Family] = Family.POOL
    example: ClassVar[Example] = Example("[{maxpool: 3, stride: 2}]")
    source: ClassVar[str] = "PyTorch MaxPool2d; with ceil also Caffe's PoolingLayer."

    dilation: PerAxis = option(SIZES, "spacing of kernel elements (dilation)", default=1)

    def geometry(self, x: Shape) -> Geometry:
        """Return the pool's windows, dilated."""
        return self._sliding(x, self.dilation)

    def kept(self, run: Training) -> Kept | None:
        """Return the input, and for each output the place of the largest value.

        Source: PyTorch's derivatives.yaml, max_pool2d_with_indices: … backward(grad, self, …, result1).
        """
        found = padded(run.x, self.geometry(run.x).windows)
        return found and found.and_own(*self.scratch(run.output))

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``MaxPool1d``, ``MaxPool2d`` or ``MaxPool3d``."""
        return self._spelled("MaxPool", x, dilation=tuple(w.dilation for w in self.geometry(x).windows))
