"""Attention against its definition: every product of matrices carried out, with all tokens and within windows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.layers.attention import Attention
from archcalc.layers.grid_attention import GridAttention
from archcalc.layers.window_attention import HIDDEN, WindowAttention
from archcalc.quantities.reach import pixel
from archcalc.quantities.shape import Shape, grid
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, count
from archcalc.symbolic.equality import equal
from archcalc.symbolic.expr import Letter
from tests.layers.counting import Matrix, places


@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 3))
def test_macs_are_those_of_the_products(tokens: int, heads: int, per_head: int) -> None:
    features, done = heads * per_head, Matrix()
    for _projection in ("queries", "keys", "values", "output"):
        done.multiply(tokens, features, features)
    done.attend(tokens, features, heads)
    assert Attention(heads).macs(Shape("TF", (tokens, features))) == done.multiplications


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 3), st.integers(1, 2), st.integers(1, 2))
def test_windows_attend_one_by_one_over_the_padded_map(
    height: int, width: int, window: int, heads: int, per_head: int
) -> None:
    features, done = heads * per_head, Matrix()
    for _top in range(0, height, window):
        for _left in range(0, width, window):
            tokens = sum(1 for _ in places((window, window)))
            for _projection in ("queries", "keys", "values", "output"):
                done.multiply(tokens, features, features)
            done.attend(tokens, features, heads)
    layer = WindowAttention(heads, window)
    assert layer.macs(grid(features, (height, width))) == done.multiplications


@given(st.integers(1, 5), st.integers(1, 4))
def test_a_window_has_a_bias_for_each_distance_in_it_and_an_index_for_each_pair(window: int, heads: int) -> None:
    pairs = [(a, b) for a in places((window, window)) for b in places((window, window))]
    distances = {(a[0] - b[0], a[1] - b[1]) for a, b in pairs}
    *_, table, index = WindowAttention(heads, window).tensors(grid(4 * heads, (8, 8)))
    assert (table.role, table.elements) == (WEIGHT, len(distances) * heads)
    assert (index.role, index.elements) == (BUFFER, len(pairs))


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(1, 2), st.integers(1, 2))
def test_grids_attend_one_by_one(down: int, across: int, points: int, heads: int, per_head: int) -> None:
    features, done = heads * per_head, Matrix()
    for _first in places((down, across)):
        tokens = sum(1 for _ in places((points, points)))
        for _projection in ("queries", "keys", "values", "output"):
            done.multiply(tokens, features, features)
        done.attend(tokens, features, heads)
    layer, x = GridAttention(heads, points), grid(features, (down * points, across * points))
    assert layer.macs(layer.output(x)) == done.multiplications
    assert layer.tensors(x)[-2:] == WindowAttention(heads, points).tensors(x)[-2:]


@given(st.integers(1, 4), st.integers(1, 3))
def test_biases_made_of_distances_take_two_layers_for_each_distance(window: int, heads: int) -> None:
    x, learned, done = grid(heads, (5, 5)), WindowAttention(heads, window, relative="none"), Matrix()
    made = WindowAttention(heads, window, relative="mlp")
    pairs = [(a, b) for a in places((window, window)) for b in places((window, window))]
    for _distance in {(a[0] - b[0], a[1] - b[1]) for a, b in pairs}:
        done.multiply(1, 2, HIDDEN)
        done.multiply(1, HIDDEN, heads)
    assert made.macs(x) - learned.macs(x) == done.multiplications
    assert len(learned.tensors(x)) == 4  # the projections alone


def test_attention_by_angles_has_a_scale_for_each_head() -> None:
    x = grid(6, (4, 4))
    plain, cosine = (WindowAttention(3, 2, cosine=cosine).tensors(x) for cosine in (False, True))
    assert count(cosine, WEIGHT) - count(plain, WEIGHT) == 3


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(1, 3))
def test_tokens_on_a_grid_have_a_bias_for_each_distance(sizes: list[int], heads: int) -> None:
    every = list(places(sizes))
    distances = {tuple(a - b for a, b in zip(left, right, strict=True)) for left in every for right in every}
    x = Shape("TF", (len(every), heads))
    layer = Attention(heads, relative=tuple(sizes))
    *_, table, index = layer.tensors(layer.output(x))
    assert (table.elements, index.elements) == (len(distances) * heads, len(every) ** 2)
    assert layer.macs(x) == Attention(heads).macs(x)


@pytest.mark.parametrize("heads", [1, 3, 12])
def test_parameters_do_not_depend_on_the_heads(heads: int) -> None:
    tensors = Attention(heads).tensors(Shape("TF", (197, 768)))
    assert (count(tensors, WEIGHT), count(tensors, BIAS)) == (4 * 768 * 768, 4 * 768)


def test_biases_can_be_left_out() -> None:
    x = grid(96, (7, 7))
    assert count(Attention(3, bias=False).tensors(Shape("TF", (49, 96))), BIAS) == 0
    assert count(WindowAttention(3, 7, bias=False).tensors(x), BIAS) == 0
    assert WindowAttention(3, 7, bias=False).macs(x) == WindowAttention(3, 7).macs(x)


def test_a_shift_costs_nothing() -> None:
    x = grid(96, (56, 56))
    assert WindowAttention(3, 7, shift=3).output(x) == x
    assert WindowAttention(3, 7, shift=3).macs(x) == WindowAttention(3, 7).macs(x)


def test_whoever_attends_reads_everything() -> None:
    assert Attention(3).reach(Shape("TF", (4, 6)), pixel(2)).word == "all"
    assert GridAttention(3, 2).reach(grid(6, (4, 4)), pixel(2)).word == "all"


SMALL = st.integers(1, 3)


@given(groups=SMALL, shared=SMALL, key=SMALL, value=SMALL, features=SMALL, tokens=SMALL, others=SMALL, width=SMALL)
def test_heads_of_any_size_attend_to_a_memory_of_any_length(  # noqa: PLR0913 - what cross-attention depends on
    *, groups: int, shared: int, key: int, value: int, features: int, tokens: int, others: int, width: int
) -> None:
    heads, done = groups * shared, Matrix()
    layer = Attention(heads, kv_heads=groups, key_dim=key, value_dim=value, memory=Shape("TF", (others, width)))
    done.multiply(tokens, features, heads * key)
    done.multiply(others, width, groups * key)
    done.multiply(others, width, groups * value)
    for _head in range(heads):
        done.multiply(tokens, key, others)
        done.multiply(tokens, others, value)
    done.multiply(tokens, heads * value, features)
    x = Shape("TF", (tokens, features))
    assert layer.output(x) == x
    assert layer.macs(x) == done.multiplications


@given(st.integers(1, 8), st.integers(1, 10), st.booleans())
def test_a_sliding_window_has_as_many_keys_for_every_token_as_for_one_in_the_middle(
    tokens: int,
    window: int,
    causal: bool,  # noqa: FBT001
) -> None:
    far = range(-1000, 1000)
    middle = [k for k in far if (0 <= -k < window if causal else abs(k) <= window // 2)]
    layer, done = Attention(1, window=window, causal=causal), Matrix()
    for _projection in ("queries", "keys", "values", "output"):
        done.multiply(tokens, 2, 2)
    for _query in range(tokens):
        seen = middle[:tokens]
        done.multiply(1, 2, len(seen))
        done.multiply(1, len(seen), 2)
    assert layer.macs(Shape("TF", (tokens, 2))) == done.multiplications


def test_a_causal_mask_does_not_change_what_is_counted() -> None:
    x = Shape("TF", (10, 6))
    plain, causal = Attention(3), Attention(3, causal=True)
    assert (causal.macs(x), causal.tensors(x)) == (plain.macs(x), plain.tensors(x))
    assert causal.note(x) == "A causal mask does not change the MACs: masked products are counted."


def test_windows_one_after_the_other_read_further_and_further() -> None:
    causal, both = Attention(3, window=4, causal=True), Attention(3, window=4)
    x, reach, around = Shape("TF", (100, 6)), pixel(1), pixel(1)
    for _layer in range(3):
        reach, around = causal.reach(x, reach), both.reach(x, around)
    (field,), (wide,) = reach.axes or (), around.axes or ()
    assert (field.interval(50), wide.interval(50)) == ((50 - 3 * 3, 50), (50 - 3 * 2, 50 + 3 * 2))
    assert causal.reach(Shape("TF", (4, 6)), pixel(1)).word == "all"  # as many tokens as the window has
    assert causal.reach(x, pixel(2)).word == "unknown"  # the places of a map


def test_cross_attention_is_an_edge_of_the_graph() -> None:
    table = archcalc.loads(
        """
        input: {source: TF 10x6, target: TF 7x8}
        layers:
          - {linear: 4, from: source, name: encoder}
          - {attention: 2, memory: encoder, from: target, name: cross}
        """
    ).analyze()
    cross = table["cross"]
    assert [str(shape) for shape in cross.inputs] == ["7×8", "10×4"]
    assert (str(cross.output), cross.reach.word) == ("7×8", "all")
    assert table.totals.weighted_depth == 2  # through the encoder
    assert cross.params == 2 * (8 * 8 + 8) + 2 * (4 * 8 + 8)


def test_letters_go_through() -> None:
    tokens, features = Letter("T"), Letter("D")
    x = Shape("TF", (tokens, features))
    assert Attention(12).output(x) == x
    assert equal(Attention(12).macs(x), 4 * tokens * features * features + 2 * tokens * tokens * features)
    height = Letter("H")
    macs = WindowAttention(3, 7).macs(grid(96, (7 * height, 7)))
    assert equal(macs, (4 * 96 * 96 + 2 * 49 * 96) * 49 * height)
