"""One of several equal parts of the channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.backward import Keeps
from archcalc.layers.base import Layer, Storage, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import NATURAL, SIZE, option
from archcalc.symbolic.supposing import require_divisible, violated

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class Split(Layer):
    """One of several equal parts of the channels (or features), counted from 0; no parameters.

    Branches that take part 0 and part 1 of 2 divide a map among them; ``slice`` takes parts of any size.

    >>> from archcalc.quantities.shape import grid
    >>> str(Split(2, part=1).output(grid(116, (28, 28))))
    '58×28×28'
    """

    kind: ClassVar[str] = "split"
    family: ClassVar[Family] = Family.SHAPE
    example: ClassVar[Example] = Example("[{split: 2, part: 0}]")
    source: ClassVar[str] = "Ma et al. 2018, arXiv 1807.11164, section 3.2 (the channel split); PyTorch torch.chunk."
    stored: ClassVar[Storage] = Storage.VIEW
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, slice: sizes alone."""

    parts: Int = option(SIZE, "number of parts", main=True)
    part: Int = option(NATURAL, "part to output, counted from 0", default=0)

    def output(self, x: Shape) -> Shape:
        """Return a part of the channels, into which they have to divide."""
        message = f"parts {self.parts} does not divide the {x.channels} channels"
        require_divisible(
            x.channels, self.parts, message, f"use a divisor of {x.channels}, or use slice for parts of different sizes"
        )
        if violated(self.part, ">=", self.parts):
            raise Refusal(f"part {self.part} is out of range: there are {self.parts} parts, counted from 0")
        return x.with_channels(x.channels // self.parts)

    def torch(self, x: Shape) -> str:
        """Say that it is a function in PyTorch."""
        return "no equivalent torch.nn module: chunk on tensors"
