"""Bisection against looking at one number after the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archcalc.symbolic.bisection import first

GUESSES = st.none() | st.integers(-60, 60)


@given(st.integers(-30, 30), st.integers(-40, 40), st.integers(-40, 40), GUESSES)
def test_the_first_is_found(low: int, high: int, start: int, near: int | None) -> None:
    asked: list[int] = []

    def holds(number: int) -> bool:
        asked.append(number)
        return number >= start

    assert first(holds, low, high, near=near) == next(
        (number for number in range(low, high + 1) if number >= start), None
    )
    assert all(low <= number <= high for number in asked)
    assert len(set(asked)) == len(asked)


@given(st.integers(0, 10**30), st.integers(0, 100))
def test_without_an_end_it_is_found_in_few_steps(start: int, low: int) -> None:
    asked: list[int] = []

    def holds(number: int) -> bool:
        asked.append(number)
        return number >= start

    assert first(holds, low) == max(low, start)
    assert len(asked) <= 2 * start.bit_length() + 3


@given(st.integers(0, 10**30), st.integers(-9, 9))
def test_near_a_good_guess_it_is_found_in_very_few(start: int, beside: int) -> None:
    asked: list[int] = []

    def holds(number: int) -> bool:
        asked.append(number)
        return number >= start

    assert first(holds, 0, near=start + beside) == start
    assert len(asked) <= 2 * beside.bit_length() + 3
