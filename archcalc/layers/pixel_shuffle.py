"""Pixel shuffle, also called depth to space."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps, Order
from archcalc.layers.base import Foreign, Layer, Storage, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import SIZE, option
from archcalc.quantities.sight import Stretch
from archcalc.symbolic.supposing import require_divisible

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.sight import Sight
    from archcalc.symbolic.expr import Int


@layer
class PixelShuffle(Layer):
    """Every r² channels become r × r pixels of one: C×H×W becomes C/r² × rH × rW; no parameters.

    >>> from archcalc.quantities.shape import grid
    >>> str(PixelShuffle(3).output(grid(27, (64, 64))))
    '3×192×192'
    """

    kind: ClassVar[str] = "pixel_shuffle"
    family: ClassVar[Family] = Family.SHAPE
    example: ClassVar[Example] = Example("[{pixel_shuffle: 2}]")
    source: ClassVar[str] = "Shi et al. 2016, arXiv 1609.05158, equation 4."
    stored: ClassVar[Storage] = Storage.FRESH
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, pixel_shuffle: the factor alone."""
    order: ClassVar[Order] = Order.OWN

    factor: Int = option(SIZE, "upsampling factor of each axis", main=True)

    def output(self, x: Shape) -> Shape:
        """Return C / factor^axes channels on a grid that many times finer."""
        x.require_map()
        pixels = self.factor ** len(x.spatial)
        message = f"factor {self.factor} requires channels divisible by {pixels}, got {x.channels}"
        require_divisible(x.channels, pixels, message, f"use a multiple of {pixels} channels")
        finer = tuple(self.factor * size for size in x.spatial)
        return x.with_channels(x.channels // pixels).with_spatial(finer)

    def sights(self, x: Shape) -> tuple[Sight, ...]:
        """Return the pixel that each block is made of."""
        return (Stretch(1, self.factor),) * len(x.spatial)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``PixelShuffle``."""
        x.require_map()
        if x.layout != "CHW":
            return "torch.nn.PixelShuffle reads maps of two axes"
        return Foreign("PixelShuffle", {"upscale_factor": self.factor})
