"""Element-wise product; axes of size 1 stretch."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import Kept, Own
from archcalc.layers.base import Merge, layer
from archcalc.layers.families import Example
from archcalc.layers.merging import first_of_full_size, stretched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.layers.backward import Training
    from archcalc.quantities.shape import Shape


@layer
class Multiply(Merge):
    """Elementwise product of all branches. An axis of size 1 is repeated, for example a C×1×1 gate over a feature map.

    >>> from archcalc.quantities.shape import grid
    >>> str(Multiply().shape_of((grid(64, (56, 56)), grid(64, (1, 1)))))
    '64×56×56'
    """

    kind: ClassVar[str] = "multiply"
    example: ClassVar[Example] = Example("[{multiply: {gate: [global_avgpool, sigmoid], map: []}}]")
    source: ClassVar[str] = "Hu et al. 2017, arXiv 1709.01507, equation 4."
    makes_values: ClassVar[bool] = True

    def shape_of(self, inputs: Sequence[Shape]) -> Shape:
        """Return the largest size of each axis."""
        return reduce(stretched, inputs)

    def kept(self, run: Training) -> Kept:
        """Return of each product of two the factor whose other needs a gradient; of three, the first product too.

        Source: PyTorch's derivatives.yaml, mul: of the gradient of one factor the other.
        """
        inputs, own, product = [], [], run.inputs[0]
        for index in range(1, len(run.inputs)):
            if any(run.needs[:index]):
                inputs.append(index)
            if run.needs[index] and index == 1:
                inputs.append(0)
            elif run.needs[index]:
                own.append(Own(product.elements))
            product = stretched(product, run.inputs[index])
        return Kept(tuple(inputs), own=tuple(own))

    def turned(self, run: Training) -> int:
        """Return whether the values lie in another order: that of the first factor that is not stretched."""
        return first_of_full_size(run)
