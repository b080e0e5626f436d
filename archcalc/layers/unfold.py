"""Windows laid side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Layer, Storage, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import PADDING, SIZES, option
from archcalc.layers.sliding import slide, windows
from archcalc.quantities.shape import Shape
from archcalc.symbolic.expr import product

if TYPE_CHECKING:
    from archcalc.layers.backward import Training
    from archcalc.quantities.sight import Sight
    from archcalc.quantities.window import Padding, PerAxis, Window


@layer
class Unfold(Layer):
    """Each window of a feature map becomes a token that has all values of the window as features; no parameters.

    C×H×W becomes as many tokens as there are window positions, with C × kernel features each (im2col, transposed).

    >>> from archcalc.quantities.shape import grid
    >>> str(Unfold(7, stride=4, padding=2).output(grid(3, (224, 224))))
    '3136×147'
    """

    kind: ClassVar[str] = "unfold"
    family: ClassVar[Family] = Family.CONVOLUTION
    example: ClassVar[Example] = Example("[{unfold: 3}]")
    source: ClassVar[str] = "PyTorch Unfold; Yuan et al. 2021 (T2T-ViT), arXiv 2101.11986, section 3.1 (soft split)."
    stored: ClassVar[Storage] = Storage.FRESH
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, im2col: sizes alone."""

    kernel: PerAxis = option(SIZES, "kernel size", main=True)
    stride: PerAxis = option(SIZES, "stride", default=1)
    padding: Padding = option(PADDING, "zero padding on each side", default=0)
    dilation: PerAxis = option(SIZES, "spacing of kernel elements (dilation)", default=1)

    def _windows(self, x: Shape) -> tuple[Window, ...]:
        x.require_map()
        return windows(len(x.spatial), self.kernel, self.stride, self.padding, self.dilation)

    def output(self, x: Shape) -> Shape:
        """Return a token for each window."""
        found = self._windows(x)
        features = product((x.channels, *(window.kernel for window in found)))
        return Shape("TF", (slide(x, found).positions, features), x.regions)

    def sights(self, x: Shape) -> tuple[Sight, ...]:
        """Return the windows."""
        return self._windows(x)

    def turned(self, run: Training) -> bool:
        """Return whether the features lie first, as they do in PyTorch's output."""
        return True

    def torch(self, x: Shape) -> str:
        """Say that PyTorch lays the windows out the other way."""
        return "torch.nn.Unfold outputs the transposed matrix, of feature maps with two axes"
