"""Functions that only rise or fall: where they take a value, and the proof that an expression rises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.studies.solving.monotone import Crossing, crossing, first, rises, within
from archcalc.studies.solving.solutions import Span, in_spans, span_or_number
from archcalc.symbolic.expr import Int, Letter, ceildiv, evaluate, minimum
from tests.symbolic.strategies import expressions, value_or_none

H = Letter("H")
WITHIN = st.tuples(st.integers(0, 3), st.none() | st.integers(0, 30))
SPANS = st.none() | st.builds(lambda low, wide: Span(low, None if wide is None else low + wide),
                              st.integers(0, 40), st.none() | st.integers(0, 30))  # fmt: skip


@given(st.integers(-5, 5), st.integers(1, 9), st.integers(-20, 20), WITHIN, SPANS)
def test_a_crossing_is_every_value_that_is_taken(
    slope: int, divisor: int, target: int, within: tuple[int, int | None], near: Span | None
) -> None:
    low, high = within

    def value(n: int) -> int:
        return slope * n // divisor

    found = crossing(value, target, low, high, near)
    last = 200 if high is None else high
    expected = [n for n in range(low, last + 1) if value(n) == target]
    if found.span is None:
        assert expected == []
        if low <= last:
            assert all(low <= n <= last for n in found.neighbours)
    else:
        end = last if found.span.high is None else found.span.high
        assert list(range(found.span.low, end + 1)) == expected


def test_the_neighbours_lie_on_either_side() -> None:
    assert crossing(lambda n: 2 * n, 7, 0) == Crossing(None, (3, 4))
    assert crossing(lambda n: 2 * n + 9, 7, 0) == Crossing(None, (0,))
    assert crossing(lambda n: 2 * n, 99, 0, 9) == Crossing(None, (9,))
    assert crossing(lambda n: min(n, 5), 7, 0) == Crossing(None)
    assert crossing(lambda n: n, 7, 9, 8) == Crossing(None)


def test_what_never_comes_is_none() -> None:
    assert first(lambda n: n > 5, 0, 5) is None
    assert first(lambda n: n > 5, 9, 8) is None
    assert first(lambda n: n >= 5, 5, 5) == 5


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [(0, 99, Span(3, 9)), (5, 99, Span(5, 9)), (0, 6, Span(3, 6)), (10, 99, None), (0, 2, None)],
)
def test_one_end_of_a_span_is_kept(least: int, most: int, expected: Span | None) -> None:
    assert within(Span(3, 9), lambda n: least <= n <= most) == expected


def test_a_span_without_end_is_kept_or_cut() -> None:
    assert within(Span(3, None), lambda n: n >= 5) == Span(5, None)
    assert within(Span(3, None), lambda n: n < 5) == Span(3, 4)


@given(expressions(H), st.integers(1, 40))
def test_what_is_proved_to_rise_never_falls(x: Int, low: int) -> None:
    if not isinstance(x, int) and rises(x, low):
        values = [value_or_none(x, {"H": n}) for n in range(low, low + 150)]
        known = [value for value in values if value is not None]
        assert known == sorted(known)
        assert len(known) == len(values)


@pytest.mark.parametrize(
    ("x", "low"),
    [
        ((H - 2) * (H - 2), 2),
        (4096 * ((H - 35) // 32) * ((H - 35) // 32) - 7, 67),
        ((16 * ((H + 4) // 16) - 188) ** 2, 188),
        (minimum(H, ceildiv(H, 2) + 4) * 3, 1),
        (H * 0 + 5, 1),
    ],
)
def test_what_networks_ask_for_is_proved(x: Int, low: int) -> None:
    assert rises(x, low)
    assert evaluate(x, {"H": low + 1}) >= evaluate(x, {"H": low})


@pytest.mark.parametrize("x", [-H, H % 3, 100 // H, H // -2, 2**H, (H - 9) * (H - 9), (10 - H) // 2, H**2 - 3 * H])
def test_what_falls_or_is_not_known_is_not_proved(x: Int) -> None:
    assert not rises(x, 1)


def test_numbers_that_follow_each_other_are_a_span() -> None:
    assert in_spans([]) == []
    assert in_spans([3, 5, 6, 9]) == [3, Span(5, 6), 9]
    assert (span_or_number(3, 3), span_or_number(3, None)) == (3, Span(3, None))
    assert [n in Span(1, None) for n in (0, 5)] == [False, True]
    assert [n in Span(1, 8) for n in (8, 9)] == [True, False]
