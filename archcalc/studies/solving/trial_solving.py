"""Solving by trying every value of a range, where no law says what solves it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archcalc.studies.solving.demands import Goal
from archcalc.studies.solving.network_answers import MORE, answered, goal_of
from archcalc.studies.solving.solutions import Solution, in_spans
from archcalc.studies.solving.trying import try_all
from archcalc.symbolic.ratio import compute, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.studies.solving.closed_forms import Closed
    from archcalc.studies.solving.demands import Demand
    from archcalc.studies.solving.network_answers import NetworkAnswer, Search
    from archcalc.studies.solving.solutions import TriedTotals
    from archcalc.studies.solving.trying import Trial
    from archcalc.symbolic.ratio import Number

LEAST_RANGE = 128


def by_trying(
    text: str, trial: Trial, closed: Closed | None, look: Search, steps: Sequence[Number] = ()
) -> NetworkAnswer:
    """Solve along one dial by trying every value of a range, or every one of some steps."""
    (unknown,) = trial.dial.unknowns
    values = steps or look.within or _usual(trial)
    tried, goal = try_all(trial, unknown, values, look.watch), goal_of(trial.demands)
    how = _searched(values, complete=tried.complete)
    if not tried.holding:
        near = sorted(tried.others, key=lambda found: _distance(trial.demands, found))[:2]
        return answered(text, trial, closed, solutions=(), how=how, totals=tuple(near), complete=tried.complete)
    places = {value: place for place, value in enumerate(values)}
    inside = [places[found.values[unknown]] for found in tried.holding]
    beyond = [places[found.values[unknown]] for found in tried.others]
    to_the_end = goal != Goal.SMALLEST or inside[-1] == len(values) - 1 or not tried.complete
    if goal == Goal.EVERY or not to_the_end or not _one_sided(inside, beyond, goal):
        numbers = [found.values[unknown] for found in tried.holding]
        solutions = tuple(Solution({unknown: run}) for run in (numbers if steps else in_spans(numbers)))
        found = answered(text, trial, closed, solutions=solutions, how=how, complete=tried.complete)
        return replace(found, goal=Goal.EVERY)
    held = tried.holding[-1 if goal == Goal.LARGEST else 0]
    totals = (held, *(tried.others[:1] if goal == Goal.LARGEST else tried.others[-1:]))
    how = how if beyond else f"{how}; {MORE}"
    return answered(
        text, trial, closed, solutions=(Solution(held.values),), how=how, totals=totals, complete=tried.complete
    )


def _usual(trial: Trial) -> range:
    """Return the values that are tried if no range is given."""
    own = trial.dial.own if isinstance(trial.dial.own, int) else 0
    return range(0 if trial.dial.shape is None else 1, max(LEAST_RANGE, 2 * own) + 1)


def _searched(values: Sequence[Number], *, complete: bool) -> str:
    """Say which values were tried."""
    some = f"all values from {spelled(values[0])} to {spelled(values[-1])}"
    if not isinstance(values, range) and len(values) > 1:
        some += f" in steps of {spelled(compute('-', values[1], values[0]))}"
    return f"complete in this range: {some} were tested" if complete else f"interrupted: not {some} were tested"


def _one_sided(holding: Sequence[int], others: Sequence[int], goal: Goal) -> bool:
    """Whether one bound says which values hold: all of them in one piece, and every other that works beyond it."""
    if len(in_spans(list(holding))) > 1:
        return False
    return all(value > holding[-1] if goal == Goal.LARGEST else value < holding[0] for value in others)


def _distance(demands: Sequence[Demand], found: TriedTotals) -> int:
    """Return by how much everything that does not hold is off."""
    values = found.totals
    return sum(abs(values[demand.name] - demand.bound) for demand in demands if not demand.holds(values[demand.name]))
