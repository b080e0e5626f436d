"""Solving for sizes that differ from axis to axis, where what is asked couples the axes: over a range of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ArchcalcError, ExpressionError
from archcalc.studies.solving.demands import Goal
from archcalc.studies.solving.laws import satisfying
from archcalc.studies.solving.network_answers import goal_of
from archcalc.studies.solving.pairs import MOST_COMBINED, Pairs, combined, reach
from archcalc.studies.solving.solutions import Solution, in_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.studies.solving.closed_forms import Closed
    from archcalc.studies.solving.network_answers import Search
    from archcalc.studies.solving.solutions import Span
    from archcalc.studies.solving.trying import Trial


class PairAnswer(NamedTuple):
    """The solutions with sizes that differ, in the range of each axis that was looked at.

    ``goal`` says which: every one, or the largest or smallest, beside which none is so along all axes.
    """

    letters: tuple[str, ...]
    tried: range
    solutions: tuple[Solution, ...]
    goal: Goal


def over_pairs(trial: Trial, closed: Closed | None, look: Search) -> PairAnswer | None:
    """Return the solutions with sizes that differ; None where there are no closed forms to look at."""
    if closed is None:
        return None
    letters, goal = trial.dial.unknowns, goal_of(trial.demands)
    most = reach(len(letters), MOST_COMBINED)
    tried = range(look.within[0], min(look.within[-1], look.within[0] + len(most))) if look.within else most
    try:
        found = tuple(sizes for sizes in _combinations(closed, letters, tried) if len(set(sizes)) > 1)
    except (ArchcalcError, ExpressionError):
        return None
    return PairAnswer(letters, tried, tuple(_said(Pairs(letters, tried, found), goal)), goal)


def _combinations(closed: Closed, letters: Sequence[str], tried: range) -> Iterator[tuple[int, ...]]:
    alone = {name: [*closed.alone.get(name, ()), *closed.about(name).conditions] for name in letters}
    alone = {name: [one for one in conditions if one.letters == (name,)] for name, conditions in alone.items()}
    values = {name: satisfying(conditions, tried) for name, conditions in alone.items()}
    if all(demand.holds(form) for demand, form in closed.settled):
        several = [one for one in closed.conditions if len(one.letters) > 1]
        yield from combined([*closed.between, *several], values)


def _said(pairs: Pairs, goal: Goal) -> Iterator[Solution]:
    if goal == Goal.EVERY and len(pairs.letters) == 2:  # noqa: PLR2004 - height and width
        yield from _rectangles(pairs)
        return
    found = pairs.found if goal == Goal.EVERY else pairs.least() if goal == Goal.SMALLEST else pairs.largest()
    yield from (Solution(dict(zip(pairs.letters, sizes, strict=True))) for sizes in found)


def _rectangles(pairs: Pairs) -> Iterator[Solution]:
    """Yield pairs with those next to each other as spans: sizes of one axis that go with the same sizes of the other."""
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
