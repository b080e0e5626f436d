"""Solving for sizes that differ from axis to axis, where what is asked couples the axes: over a range of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.studies.solving.demands import Goal
from archcalc.studies.solving.network_answers import PairAnswer, goal_of
from archcalc.studies.solving.pairs import MOST_COMBINED, Pairs, alone, combined, reach
from archcalc.studies.solving.solutions import Solution, in_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.studies.solving.closed_forms import Closed
    from archcalc.studies.solving.network_answers import Search
    from archcalc.studies.solving.solutions import Span
    from archcalc.studies.solving.trying import Trial
    from archcalc.symbolic.supposing import Condition


MOST_SIDE = 512
"""No more sizes of an axis than this are looked at in pairs."""


def over_pairs(trial: Trial, closed: Closed | None, look: Search) -> PairAnswer | None:
    """Return the solutions with sizes that differ; None without closed forms to look at."""
    if closed is None or not closed.coupled:
        return None
    letters, goal = trial.dial.unknowns, goal_of(trial.demands)
    tried = _range(look, len(letters), _own(trial))
    found = tuple(_combinations(closed, letters, tried))
    unequal = (one for one in _said(Pairs(letters, tried, found), goal) if not _equal(one))
    return PairAnswer(letters=letters, tried=tried, solutions=tuple(unequal), goal=goal)


def _range(look: Search, axes: int, own: int) -> range:
    """Return the sizes of each axis that are looked at: those asked for, as far as these are not too many."""
    most = len(reach(axes, MOST_COMBINED))
    if look.within:
        return range(look.within[0], min(look.within[-1], look.within[0] + MOST_SIDE) + 1)
    return range(1, (max(most, min(own, MOST_SIDE)) if axes == 2 else most) + 1)  # noqa: PLR2004 - height and width


def _own(trial: Trial) -> int:
    return trial.dial.own if isinstance(trial.dial.own, int) else 0


def _equal(solution: Solution) -> bool:
    """Whether a solution is one of equal sizes alone."""
    values = set(solution.values.values())
    return len(values) == 1 and all(isinstance(value, int) for value in values)


def _combinations(closed: Closed, letters: Sequence[str], tried: range) -> Iterator[tuple[int, ...]]:
    if all(demand.holds(form) for demand, form in closed.settled):
        values = {name: alone(_about(closed, name), tried) for name in letters}
        several = [one for one in closed.conditions if len(one.letters) > 1]
        yield from combined([*closed.between, *several], values)


def _about(closed: Closed, name: str) -> list[Condition]:
    """Return the conditions and demands on one letter alone."""
    conditions = [*closed.alone.get(name, ()), *closed.about(name).conditions]
    return [one for one in conditions if one.letters == (name,)]


def _said(pairs: Pairs, goal: Goal) -> Iterator[Solution]:
    if goal == Goal.EVERY and len(pairs.letters) == 2:  # noqa: PLR2004 - height and width
        yield from _rectangles(pairs)
        return
    found = pairs.found if goal == Goal.EVERY else pairs.least() if goal == Goal.SMALLEST else pairs.largest()
    yield from (Solution(dict(zip(pairs.letters, sizes, strict=True))) for sizes in found)


def _rectangles(pairs: Pairs) -> Iterator[Solution]:
    """Yield pairs as spans: sizes next to each other that go with the same sizes of the other axis."""
    first, second = pairs.letters
    beside: dict[int, list[int]] = {}
    for one, other in pairs.found:
        beside.setdefault(one, []).append(other)
    alike: dict[tuple[int, ...], list[int]] = {}
    for one, others in beside.items():
        alike.setdefault(tuple(others), []).append(one)
    for others_, ones in alike.items():
        runs: list[tuple[int | Span, int | Span]] = [(a, b) for a in in_spans(ones) for b in in_spans(list(others_))]
        yield from (Solution({first: a, second: b}) for a, b in runs)
