"""Pooling of regions of interest by the maximum."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import layer
from archcalc.layers.families import Example, Family
from archcalc.layers.regions import SizedRegions

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class RoIPool(SizedRegions):
    """Each region of the map is divided into size × size bins, and the largest value of each is taken; no parameters.

    With ``regions``, there is one map per region: MACs and activations count for each, parameters once.

    >>> from archcalc.quantities.shape import grid
    >>> str(RoIPool(7, regions=2000).output(grid(512, (37, 50))))
    '2000 × 512×7×7'
    """

    kind: ClassVar[str] = "roi_pool"
    family: ClassVar[Family] = Family.REGION
    example: ClassVar[Example] = Example("[{roi_pool: 4, regions: 5}]")
    source: ClassVar[str] = "Girshick 2015, arXiv 1504.08083, section 2.1."

    def torch(self, x: Shape) -> str:
        """Say that ``torch.nn`` has none."""
        return "no equivalent torch.nn module; torchvision.ops has RoIPool"
