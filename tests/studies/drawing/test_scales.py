"""Scales: monotone, with round numbers, and lanes without collisions."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.studies.drawing.lanes import lanes
from archcalc.studies.drawing.scales import decades, linear, logarithmic, short, ticks


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_larger_size_is_longer(one: int, other: int, longest: int) -> None:
    for scale in (linear, logarithmic):
        assert (scale(one, longest, 150.0) < scale(other, longest, 150.0)) == (one < other)
        assert scale(longest, longest, 150.0) == pytest.approx(150.0)


@given(st.floats(1e-3, 1e15))
def test_ticks_begin_at_zero_are_even_and_end_just_beyond(largest: float) -> None:
    found = ticks(largest)
    assert found[0] == 0
    assert found[-2] < largest <= found[-1] * (1 + 1e-9)
    assert 3 <= len(found) <= 6
    step = found[1]
    assert found == pytest.approx([number * step for number in range(len(found))])
    assert step / 10 ** math.floor(math.log10(step) + 1e-9) == pytest.approx(min((1, 2, 5), key=lambda f: abs(
        f - step / 10 ** math.floor(math.log10(step) + 1e-9))))  # fmt: skip


@given(st.integers(1, 10**14), st.integers(1, 10**14))
def test_decades_hold_what_they_are_made_for(one: int, other: int) -> None:
    low, high = sorted((one, other))
    found = decades(low, high)
    assert found[0] <= low
    assert high <= found[-1]
    assert found == sorted(set(found))
    assert len(found) >= 2


def test_numbers_at_axes_are_short() -> None:
    assert [short(number) for number in (0, 20, 1_000, 2_500_000, 10**9, 2 * 10**12)] == [
        "0", "20", "1K", "2.5M", "1G", "2T",
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 10)).map(lambda s: (s[0], s[0] + s[1])), max_size=14))
def test_spans_that_overlap_have_lanes_of_their_own(spans: list[tuple[int, int]]) -> None:
    found = lanes(spans)
    for one, other in combinations(range(len(spans)), 2):
        (a, b), (c, d) = spans[one], spans[other]
        if a < d and c < b:
            assert found[one] != found[other]


def test_the_inner_span_has_the_lower_lane() -> None:
    assert lanes([(0, 9), (1, 5), (2, 3), (6, 8)]) == [2, 1, 0, 0]
