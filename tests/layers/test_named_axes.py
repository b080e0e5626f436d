"""Means over axes, tokens from the end, tensors of no layer, and products of matrices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.errors import Refusal
from archcalc.layers.matmul import Matmul
from archcalc.layers.mean import Mean
from archcalc.layers.parameter import Parameter
from archcalc.layers.take import Take
from archcalc.quantities.reach import NONE, pixel
from archcalc.quantities.shape import AXES, MAPS, Shape, grid, vector
from archcalc.symbolic.expr import Letter

TOKENS = Shape("TF", (5, 6))


@given(st.data())
def test_the_axes_that_are_averaged_over_are_gone(data: st.DataObject) -> None:
    layout = data.draw(st.sampled_from([*MAPS.values(), "TF"]))
    sizes = {letter: size for size, letter in enumerate(layout, 2)}  # each axis has a size of its own
    gone = data.draw(st.sets(st.sampled_from([letter for letter in layout if letter not in "CF"]), min_size=1))
    output = Mean(tuple(AXES[letter] for letter in gone)).output(Shape(layout, tuple(sizes.values())))
    assert output.sizes == tuple(size for letter, size in sizes.items() if letter not in gone)
    assert output.is_map == (len(output.sizes) > 1)


def test_without_axes_it_is_the_mean_over_all_positions() -> None:
    assert Mean().output(grid(64, (7, 9))) == vector(64)
    assert Mean().output(TOKENS) == vector(6)
    assert Mean().reach(grid(64, (7, 9)), pixel(2)).word == "all"
    assert Mean(("height",)).reach(grid(64, (7, 9)), pixel(2)).word == "unknown"


def test_a_spec_names_one_axis_or_several() -> None:
    for written in ("{mean: [height, width]}", "{mean: width}, {mean: length}", "mean"):
        table = archcalc.load(f"[{{conv: 8, kernel: 3}}, {written}, {{linear: 10}}]").analyze("3x20x30")
        assert str(table["linear"].inputs[0]) == "8"


@given(st.integers(1, 9), st.integers(-12, 12))
def test_tokens_are_counted_from_both_ends_like_those_of_a_list(tokens: int, index: int) -> None:
    try:
        assert Take(index).output(Shape("TF", (tokens, 6))) == vector(6)
    except Refusal:
        with pytest.raises(IndexError):
            list(range(tokens))[index]
    else:
        assert list(range(tokens))[index] >= 0


def test_the_last_token_is_there_however_many_there_are() -> None:
    assert Take(-1).output(Shape("TF", (Letter("T"), 6))) == vector(6)


def test_a_tensor_of_no_layer_depends_on_nothing() -> None:
    queries = Parameter((100, 6), layout="TF")
    assert queries.output(vector(3)) == Shape("TF", (100, 6))
    assert queries.reach(vector(3), pixel(1)) == NONE
    table = archcalc.loads(
        """
        input: TF 49x256
        layers:
          - {parameter: [100, 64], layout: TF, from: input, name: queries}
          - {attention: 8, memory: input, name: cross}
        """
    ).analyze()
    assert table["queries"].params == 100 * 64
    assert table["cross"].params == 2 * (64 * 64 + 64) + 2 * (256 * 64 + 64)
    assert (table["queries"].reach.word, table["cross"].reach.word) == ("none", "all")
    assert table.totals.counts.activations == table["cross"].activations  # a parameter is no activation


def test_a_product_is_written_like_a_merge() -> None:
    table = archcalc.loads(
        """
        input: TF 10x8
        layers:
          - matmul:
              queries: [{linear: 4}]
              keys: [{linear: 4}]
            transpose: right
          - {linear: 8, from: input, name: values}
          - {matmul: [matmul, values], name: mixed}
        """
    ).analyze()
    assert [str(table[name].output) for name in ("matmul", "mixed")] == ["10×10", "10×8"]
    assert [table[name].macs for name in ("matmul", "mixed")] == [10 * 4 * 10, 10 * 10 * 8]
    assert table["mixed"].reach.word == "all"


@pytest.mark.parametrize(
    ("inputs", "message", "hint"),
    [
        ((TOKENS, TOKENS), "cannot multiply 5×6 by 5×6: 6 columns and 5 rows", "add transpose: right"),
        (
            (TOKENS, Shape("TF", (5, 7))),
            "cannot multiply 5×6 by 5×7: 6 columns and 5 rows",
            "transpose one of them, or change its size with linear",
        ),
        (
            (vector(6), vector(6)),
            "expected tokens or feature maps, got a vector of 6 features",
            "use multiply for vectors",
        ),
        ((TOKENS,) * 3, "matmul requires two inputs, got 3", "use one matmul for each product"),
        ((grid(2, (3, 4)), grid(5, (4, 3))), "shapes 2×3×4 and 5×4×3 do not match (axis 0 2 and 5)", ""),
    ],
)
def test_what_cannot_be_multiplied(inputs: tuple[Shape, ...], message: str, hint: str) -> None:
    with pytest.raises(Refusal) as refusal:
        Matmul().shape_of(inputs)
    assert (refusal.value.mistakes[0].message, refusal.value.mistakes[0].hint) == (message, hint)


@pytest.mark.parametrize(
    ("layer", "x", "message", "hint"),
    [
        (Mean(("tokens",)), grid(6, (5, 5)), "a feature map of shape 6×5×5 has no axis tokens", "use height or width"),
        (Mean(), vector(6), "expected a feature map or tokens, got a vector of 6 features", ""),
        (Parameter((2, 3), layout="F"), vector(6), "2 sizes for layout F: expected 1", "F is features"),
        (Take(-6), TOKENS, "token -6 is out of range: there are 5 tokens, counted from 0", ""),
    ],
)
def test_what_is_refused(layer: Mean | Parameter | Take, x: Shape, message: str, hint: str) -> None:
    with pytest.raises(Refusal) as refusal:
        layer.output(x)
    assert (refusal.value.mistakes[0].message, refusal.value.mistakes[0].hint) == (message, hint)
