"""Padding of space and of channels with zeros, as a layer of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import FLAT, Keeps
from archcalc.layers.base import Foreign, Layer, Storage, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import PADDING, PAIR, option
from archcalc.layers.sliding import slide, windows

if TYPE_CHECKING:
    from archcalc.layers.backward import Training
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.sight import Sight
    from archcalc.quantities.window import Padding, Window
    from archcalc.symbolic.expr import Int


@layer
class Pad(Layer):
    """Zeros around the map, or whole channels of zeros before and after its own; no parameters.

    >>> from archcalc.quantities.shape import grid
    >>> str(Pad(1, channels=(0, 16)).output(grid(16, (30, 30))))
    '32×32×32'
    """

    kind: ClassVar[str] = "pad"
    family: ClassVar[Family] = Family.SHAPE
    example: ClassVar[Example] = Example("[{pad: 1}]")
    source: ClassVar[str] = (
        "He et al. 2015, arXiv 1512.03385, section 3.3, option A (channels: [before, after] is its parameter-free "
        "shortcut); PyTorch ConstantPad2d."
    )
    stored: ClassVar[Storage] = Storage.FRESH
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, constant_pad_nd: sizes alone."""

    padding: Padding = option(PADDING, "zero padding on each side of each spatial axis", default=0, main=True)
    channels: tuple[Int, Int] = option(PAIR, "zero channels added before and after", default=(0, 0))

    def _windows(self, x: Shape) -> tuple[Window, ...]:
        """Return windows of one pixel over the padded map: a pad has no kernel of its own to show."""
        x.require_map()
        return windows(len(x.spatial), 1, padding=self.padding)

    def output(self, x: Shape) -> Shape:
        """Return the map with its borders and its extra channels."""
        before, after = self.channels
        return slide(x, self._windows(x), before + x.channels + after)

    def sights(self, x: Shape) -> tuple[Sight, ...]:
        """Return each unit's own pixel, shifted by the padding."""
        return self._windows(x)

    def turned(self, run: Training) -> bool:
        """Return whether the values lie in the order of the input; of one axis only if nothing is added."""
        return bool(run.turned[0]) and (len(run.x.spatial) > FLAT or run.output == run.x)

    def torch(self, x: Shape) -> Foreign | str:
        """Return a ``ConstantPad``, whose numbers run from the last axis to the first."""
        found = self._windows(x)
        sides = [side for window in reversed(found) for side in (window.before, window.after)]
        if self.channels == (0, 0):
            return Foreign(f"ConstantPad{len(found)}d", {"padding": tuple(sides), "value": 0})
        if len(found) == 3:  # noqa: PLR2004
            return "no equivalent torch.nn module for four axes"
        return Foreign(f"ConstantPad{len(found) + 1}d", {"padding": (*sides, *self.channels), "value": 0})
