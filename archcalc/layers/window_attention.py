"""Self-attention within windows, which may be shifted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.attending import products, projections, refuse_uneven_heads
from archcalc.layers.base import Layer, layer, reads_all
from archcalc.layers.options import FLAG, NATURAL, SIZE, option
from archcalc.quantities.tensor import BUFFER, Tensor
from archcalc.symbolic.expr import ceildiv, product
from archcalc.symbolic.known import decide

if TYPE_CHECKING:
    from archcalc.quantities.field import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


@layer
class WindowAttention(Layer):
    """Self-attention of the positions of a map within each window of w × w; ``shift`` moves the windows, cyclically.

    Parameters over C channels: those of attention, 4C² + 4C, and for each head a bias for every distance within a
    window, (2w - 1)² × heads; buffer: the table of which distance each pair has, w⁴. The map is padded to whole
    windows: over N padded positions 4NC² + 2Nw²C MACs.

    Source: Liu et al. 2021, arXiv 2103.14030, section 3.2 and equation 2 (there over the positions of the map).

    >>> from archcalc.quantities.shape import grid
    >>> WindowAttention(3, window=7).macs(grid(96, (56, 56)))
    145108992
    """

    kind: ClassVar[str] = "window_attention"
    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True

    heads: Int = option(SIZE, "heads among which the channels are divided", main=True)
    window: Int = option(SIZE, "side of the windows")
    shift: Int = option(NATURAL, "by how many positions the windows are shifted", default=0)
    bias: bool = option(FLAG, "whether the projections have biases", default=True)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input: a map of two axes, whose channels have to divide among the heads."""
        if x.layout != "CHW":
            raise Refusal(f"window_attention reads a map of two axes, this is {x.described()}")
        refuse_uneven_heads(x.channels, self.heads)
        if decide(self.shift, ">=", self.window):
            raise Refusal(f"a shift of {self.shift} is not less than the window {self.window}")
        return x

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the projections, the table of relative positions, and the buffer that indexes it."""
        table = Tensor("relative_position_bias_table", ((2 * self.window - 1) ** 2, self.heads))
        index = Tensor("relative_position_index", (self.window**4,), BUFFER)
        return (*self._projections(x), table, index)

    def _projections(self, x: Shape) -> tuple[Tensor, ...]:
        return projections(("qkv.", "proj."), x.channels, biased=self.bias)

    def macs(self, x: Shape) -> Int:
        """Return 4NC² + 2Nw²C over the N positions of the padded map."""
        padded = product(ceildiv(size, self.window) * self.window for size in x.spatial)
        return products(self._projections(x), padded, self.window**2, x.channels)

    def reach(self, x: Shape, before: Reach) -> Reach:  # noqa: ARG002
        """Return everything, which is too much: the units of one window share a field, as no sliding window does."""
        return reads_all(before)

    def torch(self, x: Shape) -> str:  # noqa: ARG002
        """Say that PyTorch has none."""
        return "torch.nn has no attention within windows"
