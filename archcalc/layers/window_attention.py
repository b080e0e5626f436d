"""Self-attention within windows, which may be shifted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from archcalc.errors import Refusal
from archcalc.layers.attending import (
    Parts,
    distances,
    products,
    projections,
    refuse_uneven_heads,
    relative_index,
    relative_positions,
)
from archcalc.layers.backward import Order, Own
from archcalc.layers.base import Foreign, Layer, layer
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, NATURALS, SIZE, SIZES, one_of, option
from archcalc.quantities.sight import Blocks
from archcalc.quantities.tensor import BUFFER, WEIGHT, Tensor, bias, count
from archcalc.quantities.window import spread
from archcalc.symbolic.expr import ceildiv, product
from archcalc.symbolic.known import decide
from archcalc.symbolic.supposing import violated

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Training
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.sight import Sight
    from archcalc.quantities.window import PerAxis
    from archcalc.symbolic.expr import Int

TABLE, MLP, NO_POSITIONS = "table", "mlp", "none"

TORCHVISION = "torchvision.models.swin_transformer"

HIDDEN = 512
"""Features between the two layers that make biases out of distances, as the authors of Swin v2 have them."""


@layer
class WindowAttention(Layer):
    """Self-attention of the positions of a map within each window of w × w; ``shift`` moves the windows, cyclically.

    Parameters over C channels: those of attention, 4C² + 4C, and for each head a bias for every distance within a
    window, (2w - 1)² × heads; buffer: the table of which distance each pair has, w⁴. The map is padded to whole
    windows: over N padded positions 4NC² + 2Nw²C MACs.

    In Swin v2 two linear layers make these biases out of the (2w - 1)² distances, which then are a buffer
    (``relative: mlp``), and each head has a learned scale (``cosine: true``).

    >>> from archcalc.quantities.shape import grid
    >>> WindowAttention(3, window=7).macs(grid(96, (56, 56)))
    145108992
    """

    kind: ClassVar[str] = "window_attention"
    family: ClassVar[Family] = Family.ATTENTION
    example: ClassVar[Example] = Example("[{window_attention: 2, window: 4}]", "8x8x8")
    source: ClassVar[str] = (
        "Liu et al. 2021, arXiv 2103.14030, section 3.2 and equation 2 (there over the positions of the map); Liu "
        "et al. 2022 (Swin v2), arXiv 2111.09883, equations 2 to 4."
    )
    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True
    order: ClassVar[Order] = Order.POINTWISE

    heads: Int = option(SIZE, "number of heads", main=True)
    window: PerAxis = option(SIZES, "window size")
    shift: PerAxis = option(NATURALS, "shift of the windows", default=0)
    bias: bool = option(FLAG, "whether the projections have biases", default=True)
    relative: str = option(
        one_of(TABLE, MLP, NO_POSITIONS),
        "source of the relative position biases",
        default=TABLE,
    )
    cosine: bool = option(FLAG, "whether cosine attention with a learned scale is used", default=False)

    def output(self, x: Shape) -> Shape:
        """Return the shape of the input: a map, whose channels have to divide among the heads."""
        refuse_uneven_heads(x.channels, self.heads)
        shifts = spread("shift", self.shift, len(self._window(x)))
        for shift, side in zip(shifts, self._window(x), strict=True):
            if violated(shift, ">=", side):
                raise Refusal(f"shift {shift} must be smaller than the window {side}")
        return x

    def _window(self, x: Shape) -> tuple[Int, ...]:
        x.require_map()
        return spread("window", self.window, len(x.spatial))

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the projections, the scales of the heads, and what biases for distances come from."""
        scale = (Tensor("logit_scale", (self.heads, 1, 1)),) if self.cosine else ()
        return (*self._projections(x), *scale, *self._positions(x))

    def _positions(self, x: Shape) -> tuple[Tensor, ...]:
        window = self._window(x)
        if self.relative == TABLE:
            return relative_positions(window, self.heads)
        if self.relative == NO_POSITIONS:
            return ()
        table = Tensor("relative_coords_table", (1, *(2 * side - 1 for side in window), len(window)), BUFFER)
        return (*self._position_layers(x), table, relative_index(window))

    def _position_layers(self, x: Shape) -> tuple[Tensor, ...]:
        """Return two linear layers, from a distance along each axis to a bias for each head."""
        hidden, *shift = Tensor("cpb_mlp.0.weight", (HIDDEN, len(self._window(x)))), *bias(HIDDEN)
        named = (tensor._replace(name="cpb_mlp.0.bias") for tensor in shift)
        return (hidden, *named, Tensor("cpb_mlp.2.weight", (self.heads, HIDDEN)))

    def _projections(self, x: Shape) -> tuple[Tensor, ...]:
        return projections(("qkv.", "proj."), x.channels, biased=self.bias)

    def _padded(self, x: Shape) -> Int:
        """Return the number of positions of the map, padded to whole windows."""
        return product(ceildiv(size, side) * side for size, side in zip(x.spatial, self._window(x), strict=True))

    def macs(self, x: Shape) -> Int:
        """Return 4NC² + 2Nw²C over the N positions of the padded map, and what biases made of distances take."""
        window = self._window(x)
        attended = products(self._projections(x), self._padded(x), product(window), x.channels)
        if self.relative != MLP:
            return attended
        return attended + count(self._position_layers(x), WEIGHT) * distances(window)

    def sights(self, x: Shape) -> tuple[Sight, ...]:
        """Return the windows as blocks: shifted ones hang over the edge, where torn parts do not see each other."""
        window = self._window(x)
        shifts = spread("shift", self.shift, len(window))
        rows = zip(window, shifts, x.spatial, strict=True)
        return tuple(Blocks(side, 0 if decide(size, "<=", side) else shift) for side, shift, size in rows)

    def kept(self, run: Training) -> Kept | None:
        """Return what attention within windows keeps; unknown for what torchvision has no module for.

        In Swin v2 the first of the two layers that make biases out of distances keeps its output, once for a batch.
        """
        window = self._window(run.x)
        if 1 in (*window, *run.x.spatial):
            return None  # the order of values in memory is then that of other strides
        seen = Parts(self._padded(run.x), product(window), self.heads)
        if (self.relative, self.cosine) == (TABLE, False):
            return seen.kept(run)
        if (self.relative, self.cosine) != (MLP, True):
            return None
        layers = (Own(HIDDEN * distances(window), per_batch=True),) if run.learns else ()
        return seen.kept_of_cosines(run).and_own(*layers)

    def room(self, run: Training) -> Int:
        """Return the values of the padded map, where the output is a piece of it: whole rows of one image."""
        alone = decide(run.batch * run.output.regions, "==", 1)
        *rows, width = run.x.spatial
        whole = decide(product(rows), "==", 1) or decide(width % self._window(run.x)[-1], "==", 0)
        return self._padded(run.x) * run.x.channels if alone and whole else run.output.elements

    def torch(self, x: Shape) -> Foreign | str:
        """Return torchvision's ``ShiftedWindowAttention``, or its second version."""
        if x.layout != "CHW":
            return "torchvision's attention within windows reads maps of two axes"
        second = (self.relative, self.cosine) == (MLP, True)
        if not second and (self.relative, self.cosine) != (TABLE, False):
            return "torchvision's attention has relative positions from a table, or cosines and an MLP"
        options = {
            "dim": x.channels,
            "window_size": list(self._window(x)),
            "shift_size": list(spread("shift", self.shift, 2)),
            "num_heads": self.heads,
            "qkv_bias": self.bias,
            "proj_bias": self.bias,
        }
        return Foreign(f"ShiftedWindowAttention{'V2' if second else ''}", options, TORCHVISION, channels_last=True)
