"""Cropping of space."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.backward import Keeps
from archcalc.layers.base import Foreign, Layer, Storage, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import NATURALS, REFERENCE, SIZES, option
from archcalc.layers.resizing import either, size_of
from archcalc.quantities.window import Window, spread
from archcalc.symbolic.supposing import violated

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.sight import Sight
    from archcalc.quantities.window import PerAxis
    from archcalc.symbolic.expr import Int


@layer
class Crop(Layer):
    """A part of each map: ``size``, or the size of the layer that ``to`` names; no parameters.

    It is taken from the middle, floor((I - O)/2) pixels from the start of each axis, unless ``offset`` says how many.

    >>> from archcalc.quantities.shape import grid
    >>> str(Crop(56).output(grid(512, (64, 64))))
    '512×56×56'
    """

    kind: ClassVar[str] = "crop"
    family: ClassVar[Family] = Family.SHAPE
    example: ClassVar[Example] = Example("[{crop: 4}]")
    source: ClassVar[str] = "Ronneberger, Fischer & Brox 2015, arXiv 1505.04597, section 2; Caffe's CropLayer (offset)."
    stored: ClassVar[Storage] = Storage.FRESH
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, constant_pad_nd: sizes alone; negative padding copies what is left."""

    size: PerAxis | None = option(SIZES, "output size", default=None, main=True)
    to: Shape | None = option(REFERENCE, "layer whose size is used as output size", default=None)
    offset: PerAxis | None = option(NATURALS, "pixels before the cropped region (default: centered)", default=None)

    def output(self, x: Shape) -> Shape:
        """Return the same channels on the smaller grid."""
        sizes = self._sizes(x)
        for size, left, start in zip(x.spatial, sizes, self.starts(x, sizes), strict=True):
            if violated(left, ">", size):
                raise Refusal(f"the cropped size {left} is larger than the input size {size}")
            if violated(start + left, ">", size):
                raise Refusal(f"offset {start} plus the cropped size {left} is larger than the input size {size}")
        return x.with_spatial(sizes)

    def _sizes(self, x: Shape) -> tuple[Int, ...]:
        x.require_map()
        if self.to is not None and self.size is None:
            return size_of(self.to, x)
        if self.size is None or self.to is not None:
            raise either(self.kind, "a size")
        return spread("size", self.size, len(x.spatial))

    def starts(self, x: Shape, sizes: tuple[Int, ...]) -> tuple[Int, ...]:
        """Return the first row that is kept of each axis, of which ``sizes`` are left."""
        if self.offset is not None:
            return spread("offset", self.offset, len(x.spatial))
        return tuple((size - left) // 2 for size, left in zip(x.spatial, sizes, strict=True))

    def sights(self, x: Shape) -> tuple[Sight, ...]:
        """Return each unit's own pixel: the first is the one at the offset."""
        return tuple(Window(before=-start) for start in self.starts(x, self._sizes(x)))

    def torch(self, x: Shape) -> Foreign | str:
        """Return a ``ConstantPad`` with negative padding, whose numbers run from the last axis to the first."""
        sizes = self.output(x).spatial
        rows = list(zip(x.spatial, sizes, self.starts(x, sizes), strict=True))
        sides = tuple(side for size, left, start in reversed(rows) for side in (-start, start + left - size))
        return Foreign(f"ConstantPad{len(rows)}d", {"padding": sides, "value": 0})
