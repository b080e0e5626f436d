"""The names that are accepted for a habit are names of the catalogue, and every habit has its row."""

from __future__ import annotations

import pytest

from tests.students.catalogue import catalogue
from tests.students.drawing import SLIPS, draw, plainly
from tests.students.marking import report
from tests.students.verdicts import ACCEPTED, accepted


def test_every_habit_and_every_slip_has_a_row() -> None:
    assert set(ACCEPTED) == set(catalogue()) | set(SLIPS)


def test_two_at_once_are_accepted_if_each_of_them_acts() -> None:
    assert accepted("forgot-bias + forgot-padding", ["forgot-the-bias", "forgot-padding"])
    assert not accepted("forgot-bias + forgot-padding", ["forgot-the-bias"])


@pytest.mark.parametrize("count", [5, pytest.param(20, marks=pytest.mark.long)])
def test_no_right_cell_of_a_fresh_class_that_writes_plainly_is_called_wrong(count: int) -> None:
    said = report(draw(seed=5, count=count, pen=plainly))
    assert "right cells called wrong: 0" in said
