"""Equality of functions: proved, refuted with an example, or undecided; never guessed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings

from archcalc.errors import ExpressionError
from archcalc.symbolic.equality import (
    NORMAL_FORMS,
    RESIDUE_CLASSES,
    UNDECIDED,
    EqualityVerdict,
    compare,
    counterexample,
    equal,
)
from archcalc.symbolic.expr import Int, Letter, ceildiv, evaluate, minimum, total
from archcalc.symbolic.quasi import LONGEST_PERIOD, Quasi, along, quasi
from archcalc.symbolic.reading import expression
from archcalc.symbolic.simplify import simplify
from tests.drawn import examples
from tests.symbolic.strategies import H, N, W, assignments, expressions

FAR = range(1, 401)


@settings(max_examples=examples(150))
@given(expressions(H), expressions(H))
def test_in_one_letter_the_answer_is_that_of_all_values(left: Int, right: Int) -> None:
    agree = along(left + 0 * H, FAR) == along(right + 0 * H, FAR)
    verdict = compare(left, right)
    if verdict.equal is None:
        return
    assert agree or not verdict.equal
    if not verdict.equal:
        assert verdict.example is not None
        assert evaluate(left, verdict.example) != evaluate(right, verdict.example)


@settings(max_examples=examples(60))
@given(expressions(H, W), expressions(H, W))
def test_in_several_letters_no_answer_is_wrong(left: Int, right: Int) -> None:
    verdict = compare(left, right)
    if verdict.equal:
        for values in assignments(left + right + 0 * H * W):
            assert evaluate(left, values) == evaluate(right, values)
    elif verdict.example is not None:
        assert evaluate(left, verdict.example) != evaluate(right, verdict.example)
    else:
        assert verdict == UNDECIDED


@given(expressions(H, W))
@settings(max_examples=examples(50))
def test_an_expression_equals_its_simplification(x: Int) -> None:
    assert equal(x, simplify(x)) is True


# Whether two expressions are equal; the last of a row says how it is known.
VERDICTS = [
    ("H + 1", "1 + H", NORMAL_FORMS),
    ("3", "3", NORMAL_FORMS),
    ("floor(H/2) + ceil(H/2)", "H", RESIDUE_CLASSES),
    ("floor(H/6)", "floor(floor(H/2)/3)", NORMAL_FORMS),
    ("H % 2 + 2*floor(H/2)", "H", NORMAL_FORMS),
    ("floor(H/3) + floor((H + 1)/3) + floor((H + 2)/3)", "H", RESIDUE_CLASSES),
    ("floor(H*(H + 1)/2)", "floor((H**2 + H)/2)", NORMAL_FORMS),
    ("2*floor(H*(H + 1)/2)", "H*(H + 1)", RESIDUE_CLASSES),
    ("6*floor(H*(H + 1)*(H + 2)/6)", "H*(H + 1)*(H + 2)", RESIDUE_CLASSES),
    ("(H**2) % 4 % 3", "H % 2", RESIDUE_CLASSES),
    ("min(H, 10) + max(H, 10)", "H + 10", RESIDUE_CLASSES),
    ("max(H**2 - 100*H, 0) + min(H**2 - 100*H, 0)", "H**2 - 100*H", RESIDUE_CLASSES),
    ("floor((2*floor(H/2) + 1)/3)", "floor((floor(H/2)*4 + 2)/6)", NORMAL_FORMS),
    ("floor(H*W/2) + ceil(H*W/2)", "H*W", UNDECIDED),
    ("min(H, W) + max(H, W)", "H + W", UNDECIDED),
]


@pytest.mark.parametrize(("left", "right", "verdict"), VERDICTS)
def test_a_verdict_says_how_it_is_known(left: str, right: str, verdict: EqualityVerdict) -> None:
    assert compare(expression(left), expression(right)) == verdict


DIFFERENT = [
    ("H", "W", {"H": 1, "W": 2}),
    ("H", "H + 1", {"H": 1}),
    ("2", "3", {}),
    ("H - H", "W - W + 1", {"H": 1, "W": 1}),
    ("floor(H/2)*2", "H", {"H": 1}),
    ("max(H, 300)", "300", {"H": 301}),
    ("min(H, 1000)*N", "H*N", {"H": 1023, "N": 13}),
    ("2**H % 7", "2", {"H": 2}),
    ("floor(H/9973) + W", "W", {"H": 9973, "W": 1}),
]


@pytest.mark.parametrize(("left", "right", "example"), DIFFERENT)
def test_what_differs_is_shown_by_an_example(left: str, right: str, example: dict[str, int]) -> None:
    x, y = expression(left), expression(right)
    assert equal(x, y) is False
    found = counterexample(x, y)
    assert found is not None
    assert evaluate(x, found) != evaluate(y, found)
    assert found.keys() == example.keys()


def test_numbers_are_compared_as_numbers() -> None:
    assert equal(3, 3) is True
    assert equal(3, 4) is False
    assert counterexample(3, 3) is None


def test_what_cannot_be_proved_is_left_undecided() -> None:
    x = (2**H) ** 2 - 2 ** (2 * H)
    assert equal(x, 0) is None
    halves = H // 2 + ceildiv(H, 2) - H
    assert equal(halves * (H // (LONGEST_PERIOD // 2)), 0) is True
    assert equal(halves * (H // (LONGEST_PERIOD + 7)), 0) is None


def test_values_that_are_too_large_settle_nothing() -> None:
    least = minimum(H**1000, H)
    assert equal(least, H) is None
    with pytest.raises(ExpressionError):
        quasi(least)


def test_samples_without_a_value_are_passed_over() -> None:
    assert equal(6 // (H - 2) + W, W) is False


# Period, degree, threshold.
QUASI = [
    ("7", Quasi()),
    ("H", Quasi(1, 1, 1)),
    ("H*H + 3", Quasi(1, 2, 1)),
    ("H**3", Quasi(1, 3, 1)),
    ("floor(H/6) + H % 4", Quasi(12, 1, 1)),
    ("ceil(H**2/3)", Quasi(6, 2, 1)),
    ("floor(H**2/3) % 2", Quasi(24, 0, 1)),
    ("floor(7/3)", Quasi()),
    ("-H - 1", Quasi(1, 1, 1)),
    ("2**H", None),
    ("floor(3/H)", None),
    ("3 % H", None),
    ("H**(1 - 2)", None),
    ("floor(floor(H/101)*H/101)", None),
    ("max(floor(H/101), floor(H/103))", None),
]


@pytest.mark.parametrize(("written", "found"), QUASI)
def test_periods_and_degrees_are_computed_from_the_parts(written: str, found: Quasi | None) -> None:
    assert quasi(expression(written)) == found


def test_divisors_are_numbers_other_than_zero() -> None:
    assert quasi(H // (W * 0)) is None
    assert quasi((H + 0) // 0) is None


@settings(max_examples=examples(120))
@given(expressions(H))
def test_a_quasi_polynomial_is_one(x: Int) -> None:
    known = quasi(x)
    if known is None or known.values > 3000:
        return
    for start in range(known.threshold, known.threshold + min(known.period, 40)):
        values = along(x + 0 * H, range(start, start + known.period * (known.degree + 4), known.period))
        for _ in range(known.degree + 1):
            values = [after - before for before, after in pairwise(values)]
        assert not any(values)  # a polynomial of degree k has no (k + 1)-th differences


def test_thresholds_come_from_the_last_change_of_sign() -> None:
    known = quasi(minimum(H**2, 50 * H + 7))
    assert known is not None
    assert known.threshold > 50
    assert quasi(minimum(H, H, 3)) is not None
    assert quasi(minimum(H * 0, total([0, H, -H])) + N * 0) is not None


def test_letters_that_cancel_are_in_the_example_all_the_same() -> None:
    assert counterexample(H + W, W + H + 1) == {"H": 1, "W": 1}
    assert counterexample(Letter("K") * H, H * Letter("K") + W - W + 2 * H) is not None
