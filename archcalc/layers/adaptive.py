"""Pools whose output has a given size, whatever the input: as many bins as asked for, or one for the whole map."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Foreign, Layer, layer, reads_all
from archcalc.layers.options import SIZES, option
from archcalc.quantities.sight import Bins
from archcalc.quantities.window import spread
from archcalc.symbolic.known import decide

if TYPE_CHECKING:
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.sight import Sight
    from archcalc.quantities.window import PerAxis


@layer
class AdaptivePool(Layer):
    """What the adaptive pools share: as many bins per axis as asked for, whatever the input."""

    makes_values: ClassVar[bool] = True

    size: PerAxis = option(SIZES, "output size", main=True)

    def output(self, x: Shape) -> Shape:
        """Return the same channels on a grid of the given size."""
        x.require_grid()
        return x.with_spatial(spread("size", self.size, len(x.lengths)))

    def sights(self, x: Shape) -> tuple[Sight, ...]:
        """Return the bins."""
        return tuple(Bins(size, bins) for size, bins in zip(x.lengths, self.output(x).lengths, strict=True))

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return the fields of the bins; everything where there is one for the whole map."""
        single = all(decide(bins, "==", 1) for bins in self.output(x).lengths)
        return reads_all(before) if single else super().reach(x, before)

    def _spelled(self, op: str, x: Shape) -> Foreign:
        """Return PyTorch's adaptive pool of this rank."""
        bins = self.output(x).lengths
        return Foreign(f"{op}{len(bins)}d", {"output_size": bins}, channels_first=not x.is_map)


class GlobalPool(Layer):
    """What the global pools share: C×H×W becomes C×1×1, for an input of any size."""

    makes_values: ClassVar[bool] = True

    def output(self, x: Shape) -> Shape:
        """Return one value per channel."""
        x.require_grid()
        return x.with_spatial((1,) * len(x.lengths))

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything."""
        return reads_all(before)

    def _spelled(self, op: str, x: Shape) -> Foreign:
        """Return PyTorch's adaptive pool of this rank, which makes a map of a given size, here 1."""
        x.require_grid()
        return Foreign(f"{op}{len(x.lengths)}d", {"output_size": 1}, channels_first=not x.is_map)
