"""Channel shuffle."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps, Order
from archcalc.layers.base import Foreign, Layer, Storage, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import SIZE, option
from archcalc.symbolic.supposing import require_divisible

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class ChannelShuffle(Layer):
    """The channels in another order: the first of every group, then the second of every group, and so on.

    No parameters; same output shape.

    >>> from archcalc.quantities.shape import grid
    >>> str(ChannelShuffle(2).output(grid(116, (28, 28))))
    '116×28×28'
    """

    kind: ClassVar[str] = "channel_shuffle"
    family: ClassVar[Family] = Family.SHAPE
    example: ClassVar[Example] = Example("[{channel_shuffle: 2}]")
    source: ClassVar[str] = "Zhang et al. 2017, arXiv 1707.01083, section 3.1."
    stored: ClassVar[Storage] = Storage.FRESH
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, channel_shuffle: view, transpose and a copy."""
    order: ClassVar[Order] = Order.IMAGES

    groups: Int = option(SIZE, "number of groups", main=True)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input, a map whose channels have to divide into the groups."""
        x.require_map()
        require_divisible(x.channels, self.groups, f"groups {self.groups} does not divide the {x.channels} channels")
        return x

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``ChannelShuffle``."""
        x.require_map()
        return Foreign("ChannelShuffle", {"groups": self.groups})
