"""Expressions keep what was written, and know no more than integers do."""

from __future__ import annotations

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import ExpressionError
from archcalc.limits import BITS
from archcalc.symbolic.carried import value
from archcalc.symbolic.expr import (
    Expr,
    Int,
    Letter,
    Operation,
    ceildiv,
    evaluate,
    fold,
    letters,
    maximum,
    minimum,
    operate,
    product,
    substitute,
    total,
)
from archcalc.symbolic.operators import OPERATORS
from tests.symbolic.strategies import H, N, W, assignments, expressions, sampled_assertion

SIZE, K, P, S = Letter("I"), Letter("K"), Letter("P"), Letter("S")


def positions(size: Int, kernel: Int, padding: Int, stride: Int) -> Int:
    return (size - kernel + 2 * padding) // stride + 1


WRITTEN = [
    (H + 0, "H + 0"),
    (3 + H - W, "3 + H - W"),
    (2 * H * W, "2*H*W"),
    (7 // H, "floor(7/H)"),
    (7 % H, "7 % H"),
    (2**H, "2**H"),
    (H**2, "H**2"),
    (5 - H, "5 - H"),
    (-H, "-H"),
    (positions(SIZE, K, P, S), "floor((I - K + 2*P)/S) + 1"),
    (product([96, H, 11]), "96*H*11"),
    (total([1, H, 2]), "1 + H + 2"),
    (minimum(H, minimum(W, 3)), "min(H, min(W, 3))"),
    (maximum(H, W, 3), "max(H, W, 3)"),
]


@pytest.mark.parametrize(("x", "text"), WRITTEN, ids=[text for _, text in WRITTEN])
def test_an_expression_keeps_the_order_and_shape_it_was_written_in(x: Int, text: str) -> None:
    assert str(x) == repr(x) == text


def test_one_formula_counts_numbers_and_letters() -> None:
    assert positions(224, 7, 3, 2) == 112
    sampled_assertion(positions, SIZE, K, 3, 2)
    sampled_assertion(positions, H, 11, P, S)
    sampled_assertion(lambda a, b: ceildiv(a - 9, b) + a % b, H, W)
    sampled_assertion(lambda a, b: minimum(a, 3, b) * maximum(a - b, 0), H, W)


INTEGERS = [
    positions(227, 11, 0, 4),
    ceildiv(7, 2),
    minimum(3, 1, 2),
    maximum(3),
    product([]),
    product([2, 3]),
    total([]),
    total([5]),
    substitute(H * W - 1, {"H": 2, "W": 3}),
    evaluate(4, {}),
]


@pytest.mark.parametrize("x", INTEGERS)
def test_what_is_computed_from_integers_is_an_integer(x: Int) -> None:
    assert type(x) is int


def test_one_alone_is_itself() -> None:
    assert minimum(H) is maximum(H) is product([H]) is total([H]) is H


@given(st.integers(-30, 30), st.integers(-9, 9).filter(bool))
def test_division_rounds_as_python_does_for_all_signs(a: int, b: int) -> None:
    values = {"H": a, "W": b}
    quotient = evaluate(H // W, values)
    assert quotient * b + evaluate(H % W, values) == a
    assert (quotient - evaluate(ceildiv(H, W), values)) == (0 if a % b == 0 else -1)


def test_equality_is_structural() -> None:
    assert Letter("H") + 1 == H + 1
    assert H + 1 != 1 + H
    assert H + 1 != H - 1
    assert H + 1 != H + 2
    assert total([H, 1]) != total([H, 1, 1])
    assert Letter("H") != Letter("H", 3)
    assert H != "H"
    assert not (H + 1).__eq__("H + 1")
    assert len({H + 1, Letter("H") + 1, 1 + H}) == 2
    assert len({Letter("H"), H, Letter("H", 3)}) == 2


def test_unlike_trees_with_the_same_hash_differ() -> None:
    # In Python -1 and -2 have the same hash, and so have tuples of them.
    assert hash(H + -1) == hash(H + -2)
    assert H + -1 != H + -2
    assert Operation(OPERATORS["min"], (-1,)) != Operation(OPERATORS["min"], (-2,))


def test_trees_with_the_same_hash_are_compared_part_by_part() -> None:
    left, right, longer = H + 1, H - 1, Operation(OPERATORS["+"], (H, 1, 1))
    right._hash = longer._hash = left._hash
    assert left != right
    assert left != longer


def test_deep_trees_that_share_their_parts_are_compared_quickly() -> None:
    left: Int = H
    right: Int = Letter("H")
    for _ in range(2000):
        left, right = left + left, right + right
    assert left == right


def test_an_expression_is_neither_true_nor_ordered() -> None:
    with pytest.raises(TypeError, match="whether H is zero is not known"):
        bool(H)
    with pytest.raises(TypeError):
        H < W  # type: ignore[operator] # noqa: B015


@pytest.mark.parametrize("other", ["1", 1.5, None])
def test_only_integers_combine_with_expressions(other: object) -> None:
    with pytest.raises(TypeError):
        H + other  # type: ignore[operator]
    with pytest.raises(TypeError):
        other - H  # type: ignore[operator]


def test_letters_are_listed_in_order() -> None:
    assert letters(W * H + N - W) == ("H", "N", "W")
    assert letters(3) == ()


def test_missing_letters_are_named() -> None:
    with pytest.raises(ExpressionError, match="no value for H, N"):
        evaluate(W * H + N, {"W": 1})


@pytest.mark.parametrize("name", ["", "2x", "a b", "a-b"])
def test_a_letter_has_a_name_that_can_be_read(name: str) -> None:
    with pytest.raises(ExpressionError, match="a letter cannot be called"):
        Letter(name)


def test_letters_may_carry_their_values() -> None:
    assert value((Letter("H", 227) - 11) // 4 + 1) == 55
    assert value(Letter("H", 227) + W) is None
    assert value(7) == 7


@given(expressions(H, W))
def test_substituting_all_letters_evaluates(x: Int) -> None:
    for values in assignments(x, (1, 5)):
        assert substitute(x, values) == evaluate(x, values)


@given(expressions(H))
def test_substituting_an_expression_is_composition(x: Int) -> None:
    inner = substitute(x, {"H": 2 * W + 1})
    for width in (1, 2, 9):
        assert evaluate(inner, {"W": width}) == evaluate(x, {"H": 2 * width + 1})


NO_VALUE = [
    ("//", (7, 0), "division of 7 by zero"),
    ("%", (7, 0), "division of 7 by zero"),
    ("ceildiv", (7, 0), "division of 7 by zero"),
    ("**", (2, -1), "2**-1 is not an integer"),
    ("**", (9, 9**9), "the power has more than 4,096 binary digits"),
    ("**", (3, 4096), "the number has more than 4,096 binary digits"),
    ("*", (2**3000, 2**3000), "the product has more than 4,096 binary digits"),
    ("*", (2**4095, 2), "the product has more than 4,096 binary digits"),
    ("*", (2**500,) * 9, "the product has more than 4,096 binary digits"),
]


@pytest.mark.parametrize(("name", "operands", "message"), NO_VALUE)
def test_what_has_no_value_says_why(name: str, operands: tuple[int, ...], message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        operate(name, *operands)
    assert caught.value.mistakes[0].message == message


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 10**12, 10**12 + 1])
@pytest.mark.parametrize("base", [-1, 0, 1])
def test_powers_of_what_cannot_grow_take_any_exponent(base: int, exponent: int) -> None:
    assert operate("**", base, exponent) == (base ** (exponent % 2 + 2) if exponent else 1)


def test_a_product_with_zero_is_zero_however_large() -> None:
    assert operate("*", 2**4000, 2**4000, 0) == 0


@given(st.lists(st.integers(-9, 9)))
def test_sums_and_products_are_those_of_all_their_parts(xs: list[int]) -> None:
    named = [Letter(f"x{i}") for i in range(len(xs))]
    values = {letter.name: x for letter, x in zip(named, xs, strict=True)}
    assert evaluate(total(named), values) == total(xs) == sum(xs)
    assert evaluate(product(named), values) == product(xs) == prod(xs)


def test_a_hundred_thousand_terms_are_no_trouble() -> None:
    x = total([H, *range(100_000)])
    assert evaluate(x, {"H": 1}) == 4999950001
    assert evaluate(substitute(x, {"H": W}), {"W": 1}) == 4999950001


def test_depth_is_no_trouble() -> None:
    x: Int = H
    for _ in range(3000):
        x = x + 1
    assert evaluate(x, {"H": 1}) == 3001
    assert str(x).endswith(" + 1")


def test_shared_parts_are_visited_once() -> None:
    visits: list[Expr] = []
    shared = H + 1
    fold(shared * shared, lambda _: None, lambda part, _: visits.append(part))
    assert visits == [shared, shared * shared]


def test_the_table_of_operators_is_complete() -> None:
    assert {operator.name for operator in OPERATORS.values()} == set(OPERATORS)
    assert repr(OPERATORS["//"]) == "//"
    assert BITS.value == 4096
    assert isinstance(H, Expr)
