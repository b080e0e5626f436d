"""Axes in another order."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.backward import Kept
from archcalc.layers.base import Layer, Storage, layer, reads_all
from archcalc.layers.families import Example, Family
from archcalc.layers.options import ORDER, option
from archcalc.wording import plural

if TYPE_CHECKING:
    from archcalc.layers.backward import Training
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape


@layer
class Permute(Layer):
    """The axes in another order, counted from 0: ``[1, 0]`` turns tokens × features into features × tokens.

    What stands first in a map are its channels, before and after. So a linear layer between two of these mixes
    tokens (MLP-Mixer), and ``[0, 2, 1]`` lays a map on its side. No parameters.

    >>> from archcalc.quantities.shape import Shape
    >>> str(Permute((1, 0)).output(Shape("TF", (196, 768))))
    '768×196'
    """

    kind: ClassVar[str] = "permute"
    family: ClassVar[Family] = Family.SHAPE
    example: ClassVar[Example] = Example("[{permute: [0, 2, 1]}]")
    source: ClassVar[str] = "Tolstikhin et al. 2021 (MLP-Mixer), arXiv 2105.01601, section 2; PyTorch Tensor.permute."
    stored: ClassVar[Storage] = Storage.VIEW

    axes: tuple[int, ...] = option(ORDER, "new order of the axes, counted from 0", main=True)

    def output(self, x: Shape) -> Shape:
        """Return the sizes in the new order, which has to name every axis once."""
        if sorted(self.axes) != list(range(len(x.sizes))):
            order = ", ".join(str(axis) for axis in self.axes)
            message = f"invalid order [{order}] for the {plural(len(x.sizes), 'axis', 'axes')} of {x}"
            raise Refusal(message, f"use each number from 0 to {len(x.sizes) - 1} once")
        return x._replace(sizes=tuple(x.sizes[axis] for axis in self.axes))

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return the fields in the new order; everything where channels become positions."""
        if self.axes == tuple(range(len(x.sizes))) or before.axes is None:
            return before
        if not x.is_map or self.axes[0] != 0:
            return reads_all(before)
        return before._replace(axes=tuple(before.axes[axis - 1] for axis in self.axes[1:]))

    def kept(self, run: Training) -> Kept | None:
        """Return nothing; unknown for maps, whose axes then lie in an order that later layers may not read.

        Source: PyTorch's derivatives.yaml, permute: sizes alone.
        """
        return None if run.x.is_map and self._moves(run.x) else Kept()

    def turned(self, run: Training) -> bool:
        """Return whether the values lie in another order than before."""
        return run.turned[0] != self._moves(run.x)

    def _moves(self, x: Shape) -> bool:
        return self.axes != tuple(range(len(x.sizes)))

    def torch(self, x: Shape) -> str:
        """Say that it is a method in PyTorch."""
        return "no equivalent torch.nn module: permute on tensors"
