"""The normal form is a ring: equal polynomials are equal functions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from archcalc.symbolic.display import length, written
from archcalc.symbolic.expr import Int, evaluate
from archcalc.symbolic.polynomial import ONE, Compound, Polynomial, degree, merged, split, summed
from archcalc.symbolic.simplify import polynomial
from tests.drawn import examples
from tests.symbolic.strategies import H, N, W, assignments, expressions

h, w = Polynomial.of(H), Polynomial.of(W)
one, half = Polynomial.of(1), Polynomial.of(Compound("//", h, Polynomial.of(2)))


def values_agree(p: Polynomial, x: Int) -> bool:
    found = written(p)
    return all(evaluate(found, values) == evaluate(x, values) for values in assignments(x))


@given(expressions(H, W), expressions(H, W))
@settings(max_examples=examples(30))
def test_arithmetic_of_polynomials_is_that_of_their_values(x: Int, y: Int) -> None:
    p, q = polynomial(x), polynomial(y)
    assert values_agree(p + q, x + y + 0 * H * W)
    assert values_agree(p - q, x - y + 0 * H * W)
    assert values_agree(p * q, x * y + 0 * H * W)
    assert values_agree(-p.scaled(3), -3 * x + 0 * H * W)


def test_the_order_of_sums_and_products_does_not_matter() -> None:
    assert h + w == w + h == summed([w, h])
    assert h * w == w * h
    assert hash(h * w) == hash(w * h)
    assert (h + w) * (h - w) == h * h - w * w
    assert h - h == Polynomial.of(0)
    assert h != "H"


def test_a_number_is_a_polynomial_of_one_term_or_none() -> None:
    assert Polynomial.of(0).constant == 0
    assert Polynomial.of(7).constant == Polynomial.of(7).offset == 7
    assert h.constant is None
    assert (h + one).constant is None
    assert h.offset == 0


def test_monomials_multiply_by_adding_exponents() -> None:
    (hw,) = (h * w).terms
    assert merged(ONE, hw) == merged(hw, ONE) == hw
    assert degree(merged(hw, hw)) == 4


def test_compounds_are_equal_by_content() -> None:
    again = Compound("//", Polynomial.of(H), Polynomial.of(2))
    assert Polynomial.of(again) == half
    assert again != Compound("//", h, Polynomial.of(3))
    assert again != Compound("max", h, Polynomial.of(2))
    assert again != H
    clash = Compound("max", h, w)
    clash._hash = again._hash
    assert again != clash
    assert again == again  # noqa: PLR0124 - an object is itself
    assert (again.divisor, clash.divisor, again.depth) == (2, None, 1)


def test_only_quotients_that_stand_alone_are_listed() -> None:
    others = half * h + half * half + w + Polynomial.of(Compound("max", h, w))
    ((quotient, factor),) = (half.scaled(3) + others).quotients()
    assert (quotient.divisor, factor) == (2, 3)


@pytest.mark.parametrize("divisor", [1, 2, 3, 32])
def test_splitting_by_a_divisor_loses_nothing(divisor: int) -> None:
    for a in range(-7, 8):
        for c in range(-7, 8):
            p = Polynomial.of(c) + (h.scaled(a) if a else Polynomial.of(0))
            whole, rest = split(p, divisor)
            assert whole.scaled(divisor) + rest == p
            assert 0 <= rest.offset < divisor
            assert all(abs(factor) < divisor for factor in rest.terms.values())


WRITTEN = [
    (Polynomial.of(0), "0"),
    (Polynomial.of(-3), "-3"),
    (-h, "-H"),
    (-h * w, "-H*W"),
    (w - h, "W - H"),
    (-h - w, "-H - W"),
    (Polynomial.of(3) - h, "3 - H"),
    (h * h * w + h * w * w + w, "H**2*W + H*W**2 + W"),
    (h.scaled(-2) - one, "-2*H - 1"),
    (half + one, "floor((H + 2)/2)"),
    (half - one + w, "W + floor(H/2) - 1"),
    (one - half, "1 - floor(H/2)"),
    (half.scaled(2) + one, "2*floor(H/2) + 1"),
    (half * half, "floor(H/2)**2"),
    (polynomial((H + 1) // 2), "ceil(H/2)"),
    (polynomial((H + 1) // 2 + W), "W + ceil(H/2)"),
]


@pytest.mark.parametrize(("p", "text"), WRITTEN, ids=[text for _, text in WRITTEN])
def test_a_polynomial_is_written_as_a_textbook_would(p: Polynomial, text: str) -> None:
    assert str(written(p)) == text


def test_the_length_counts_operators_letters_and_numbers() -> None:
    assert [length(p) for p in (one, h, h + one, h.scaled(2) + one)] == [1, 1, 3, 5]


def test_a_long_sum_is_added_up_in_place() -> None:
    found = summed(polynomial(3 * N + i) for i in range(5000))
    assert str(written(found)) == "15000*N + 12497500"
