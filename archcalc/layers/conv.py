"""Convolution in one to three dimensions: groups, dilation, rectangles, and LeNet-5's table of connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.base import Foreign, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, PADDING, SIZE, SIZES, TABLE, option
from archcalc.layers.sliding import Convolving, padded, refuse_uneven_groups, slide
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, Tensor, bias
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
class Conv(Convolving):
    """A convolution: each filter slides over its group of the input channels.

    Weights: filters × (channels / groups) × kernel; one bias per filter. MACs: the weights once per output
    position; padded zeros count. Over tokens it slides along them, with the features as channels, and outputs tokens.

    >>> from archcalc.quantities.shape import grid
    >>> conv1, image = Conv(96, kernel=11, stride=4), grid(3, (227, 227))
    >>> str(conv1.output(image)), conv1.macs(image)
    ('96×55×55', 105415200)
    """

    kind: ClassVar[str] = "conv"
    family: ClassVar[Family] = Family.CONVOLUTION
    example: ClassVar[Example] = Example("[{conv: 4, kernel: 3, padding: 1}]")
    source: ClassVar[str] = (
        "Dumoulin & Visin 2016, arXiv 1603.07285 (shape); LeCun et al. 1998, doi:10.1109/5.726791, section II.B "
        "(connections, and the table of C3); Krizhevsky et al. 2012 (groups)."
    )

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

    def groups_of(self, x: Shape) -> Int:
        """Return the number of groups."""
        return self.groups

    def output(self, x: Shape) -> Shape:
        """Return one map per filter on the grid of window positions."""
        found = self.geometry(x).windows
        refuse_uneven_groups(x.channels, self.filters, self.groups)
        self._refuse_wrong_table(x.channels)
        return slide(x, found, self.filters)

    def weights(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the weight: the kernels of all filters."""
        kernel = tuple(window.kernel for window in self.geometry(x).windows)
        maps = (self.filters, x.channels // self.groups)
        dims = (*maps, *kernel) if self.table is None else (self._pairs * product(kernel),)
        return (Tensor("weight", dims, BUFFER if self.fixed else WEIGHT),)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return weight and bias."""
        return (*self.weights(x), *bias(self.filters, BUFFER if self.fixed else BIAS, present=self.bias))

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
        return "no equivalent torch.nn module for a connection table" if self.table else self.spelled(x, self.filters)

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
