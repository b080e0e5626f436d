"""Printed figures: what a paper's digits say, and when an exact value agrees."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import Refusal
from archcalc.quantities.printed import Agreement, Figure, read_figure


@pytest.mark.parametrize(
    ("printed", "exact", "outcome"),
    [
        ("60M", 60_965_224, Agreement.TRUNCATES),
        ("61M", 60_965_224, Agreement.ROUNDS),
        ("62M", 60_965_224, Agreement.WRONG),
        ("3.8e9", 3_857_973_248, Agreement.TRUNCATES),
        ("11.3e9", 11_282_415_616, Agreement.ROUNDS),
        ("11.30e9", 11_282_415_616, Agreement.WRONG),
        ("0.27M", 269_722, Agreement.ROUNDS),
        ("60,965,224", 60_965_224, Agreement.EXACT),
        ("60965225", 60_965_224, Agreement.WRONG),
        ("8", 8, Agreement.EXACT),
        ("1.5G", 1_582_671_872, Agreement.TRUNCATES),
        ("12.00", 12, Agreement.EXACT),
        ("2.7K", 2_650, Agreement.ROUNDS),
    ],
)
def test_a_figure_agrees_if_it_rounds_or_truncates(printed: str, exact: int, outcome: str) -> None:
    assert read_figure(printed).agrees(exact) == outcome


@given(st.integers(1, 10**12), st.integers(0, 9))
def test_decimal_arithmetic_agrees(exact: int, power: int) -> None:
    unit = Decimal(10) ** power
    for rounding in (ROUND_HALF_UP, ROUND_DOWN):
        digits = int((Decimal(exact) / unit).quantize(Decimal(1), rounding))
        assert Figure(digits, power).agrees(exact) != Agreement.WRONG
        assert Figure(digits + 2, power).agrees(exact) == Agreement.WRONG


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        ("many", "invalid number 'many'\n  for example 60965224, 60,965,224, 60M or 3.8e9"),
        ("1.5", "invalid count '1.5'\n  a count is an integer"),
        ("1.2345K", "invalid count '1.2345K'\n  a count is an integer"),
    ],
)
def test_what_is_no_figure_is_refused(printed: str, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_figure(printed)
    assert str(caught.value) == message
