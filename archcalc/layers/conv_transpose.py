"""Transposed convolution in one to three dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.backward import Keeps, Order
from archcalc.layers.base import Foreign, Geometry, Layer, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, NATURALS, PADDING, SIZE, SIZES, option
from archcalc.layers.sliding import refuse_uneven_groups, windows
from archcalc.limits import spend
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, Tensor, bias
from archcalc.quantities.window import Window, spread
from archcalc.symbolic.expr import maximum
from archcalc.symbolic.known import number
from archcalc.symbolic.printing import with_numbers
from archcalc.symbolic.supposing import violated

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Training
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.window import Padding, PerAxis
    from archcalc.symbolic.expr import Int


class Spreading(Window):
    """A window read backwards: each input is spread over the kernel, ``stride`` apart from the next, and added up.

    >>> Spreading(kernel=4, stride=2, before=1, after=1).positions(32)
    64
    """

    __slots__ = ()

    def positions(self, size: Int) -> Int:
        """Return the number of outputs, O = (I - 1)S - 2P + K, K being the span; the padding is cut off.

        Source: Dumoulin & Visin 2016, arXiv 1603.07285, relationship 14; PyTorch ``ConvTranspose2d``.
        """
        return reached(size, self.stride, self.padding, self.span)

    def remainder(self, size: Int) -> Int:
        """Return 0: nothing is divided, every input is used."""
        return 0

    @property
    def rounds_down(self) -> bool:
        """No: there is nothing to round."""
        return False

    @property
    def period(self) -> Int:
        """The stride: after so many outputs the next input begins."""
        return self.stride

    @property
    def advance(self) -> Int:
        """1: the next input."""
        return 1

    def ends(self, size: Int) -> tuple[Int, Int]:
        """Return the first and last input that put something into output 0, where the stride is 1."""
        return self.before - self.span + 1, self.before

    def reads(self, unit: int, size: int) -> list[int]:
        """Return the inputs one of whose taps falls on the output: none, where the kernel is less than the stride."""
        before, stride, dilation = number(self.before), number(self.stride), number(self.dilation)
        spend(number(self.kernel))
        places = (unit + before - dilation * tap for tap in range(number(self.kernel)))
        return [place // stride for place in places if place % stride == 0]


@layer
class ConvTranspose(Layer):
    """Transposed convolution: each input value scales the kernel and adds it to the output.

    O = (I - 1)S - 2P + D(K - 1) + output_padding + 1; with ``padding: same`` O = IS, with ``padding: valid``
    O = IS + max(K - S, 0), like in TensorFlow. Weights: channels × (filters / groups) × kernel; one bias per
    filter. MACs: the weights once per *input* position. Connections: the same, and a bias per output unit.

    >>> from archcalc.quantities.shape import grid
    >>> up, x = ConvTranspose(512, kernel=2, stride=2), grid(1024, (28, 28))
    >>> str(up.output(x)), up.macs(x)
    ('512×56×56', 1644167168)
    """

    kind: ClassVar[str] = "conv_transpose"
    family: ClassVar[Family] = Family.CONVOLUTION
    example: ClassVar[Example] = Example("[{conv_transpose: 4, kernel: 2, stride: 2}]")
    source: ClassVar[str] = (
        "Dumoulin & Visin 2016, arXiv 1603.07285, chapter 4; PyTorch ConvTranspose2d (output padding); "
        "TensorFlow conv2d_transpose and Keras Conv2DTranspose (same, valid)."
    )
    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True
    backward: ClassVar[Keeps] = Keeps.INPUT
    """Source: PyTorch's derivatives.yaml, convolution: convolution_backward(grad, input, weight, …)."""
    order: ClassVar[Order] = Order.IMAGES

    filters: Int = option(SIZE, "number of filters = output channels", main=True)
    kernel: PerAxis = option(SIZES, "kernel size")
    stride: PerAxis = option(SIZES, "stride: the upsampling factor", default=1)
    padding: Padding = option(
        PADDING,
        "padding: rows and columns removed from each side of the output; or same or valid of TensorFlow",
        default=0,
    )
    output_padding: PerAxis = option(NATURALS, "rows and columns added at the end of each axis", default=0)
    dilation: PerAxis = option(SIZES, "spacing of kernel elements (dilation)", default=1)
    groups: Int = option(SIZE, "number of groups", default=1)
    bias: bool = option(FLAG, "whether each filter has a bias", default=True)
    fixed: bool = option(FLAG, "fixed weights (bilinear upsampling), counted as buffers", default=False)

    def geometry(self, x: Shape) -> Geometry:
        """Return the windows, to be read backwards, and the groups."""
        x.require_grid()
        found = windows(len(x.lengths), self.kernel, self.stride, self.padding, self.dilation)
        return Geometry(tuple(Spreading(*_trimmed(window)) for window in found), self.groups)

    def output(self, x: Shape) -> Shape:
        """Return one map per filter on the larger grid."""
        found = self.geometry(x).windows
        refuse_uneven_groups(x.channels, self.filters, self.groups)
        if isinstance(self.padding, str):
            self._refuse_output_padding()
            sizes = tuple(TENSORFLOW[self.padding](*row) for row in zip(found, x.lengths, strict=True))
        else:
            more = spread("output_padding", self.output_padding, len(found))
            sizes = tuple(_size(*row) for row in zip(found, x.lengths, more, strict=True))
        return x.with_channels(self.filters).with_spatial(sizes)

    def _refuse_output_padding(self) -> None:
        if self.output_padding != 0:
            raise Refusal(
                f"output_padding and padding: {self.padding} cannot be combined",
                "remove output_padding, or write the padding as a number",
            )

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return weight and bias."""
        kernel = tuple(window.kernel for window in self.geometry(x).windows)
        learned, additive = (BUFFER, BUFFER) if self.fixed else (WEIGHT, BIAS)
        weight = Tensor("weight", (x.channels, self.filters // self.groups, *kernel), learned)
        return (weight, *bias(self.filters, additive, present=self.bias))

    def macs(self, x: Shape) -> Int:
        """Return weights × input positions."""
        return self.tensors(x)[0].elements * x.positions

    def connections(self, x: Shape) -> Int:
        """Return weights × input positions, and a bias for each output unit."""
        return self.macs(x) + (self.output(x).elements if self.bias else 0)

    def kept(self, run: Training) -> Kept | None:
        """Return the input; unknown for volumes, whose output PyTorch lays out in an order that depends on sizes.

        Also for tokens, of which there may have to be a copy.
        """
        return None if run.x.layout in ("CDHW", "TF") else super().kept(run)

    def note(self, x: Shape) -> str:
        """Say of which convolution it is the reverse in shapes."""
        return (
            "Its output size is the input size of a convolution with the same kernel, stride and padding that outputs "
            f"{x}. MACs are counted per input position, not per output position."
        )

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``ConvTranspose1d``, ``ConvTranspose2d`` or ``ConvTranspose3d``."""
        found = self.geometry(x).windows
        if any(window.before != window.after for window in found):
            return "torch.nn modules remove as much from both sides"
        more = self._added(found)
        options = {
            "in_channels": x.channels,
            "out_channels": self.filters,
            "kernel_size": tuple(window.kernel for window in found),
            "stride": tuple(window.stride for window in found),
            "padding": tuple(window.before for window in found),
            "output_padding": more,
            "dilation": tuple(window.dilation for window in found),
            "groups": self.groups,
            "bias": self.bias,
        }
        return Foreign(f"ConvTranspose{len(found)}d", options, channels_first=not x.is_map)

    def _added(self, found: tuple[Window, ...]) -> tuple[Int, ...]:
        """Return what PyTorch has to add at the end: TensorFlow's output fills a stride that the kernel does not."""
        if isinstance(self.padding, str):
            self._refuse_output_padding()
            return tuple(maximum(window.stride - window.span, 0) for window in found)
        return spread("output_padding", self.output_padding, len(found))


def _trimmed(window: Window) -> Window:
    """Return the window whose output is cut like TensorFlow's for ``same``: the odd row at the end."""
    if not window.same:
        return window
    cut = maximum(window.span - window.stride, 0)
    return window._replace(before=cut // 2, after=cut - cut // 2, same=False)


def _same(window: Window, size: Int) -> Int:
    """Return I·S: as many outputs as a convolution with padding ``same`` and this stride has inputs."""
    return size * window.stride


def _valid(window: Window, size: Int) -> Int:
    """Return I·S, and by how much the last kernel sticks out."""
    return size * window.stride + maximum(window.span - window.stride, 0)


TENSORFLOW = {"same": _same, "valid": _valid}
"""How many outputs there are along an axis by TensorFlow's padding."""


def _size(window: Window, size: Int, more: Int) -> Int:
    """Return the number of outputs along one axis, ``more`` being the output padding.

    Raises:
        Refusal: nothing is left, or the output padding is as large as both stride and dilation.
    """
    if violated(more, ">=", maximum(window.stride, window.dilation)):
        larger = f"stride {window.stride} or dilation {window.dilation}"
        raise Refusal(f"output_padding {more} must be smaller than {larger}", "use a smaller output_padding")
    given = size, window.stride, window.padding, window.span, more
    outputs = reached(*given)
    if violated(outputs, "<", 1):
        line = f"{with_numbers(reached, *given)} = {outputs}".replace("-", "−")
        raise Refusal(f"the padding removes the whole output: {line}", "use less padding or a larger input")
    return outputs


def reached(size: Int, stride: Int, padding: Int, span: Int, more: Int = 0) -> Int:
    """Return how many outputs the inputs reach, without the padding of both sides, and with ``more`` behind them."""
    outputs = (size - 1) * stride - padding + span
    return outputs if more == 0 else outputs + more  # the textbook's line where nothing is added
