"""Concatenation of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.backward import FLAT, Keeps
from archcalc.layers.base import Merge, Storage, layer
from archcalc.layers.families import Example
from archcalc.layers.merging import all_equal
from archcalc.layers.options import one_of, option
from archcalc.layers.shaping import POSITIONS
from archcalc.quantities.shape import AXES
from archcalc.symbolic.expr import total
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.layers.backward import Training
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape


@layer
class Concat(Merge):
    """Concatenation of the channels (or features) of all branches, or along another ``axis``: ``axis: tokens``.

    The other axes must be equal.

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

    axis: str | None = option(
        one_of(*POSITIONS), "axis along which the branches are joined (default: channels or features)", default=None
    )

    def shape_of(self, inputs: Sequence[Shape]) -> Shape:
        """Return the sum of the channels on the common grid; of another axis, the sum of its sizes."""
        place = self._place(inputs[0])
        first = all_equal(inputs, but=place)
        summed = total(shape.sizes[place] for shape in inputs)
        return first._replace(sizes=(*first.sizes[:place], summed, *first.sizes[place + 1 :]))

    def _place(self, x: Shape) -> int:
        """Return the number of the axis among the sizes."""
        if self.axis is None:
            return 0 if x.is_map else len(x.sizes) - 1
        names = [AXES[letter] for letter in x.layout]
        if self.axis not in names:
            raise Refusal(f"{x.described()} has no axis {self.axis}", f"use {listed(names, 'or')}")
        return names.index(self.axis)

    def reach_of(self, inputs: Sequence[Shape], before: Sequence[Reach], output: Shape) -> Reach:
        """Return what a unit depends on; along another axis than the channels the units are not one map any more."""
        found = super().reach_of(inputs, before, output)
        return found if self.axis is None or found.axes is None else found._replace(axes=None, known=False)

    def turned(self, run: Training) -> bool:
        """Return whether the values lie in another order: all branches do, and are images or volumes."""
        return len(run.x.spatial) > FLAT and all(run.turned)
