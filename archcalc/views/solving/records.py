"""What the answers of `solve` share in tables and in records: values of unknowns, and solutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.studies.solving.solutions import Span
from archcalc.symbolic.known import number
from archcalc.symbolic.ratio import Ratio, spelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.studies.solving.solutions import Answer, Solution
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number
    from archcalc.views.page import Cell


def cell(value: int | Span) -> Cell:
    """Return a value as a cell of a table."""
    return value if isinstance(value, int) else spoken(value)


def spoken(value: int | Span) -> str:
    """Spell a number, or a span of numbers."""
    if not isinstance(value, Span):
        return spelled(value)
    steps = "" if value.step == 1 else f" in steps of {value.step}"
    return (f"from {value.low} on" if value.high is None else f"from {value.low} to {value.high}") + steps


def record(answer: Answer) -> dict[str, Any]:
    """Return what all answers have in common."""
    found: dict[str, Any] = {
        "schema_version": 1,
        "question": answer.question,
        "unknowns": list(answer.unknowns),
        "solutions": [_entry(solution) for solution in answer.solutions],
        "complete": answer.complete,
        "how": answer.how,
    }
    if answer.nearest:
        found["nearest"] = [_entry(near) for near in answer.nearest]
    return found


def _entry(solution: Solution) -> dict[str, Any]:
    over = {} if solution.exact or solution.left_over is None else {"left_over": solution.left_over}
    return recorded(solution.values) | {"exact": solution.exact} | over


def recorded(values: Mapping[str, int | Span]) -> dict[str, Int | float | list[int | None]]:
    """Return the values of unknowns as records hold them."""
    return {name: _span(value) if isinstance(value, Span) else plain_number(value) for name, value in values.items()}


def plain_number(value: Number) -> Int | float:
    """Return a number as records hold it: an integer, or a decimal."""
    if not isinstance(value, Ratio):
        return value
    return number(value.numerator) / number(value.denominator)


def _span(span: Span) -> list[int | None]:
    """Return a span as records hold it: its ends, and its step where that is not 1."""
    return [span.low, span.high] if span.step == 1 else [span.low, span.high, span.step]
