"""Element-wise difference of tensors of equal shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Keeps
from archcalc.layers.base import Merge, layer
from archcalc.layers.families import Example
from archcalc.layers.merging import all_equal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.quantities.shape import Shape


@layer
class Subtract(Merge):
    """Elementwise difference: the first branch minus the others. All shapes must be equal.

    >>> from archcalc.quantities.shape import grid
    >>> str(Subtract().shape_of((grid(64, (56, 56)), grid(64, (56, 56)))))
    '64×56×56'
    """

    kind: ClassVar[str] = "subtract"
    example: ClassVar[Example] = Example("[{subtract: {main: [{conv: 8, kernel: 3, padding: 1}], skip: []}}]")
    source: ClassVar[str] = "He et al. 2015, arXiv 1512.03385, equation 1 (its sum)."
    makes_values: ClassVar[bool] = True
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, sub: the gradient and its negative."""

    def shape_of(self, inputs: Sequence[Shape]) -> Shape:
        """Return the shape that all branches have."""
        return all_equal(inputs)
