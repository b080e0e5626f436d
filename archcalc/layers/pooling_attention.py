"""Multiscale attention: queries, keys and values are pooled on the grid of the tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from archcalc.errors import Refusal
from archcalc.layers.attending import Projection, paired, refuse_uneven_heads, require_tokens
from archcalc.layers.base import Layer, layer, reads_all
from archcalc.layers.families import Example, Family
from archcalc.layers.options import FLAG, LIST, NATURAL, NATURALS, SIZE, SIZES, option
from archcalc.layers.sliding import windows
from archcalc.quantities.tensor import WEIGHT, Tensor, bias, count
from archcalc.quantities.window import spread
from archcalc.symbolic.expr import maximum, product, total
from archcalc.symbolic.known import decide
from archcalc.symbolic.supposing import violated

if TYPE_CHECKING:
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.window import PerAxis
    from archcalc.symbolic.expr import Int

SPATIAL = 2
"""The last two axes of a grid are height and width, which share the length of their tables; before them is time."""


class PooledGrid(NamedTuple):
    """A grid that a kernel for each feature of a head is slid over: its sizes before, its kernel and its stride."""

    name: str
    grid: tuple[Int, ...]
    kernel: tuple[Int, ...]
    stride: tuple[Int, ...]

    @property
    def pools(self) -> bool:
        """Whether there is anything to pool."""
        return decide(product(self.kernel) * product(self.stride), "<=", 1) is not True

    @property
    def sizes(self) -> tuple[Int, ...]:
        """The sizes after it."""
        if not self.pools:
            return self.grid
        halves = tuple((k // 2, k // 2) for k in self.kernel)
        rows = zip(windows(len(self.grid), self.kernel, self.stride, halves), self.grid, strict=True)
        return tuple(window.positions(size) for window, size in rows)

    def tensors(self, features: Int) -> tuple[Tensor, ...]:
        """Return the kernel of each feature of a head, and the scale and shift of the layer norm after it."""
        if not self.pools:
            return ()
        own = Tensor("pool.weight", (features, 1, *self.kernel))
        norm = (Tensor("norm_act.0.weight", (features,)), *bias(features))
        return tuple(
            tensor._replace(name=f"{self.name}.{tensor.name if tensor.name != 'bias' else 'norm_act.0.bias'}")
            for tensor in (own, *norm)
        )

    def macs(self, features: Int) -> Int:
        """Return the kernel elements × positions, for each feature of all heads."""
        return features * product(self.kernel) * product(self.sizes) if self.pools else 0


@layer
class PoolingAttention(Layer):
    """Attention in which a depthwise convolution and a layer norm pool queries, keys and values before the products.

    The tokens are the places of a ``grid``, with ``class_tokens`` before them, which are not pooled. All heads have the
    same kernels, one for each feature of a head; padding is half a kernel. A query kernel of 0 does not pool queries.
    The output has a token for each query and ``features`` features.

    Parameters: projections of queries, keys and values (3·D_in·D_out), of the output (D_out²), their biases, and for
    each pool the kernel and two parameters per feature of a head. ``relative: true`` adds learned vectors for the
    distances along each axis: 2·max(Q, K) − 1 along height and width, 2·T − 1 in time. MACs: projections, pools, the
    two products of queries and keys, and each query × the vectors of its distances to all keys along each axis. The
    pooled queries may be added to the output (MViTv2): this has no parameters, and sums are not counted.

    >>> from archcalc.quantities.shape import Shape
    >>> first = PoolingAttention(1, grid=(8, 56, 56), kernel=3, stride=(1, 8, 8))
    >>> first.macs(Shape("TF", (25089, 96)))
    2820028608
    """

    kind: ClassVar[str] = "pooling_attention"
    family: ClassVar[Family] = Family.ATTENTION
    example: ClassVar[Example] = Example("[{pooling_attention: 2, grid: [4, 4], kernel: 3, stride: 2}]", "TF 17x16")
    source: ClassVar[str] = (
        "Fan et al. 2021 (MViT), arXiv 2104.11227, Multi Head Pooling Attention; Li et al. 2022 (MViTv2), arXiv "
        "2112.01526, Improved Pooling Attention; the lengths of the tables are those of torchvision's mvit.py."
    )
    weighted: ClassVar[bool] = True
    makes_values: ClassVar[bool] = True

    heads: Int = option(SIZE, "number of heads", main=True)
    grid: tuple[Int, ...] = option(LIST, "sizes of the map whose places the tokens are")
    features: Int = option(NATURAL, "features of the output (0: those of the input)", default=0)
    kernel: PerAxis = option(SIZES, "kernel that pools keys and values", default=1)
    stride: PerAxis = option(SIZES, "its stride", default=1)
    query_kernel: PerAxis = option(NATURALS, "kernel that pools queries (0: none)", default=0)
    query_stride: PerAxis = option(SIZES, "its stride", default=1)
    relative: bool = option(FLAG, "whether there are vectors for the distances along each axis", default=False)
    class_tokens: Int = option(NATURAL, "tokens before those of the grid", default=1)

    def output(self, x: Shape) -> Shape:
        """Return a token for each pooled query, and those before them."""
        require_tokens(x)
        if violated(x.positions, "!=", product(self.grid) + self.class_tokens):
            raise Refusal(f"the grid and class tokens are {product(self.grid) + self.class_tokens} tokens, got {x}")
        refuse_uneven_heads(self._width(x), self.heads)
        return x.with_spatial((product(self._queries.sizes) + self.class_tokens,)).with_channels(self._width(x))

    def _width(self, x: Shape) -> Int:
        return x.channels if decide(self.features, "==", 0) else self.features

    @property
    def _queries(self) -> PooledGrid:
        rank = len(self.grid)
        kernel, stride = (
            spread("query_kernel", self.query_kernel, rank),
            spread("query_stride", self.query_stride, rank),
        )
        if decide(product(kernel), "==", 0):
            if violated(product(stride), ">", 1):
                raise Refusal("query_stride requires query_kernel", "add query_kernel: 3, or remove query_stride")
            kernel = (1,) * rank
        return PooledGrid(name="pool_q", grid=self.grid, kernel=kernel, stride=stride)

    def _keys(self, name: str) -> PooledGrid:
        rank = len(self.grid)
        kernel, stride = spread("kernel", self.kernel, rank), spread("stride", self.stride, rank)
        return PooledGrid(name=name, grid=self.grid, kernel=kernel, stride=stride)

    @property
    def _pools(self) -> tuple[PooledGrid, ...]:
        return self._queries, self._keys("pool_k"), self._keys("pool_v")

    def _projections(self, x: Shape) -> tuple[Projection, Projection]:
        width = self._width(x)
        return Projection("qkv", x.channels, 3 * width, biased=True), Projection("project.0", width, width, biased=True)

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the projections, the pools of a head, and the vectors of distances."""
        own, each = self._projections(x), self._width(x) // self.heads
        pools = (tensor for pool in self._pools for tensor in pool.tensors(each))
        projected = (tensor for projection in own for tensor in projection.tensors)
        return (*projected, *pools, *(self._distances(each) if self.relative else ()))

    def _distances(self, features: Int) -> tuple[Tensor, ...]:
        """Return a vector for each distance along each axis; in time there is no pooling."""
        side = maximum(*self.grid[-SPATIAL:])
        pooled = maximum(*(side // pool.stride[-1] for pool in self._pools[:2]))
        lengths = [2 * pooled - 1] * len(self.grid[-SPATIAL:])
        if len(self.grid) > SPATIAL:
            lengths.insert(0, 2 * self.grid[0] - 1)
        names = ("rel_pos_t", "rel_pos_h", "rel_pos_w")[-len(lengths) :]
        return tuple(Tensor(name, (length, features)) for name, length in zip(names, lengths, strict=True))

    def macs(self, x: Shape) -> Int:
        """Return the projections, the pools of all heads, and the products of queries with keys and distances."""
        width, (entering, leaving) = self._width(x), self._projections(x)
        asked, keys = (product(pool.sizes) for pool in self._pools[:2])
        queries, seen = asked + self.class_tokens, keys + self.class_tokens
        projected = count(entering.tensors, WEIGHT) * x.positions + count(leaving.tensors, WEIGHT) * queries
        pooled = total(pool.macs(width) for pool in self._pools)
        along = asked * total(self._pools[1].sizes) * width if self.relative else 0
        return projected + pooled + paired(queries, seen, width, width) + along

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return everything, for a token reads all the others."""
        return reads_all(before)

    def torch(self, x: Shape) -> str:
        """Name the module of torchvision."""
        return "no equivalent torch.nn module: MultiscaleAttention in torchvision.models.video.mvit"
