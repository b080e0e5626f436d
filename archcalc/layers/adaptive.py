"""Pools whose output has a given size, whatever the input: as many bins as asked for, or one for the whole map."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Foreign, Layer, layer, reads_all
from archcalc.layers.options import SIZES, option
from archcalc.quantities.window import Window, spread
from archcalc.symbolic.known import decide

if TYPE_CHECKING:
    from archcalc.quantities.field import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.window import PerAxis


@layer
class AdaptivePool(Layer):
    """What the adaptive pools share: as many bins per axis as asked for, whatever the input."""

    makes_values: ClassVar[bool] = True

    size: PerAxis = option(SIZES, "size of the output", main=True)

    def output(self, x: Shape) -> Shape:
        """Return the same channels on a grid of the given size."""
        x.require_map(self.kind)
        return x.with_spatial(spread("size", self.size, len(x.spatial)))

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return the field of bins of one size; where they differ, or letters leave it open, everything."""
        pairs = list(zip(x.spatial, self.output(x).spatial, strict=True))
        if not all(decide(size % bins, "==", 0) for size, bins in pairs):
            return reads_all(before)
        found = [Window(kernel=size // bins, stride=size // bins) for size, bins in pairs]
        return reads_all(before) if all(bins == 1 for _, bins in pairs) else before.through(found, x.spatial)

    def _spelled(self, op: str, x: Shape) -> Foreign:
        """Return PyTorch's adaptive pool of this rank."""
        return Foreign(f"{op}{len(x.spatial)}d", {"output_size": self.output(x).spatial})


class GlobalPool(Layer):
    """What the global pools share: C×H×W becomes C×1×1, for an input of any size."""

    makes_values: ClassVar[bool] = True

    def output(self, x: Shape) -> Shape:
        """Return one value per channel."""
        x.require_map(self.kind)
        return x.with_spatial((1,) * len(x.spatial))

    def reach(self, x: Shape, before: Reach) -> Reach:  # noqa: ARG002 - the same for every input
        """Return everything."""
        return reads_all(before)

    def _spelled(self, op: str, x: Shape) -> Foreign:
        """Return PyTorch's adaptive pool of this rank, which makes a map of a given size, here 1."""
        x.require_map(self.kind)
        return Foreign(f"{op}{len(x.spatial)}d", {"output_size": 1})
