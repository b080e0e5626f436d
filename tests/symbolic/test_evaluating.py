"""An expression that is evaluated many times has the values that it has when it is evaluated once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import ExpressionError
from archcalc.symbolic.evaluating import evaluator
from archcalc.symbolic.expr import evaluate
from tests.symbolic.strategies import H, W, expressions


@given(expressions(H, W), st.integers(-50, 50), st.integers(-50, 50))
def test_both_give_the_same(written: object, height: int, width: int) -> None:
    values = {"H": height, "W": width}
    assert evaluator(written)(values) == evaluate(written, values)  # type: ignore[arg-type]


def test_a_letter_without_a_value_is_named() -> None:
    with pytest.raises(ExpressionError, match="no value for W"):
        evaluator(H + W)({"H": 1})
    with pytest.raises(ExpressionError, match="by zero"):
        evaluator(H // W)({"H": 1, "W": 0})
