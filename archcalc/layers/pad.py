"""Padding of space and of channels with zeros, as a layer of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Foreign, Geometry, Layer, layer
from archcalc.layers.options import PADDING, PAIR, option
from archcalc.layers.sliding import slide, windows

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.window import Padding
    from archcalc.symbolic.expr import Int


@layer
class Pad(Layer):
    """Zeros around the map, or whole channels of zeros before and after its own; no parameters.

    Source: He et al. 2015, arXiv 1512.03385, section 3.3, option A (``channels: [before, after]`` is its
    parameter-free shortcut); PyTorch ``ConstantPad2d``.

    >>> from archcalc.quantities.shape import grid
    >>> str(Pad(1, channels=(0, 16)).output(grid(16, (30, 30))))
    '32×32×32'
    """

    kind: ClassVar[str] = "pad"

    padding: Padding = option(PADDING, "zeros on each side of each spatial axis", default=0, main=True)
    channels: tuple[Int, Int] = option(PAIR, "channels of zeros before and after", default=(0, 0))

    def geometry(self, x: Shape) -> Geometry:
        """Return windows of one pixel over the padded map."""
        x.require_map(self.kind)
        return Geometry(windows(len(x.spatial), 1, padding=self.padding))

    def output(self, x: Shape) -> Shape:
        """Return the map with its borders and its extra channels."""
        before, after = self.channels
        return slide(x, self.geometry(x).windows, before + x.channels + after)

    def torch(self, x: Shape) -> Foreign | str:
        """Return a ``ConstantPad``, whose numbers run from the last axis to the first."""
        found = self.geometry(x).windows
        sides = [side for window in reversed(found) for side in (window.before, window.after)]
        if self.channels == (0, 0):
            return Foreign(f"ConstantPad{len(found)}d", {"padding": tuple(sides), "value": 0})
        if len(found) == 3:  # noqa: PLR2004
            return "torch.nn has no padding of four axes"
        return Foreign(f"ConstantPad{len(found) + 1}d", {"padding": (*sides, *self.channels), "value": 0})
