"""Concatenation of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.backward import FLAT, Keeps
from archcalc.layers.base import Merge, Storage, layer
from archcalc.layers.families import Example
from archcalc.layers.merging import all_equal
from archcalc.symbolic.expr import total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.layers.backward import Training
    from archcalc.quantities.shape import Shape


@layer
class Concat(Merge):
    """Concatenation of the channels (or features) of all branches. The other axes must be equal.

    >>> from archcalc.quantities.shape import grid
    >>> str(Concat().shape_of((grid(64, (28, 28)), grid(128, (28, 28)))))
    '192×28×28'
    """

    kind: ClassVar[str] = "concat"
    example: ClassVar[Example] = Example("[{concat: {main: [{conv: 4, kernel: 1}], skip: []}}]")
    source: ClassVar[str] = "Szegedy et al. 2014, arXiv 1409.4842, section 4 (the Inception module)."
    stored: ClassVar[Storage] = Storage.FRESH
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, cat: sizes alone."""

    def shape_of(self, inputs: Sequence[Shape]) -> Shape:
        """Return the sum of the channels on the common grid."""
        first = all_equal(inputs, but_channels=True)
        return first.with_channels(total(shape.channels for shape in inputs))

    def turned(self, run: Training) -> bool:
        """Return whether the values lie in another order: all branches do, and are images or volumes."""
        return len(run.x.spatial) > FLAT and all(run.turned)
