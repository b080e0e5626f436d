"""Pooling attention: products that are made one by one, over grids of one to three axes, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import Refusal
from archcalc.layers.pooling_attention import PoolingAttention
from archcalc.quantities.shape import Shape
from tests.layers.counting import Matrix, places, windows

SMALL = st.integers(1, 3)


@st.composite
def drawn(draw: st.DrawFn) -> tuple[PoolingAttention, Shape]:
    """A layer, and the tokens that it reads."""
    rank, heads, each = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(1, 2))
    per_axis = st.tuples(*[SMALL] * rank)
    grid, pools = draw(st.tuples(*[st.integers(1, 4)] * rank)), draw(st.booleans())
    layer = PoolingAttention(
        heads, grid=grid, features=heads * each, kernel=draw(per_axis), stride=draw(per_axis),
        query_kernel=draw(per_axis) if pools else 0, query_stride=draw(per_axis) if pools else 1,
        relative=draw(st.booleans()), class_tokens=draw(st.integers(0, 2)),
    )  # fmt: skip
    tokens = len(list(places(grid))) + int(str(layer.class_tokens))
    return layer, Shape("TF", (tokens, draw(SMALL)))


def pooled(grid: tuple[int, ...], kernel: tuple[int, ...], stride: tuple[int, ...]) -> tuple[int, list[int]]:
    """Slide a window over a grid; return the kernel elements of all windows, and how many there are along each axis."""
    sides = [(size // 2, size // 2) for size in kernel]
    found = windows(grid, kernel, stride, (1,) * len(grid), sides)
    along = [len({window[0][axis] for window in found}) for axis in range(len(grid))]
    return sum(len(window) for window in found), along


@given(drawn())
def test_every_product_is_made(given_: tuple[PoolingAttention, Shape]) -> None:
    layer, x = given_
    done = Matrix()
    grid, width, heads = tuple(map(int, map(str, layer.grid))), int(str(layer.features)), int(str(layer.heads))
    each, extra = width // heads, int(str(layer.class_tokens))
    rank = len(grid)
    queries, asked = 0, list(grid)
    if layer.query_kernel != 0:
        queries, asked = pooled(grid, layer.query_kernel, layer.query_stride)  # type: ignore[arg-type]
        queries = 0 if {*layer.query_kernel, *layer.query_stride} == {1} else queries  # type: ignore[misc]
    keys, seen = pooled(grid, layer.kernel, layer.stride)  # type: ignore[arg-type]
    keys = 0 if {*layer.kernel, *layer.stride} == {1} else keys  # type: ignore[misc]
    tokens, reads = len(list(places(asked))) + extra, len(list(places(seen))) + extra
    done.multiply(int(str(x.positions)), int(str(x.channels)), 3 * width)
    for _head in range(heads):
        done.multiply(queries + 2 * keys, each, 1)
        done.multiply(tokens, each, reads)
        done.multiply(tokens, reads, each)
        for axis in range(rank if layer.relative else 0):
            done.multiply(tokens - extra, each, seen[axis])
    done.multiply(tokens, width, width)
    assert layer.output(x) == Shape("TF", (tokens, width))
    assert layer.macs(x) == done.multiplications


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(Refusal, match="the grid and class tokens are 17 tokens, got 16×8"):
        PoolingAttention(2, grid=(4, 4)).output(Shape("TF", (16, 8)))
    with pytest.raises(Refusal, match="query_stride requires query_kernel"):
        PoolingAttention(2, grid=(4, 4), query_stride=2).output(Shape("TF", (17, 8)))
    with pytest.raises(Refusal, match="heads 3 does not divide the 8 features"):
        PoolingAttention(3, grid=(4, 4)).output(Shape("TF", (17, 8)))


def test_there_is_a_vector_for_each_distance() -> None:
    """The first block of torchvision's mvit_v2_s: 2·8 - 1 distances in time, 2·56 - 1 along each side."""
    layer = PoolingAttention(
        1, grid=(8, 56, 56), features=96, kernel=3, stride=(1, 8, 8), query_kernel=3, relative=True, class_tokens=1
    )
    shapes = {tensor.name: tensor.dims for tensor in layer.tensors(Shape("TF", (1 + 8 * 56 * 56, 96)))}
    assert shapes["rel_pos_t"] == (15, 96)
    assert shapes["rel_pos_h"] == shapes["rel_pos_w"] == (111, 96)
