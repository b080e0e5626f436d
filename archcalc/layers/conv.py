"""Convolution in one to three dimensions: groups, dilation, rectangles, and LeNet-5's table of connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.backward import Order
from archcalc.layers.base import Foreign, Geometry, Layer, layer
from archcalc.layers.options import FLAG, PADDING, SIZE, SIZES, TABLE, option
from archcalc.layers.sliding import padded, refuse_uneven_groups, slide, symmetric, windows
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, Tensor, bias, count
from archcalc.symbolic.expr import product
from archcalc.symbolic.known import simplify
from archcalc.symbolic.printing import amount
from archcalc.symbolic.supposing import violated
from archcalc.wording import plural

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Training
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.window import Padding, PerAxis
    from archcalc.symbolic.expr import Int


@layer
class Conv(Layer):
    """A convolution: each filter slides over its group of the input channels.

    Weights: filters × (channels / groups) × kernel; one bias per filter. MACs: the weights once per output
    position; padded zeros count. Over tokens it slides along them, with the features as channels, and outputs tokens.

    >>> from archcalc.quantities.shape import grid
    >>> conv1, image = Conv(96, kernel=11, stride=4), grid(3, (227, 227))
    >>> str(conv1.output(image)), conv1.macs(image)
    ('96×55×55', 105415200)
    """

    kind: ClassVar[str] = "conv"
    source: ClassVar[str] = (
        "Dumoulin & Visin 2016, arXiv 1603.07285 (shape); LeCun et al. 1998, doi:10.1109/5.726791, section II.B "
        "(connections, and the table of C3); Krizhevsky et al. 2012 (groups)."
    )
    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True
    order: ClassVar[Order] = Order.IMAGES

    filters: Int = option(SIZE, "number of filters = output channels", main=True)
    kernel: PerAxis = option(SIZES, "kernel size")
    stride: PerAxis = option(SIZES, "stride", default=1)
    padding: Padding = option(PADDING, "zero padding on each side", default=0)
    dilation: PerAxis = option(SIZES, "spacing of kernel elements (dilation)", default=1)
    groups: Int = option(SIZE, "number of groups", default=1)
    bias: bool = option(FLAG, "whether each filter has a bias", default=True)
    table: tuple[tuple[int, ...], ...] | None = option(
        TABLE, "input channels of each filter (LeNet-5, Table I)", default=None
    )
    fixed: bool = option(FLAG, "fixed weights, counted as buffers", default=False)

    def geometry(self, x: Shape) -> Geometry:
        """Return the convolution's windows and groups."""
        x.require_grid()
        found = windows(len(x.lengths), self.kernel, self.stride, self.padding, self.dilation)
        return Geometry(found, self.groups)

    def output(self, x: Shape) -> Shape:
        """Return one map per filter on the grid of window positions."""
        found = self.geometry(x).windows
        refuse_uneven_groups(x.channels, self.filters, self.groups)
        self._refuse_wrong_table(x.channels)
        return slide(x, found, self.filters)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return weight and bias."""
        kernel = tuple(window.kernel for window in self.geometry(x).windows)
        maps = (self.filters, x.channels // self.groups)
        learned, additive = (BUFFER, BUFFER) if self.fixed else (WEIGHT, BIAS)
        dims = (*maps, *kernel) if self.table is None else (self._pairs * product(kernel),)
        return (Tensor("weight", dims, learned), *bias(self.filters, additive, present=self.bias))

    def macs(self, x: Shape) -> Int:
        """Return weights × output positions."""
        return self.tensors(x)[0].elements * self.output(x).positions

    def connections(self, x: Shape) -> Int:
        """Return (weights + biases) × output positions."""
        return count(self.tensors(x), WEIGHT, BIAS, BUFFER) * self.output(x).positions

    def note(self, x: Shape) -> str:
        """Say what one output value is a dot product of, and what a 1×1 convolution is."""
        if self.table:
            return "Each filter covers only the input channels that its row of the connection table lists."
        kernel, channels = (window.kernel for window in self.geometry(x).windows), x.channels // self.groups
        numbers, end = amount(simplify(product((*kernel, channels)))), ", plus a bias." if self.bias else "."
        said = f"Each output value is a dot product of {numbers} weights with the input window{end}"
        if all(window.kernel == 1 for window in self.geometry(x).windows):
            said += " A 1×1 convolution is a fully connected layer over the channels, applied at every position."
        if self.groups != 1 and channels == 1:
            said += " Each filter covers a single input channel: the convolution is depthwise."
        return said

    def kept(self, run: Training) -> Kept | None:
        """Return the input; unknown for a connection table.

        Source: PyTorch's derivatives.yaml, convolution: convolution_backward(grad, input, weight, …).
        """
        return None if self.table is not None else padded(run.x, self.geometry(run.x).windows)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``Conv1d``, ``Conv2d`` or ``Conv3d``."""
        found = self.geometry(x).windows
        if self.table is not None:
            return "no equivalent torch.nn module for a connection table"
        if self.padding != "same" and not symmetric(found):
            return "torch.nn modules pad both sides equally"
        options = {
            "in_channels": x.channels,
            "out_channels": self.filters,
            "kernel_size": tuple(window.kernel for window in found),
            "stride": tuple(window.stride for window in found),
            "padding": "same" if self.padding == "same" else tuple(window.before for window in found),
            "dilation": tuple(window.dilation for window in found),
            "groups": self.groups,
            "bias": self.bias,
        }
        return Foreign(f"Conv{len(found)}d", options, channels_first=not x.is_map)

    @property
    def _pairs(self) -> int:
        return sum(len(row) for row in self.table or ())

    def _refuse_wrong_table(self, channels: Int) -> None:
        if self.table is None:
            return
        if self.groups != 1:
            raise Refusal("table and groups cannot be combined")
        if len(self.table) != self.filters:
            raise Refusal(f"table has {plural(len(self.table), 'row')}, but the layer has {self.filters} filters")
        last = max(map(max, self.table))
        if violated(channels, "<=", last):
            raise Refusal(f"table contains input channel {last}, but the input has {channels} channels, counted from 0")
