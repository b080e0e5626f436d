"""Any function of single values that has no kind of its own."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.base import Merge, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.merging import stretched
from archcalc.layers.options import TEXT, option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.quantities.shape import Shape


@layer
class Pointwise(Merge):
    """A function of each value that has no kind of its own: ``{pointwise: , function: exp}``.

    Of several layers it is a function of the values at the same place: ``{pointwise: [a, b], function: maximum}``. An
    axis of size 1 is repeated. No parameters, and no MACs.

    >>> from archcalc.quantities.shape import grid
    >>> str(Pointwise("maximum").shape_of((grid(64, (56, 56)), grid(1, (56, 56)))))
    '64×56×56'
    """

    kind: ClassVar[str] = "pointwise"
    family: ClassVar[Family] = Family.ACTIVATION
    example: ClassVar[Example] = Example("[{pointwise: , function: exp}]")
    source: ClassVar[str] = "PyTorch's pointwise operations: exp, sqrt, maximum, where and others."
    alone: ClassVar[bool] = True

    function: str = option(TEXT, "what the function is called", default="any function")

    def shape_of(self, inputs: Sequence[Shape]) -> Shape:
        """Return the largest size of each axis."""
        return reduce(stretched, inputs)
