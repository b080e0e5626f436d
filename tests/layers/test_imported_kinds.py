"""The kinds that imported models are made of, against values that are moved one by one."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.errors import Refusal
from archcalc.layers.opaque import Opaque
from archcalc.layers.patterns import Pattern
from archcalc.layers.pointwise import Pointwise
from archcalc.layers.rearrange import Rearrange
from archcalc.layers.registry import build, find
from archcalc.layers.scaled_dot_product import ScaledDotProduct
from archcalc.quantities.reach import pixel
from archcalc.quantities.shape import Shape, grid, vector
from archcalc.symbolic.expr import Letter

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = st.integers(1, 4)


def places(sizes: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the places of a tensor."""
    return product(*map(range, sizes))


@given(SIZES, SIZES, SIZES, SIZES)
def test_heads_are_taken_apart_as_values_are(tokens: int, parts: int, heads: int, depth: int) -> None:
    # Every value of part 0 finds a place of its own, and no place is left: the shape is what holds them.
    moved = {(h, t, d) for t, (k, h, d) in product(range(tokens), places((parts, heads, depth))) if k == 0}
    pattern = f"t (k={parts}[0] h={heads} d) -> h t d"
    found = Rearrange(pattern).output(Shape("TF", (tokens, parts * heads * depth)))
    assert set(places(tuple(map(int, map(str, found.sizes))))) == moved


@given(SIZES, SIZES, st.integers(1, 3))
def test_windows_hold_what_lies_in_them(rows: int, columns: int, side: int) -> None:
    x = grid(5, (rows * side, columns * side))
    found = Rearrange(f"c (h p={side}) (w q={side}) -> (h w) (p q) c").output(x)
    assert found.sizes == (rows * columns, side * side, 5)


def test_a_part_is_taken_and_values_are_repeated() -> None:
    tokens = Shape("TF", (197, 768))
    assert Rearrange("t[0] f -> f").output(tokens) == vector(768)
    assert Rearrange("t[1:] f -> t f", layout="TF").output(tokens) == Shape("TF", (196, 768))
    assert Rearrange("t[1:3] f -> t f", layout="TF").output(tokens) == Shape("TF", (2, 768))
    assert Rearrange("f -> r=7 f", layout="TF").output(vector(8)) == Shape("TF", (7, 8))
    assert Rearrange("f -> f 1 1").output(vector(8)) == grid(8, (1, 1))


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a b", "invalid pattern 'a b': expected '->' once"),
        ("a -> a -> a", "expected '->' once"),
        ("a b -> a", "b is missing after '->'"),
        ("a b -> b a c", "c has no size"),
        ("a a -> a", "a occurs twice on one side"),
        ("(a b -> a b", "parentheses do not match"),
        ("a) b -> a b", "parentheses do not match"),
        ("((a) b) -> a b", "parentheses do not match"),
        ("a ? -> a", r"cannot read '\?'"),
        ("(a b) c -> a b c", r"the sizes of \(a b\) are open"),
        ("(a b=4) c -> a b c", r"\(a b\): 4 does not divide 6"),
        ("a=5 c -> a c", r"\(a\) has size 5, but the axis has size 6"),
        ("a[0:9] c -> a c", r"a has size 6, but \[0:9\] of it is taken"),
        ("a -> a", "the pattern has 1 axis before '->', the input 2"),
    ],
)
def test_patterns_that_do_not_fit_are_refused(pattern: str, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        Rearrange(pattern).output(Shape("TF", (6, 8)))


def test_places_that_stay_keep_their_fields() -> None:
    x = grid(8, (6, 6))
    assert Rearrange("(g=2 c) h w -> (c g) h w").reach(x, pixel(2)) == pixel(2)
    assert Rearrange("c h w -> (h w) c", layout="TF").reach(x, pixel(2)) == pixel(2)
    assert not Rearrange("c h w -> c w h").reach(x, pixel(2)).known
    assert not Rearrange("c h[1:] w -> c h w").reach(x, pixel(2)).known
    assert not Rearrange("c h w -> (c h w)").reach(x, pixel(2)).known
    assert Rearrange("f -> f 1 1").reach(vector(8), pixel(2)._replace(axes=None)).known


def test_a_pattern_with_letters_gives_letters() -> None:
    t = Letter("T")
    assert Pattern.read("t (h=12 d) -> h t d").after((t, 768)) == (12, t, 64)


def test_functions_of_several_values_repeat_axes_of_size_1() -> None:
    both = Pointwise("where").shape_of((Shape("TF", (5, 1)), Shape("TF", (1, 7))))
    assert both == Shape("TF", (5, 7))


@given(st.tuples(SIZES, SIZES, SIZES, SIZES, SIZES), st.integers(1, 2))
def test_attention_is_as_many_products_as_pairs_need(sizes: tuple[int, ...], share: int) -> None:
    heads, queries, keys, depth, values = sizes
    done = 0
    for _head, _query, _key in places((heads * share, queries, keys)):
        done += depth  # a product of features
        done += values  # a value's features, weighted
    shapes = grid(heads * share, (queries, depth)), grid(heads, (keys, depth)), grid(heads, (keys, values))
    assert ScaledDotProduct().macs_of(shapes) == done
    assert ScaledDotProduct().shape_of(shapes) == grid(heads * share, (queries, values))


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ((vector(4), vector(4)), "expected tokens, or a feature map of heads"),
        ((Shape("TF", (3, 4)), Shape("TF", (3, 5))), "do not match"),
        ((Shape("TF", (3, 4)),), "expected queries, keys and values, got 1 inputs"),
        ((grid(3, (4, 4)), grid(2, (4, 4))), "the 2 heads of the keys do not divide the 3 of the queries"),
    ],
)
def test_what_cannot_attend_is_refused(shapes: tuple[Shape, ...], message: str) -> None:
    with pytest.raises(Refusal, match=message):
        ScaledDotProduct().shape_of(shapes)


def test_what_was_observed_holds_for_that_input_alone() -> None:
    part = "{opaque: , operation: roll, shape: [3, 8, 8], params: 7, buffers: 2, mult_adds: 5, observed: [[3, 8, 8]]}"
    net = archcalc.loads(f"{{input: 3x8x8, layers: [{part}]}}")
    table = net.analyze()
    assert (table.totals.params, table.totals.counts.buffers, table.totals.macs) == (7, 2, 5)
    assert table["opaque"].reach.word == "unknown"
    with pytest.raises(archcalc.SpecError, match="opaque: roll was observed for 3×8×8 only, not for 3×9×9"):
        net.analyze("3x9x9")


def test_macs_that_are_unknown_stay_in_the_sum() -> None:
    table = archcalc.loads(
        "{input: 3x8x8, layers: [{conv: 2, kernel: 1}, {opaque: , mult_adds: unknown}, {opaque: [conv, input]}]}"
    ).analyze()
    assert str(table.totals.macs) == "unknown + 384"
    assert Opaque(observed=((3, 8, 8),)).shape_of((grid(3, (8, 8)),)) == grid(3, (8, 8))


def test_a_concatenation_along_another_axis() -> None:
    table = archcalc.loads(
        "{input: TF 5x8, layers: [{linear: 8, name: a}, {concat: [a, input], axis: tokens, name: b}, {concat: [b, b]}]}"
    ).analyze()
    assert [row.output.sizes for row in table] == [(5, 8), (10, 8), (10, 16)]
    with pytest.raises(archcalc.SpecError, match="tokens × features of shape 5×8 has no axis height"):
        archcalc.loads("{input: TF 5x8, layers: [relu, {concat: [relu, input], axis: height}]}").analyze()
    rows = archcalc.loads(
        "{input: 2x4x4, layers: [{conv: 2, kernel: 1}, {concat: [conv, input], axis: width}]}"
    ).analyze()
    assert rows["concat"].output == grid(2, (4, 8))
    assert rows["concat"].reach.word == "unknown"


@pytest.mark.parametrize("pattern", [" ", 3])
def test_a_pattern_is_text(pattern: object) -> None:
    with pytest.raises(Refusal, match="expected text"):
        build(find("rearrange"), {"pattern": pattern})
