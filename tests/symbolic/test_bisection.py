"""Bisection against looking at one number after the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archcalc.symbolic.bisection import first


@given(st.integers(-30, 30), st.integers(-40, 40), st.integers(-40, 40))
def test_the_first_is_found(low: int, high: int, start: int) -> None:
    asked: list[int] = []

    def holds(number: int) -> bool:
        asked.append(number)
        return number >= start

    assert first(holds, low, high) == next((number for number in range(low, high + 1) if number >= start), None)
    assert all(low <= number <= high for number in asked)


@given(st.integers(0, 10**30), st.integers(0, 100))
def test_without_an_end_it_is_found_in_few_steps(start: int, low: int) -> None:
    asked: list[int] = []

    def holds(number: int) -> bool:
        asked.append(number)
        return number >= start

    assert first(holds, low) == max(low, start)
    assert len(asked) <= 2 * start.bit_length() + 3
