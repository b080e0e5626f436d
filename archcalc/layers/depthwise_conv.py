"""Depthwise convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Foreign, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, PADDING, SIZE, SIZES, option
from archcalc.layers.sliding import Convolving, padded, slide
from archcalc.quantities.tensor import Tensor, bias

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Training
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.window import Padding, PerAxis
    from archcalc.symbolic.expr import Int


@layer
class DepthwiseConv(Convolving):
    """A depthwise convolution: each channel has ``multiplier`` filters of its own, and the output all of their maps.

    Weights: channels × multiplier × kernel; one bias per output channel. That is a convolution with as many groups as
    channels. MACs: the weights once per output position.

    >>> from archcalc.quantities.shape import grid
    >>> layer, x = DepthwiseConv(3, padding=1), grid(32, (112, 112))
    >>> str(layer.output(x)), layer.macs(x)
    ('32×112×112', 3612672)
    """

    kind: ClassVar[str] = "depthwise_conv"
    family: ClassVar[Family] = Family.CONVOLUTION
    example: ClassVar[Example] = Example("[{depthwise_conv: 3, padding: 1}]")
    source: ClassVar[str] = "Howard et al. 2017, arXiv 1704.04861, section 3.1; Keras DepthwiseConv2D (multiplier)."

    kernel: PerAxis = option(SIZES, "kernel size", main=True)
    multiplier: Int = option(SIZE, "filters per channel", default=1)
    stride: PerAxis = option(SIZES, "stride", default=1)
    padding: Padding = option(PADDING, "zero padding on each side", default=0)
    dilation: PerAxis = option(SIZES, "spacing of kernel elements (dilation)", default=1)
    bias: bool = option(FLAG, "whether each filter has a bias", default=True)

    def output(self, x: Shape) -> Shape:
        """Return the maps of all filters on the grid of window positions."""
        return slide(x, self.geometry(x).windows, self._filters(x))

    def _filters(self, x: Shape) -> Int:
        return x.channels if self.multiplier == 1 else x.channels * self.multiplier

    def weights(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the weight: a kernel over one channel for each filter."""
        return (Tensor("weight", (self._filters(x), 1, *(window.kernel for window in self.geometry(x).windows))),)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return weight and bias."""
        return (*self.weights(x), *bias(self._filters(x), present=self.bias))

    def kept(self, run: Training) -> Kept | None:
        """Return the input.

        Source: PyTorch's derivatives.yaml, convolution: convolution_backward(grad, input, weight, …).
        """
        return padded(run.x, self.geometry(run.x).windows)

    def torch(self, x: Shape) -> Foreign | str:
        """Return the convolution with as many groups as channels."""
        return self.spelled(x, self._filters(x))
