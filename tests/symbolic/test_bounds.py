"""Bounds hold for every value, and what is decided is never wrong."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archcalc.errors import ExpressionError
from archcalc.symbolic.bounds import bounds, decide, never_zero
from archcalc.symbolic.expr import Expr, Int, Letter
from archcalc.symbolic.intervals import ANYTHING, Intervals
from archcalc.symbolic.polynomial import Polynomial
from archcalc.symbolic.reading import expression
from archcalc.symbolic.simplify import polynomial
from tests.drawn import examples
from tests.symbolic.strategies import H, W, assignments, expressions, value_or_none, with_letters_below

if TYPE_CHECKING:
    from collections.abc import Callable

RELATIONS: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}

BOUNDS = [
    ("7", 7, 7),
    ("H", 1, None),
    ("-H", None, -1),
    ("H*W", 1, None),
    ("H - W", None, None),
    ("floor((H - 11)/4) + 1", -2, None),
    ("H % 4", 0, 3),
    ("H*H - H", 0, None),
    ("H*W - W", 0, None),
    ("H**2*W - H", 0, None),
    ("H - 2*floor(H/2)", 0, 1),
    ("floor(H/2) - H", None, -1),
    ("min(H, 7)", 1, 7),
    ("max(H, 7)", 7, None),
    ("floor(H/W)", 0, None),
    ("floor(-H/W)", None, -1),
    ("ceil(H/W)", 1, None),
    ("floor((H % 3 + 7)/W)", 0, 9),
    ("floor(H/(W - 1))", None, None),
    ("2**H", 2, None),
    ("(H - 1)**W", 0, None),
    ("(H - 2)**W", None, None),
    ("H**(W - 5)", 1, None),
    ("min(H - 4, 2)**2", 0, 9),
    ("H**100", 1, None),
    ("floor(H/2)**100", 0, None),
    ("(min(H, 3) - W)**101", None, None),
    ("H*floor(H/2)", 0, None),
    ("H**9 - H**8", None, None),
]


@pytest.mark.parametrize(("written", "low", "high"), BOUNDS)
def test_the_known_ends_are_found(written: str, low: int | None, high: int | None) -> None:
    x = expression(written)
    found_low, found_high = bounds(x)
    assert (found_low, found_high) == (low, high)
    for values in assignments(x):
        value = value_or_none(x, values)
        if value is not None:
            assert found_low is None or found_low <= value
            assert found_high is None or value <= found_high


# What one would like to know, and what is found: products are multiplied out first, and squares are lost.
WISHED = [
    ("(H % 3)**2", (0, 4), (None, None)),
    ("(W - H)**2", (0, None), (None, None)),
    ("(min(H, 3) - 2)*(min(W, 3) - 2)", (-1, 1), (-7, 9)),
]


@pytest.mark.parametrize(("written", "best", "found"), WISHED)
def test_other_ends_are_not_sharp(
    written: str, best: tuple[int | None, int | None], found: tuple[int | None, int | None]
) -> None:
    assert bounds(expression(written)) == found != best


@settings(max_examples=examples(200))
@given(st.one_of(expressions(H, W), with_letters_below(H, W)))
def test_bounds_hold_every_value(x: Int) -> None:
    try:
        low, high = bounds(x)
    except ExpressionError:
        return
    for values in assignments(x):
        value = value_or_none(x, values)
        if value is not None:
            assert low is None or low <= value
            assert high is None or value <= high


@given(expressions(H, W), st.integers(-5, 3), st.integers(0, 6))
def test_bounds_hold_in_any_range(x: Int, low: int, width: int) -> None:
    inside = tuple(range(low, low + width + 1))
    found = bounds(x, {"H": (low, low + width), "W": (low, low + width)})
    below, above = bounds(x, {"H": (low, None), "W": (None, None)})
    for values in assignments(x, inside):
        value = value_or_none(x, values)
        assert value is not None
        assert found[0] is not None
        assert found[1] is not None
        assert found[0] <= value <= found[1]
        assert below is None or below <= value
        assert above is None or value <= above


@settings(max_examples=examples(200))
@given(expressions(H, W), st.sampled_from(sorted(RELATIONS)), expressions(H, W))
def test_what_is_decided_is_never_wrong(left: Int, relation: str, right: Int) -> None:
    decided = decide(left, relation, right)
    if decided is not None:
        for values in assignments(left + H * W + right):
            truth = RELATIONS[relation](value_or_none(left, values), value_or_none(right, values))  # type: ignore[arg-type]
            assert truth is decided


DECIDED = [
    ("H", ">=", "1", True),
    ("H", "<", "1", False),
    ("H", ">", "10", None),
    ("H", "==", "H", True),
    ("H", "!=", "H", False),
    ("2*H", "!=", "5", True),
    ("2*H", "==", "2*W + 1", False),
    ("H", "==", "W", None),
    ("2*H", "<", "5", None),
    ("(4*W) % 2", "!=", "0", False),
    ("W % 2", "!=", "0", None),
    ("H + W", "<=", "H*W + 1", True),
    ("3", "==", "H - H + 3", True),
    ("H + 1", "==", "-W", False),
]


@pytest.mark.parametrize(("left", "relation", "right", "answer"), DECIDED)
def test_comparisons_are_decided_where_the_answer_is_always_the_same(
    left: str,
    relation: str,
    right: str,
    answer: bool | None,  # noqa: FBT001 - a column of the table
) -> None:
    assert decide(expression(left), relation, expression(right)) is answer


@pytest.mark.parametrize("relation", sorted(RELATIONS))
def test_numbers_are_compared_as_python_does(relation: str) -> None:
    for left in range(-2, 3):
        for right in range(-2, 3):
            assert decide(left, relation, right) is RELATIONS[relation](left, right)


def test_ranges_decide_more() -> None:
    pad = Letter("P")
    assert decide(pad, ">", 0) is True
    assert decide(pad, ">", 0, {"P": (0, None)}) is None
    assert decide(pad, "<=", 3, {"P": (0, 3)}) is True
    assert decide(pad * pad, "<", 0, {"P": (None, None)}) is False


def test_a_common_divisor_tells_what_is_never_zero() -> None:
    assert never_zero(polynomial(6 * H + 3 * W + 2))
    assert not never_zero(polynomial(6 * H + 4 * W + 2))
    assert never_zero(Polynomial.of(5))
    assert not never_zero(Polynomial.of(0))


def test_long_polynomials_are_bounded_term_by_term() -> None:
    x = sum((Letter(f"a{i}") * Letter(f"b{i}") for i in range(1, 70)), 0 * H)
    assert bounds(x) == (69, None)
    assert bounds(x - x // 2 * 2 + 0 * H) == bounds(x - x // 2 * 2)


def test_nothing_is_known_of_what_was_kept_as_written() -> None:
    kept: Expr = H // 2
    assert Intervals({}).atom(kept) == ANYTHING
