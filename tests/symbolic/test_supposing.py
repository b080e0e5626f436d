"""Conditions that are noted instead of refused."""

from __future__ import annotations

import pytest

from archcalc.errors import Refusal
from archcalc.symbolic.expr import Letter
from archcalc.symbolic.supposing import Condition, require_divisible, supposed, supposing, violated

H = Letter("H")


def test_nothing_is_supposed_unless_it_is_asked_for() -> None:
    assert not supposed(H, "==", 3)
    assert not violated(H, ">", 3)
    require_divisible(H, 2, "2 does not divide H")


def test_what_letters_leave_open_is_noted_once() -> None:
    with supposing() as noted:
        assert supposed(H // 2 * 2, "==", H)
        assert not violated(H, ">", 3)
        require_divisible(H, 2, "2 does not divide H")
        require_divisible(H, 2, "2 does not divide H")
    assert [condition.letters for condition in noted] == [("H",)] * 3
    assert list(noted)[1:] == [Condition(H - 3, "<="), Condition(H % 2, "==")]
    assert not supposed(H, "==", 3)


def test_what_is_certain_is_refused_all_the_same() -> None:
    with supposing() as noted:
        assert violated(5, ">", 3)
        assert violated(H, ">=", 1)
        assert not supposed(5, "==", 3)
        with pytest.raises(Refusal, match=r"2 does not divide 5 \(5 % 2 = 1\)\n  use a divisor of 5"):
            require_divisible(5, 2, "2 does not divide 5")
    assert not noted
