"""Depthwise separable convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Own
from archcalc.layers.base import layer
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
class SeparableConv(Convolving):
    """A depthwise convolution with ``multiplier`` filters per channel, then a 1×1 convolution, which has the bias.

    Weights: channels × multiplier × kernel, and channels × multiplier × filters; one bias per filter. MACs: all weights
    once per output position.

    >>> from archcalc.quantities.shape import grid
    >>> layer, x = SeparableConv(128, kernel=3, padding=1), grid(64, (112, 112))
    >>> str(layer.output(x)), layer.macs(x)
    ('128×112×112', 109985792)
    """

    kind: ClassVar[str] = "separable_conv"
    family: ClassVar[Family] = Family.CONVOLUTION
    example: ClassVar[Example] = Example("[{separable_conv: 16, kernel: 3, padding: 1}]")
    source: ClassVar[str] = (
        "Chollet 2017 (Xception), arXiv 1610.02357, section 1.2; Keras SeparableConv2D (multiplier)."
    )

    filters: Int = option(SIZE, "number of filters = output channels", main=True)
    kernel: PerAxis = option(SIZES, "kernel size of the depthwise convolution")
    multiplier: Int = option(SIZE, "depthwise filters per channel", default=1)
    stride: PerAxis = option(SIZES, "stride", default=1)
    padding: Padding = option(PADDING, "zero padding on each side", default=0)
    dilation: PerAxis = option(SIZES, "spacing of kernel elements (dilation)", default=1)
    bias: bool = option(FLAG, "whether each filter has a bias", default=True)

    def output(self, x: Shape) -> Shape:
        """Return one map per filter on the grid of window positions."""
        return slide(x, self.geometry(x).windows, self.filters)

    def weights(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the weights of both steps: a kernel over one channel for each map between, 1×1 kernels over all."""
        found = self.geometry(x).windows
        between = x.channels if self.multiplier == 1 else x.channels * self.multiplier
        depthwise = Tensor("depthwise.weight", (between, 1, *(window.kernel for window in found)))
        return depthwise, Tensor("pointwise.weight", (self.filters, between, *(1 for _ in found)))

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return both weights and the bias."""
        return (*self.weights(x), *bias(self.filters, present=self.bias))

    def kept(self, run: Training) -> Kept | None:
        """Return the input, and the maps between the two steps.

        Source: PyTorch's derivatives.yaml, convolution, twice: convolution_backward(grad, input, weight, …).
        """
        found = padded(run.x, self.geometry(run.x).windows)
        return found and found.and_own(Own(self.weights(run.x)[0].dims[0] * run.output.positions))

    def torch(self, x: Shape) -> str:
        """Say that it is two modules in PyTorch."""
        return "two modules in torch.nn: a convolution with groups, and a 1×1 convolution"
