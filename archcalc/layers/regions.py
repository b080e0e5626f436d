"""What the layers share that cut several regions out of each image: from there on there are so many tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Layer, layer, reads_all
from archcalc.layers.options import SIZE, SIZES, option
from archcalc.quantities.window import spread
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.window import PerAxis
    from archcalc.symbolic.expr import Int

PER_IMAGE = "number of regions per image"


@layer
class SizedRegions(Layer):
    """A layer that brings each region of a map to one size; where the regions lie is not known beforehand."""

    makes_values: ClassVar[bool] = True

    size: PerAxis = option(SIZES, "output size per region", main=True)
    regions: Int = option(SIZE, PER_IMAGE, default=1)

    def output(self, x: Shape) -> Shape:
        """Return the same channels on a grid of the given size, once for each region."""
        x.require_map()
        return times(self.regions, x.with_spatial(spread("size", self.size, len(x.spatial))))

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything: a region may lie anywhere."""
        return reads_all(before)


def times(regions: Int, x: Shape) -> Shape:
    """Return a shape that comes so many times as often per image.

    >>> from archcalc.quantities.shape import vector
    >>> str(times(2000, vector(12800)))
    '2000 × 12800'
    """
    return x._replace(regions=simplify(regions * x.regions))
