"""Solving by trying every value of a range, where no law says what solves it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archcalc.studies.solving.demands import Goal
from archcalc.studies.solving.network_answers import MORE, answered, goal_of
from archcalc.studies.solving.solutions import Solution, in_spans
from archcalc.studies.solving.trying import try_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.studies.solving.closed_forms import Closed
    from archcalc.studies.solving.demands import Demand
    from archcalc.studies.solving.network_answers import NetworkAnswer, Search
    from archcalc.studies.solving.solutions import TriedTotals
    from archcalc.studies.solving.trying import Trial

LEAST_RANGE = 128


def by_trying(text: str, trial: Trial, closed: Closed | None, look: Search) -> NetworkAnswer:
    """Solve along one dial by trying every value of a range."""
    (unknown,) = trial.dial.unknowns
    least = 0 if trial.dial.shape is None else 1
    values = look.within or range(least, max(LEAST_RANGE, 2 * trial.dial.own) + 1)
    tried, goal = try_all(trial, unknown, values, look.watch), goal_of(trial.demands)
    said = f"all values from {values[0]} to {values[-1]} were tested"
    how = f"complete in this range: {said}" if tried.complete else f"interrupted: not {said}"
    if not tried.holding:
        near = sorted(tried.others, key=lambda found: _distance(trial.demands, found))[:2]
        return answered(text, trial, closed, solutions=(), how=how, totals=tuple(near), complete=tried.complete)
    numbers = [found.values[unknown] for found in tried.holding]
    if goal == Goal.EVERY or not _one_sided(numbers, [found.values[unknown] for found in tried.others], goal):
        solutions = tuple(Solution({unknown: run}) for run in in_spans(numbers))
        found = answered(text, trial, closed, solutions=solutions, how=how, complete=tried.complete)
        return replace(found, goal=Goal.EVERY)
    held = tried.holding[-1 if goal == Goal.LARGEST else 0]
    value = held.values[unknown]
    beyond = [found for found in tried.others if (found.values[unknown] > value) == (goal == Goal.LARGEST)]
    totals = (held, *(beyond[:1] if goal == Goal.LARGEST else beyond[-1:]))
    how = how if beyond else f"{how}; {MORE}"
    return answered(
        text, trial, closed, solutions=(Solution(held.values),), how=how, totals=totals, complete=tried.complete
    )


def _one_sided(holding: Sequence[int], others: Sequence[int], goal: Goal) -> bool:
    """Whether one bound says which values hold: all of them in one piece, and every other that works beyond it."""
    if len(in_spans(list(holding))) > 1:
        return False
    return all(value > holding[-1] if goal == Goal.LARGEST else value < holding[0] for value in others)


def _distance(demands: Sequence[Demand], found: TriedTotals) -> int:
    """Return by how much everything that does not hold is off."""
    values = found.totals
    return sum(abs(values[demand.name] - demand.bound) for demand in demands if not demand.holds(values[demand.name]))
