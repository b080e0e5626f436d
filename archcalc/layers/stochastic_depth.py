"""Stochastic depth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from archcalc.layers.backward import Kept, Own
from archcalc.layers.base import Foreign, Layer, Storage, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import NUMBER, option
from archcalc.symbolic.reading import Ratio

if TYPE_CHECKING:
    from archcalc.layers.backward import Training
    from archcalc.quantities.shape import Shape


@layer
class StochasticDepth(Layer):
    """The whole branch, or zero with probability p while training. No parameters; same output shape.

    >>> from archcalc.quantities.shape import grid
    >>> str(StochasticDepth().output(grid(96, (56, 56))))
    '96×56×56'
    """

    kind: ClassVar[str] = "stochastic_depth"
    family: ClassVar[Family] = Family.REGULARIZATION
    example: ClassVar[Example] = Example("[{stochastic_depth: 0.1}]")
    source: ClassVar[str] = (
        "Huang et al. 2016, arXiv 1603.09382, section 3 (the last block is dropped with probability 0.5)."
    )
    stored: ClassVar[Storage] = Storage.DROPS

    p: Any = option(NUMBER, "probability of dropping the branch", default=Ratio(1, 2), main=True)

    def kept(self, run: Training) -> Kept:
        """Return a number for each image; nothing for p = 0, where torchvision hands the input on.

        Source: torchvision 0.28, ops/stochastic_depth.py: the product with a number for each image.
        """
        return Kept() if self.p == 0 else Kept(own=(Own(1),))

    def storage_in_training(self, run: Training) -> Storage:
        """Return memory of its own; for p = 0 that of the input."""
        return Storage.VIEW if self.p == 0 else Storage.FRESH

    def torch(self, x: Shape) -> Foreign:
        """Return torchvision's ``StochasticDepth``, which drops the branches of each image for themselves."""
        return Foreign("StochasticDepth", {"p": self.p, "mode": "row"}, "torchvision.ops")
