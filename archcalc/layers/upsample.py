"""Upsampling by interpolation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps, Order
from archcalc.layers.base import Foreign, Layer, Storage, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import REFERENCE, SIZES, one_of, option
from archcalc.layers.resizing import either, size_of
from archcalc.quantities.sight import Stretch
from archcalc.quantities.window import spread

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.sight import Sight
    from archcalc.quantities.window import PerAxis

_LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


@layer
class Upsample(Layer):
    """Each axis ``factor`` times as long, or of the size of the layer that ``to`` names; no parameters, no MACs.

    Values are repeated (``nearest``) or interpolated (``bilinear``, along each axis of the map).

    >>> from archcalc.quantities.shape import grid
    >>> str(Upsample(2).output(grid(512, (14, 14))))
    '512×28×28'
    """

    kind: ClassVar[str] = "upsample"
    family: ClassVar[Family] = Family.SHAPE
    example: ClassVar[Example] = Example("[{upsample: 2}]")
    source: ClassVar[str] = "PyTorch Upsample; Long, Shelhamer & Darrell 2015, arXiv 1411.4038, section 3.3."
    stored: ClassVar[Storage] = Storage.FRESH
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, upsample_nearest2d and upsample_bilinear2d: sizes alone."""
    order: ClassVar[Order] = Order.IMAGES

    factor: PerAxis | None = option(SIZES, "upsampling factor of each axis", default=None, main=True)
    to: Shape | None = option(REFERENCE, "layer whose size is used as output size", default=None)
    mode: str = option(one_of("nearest", "bilinear"), "interpolation mode", default="nearest")

    def output(self, x: Shape) -> Shape:
        """Return the same channels on the larger grid."""
        x.require_map()
        if self.to is not None and self.factor is None:
            return x.with_spatial(size_of(self.to, x))
        if self.factor is None or self.to is not None:
            raise either(self.kind, "a factor")
        factors = spread("factor", self.factor, len(x.spatial))
        return x.with_spatial(tuple(factor * size for factor, size in zip(factors, x.spatial, strict=True)))

    def sights(self, x: Shape) -> tuple[Sight, ...]:
        """Return the pixel at each place, or the two around it along each axis."""
        pairs = zip(x.spatial, self.output(x).spatial, strict=True)
        return tuple(Stretch(size, after, self.mode == "bilinear") for size, after in pairs)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``Upsample``, whose linear mode is called by the number of axes."""
        output = self.output(x)
        mode = _LINEAR[len(x.spatial)] if self.mode == "bilinear" else self.mode
        larger = {"size": output.spatial} if self.factor is None else {"scale_factor": self.factor}
        return Foreign("Upsample", {**larger, "mode": mode})
