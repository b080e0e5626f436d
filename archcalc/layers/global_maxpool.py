"""Global max pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.adaptive import GlobalPool
from archcalc.layers.backward import INPUT, Order, places
from archcalc.layers.base import Foreign, layer

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Own, Training
    from archcalc.quantities.shape import Shape


@layer
class GlobalMaxPool(GlobalPool):
    """The largest value of each whole map: C×H×W becomes C×1×1, for an input of any size; no parameters.

    >>> from archcalc.quantities.shape import grid
    >>> str(GlobalMaxPool().output(grid(1024, (7, 7))))
    '1024×1×1'
    """

    kind: ClassVar[str] = "global_maxpool"
    source: ClassVar[str] = "Lin, Chen & Yan 2013, arXiv 1312.4400, section 3.2 (its average)."
    order: ClassVar[Order] = Order.PLANES

    def kept(self, run: Training) -> Kept:
        """Return the input, and for each output the place of the largest value.

        Source: PyTorch's derivatives.yaml, adaptive_max_pool2d: … backward(grad, self, result1).
        """
        return INPUT.and_own(*self.scratch(run.output))

    def scratch(self, output: Shape) -> tuple[Own, ...]:
        """Return the places of the largest values."""
        return places(output)

    def torch(self, x: Shape) -> Foreign | str:
        """Return ``AdaptiveMaxPool`` to a size of 1."""
        return self._spelled("AdaptiveMaxPool", x)
