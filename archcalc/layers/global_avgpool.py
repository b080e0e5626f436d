"""Global average pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Foreign, Layer, layer, reads_all

if TYPE_CHECKING:
    from archcalc.quantities.field import Reach
    from archcalc.quantities.shape import Shape


@layer
class GlobalAvgPool(Layer):
    """The mean of each whole map: C×H×W becomes C×1×1, for an input of any size; no parameters.

    Source: Lin, Chen & Yan 2013, arXiv 1312.4400, section 3.2.

    >>> from archcalc.quantities.shape import grid
    >>> str(GlobalAvgPool().output(grid(1024, (7, 7))))
    '1024×1×1'
    """

    kind: ClassVar[str] = "global_avgpool"
    makes_values: ClassVar[bool] = True

    def output(self, x: Shape) -> Shape:
        """Return one value per channel."""
        x.require_map(self.kind)
        return x.with_spatial((1,) * len(x.spatial))

    def reach(self, x: Shape, before: Reach) -> Reach:  # noqa: ARG002 - the same for every input
        """Return everything."""
        return reads_all(before)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``AdaptiveAvgPool``, which makes a map of a given size, here 1."""
        x.require_map(self.kind)
        return Foreign(f"AdaptiveAvgPool{len(x.spatial)}d", {"output_size": 1})
