"""Warping of regions to one size."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import layer
from archcalc.layers.families import Example, Family
from archcalc.layers.regions import SizedRegions

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class Warp(SizedRegions):
    """Each region of the image is cut out and stretched to the given size; no parameters.

    With ``regions``, there is one map per region: MACs and activations count for each, parameters once.

    >>> from archcalc.quantities.shape import grid
    >>> str(Warp(227, regions=2000).output(grid(3, (375, 500))))
    '2000 × 3×227×227'
    """

    kind: ClassVar[str] = "warp"
    family: ClassVar[Family] = Family.REGION
    example: ClassVar[Example] = Example("[{warp: 4, regions: 5}]")
    source: ClassVar[str] = (
        "Girshick et al. 2014, arXiv 1311.2524, section 2.1 and appendix A (227 × 227, 2000 proposals)."
    )

    def torch(self, x: Shape) -> str:
        """Say that ``torch.nn`` has none."""
        return "no equivalent torch.nn module"
