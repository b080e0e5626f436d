"""Stochastic depth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from archcalc.layers.base import Foreign, Layer, Storage, layer
from archcalc.layers.options import NUMBER, option
from archcalc.symbolic.reading import Ratio

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape


@layer
class StochasticDepth(Layer):
    """The whole branch, or zero with probability p while training. No parameters; same output shape.

    >>> from archcalc.quantities.shape import grid
    >>> str(StochasticDepth().output(grid(96, (56, 56))))
    '96×56×56'
    """

    kind: ClassVar[str] = "stochastic_depth"
    source: ClassVar[str] = (
        "Huang et al. 2016, arXiv 1603.09382, section 3 (the last block is dropped with probability 0.5)."
    )
    memory: ClassVar[Storage] = Storage.DROPS

    p: Any = option(NUMBER, "probability of dropping the branch", default=Ratio(1, 2), main=True)

    def torch(self, x: Shape) -> Foreign:
        """Return torchvision's ``StochasticDepth``; its probability changes no shape and no count."""
        return Foreign("StochasticDepth", {"p": 0, "mode": "row"}, "torchvision.ops")
