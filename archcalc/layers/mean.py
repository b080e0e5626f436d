"""The mean over named axes."""

from __future__ import annotations

from typing import ClassVar

from archcalc.errors import Refusal
from archcalc.layers.backward import Keeps, Order
from archcalc.layers.base import Layer, layer, reads_all
from archcalc.layers.families import Example, Family
from archcalc.layers.options import option, some_of
from archcalc.layers.shaping import POSITIONS
from archcalc.quantities.reach import Reach
from archcalc.quantities.shape import AXES, MAPS, Shape
from archcalc.wording import listed


@layer
class Mean(Layer):
    """The mean over axes, which are then gone: ``mean: [height, width]`` makes a vector of C features of C×H×W.

    That is the function which models call in place of a pool. Without axes it is the mean over all positions, also over
    all tokens (``mean: tokens``). No parameters, and no MACs.

    >>> from archcalc.quantities.shape import grid
    >>> str(Mean().output(grid(2048, (7, 7)))), str(Mean(("height",)).output(grid(64, (20, 100))))
    ('2048', '64×100')
    """

    kind: ClassVar[str] = "mean"
    family: ClassVar[Family] = Family.POOL
    example: ClassVar[Example] = Example("[{mean: tokens}]", "TF 16x64")
    source: ClassVar[str] = "Lin, Chen & Yan 2013, arXiv 1312.4400, section 3.2; PyTorch Tensor.mean."
    makes_values: ClassVar[bool] = True
    backward: ClassVar[Keeps] = Keeps.NOTHING
    """Source: PyTorch's derivatives.yaml, mean: sizes alone."""
    order: ClassVar[Order] = Order.OWN

    axes: tuple[str, ...] | None = option(
        some_of(*POSITIONS), "axes to average over (default: all positions)", default=None, main=True
    )

    def output(self, x: Shape) -> Shape:
        """Return what is left: a vector, or a map of fewer axes."""
        own = {AXES[letter]: size for letter, size in zip(x.layout, x.sizes, strict=True) if letter not in "CF"}
        if not own:
            raise Refusal(f"expected a feature map or tokens, got {x.described()}")
        for name in self.axes or ():
            if name not in own:
                raise Refusal(f"{x.described()} has no axis {name}", f"use {listed(own, 'or')}")
        left = tuple(size for name, size in own.items() if self.axes is not None and name not in self.axes)
        return Shape(MAPS[len(left)], (x.channels, *left), x.regions) if left else Shape("F", (x.channels,), x.regions)

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything; it is not known where an axis of several is left, along which a unit sees only a part."""
        return Reach(None, everything=before.everything, known=False) if self.output(x).is_map else reads_all(before)

    def torch(self, x: Shape) -> str:
        """Say that it is a method in PyTorch."""
        return "no equivalent torch.nn module: mean on tensors"
