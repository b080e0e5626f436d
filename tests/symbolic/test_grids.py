"""Expressions over grids: every value is that of the expression at that point."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import ExpressionError
from archcalc.symbolic.expr import Letter, ceildiv, evaluate, maximum, minimum
from archcalc.symbolic.grids import over_grid

if TYPE_CHECKING:
    from archcalc.symbolic.expr import Int

A, B, C = Letter("A"), Letter("B"), Letter("C")

FORMS: list[Int] = [
    A, 7, A + B, A - B, 3 - A, 2 * A * B * C * 5, (A + 3) // 2, A % 4, ceildiv(B, 3) * A, ceildiv(C, B + 1),
    minimum(A, 5, 3), maximum(7, B, 2, C), minimum(3, 5, C), -A + C, A**2 * C, C**2, (C - 5) // 3, C % B, 100 // C,
]  # fmt: skip


@given(st.lists(st.integers(1, 30), min_size=1, max_size=4), st.lists(st.integers(1, 30), min_size=1, max_size=4),
       st.lists(st.integers(1, 30), min_size=1, max_size=4))  # fmt: skip
def test_every_value_of_a_grid_is_that_of_the_expression_there(a: list[int], b: list[int], c: list[int]) -> None:
    axes = {"A": a, "B": b, "C": c}
    rows = list(over_grid(FORMS, axes))
    assert [row.outer for row in rows] == list(product(a, b))
    for row in rows:
        for place, last in enumerate(c):
            values = dict(zip("ABC", (*row.outer, last), strict=True))
            found = [column[place] if isinstance(column, list) else column for column in row.columns]
            assert found == [evaluate(form, values) for form in FORMS]


def test_a_grid_of_one_letter_is_one_row() -> None:
    assert [tuple(row) for row in over_grid([A * 2, 5], {"A": [1, 2, 3]})] == [((), ([2, 4, 6], 5))]


def test_a_letter_without_values_and_a_division_by_zero_are_errors() -> None:
    with pytest.raises(ExpressionError, match="no value for B"):
        list(over_grid([A + B], {"A": [1]}))
    with pytest.raises(ExpressionError, match="division by zero"):
        list(over_grid([10 // (A - 2)], {"A": [1, 2]}))
