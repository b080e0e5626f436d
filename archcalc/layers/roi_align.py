"""Pooling of regions of interest by interpolation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import layer
from archcalc.layers.families import Example, Family
from archcalc.layers.regions import SizedRegions

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class RoIAlign(SizedRegions):
    """Each region of the map is divided into size × size bins, and values interpolated in each of them; no parameters.

    With ``regions``, there is one map per region: MACs and activations count for each, parameters once.

    >>> from archcalc.quantities.shape import grid
    >>> str(RoIAlign(14, regions=100).output(grid(256, (50, 68))))
    '100 × 256×14×14'
    """

    kind: ClassVar[str] = "roi_align"
    family: ClassVar[Family] = Family.REGION
    example: ClassVar[Example] = Example("[{roi_align: 4, regions: 5}]")
    source: ClassVar[str] = "He et al. 2017, arXiv 1703.06870, section 3."

    def torch(self, x: Shape) -> str:
        """Say that ``torch.nn`` has none."""
        return "no equivalent torch.nn module; torchvision.ops has RoIAlign"
