"""Spatial pyramid pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Layer, layer, reads_all
from archcalc.layers.families import Example, Family
from archcalc.layers.options import LIST, SIZE, option
from archcalc.layers.regions import PER_IMAGE, times
from archcalc.quantities.shape import Shape
from archcalc.symbolic.expr import total

if TYPE_CHECKING:
    from archcalc.quantities.reach import Reach
    from archcalc.symbolic.expr import Int


@layer
class SPP(Layer):
    """The largest values of several grids of bins over the map, one after the other in one vector; no parameters.

    A level of n bins per axis has n × n bins (n to the number of axes), so the vector has channels × sum of n²
    features, whatever the size of the map. With ``regions``, it is computed for each region of the map.

    >>> from archcalc.quantities.shape import grid
    >>> str(SPP((1, 2, 3, 6), regions=2000).output(grid(256, (40, 40))))
    '2000 × 12800'
    """

    kind: ClassVar[str] = "spp"
    family: ClassVar[Family] = Family.POOL
    example: ClassVar[Example] = Example("[{spp: [2, 1], regions: 5}]")
    source: ClassVar[str] = "He et al. 2014, arXiv 1406.4729, section 2.2; section 4.1 (50 bins, 12,800 features)."
    makes_values: ClassVar[bool] = True

    bins: tuple[Int, ...] = option(LIST, "bins per axis, for each level", main=True)
    regions: Int = option(SIZE, PER_IMAGE, default=1)

    def output(self, x: Shape) -> Shape:
        """Return a vector of channels × bins, once for each region."""
        x.require_map()
        bins = total(number ** len(x.spatial) for number in self.bins)
        return times(self.regions, Shape("F", (x.channels * bins,), x.regions))

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything."""
        return reads_all(before)

    def torch(self, x: Shape) -> str:
        """Say that PyTorch has none."""
        return "no equivalent torch.nn module"
