"""Working an expression out, step by step."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.symbolic.carried import value
from archcalc.symbolic.expr import Letter, ceildiv, maximum
from archcalc.symbolic.steps import named, tidied, worked
from tests.known import known

NUMBER = st.integers(1, 300)


@given(NUMBER, NUMBER, NUMBER, st.integers(0, 9))
def test_every_step_has_the_value_of_the_whole(size: int, kernel: int, stride: int, padding: int) -> None:
    i, k, s, p = Letter("I", size), Letter("K", kernel), Letter("S", stride), Letter("P", padding)
    for rule in ((i - k + 2 * p) // s + 1, ceildiv(i - k, s) * k + maximum(i, k) % s, -(i * k) + p):
        steps = worked(rule)
        assert {value(step) for step in steps} == {value(rule)}
        assert isinstance(steps[-1], int)


def test_a_division_is_done_by_itself() -> None:
    half = Letter("A", 7) // 2
    assert [str(step) for step in worked(half + Letter("B", 7) // 2 * 3)] == [
        "floor(7/2) + floor(7/2)*3", "3 + 3*3", "12",
    ]  # fmt: skip
    assert worked(5) == [5]


def test_a_letter_without_a_value_cannot_be_worked_out() -> None:
    with pytest.raises(ValueError, match="not all letters of H \\+ 1 carry values"):
        worked(Letter("H") + 1)


@given(NUMBER, NUMBER)
def test_tidying_changes_no_value(first: int, second: int) -> None:
    a, b = Letter("a", first), Letter("b", second)
    written = (a // 1 + b + 0) * (b - 0) + ceildiv(a, 1) + 0
    assert value(tidied(written)) == value(written)
    assert str(tidied(written)) == "(a + b)*b + a"


def test_a_part_is_written_as_a_letter() -> None:
    inner = (Letter("I", 9) - 3) // 2
    whole = 3 * inner * inner + 1
    short = named(whole, {inner: Letter("O", known(value(inner) or 0))})
    assert str(short) == "3*O*O + 1"
    assert value(short) == value(whole)
