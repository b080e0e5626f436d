"""What convolutions and pools share: windows that slide over a map, and the pools themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.backward import INPUT, Kept, Order, Own
from archcalc.layers.base import Foreign, Geometry, Layer, layer
from archcalc.layers.options import FLAG, PADDING, SIZES, option
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, Tensor, count
from archcalc.quantities.window import Window, paddings, spread
from archcalc.symbolic.expr import product, total
from archcalc.symbolic.known import decide
from archcalc.symbolic.supposing import require_divisible, violated

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.window import Padding, PerAxis
    from archcalc.symbolic.expr import Int


@layer
class Pool(Layer):
    """What the pools share: a window that moves over each channel by itself, without weights.

    The stride defaults to the kernel size.
    """

    makes_values: ClassVar[bool] = True

    kernel: PerAxis = option(SIZES, "kernel size", main=True)
    stride: PerAxis | None = option(SIZES, "stride (default: the kernel size)", default=None)
    padding: Padding = option(PADDING, "padding on each side", default=0)
    ceil: bool = option(FLAG, "round the output size up instead of down", default=False)

    def geometry(self, x: Shape) -> Geometry:
        """Return the pool's windows."""
        return self._sliding(x)

    def _sliding(self, x: Shape, dilation: PerAxis = 1) -> Geometry:
        x.require_grid()
        stride = self.kernel if self.stride is None else self.stride
        return Geometry(windows(len(x.lengths), self.kernel, stride, self.padding, dilation, ceil=self.ceil))

    def output(self, x: Shape) -> Shape:
        """Return the same channels on the grid of window positions."""
        found = self.geometry(x).windows
        for window in found:
            self._refuse_windows_of_padding(window)
        return slide(x, found)

    def _spelled(self, op: str, x: Shape, **more: object) -> Foreign | str:
        """Return PyTorch's pool of this rank with the options that all its pools have."""
        found = self.geometry(x).windows
        if not symmetric(found):
            return "torch.nn modules pad both sides equally"
        options = {
            "kernel_size": tuple(window.kernel for window in found),
            "stride": tuple(window.stride for window in found),
            "padding": tuple(window.before for window in found),
            "ceil_mode": self.ceil,
        }
        return Foreign(f"{op}{len(found)}d", options | more, channels_first=not x.is_map)

    def _refuse_windows_of_padding(self, window: Window) -> None:
        """Refuse padding of more than half the window, as PyTorch does: a window would see nothing else."""
        for pad in (window.before, window.after):
            if violated(2 * pad, ">", window.kernel):
                raise Refusal(
                    f"padding {pad} is larger than half the kernel size {window.kernel}",
                    f"use padding {window.kernel // 2} or less",
                )


class Convolving(Layer):
    """What convolutions share: weights that are used once for each position of the output."""

    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True
    order: ClassVar[Order] = Order.IMAGES

    kernel: PerAxis
    stride: PerAxis
    padding: Padding
    dilation: PerAxis
    bias: bool

    def geometry(self, x: Shape) -> Geometry:
        """Return the convolution's windows and groups."""
        x.require_grid()
        found = windows(len(x.lengths), self.kernel, self.stride, self.padding, self.dilation)
        return Geometry(found, self.groups_of(x))

    def groups_of(self, x: Shape) -> Int:
        """Return the number of groups: as many as there are channels, where each has filters of its own."""
        return x.channels

    def weights(self, x: Shape) -> tuple[Tensor, ...]:
        """Return what is multiplied at each position."""
        raise NotImplementedError(f"{self.kind}: {x}")

    def macs(self, x: Shape) -> Int:
        """Return weights × output positions."""
        return total(tensor.elements for tensor in self.weights(x)) * self.output(x).positions

    def connections(self, x: Shape) -> Int:
        """Return (weights + biases) × output positions."""
        return count(self.tensors(x), WEIGHT, BIAS, BUFFER) * self.output(x).positions

    def spelled(self, x: Shape, filters: Int) -> Foreign | str:
        """Return PyTorch's convolution of this rank with that number of filters."""
        found, groups = self.geometry(x)
        if self.padding != "same" and not symmetric(found):
            return "torch.nn modules pad both sides equally"
        options = {
            "in_channels": x.channels,
            "out_channels": filters,
            "kernel_size": tuple(window.kernel for window in found),
            "stride": tuple(window.stride for window in found),
            "padding": "same" if self.padding == "same" else tuple(window.before for window in found),
            "dilation": tuple(window.dilation for window in found),
            "groups": groups,
            "bias": self.bias,
        }
        return Foreign(f"Conv{len(found)}d", options, channels_first=not x.is_map)


def windows(  # noqa: PLR0913 - what a window has
    rank: int, kernel: PerAxis, stride: PerAxis = 1, padding: Padding = 0, dilation: PerAxis = 1, *, ceil: bool = False
) -> tuple[Window, ...]:
    """Return one window for each of ``rank`` axes from options given once for all axes, or one per axis."""
    same = padding == "same"
    kernels, strides = spread("kernel", kernel, rank), spread("stride", stride, rank)
    rows = zip(kernels, strides, paddings(padding, rank), spread("dilation", dilation, rank), strict=True)
    return tuple(
        Window(kernel=k, stride=s, before=before, after=after, dilation=d, ceil=ceil, same=same)
        for k, s, (before, after), d in rows
    )


def slide(x: Shape, found: tuple[Window, ...], channels: Int | None = None) -> Shape:
    """Return the map that windows make of a map (or tokens of tokens), with as many channels, or with ``channels``."""
    for window, size in zip(found, x.lengths, strict=True):
        window.refuse_too_small(size)
    grid = tuple(window.positions(size) for window, size in zip(found, x.lengths, strict=True))
    return (x if channels is None else x.with_channels(channels)).with_spatial(grid)


def padded(x: Shape, found: tuple[Window, ...]) -> Kept | None:
    """Return what is kept of an input that windows slide over; None where letters leave it open, and for tokens.

    PyTorch pads both sides equally within a convolution or a pool. What one side has more is a padded copy that is
    made first: of the difference for ``same`` with a stride of 1, of both sides for all else (``torch.nn.functional``).

    Source: PyTorch 2.13, aten/src/ATen/native/Convolution.cpp, convolution_same.

    >>> from archcalc.quantities.shape import grid
    >>> padded(grid(4, (6, 6)), windows(2, kernel=4, padding="same")).own[0].elements
    196
    """
    if not x.is_map:
        return None
    pads = [window.pads(size) for window, size in zip(found, x.spatial, strict=True)]
    equal = [decide(before, "==", after) for before, after in pads]
    if None in equal:
        return None
    if all(equal):
        return INPUT
    first = all(window.same and window.stride == 1 for window in found)
    copied = (after - before if first else before + after for before, after in pads)
    return Kept(own=(Own(x.channels * product(size + more for size, more in zip(x.spatial, copied, strict=True))),))


def symmetric(found: tuple[Window, ...]) -> bool:
    """Whether every window is padded alike on both sides (PyTorch's modules know no other)."""
    return all(not window.same and window.before == window.after for window in found)


def refuse_uneven_groups(channels: Int, filters: Int, groups: Int) -> None:
    """Refuse a convolution whose channels or filters do not divide into its groups."""
    for what, number in (("input channels", channels), ("filters", filters)):
        require_divisible(number, groups, f"groups {groups} does not divide the {number} {what}")
