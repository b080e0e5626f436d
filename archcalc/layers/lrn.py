"""Local response normalization."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import INPUT, Own
from archcalc.layers.base import Foreign, Layer, layer
from archcalc.layers.families import Family
from archcalc.layers.options import SIZE, option

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Training
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class LRN(Layer):
    """Each value divided by a power of the squares of its ``size`` neighbors across channels; no parameters.

    >>> from archcalc.quantities.shape import grid
    >>> str(LRN(5).output(grid(96, (55, 55))))
    '96×55×55'
    """

    kind: ClassVar[str] = "lrn"
    family: ClassVar[Family] = Family.NORM
    source: ClassVar[str] = "Krizhevsky et al. 2012, section 3.3 (n = 5)."
    makes_values: ClassVar[bool] = True

    size: Int = option(SIZE, "number of neighboring channels", default=5, main=True)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input, which has to be a map."""
        x.require_map()
        return x

    def kept(self, run: Training) -> Kept:
        """Return the input, its squares with channels added on both sides, their mean, and the divisor.

        Source: PyTorch 2.13, torch/nn/functional.py, local_response_norm, with the derivatives of its steps.
        """
        squares = (run.x.channels + self.size - 1) * run.x.positions
        return INPUT.and_own(Own(squares), *[Own(run.x.elements)] * 2)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``LocalResponseNorm``."""
        x.require_map()
        return Foreign("LocalResponseNorm", {"size": self.size})
