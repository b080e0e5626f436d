"""A slice of the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.backward import Keeps
from archcalc.layers.base import Layer, Storage, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import RANGE, option
from archcalc.symbolic.supposing import violated

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class Slice(Layer):
    """The channels (or features) from one number up to another, counted from 0, the last one excluded.

    No parameters: ``[0, in_channels//2]`` is the first half.

    >>> from archcalc.quantities.shape import grid
    >>> str(Slice((0, 58)).output(grid(116, (28, 28))))
    '58×28×28'
    """

    kind: ClassVar[str] = "slice"
    family: ClassVar[Family] = Family.SHAPE
    example: ClassVar[Example] = Example("[{slice: [0, 4]}]")
    source: ClassVar[str] = "Ma et al. 2018, arXiv 1807.11164, section 3.2 (the channel split)."
    stored: ClassVar[Storage] = Storage.VIEW
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, slice: sizes alone."""

    channels: tuple[Int, Int] = option(RANGE, "first channel, and the channel after the last one", main=True)

    def output(self, x: Shape) -> Shape:
        """Return as many channels as there are from the first to the last."""
        first, end = self.channels
        if violated(end, "<=", first):
            raise Refusal(f"slice [{first}, {end}] is empty", "the second number is the first channel after the slice")
        if violated(end, ">", x.channels):
            raise Refusal(f"slice [{first}, {end}] is out of range: the input has {x.channels} channels")
        return x.with_channels(end - first)

    def torch(self, x: Shape) -> str:
        """Say that it is an index in PyTorch."""
        return "no equivalent torch.nn module: indexing of tensors"
