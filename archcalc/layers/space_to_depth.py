"""Space to depth, also called pixel unshuffle: Swin's patch merging before its norm and its linear layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Foreign, Geometry, Layer, Storage, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import SIZES, option
from archcalc.layers.sliding import slide, windows
from archcalc.quantities.window import spread
from archcalc.symbolic.expr import product
from archcalc.symbolic.supposing import require_divisible

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.window import PerAxis


@layer
class SpaceToDepth(Layer):
    """Each block of r × r pixels becomes the channels of one: C×H×W becomes r²C × H/r × W/r; no parameters.

    A block can have a size per axis: ``[1, 2, 2]`` leaves the frames of a clip as they are.

    >>> from archcalc.quantities.shape import grid
    >>> str(SpaceToDepth(2).output(grid(96, (56, 56))))
    '384×28×28'
    """

    kind: ClassVar[str] = "space_to_depth"
    family: ClassVar[Family] = Family.SHAPE
    example: ClassVar[Example] = Example("[{space_to_depth: 2}]")
    source: ClassVar[str] = "Liu et al. 2021, arXiv 2103.14030, section 3.1 (patch merging); PyTorch PixelUnshuffle."
    stored: ClassVar[Storage] = Storage.FRESH
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, pixel_unshuffle: the factor alone."""

    block: PerAxis = option(SIZES, "block size", default=2, main=True)

    def geometry(self, x: Shape) -> Geometry:
        """Return the blocks as windows that lie side by side."""
        x.require_map()
        return Geometry(windows(len(x.spatial), self.block, self.block))

    def output(self, x: Shape) -> Shape:
        """Return as many times the channels as a block has pixels, on the grid of the blocks."""
        found = self.geometry(x).windows
        blocks = spread("block", self.block, len(found))
        for size, block in zip(x.spatial, blocks, strict=True):
            require_divisible(size, block, f"block {block} does not divide the size {size}", "add pad before it")
        return slide(x, found, product(blocks) * x.channels)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``PixelUnshuffle``."""
        x.require_map()
        if x.layout != "CHW":
            return "torch.nn.PixelUnshuffle reads maps of two axes"
        if isinstance(self.block, tuple):
            return "torch.nn.PixelUnshuffle has one size for both axes"
        return Foreign("PixelUnshuffle", {"downscale_factor": self.block})
