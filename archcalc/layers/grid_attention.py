"""Self-attention over a grid that lies across the whole map."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.layers.attending import Parts, products, projections, refuse_uneven_heads, relative_positions
from archcalc.layers.backward import Order
from archcalc.layers.base import Layer, layer, reads_all
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, SIZE, SIZES, option
from archcalc.quantities.window import spread
from archcalc.symbolic.expr import product
from archcalc.symbolic.supposing import require_divisible

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Training
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.tensor import Tensor
    from archcalc.quantities.window import PerAxis
    from archcalc.symbolic.expr import Int


@layer
class GridAttention(Layer):
    """Self-attention of g × g positions that lie H/g rows and W/g columns apart, once for each such grid.

    So each position sees the whole map, sparsely. Parameters and buffers are those of attention within windows of
    g × g; over N positions and C channels 4NC² + 2Ng²C MACs. The map has to divide into the grid.

    >>> from archcalc.quantities.shape import grid
    >>> GridAttention(2, grid=7).macs(grid(64, (56, 56)))
    71049216
    """

    kind: ClassVar[str] = "grid_attention"
    family: ClassVar[Family] = Family.ATTENTION
    example: ClassVar[Example] = Example("[{grid_attention: 2, grid: 4}]", "8x8x8")
    source: ClassVar[str] = "Tu et al. 2022 (MaxViT), arXiv 2204.01697, section 3.2."
    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True
    order: ClassVar[Order] = Order.OWN

    heads: Int = option(SIZE, "number of heads", main=True)
    grid: PerAxis = option(SIZES, "grid size: positions per axis that attend to each other")
    bias: bool = option(FLAG, "whether the projections have biases", default=True)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input: a map that divides into the grid."""
        refuse_uneven_heads(x.channels, self.heads)
        for size, points in zip(x.spatial, self._grid(x), strict=True):
            require_divisible(size, points, f"grid {points} does not divide the size {size}")
        return x

    def _grid(self, x: Shape) -> tuple[Int, ...]:
        x.require_map()
        return spread("grid", self.grid, len(x.spatial))

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the projections, the table of relative positions, and the buffer that indexes it."""
        return (*self._projections(x), *relative_positions(self._grid(x), self.heads))

    def _projections(self, x: Shape) -> tuple[Tensor, ...]:
        return projections(("to_qkv.", "merge."), x.channels, biased=self.bias)

    def macs(self, x: Shape) -> Int:
        """Return 4NC² + 2Ng²C over the N positions of the map."""
        return products(self._projections(x), x.positions, product(self._grid(x)), x.channels)

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything: a grid lies across the whole map."""
        return reads_all(before)

    def kept(self, run: Training) -> Kept:
        """Return what attention within grids keeps."""
        return Parts(run.x.positions, product(self._grid(run.x)), self.heads).kept(run)

    def torch(self, x: Shape) -> str:
        """Say that PyTorch has none."""
        return "no equivalent torch.nn module"
