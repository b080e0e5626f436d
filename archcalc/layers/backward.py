"""What PyTorch keeps of a layer until the backward pass, parameters and buffers aside, and in which order it lies.

Source: PyTorch 2.13, tools/autograd/derivatives.yaml: a function keeps the tensors that its derivative reads. Where a
layer is several functions (attention, local response normalization), it is PyTorch's or torchvision's composition, on a
CPU.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from archcalc.symbolic.known import decide

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

INT64 = 8
"""Bytes of an index."""

FLOAT32 = 4
"""Bytes of a number of type float32; some sums are never made of shorter numbers."""

FLAT = 1
"""Spatial axes of a map for which PyTorch knows no order with the channels last."""

PLANES = 2
"""The most spatial axes for which PyTorch's average and adaptive pools keep the channels last."""


IMAGES_SECOND = 2
"""An order in which tokens lie: the first tokens of all images, then the second ones. True is channels first."""


class Training(NamedTuple):
    """A layer in a network that is trained.

    ``learns`` says whether it has weights that are trained, ``needs`` for each input whether a gradient flows back
    into it, ``turned`` for each whether its values lie in another order than the shape says (channels last in a map,
    first in tokens, or as IMAGES_SECOND says), ``in_place`` whether the output is written over the input. ``batch`` is
    the number of images.
    """

    inputs: tuple[Shape, ...]
    output: Shape
    learns: bool
    needs: tuple[bool, ...]
    turned: tuple[int, ...]
    in_place: bool = False
    batch: Int = 1

    @property
    def x(self) -> Shape:
        """What a layer reads that reads one tensor."""
        return self.inputs[0]


class Own(NamedTuple):
    """A tensor that a layer makes for the backward pass: how many numbers it has for an image (or a region of one).

    ``least`` are the bytes of a number at least, where it may be longer than the network's numbers are; ``per_batch``
    says that it comes once for all images.
    """

    elements: Int
    least: int = 0
    per_batch: bool = False

    def bytes(self, width: int) -> int:
        """Return the bytes of a number, ``width`` being those of the network's numbers."""
        return max(self.least, width)


class Kept(NamedTuple):
    """What a layer keeps: which of its inputs, its output, and tensors of its own.

    ``width`` are the bytes of a number of the inputs kept, where these are indices.
    """

    inputs: tuple[int, ...] = ()
    output: bool = False
    own: tuple[Own, ...] = ()
    width: int | None = None

    def and_own(self, *more: Own) -> Kept:
        """Return the same with more tensors of its own."""
        return self._replace(own=(*self.own, *more))


INPUT = Kept(inputs=(0,))
OUTPUT = Kept(output=True)


class Selects:
    """What max pools have in common: PyTorch notes the place of each largest value."""

    def kept(self, run: Training) -> Kept | None:
        """Return the input, and for each output the place of the largest value; unknown for tokens.

        Source: PyTorch's derivatives.yaml, adaptive_max_pool2d and max_pool2d_with_indices: … backward(…, result1).
        """
        if not run.x.is_map:
            return None  # PyTorch pools a transposed tensor, which it may have to copy
        return INPUT.and_own(*self.scratch(run.output))

    def scratch(self, output: Shape) -> tuple[Own, ...]:
        """Return the places of the largest values, which are made also where nothing is trained.

        Source: PyTorch 2.13, aten/src/ATen/native/Pool.cpp: max_pool2d is the first of max_pool2d_with_indices.
        """
        return (Own(output.elements, INT64),)


class Keeps(StrEnum):
    """What a function keeps that is one of PyTorch's own, and whose derivative reads one tensor at most."""

    UNKNOWN = "not known"
    NOTHING = "nothing"
    INPUT = "its input, of which it makes a copy if it writes over it"
    OUTPUT = "its output"
    LATEST = "its input, or if it writes over that, its output"

    def of(self, run: Training) -> Kept | None:
        """Return what is kept; None where that is not known."""
        if self == Keeps.UNKNOWN:
            return None
        if self == Keeps.NOTHING:
            return Kept()
        if self == Keeps.OUTPUT or (self == Keeps.LATEST and run.in_place):
            return OUTPUT
        return Kept(own=(Own(run.x.elements),)) if run.in_place else INPUT


class Order(StrEnum):
    """In which order the values of an output lie, given that of the (first) input."""

    SAME = "in that of the input"
    OWN = "in that of the shape"
    IMAGES = "in that of the input, but for maps of one axis"
    PLANES = "in that of the input, but for maps of three axes"
    POINTWISE = "position by position: the channels last"

    def of(self, run: Training) -> int:
        """Return whether the output lies in another order than its shape says, and in which."""
        axes = len(run.x.spatial)
        if self == Order.POINTWISE:
            return run.output.is_map
        keeps = {Order.SAME: True, Order.OWN: False, Order.IMAGES: axes > FLAT, Order.PLANES: axes <= PLANES}
        return keeps[self] and run.turned[0]


def pointwise(run: Training) -> Kept:
    """Return what is kept of an input that is read position by position: itself, or a copy in that order.

    The positions of one image follow each other in any order, and need no copy.
    """
    in_order = run.turned[0] if run.x.is_map else not run.turned[0]
    single = decide(run.batch * run.x.regions, "==", 1) or not ordered(run.x)
    return INPUT if in_order or single else Kept(own=(Own(run.x.elements),))


def in_order_of_shape(run: Training) -> Kept:
    """Return what is kept of an input that has to lie in the order of its shape: itself, or a copy."""
    return Kept(own=(Own(run.x.elements),)) if run.turned[0] else INPUT


def ordered(x: Shape) -> bool:
    """Return whether it makes a difference in which order values lie: there are several channels and positions."""
    return not (decide(x.channels, "==", 1) or decide(x.positions, "==", 1))
