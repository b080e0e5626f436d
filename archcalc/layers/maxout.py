"""Maxout."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Foreign, Layer, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import SIZE, option
from archcalc.symbolic.printing import amount
from archcalc.symbolic.supposing import require_divisible

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class Maxout(Layer):
    """The largest of each ``pieces`` neighboring channels or features: C of them become C / pieces.

    It has no parameters of its own; the layer before it needs ``pieces`` times as many outputs, and so that factor
    more parameters.

    >>> from archcalc.quantities.shape import vector
    >>> str(Maxout(2).output(vector(480)))
    '240'
    """

    kind: ClassVar[str] = "maxout"
    family: ClassVar[Family] = Family.LINEAR
    example: ClassVar[Example] = Example("[{maxout: 2}]", "F 12")
    source: ClassVar[str] = "Goodfellow et al. 2013, arXiv 1302.4389."

    pieces: Int = option(SIZE, "number of values per output", default=2, main=True)

    def output(self, x: Shape) -> Shape:
        """Return C / pieces channels or features."""
        require_divisible(x.channels, self.pieces, f"pieces {self.pieces} does not divide the {x.channels} channels")
        return x.with_channels(x.channels // self.pieces)

    def note(self, x: Shape) -> str:
        """Say what it costs the layer before it."""
        return (
            f"Maxout outputs the largest of every {amount(self.pieces)} values: the layer before it needs "
            f"{amount(x.channels)} outputs for {amount(self.output(x).channels)}."
        )

    def torch(self, x: Shape) -> Foreign | str:
        """Say that PyTorch has none."""
        return "no equivalent torch.nn module"
