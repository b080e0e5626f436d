"""Signs: where an expression is below, at or above zero, against its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.symbolic.expr import Int, Letter, evaluate, letters, minimum
from archcalc.symbolic.known import signs as known_signs
from archcalc.symbolic.signs import Run, Signs, signs

if TYPE_CHECKING:
    from collections.abc import Callable

H, W, N = Letter("H"), Letter("W"), Letter("N")

few = st.integers(-60, 60)
divisors = st.sampled_from([2, 3, 4, 7])

FORMS: list[Callable[[int, int, int, int], Int]] = [
    lambda a, b, c, d: a * H * H + b * H + 10 * c + 0 * d,
    lambda a, b, c, d: a * (H // d) + b * ((H + c) // 2) + c,
    lambda a, b, c, d: a * (H // d) * (H // d) + b * H + 10 * c,
    lambda a, b, c, d: a * H**3 + b * H * H + 10 * c * H + 100 * d,
    lambda a, b, c, d: minimum(a * H, b * H + c) + d,
    lambda a, b, c, d: a * (H % d) + b * H + c,
]


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


expressions = st.builds(
    lambda form, numbers: form(*numbers), st.sampled_from(FORMS), st.tuples(few, few, few, divisors)
)


@given(expressions, st.integers(1, 9))
def test_every_value_has_the_sign_of_its_run(x: Int, least: int) -> None:
    found = signs(x, {"H": least})
    assert found is not None
    assert found.known_to is None
    assert (found.runs[0].first, found.runs[-1].last) == (least, None)
    assert all(before.last == after.first - 1 for before, after in zip(found.runs, found.runs[1:], strict=False))
    for value in range(least, 300):
        run = next(run for run in found.runs if run.last is None or value <= run.last)
        assert run.sign in (None, _sign(evaluate(x, {"H": value})))


def test_a_change_far_away_is_found_without_going_there() -> None:
    far = 10**12
    assert signs(H * H - far * far) == Signs(
        "H", (Run(1, far - 1, -1), Run(far, far, 0), Run(far + 1, None, 1))
    )  # fmt: skip


def test_what_alternates_for_ever_says_so() -> None:
    assert signs(H % 3 - 1) == Signs("H", (Run(1, None, None),))


def test_what_alternates_for_a_while_is_told_value_by_value() -> None:
    found = signs(5 * (H // 4) - H)
    assert found is not None
    runs = {(run.first, run.last): run.sign for run in found.runs}
    assert runs == {(1, 3): -1, (4, 4): 1, (5, 5): 0, (6, 7): -1, (8, 9): 1, (10, 10): 0, (11, 11): -1, (12, 14): 1,
                    (15, 15): 0, (16, None): 1}  # fmt: skip


def test_bounds_settle_several_letters_and_no_letter() -> None:
    assert signs(H * W + 1) == Signs("H, W", (Run(1, None, 1),))
    assert signs(H * W - 5, {"H": 3, "W": 2}) == Signs("H, W", (Run(2, None, 1),))
    assert signs(-3) == Signs("", (Run(1, None, -1),))
    assert signs(H - H) == Signs("H", (Run(1, None, 0),))


def test_letters_that_couple_are_left_open() -> None:
    assert signs(H * W - 5) is None


@pytest.mark.parametrize(("x", "known_to"), [(2**N - 100, 256), (N * N % 10_007 - 3, 4096), (2 ** (2**N) - 7, None)])
def test_what_is_no_polynomial_is_looked_at_as_far_as_it_goes(x: Int, known_to: int | None) -> None:
    found = signs(x)
    assert letters(x) == ("N",)
    if known_to is None:
        assert found is None
    else:
        assert found is not None
        assert found.known_to == found.runs[-1].last == known_to


def test_a_value_that_is_too_large_on_the_way_leaves_it_open() -> None:
    huge = 2**4095
    assert signs(huge * N * N * N - huge) is None


def test_a_curve_may_turn_before_it_reaches_zero() -> None:
    assert signs((N - 5) * (N - 5) - 2) == Signs("N", (Run(1, 3, 1), Run(4, 6, -1), Run(7, None, 1)))
    assert signs((N - 1) * (N - 2)) == Signs("N", (Run(1, 2, 0), Run(3, None, 1)))
    assert signs((N - 3) * (N - 3) * (N - 20) - 1) == Signs("N", (Run(1, 20, -1), Run(21, None, 1)))


def test_the_door_for_plain_numbers_leads_here() -> None:
    assert known_signs(2 * H - 4, {"H": 2}) == Signs("H", (Run(2, 2, 0), Run(3, None, 1)))
