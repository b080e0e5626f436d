"""MACs of every kind against products that are made one by one, in one to three dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archcalc.errors import Refusal
from archcalc.layers.attention import Attention
from archcalc.layers.base import Layer
from archcalc.layers.conv import Conv
from archcalc.layers.conv_transpose import ConvTranspose
from archcalc.layers.grid_attention import GridAttention
from archcalc.layers.linear import Linear
from archcalc.layers.matmul import Matmul
from archcalc.layers.registry import build, find, kind_names
from archcalc.layers.window_attention import HIDDEN, WindowAttention
from archcalc.quantities.shape import Shape, grid, vector
from tests.known import known
from tests.layers import counting

if TYPE_CHECKING:
    from archcalc.quantities.window import Padding
    from tests.layers.counting import Place, Reads

MULTIPLYING = (
    "attention", "conv", "conv_transpose", "depthwise_conv", "experts", "grid_attention", "gru", "latent_attention", "linear",
    "lstm", "matmul", "opaque", "pooling_attention", "rnn", "scaled_dot_product", "separable_conv", "window_attention",
)  # fmt: skip
"""The kinds that make products of weights and values, or of values and values. All others count none.

Recurrent layers, latent and pooling attention and experts have tests of their own; of opaque parts the number is given."""

HEADS = st.integers(1, 2)


class Sliding(NamedTuple):
    """What slides over what: sizes per axis, and the maps that each filter reads."""

    sizes: Place
    kernel: Place
    stride: Place
    dilation: Place
    sides: tuple[tuple[int, int], ...]
    groups: int
    maps: int
    filters: int

    @property
    def x(self) -> Shape:
        return grid(sum(1 for _ in counting.places((self.groups, self.maps))), self.sizes)

    @property
    def reads(self) -> Reads:
        return counting.grouped(self.groups, self.maps, self.filters)


@st.composite
def slidings(draw: st.DrawFn) -> Sliding:
    """Windows over maps of one to three axes, small enough to count every product."""
    rank = draw(st.integers(1, 3))

    def per_axis(numbers: st.SearchStrategy[int]) -> Place:
        return tuple(draw(numbers) for _ in range(rank))

    pads = per_axis(st.integers(0, 2)), per_axis(st.integers(0, 2))
    return Sliding(
        sizes=per_axis(st.integers(1, {1: 12, 2: 6, 3: 4}[rank])),
        kernel=per_axis(st.integers(1, {1: 6, 2: 4, 3: 3}[rank])),
        stride=per_axis(st.integers(1, 3)),
        dilation=per_axis(st.integers(1, 2)),
        sides=tuple(zip(*pads, strict=True)),
        groups=draw(st.integers(1, 3)),
        maps=draw(st.integers(1, 2)),
        filters=draw(st.integers(1, 2)),
    )


def require(layer: Layer, x: Shape) -> Shape:
    """What a layer puts out; what it refuses is no example."""
    try:
        return layer.output(x)
    except Refusal:
        assume(condition=False)
        raise


def convolution(case: Sliding, padding: Padding) -> Conv:
    return Conv(len(case.reads), case.kernel, case.stride, padding, case.dilation, case.groups)


@given(slidings())
def test_a_convolution_multiplies_each_tap_of_each_window_that_fits(case: Sliding) -> None:
    covered = counting.windows(case.sizes, case.kernel, case.stride, case.dilation, case.sides)
    layer = convolution(case, case.sides)
    if not covered:
        with pytest.raises(Refusal):
            layer.output(case.x)
        return
    products = counting.convolve(covered, case.reads)
    assert layer.output(case.x).elements == len(products)
    assert layer.macs(case.x) == sum(products)


@given(slidings())
def test_with_padding_same_there_is_a_window_wherever_the_stride_stops(case: Sliding) -> None:
    covered = counting.windows_same(case.sizes, case.kernel, case.stride, case.dilation)
    products = counting.convolve(covered, case.reads)
    layer = convolution(case, "same")
    assert layer.output(case.x).elements == len(products)
    assert layer.macs(case.x) == sum(products)


@given(slidings(), st.integers(1, 2), st.integers(1, 3))
def test_depthwise_and_separable_convolutions_multiply_channel_by_channel(
    case: Sliding, multiplier: int, filters: int
) -> None:
    channels = known(case.x.channels)
    covered = counting.windows(case.sizes, case.kernel, case.stride, case.dilation, case.sides)
    assume(covered)
    x, between = grid(channels, case.sizes), counting.grouped(channels, 1, multiplier)
    products = counting.convolve(covered, between)
    options = {"stride": case.stride, "padding": case.sides, "dilation": case.dilation, "multiplier": multiplier}
    depthwise = build(find("depthwise_conv"), {"kernel": case.kernel, **options})
    assert depthwise.output(x).elements == len(products)
    assert depthwise.macs(x) == sum(products)
    mixed = counting.project(range(len(covered)), len(between), filters)  # type: ignore[arg-type] # anything that is counted
    separable = build(find("separable_conv"), {"filters": filters, "kernel": case.kernel, **options})
    assert separable.output(x).elements == len(covered) * filters
    assert separable.macs(x) == sum(products) + mixed


@given(slidings(), st.data())
def test_a_table_of_connections_says_what_is_multiplied(case: Sliding, data: st.DataObject) -> None:
    maps = range(len(case.reads[0]))
    row = st.lists(st.sampled_from(maps), min_size=1, unique=True).map(tuple)
    table = tuple(data.draw(st.lists(row, min_size=1, max_size=4)))
    covered = counting.windows(case.sizes, case.kernel, case.stride, case.dilation, case.sides)
    assume(covered)
    layer = Conv(len(table), case.kernel, case.stride, case.sides, case.dilation, table=table)
    products = counting.convolve(covered, [[(number,) for number in row] for row in table])
    assert layer.macs(grid(len(maps), case.sizes)) == sum(products)


@given(slidings(), st.integers(0, 2))
def test_a_transposed_convolution_multiplies_each_input_by_each_tap(case: Sliding, more: int) -> None:
    # What the padding cuts off has been multiplied; what output padding adds is a bias at most.
    padding = tuple(before for before, _ in case.sides)
    layer = ConvTranspose(len(case.reads), case.kernel, case.stride, padding, more, case.dilation, case.groups)
    output = require(layer, case.x)
    added = counting.spread_out(case.sizes, case.kernel, case.stride, case.dilation, case.reads)
    assert layer.macs(case.x) == sum(added.values())
    if not any(padding) and not more:
        assert output.spatial == tuple(max(axis) + 1 for axis in zip(*added, strict=True))


@given(
    features=st.integers(1, 6),
    outputs=st.integers(1, 6),
    rest=st.lists(st.integers(1, 4), max_size=3),
    bias=st.booleans(),
)
def test_a_linear_layer_multiplies_every_vector(*, features: int, outputs: int, rest: list[int], bias: bool) -> None:
    products = counting.project(counting.places(rest), features, outputs)
    if rest:
        assert Linear(outputs, bias=bias, over="channels").macs(grid(features, tuple(rest))) == products
    else:
        assert Linear(outputs, bias=bias).macs(vector(features)) == products
    if len(rest) == 1:
        assert Linear(outputs, bias=bias).macs(Shape("TF", (*rest, features))) == products


def dealt(heads: int, each: int) -> list[list[int]]:
    """Features, dealt out to heads."""
    hands: list[list[int]] = [[] for _ in range(heads)]
    for _round in range(each):
        for hand in hands:
            hand.append(sum(map(len, hands)))
    return hands


@given(tokens=st.integers(1, 6), heads=HEADS, each=st.integers(1, 3), bias=st.booleans())
def test_attention_multiplies_every_pair_of_tokens(*, tokens: int, heads: int, each: int, bias: bool) -> None:
    hands = dealt(heads, each)
    products = counting.attend(list(counting.places((tokens,))), hands)
    assert Attention(heads, bias=bias).macs(Shape("TF", (tokens, sum(map(len, hands))))) == products


@given(
    sizes=st.tuples(*[st.integers(1, 4)] * 4), groups=st.integers(1, 2), each=st.integers(1, 2),
    dims=st.tuples(st.integers(1, 3), st.integers(1, 3)), crossing=st.booleans(),
)  # fmt: skip
def test_attention_to_another_layer_multiplies_every_token_with_its_tokens(
    *, sizes: Place, groups: int, each: int, dims: tuple[int, int], crossing: bool
) -> None:
    tokens, features, others, read = sizes if crossing else (*sizes[:2], *sizes[:2])
    done, heads = counting.Matrix(), [group for group in range(groups) for _ in range(each)]
    for _head in heads:
        done.multiply(tokens, features, dims[0])
        done.multiply(tokens, dims[0], others)
        done.multiply(tokens, others, dims[1])
        done.multiply(tokens, dims[1], features)
    for _group in range(groups):
        done.multiply(others, read, dims[0])
        done.multiply(others, read, dims[1])
    memory = Shape("TF", (others, read)) if crossing else None
    layer = Attention(len(heads), kv_heads=groups, key_dim=dims[0], value_dim=dims[1], memory=memory)
    assert layer.macs(Shape("TF", (tokens, features))) == done.multiplications


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=3), HEADS, st.integers(1, 2))
def test_windows_attend_within_themselves_padded_ones_too(axes: list[Place], heads: int, each: int) -> None:
    sizes, window = (tuple(axis) for axis in zip(*axes, strict=True))
    hands = dealt(heads, each)
    x = grid(sum(map(len, hands)), sizes)
    products = sum(counting.attend(tile, hands) for tile in counting.tiles(sizes, window))
    assert WindowAttention(heads, window).macs(x) == products
    assert WindowAttention(heads, window, bias=False, relative="none", cosine=True).macs(x) == products
    inside = list(counting.places(window))
    apart = {tuple(p - q for p, q in zip(a, b, strict=True)) for a in inside for b in inside}
    made = counting.project(apart, len(window), HIDDEN) + counting.project(apart, HIDDEN, heads)
    assert WindowAttention(heads, window, relative="mlp").macs(x) == products + made


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 2)), min_size=1, max_size=3), HEADS, st.integers(1, 2))
def test_grids_attend_across_the_map(axes: list[Place], heads: int, each: int) -> None:
    teeth, apart = (tuple(axis) for axis in zip(*axes, strict=True))
    sizes = tuple(count * step for count, step in zip(teeth, apart, strict=True))
    hands = dealt(heads, each)
    products = sum(counting.attend(comb, hands) for comb in counting.combs(sizes, teeth))
    assert GridAttention(heads, teeth).macs(grid(sum(map(len, hands)), sizes)) == products


@given(st.lists(st.integers(1, 3), max_size=2), st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.data())
def test_matrices_multiply_each_row_by_each_column(
    others: list[int], rows: int, inner: int, columns: int, data: st.DataObject
) -> None:
    turned = data.draw(st.sampled_from([None, "left", "right"]))
    one = (inner, rows) if turned == "left" else (rows, inner)
    other = (columns, inner) if turned == "right" else (inner, columns)
    layout = data.draw(st.sampled_from([("TF", "CL"), ("CHW",), ("CDHW",)][len(others)]))
    left, right = (Shape(layout, (*others, *sizes)) for sizes in (one, other))
    done = counting.Matrix()
    for _matrix in counting.places(others):
        done.multiply(rows, inner, columns)
    layer = Matmul(transpose=turned)
    assert layer.shape_of((left, right)).sizes == (*others, rows, columns)
    assert layer.macs_of((left, right)) == done.multiplications


def test_all_other_kinds_multiply_nothing_that_counts() -> None:
    # The definition of a layer says 0, and no other kind has a definition of its own.
    assert Layer.macs(find("relu")(), grid(4, (6, 6))) == 0
    found = {kind for kind in kind_names() if find(kind).macs is not Layer.macs}
    found |= {kind for kind in kind_names() if find(kind).macs_of is not Layer.macs_of}
    assert found == set(MULTIPLYING)
