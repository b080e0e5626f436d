"""What a search in a network comes back with, and where it looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.studies.solving.demands import Goal, depend_on_type
from archcalc.studies.solving.dials import INPUT
from archcalc.studies.solving.solutions import Answer, Solution, Span, TriedTotals
from archcalc.studies.solving.trying import unwatched
from archcalc.symbolic.relations import LOWER, UPPER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from archcalc.studies.solving.closed_forms import Closed
    from archcalc.studies.solving.demands import Demand
    from archcalc.studies.solving.trying import Trial
    from archcalc.symbolic.expr import Int

MORE = "it is also satisfied at the end of the range; use --range to extend it"


class Search(NamedTuple):
    """What is turned, where it is looked, and who watches; ``steps`` are values that need not be integers."""

    vary: str = INPUT
    within: range | None = None
    watch: Callable[[Any], Iterable[Any]] = unwatched
    steps: tuple[str, str | None] | None = None


class PairAnswer(NamedTuple):
    """The solutions with sizes that differ, in the range of each axis that was looked at.

    ``goal`` is what they are: every one, or the largest or smallest, beside which none is so along all axes.
    """

    letters: tuple[str, ...]
    tried: range
    solutions: tuple[Solution, ...]
    goal: Goal


@dataclass(frozen=True, kw_only=True)
class NetworkAnswer(Answer):
    """What a network's input, argument or option must be.

    ``forms`` are closed forms of what was asked for. ``totals`` is what is asked for at the last value that holds and
    at the next, which does not; or where nothing holds, at the nearest. ``pairs`` are solutions with sizes that differ.
    ``dtype`` is the type of numbers, where a condition depends on it.
    """

    network: str
    goal: Goal = Goal.EVERY
    forms: Mapping[str, Int] = field(default_factory=dict)
    totals: tuple[TriedTotals, ...] = ()
    square: bool = False
    of_input: bool = False
    pairs: PairAnswer | None = None
    dtype: str = ""

    @property
    def holds(self) -> bool:
        """Whether there is a solution, of equal sizes or of others."""
        return bool(self.solutions) or bool(self.pairs and self.pairs.solutions)


def goal_of(demands: Sequence[Demand]) -> Goal:
    """Return what is looked for: the largest below a limit, the smallest above one, else every value."""
    relations = {demand.relation for demand in demands}
    if relations.intersection(UPPER):
        return Goal.LARGEST
    return Goal.SMALLEST if relations.intersection(LOWER) else Goal.EVERY


def answered(text: str, trial: Trial, closed: Closed | None, **found: object) -> NetworkAnswer:
    """Return an answer about a network: what is asked and turned, and what was found."""
    dial = trial.dial
    forms = {} if closed is None else dict(zip((demand.name for demand in closed.demands), closed.forms, strict=True))
    return NetworkAnswer(
        question=text, unknowns=dial.unknowns, network=trial.network.called, goal=goal_of(trial.demands), forms=forms,
        square=dial.unknowns == (INPUT,) and dial.shape is not None, of_input=dial.shape is not None,
        dtype=dial.asked.run.dtype if depend_on_type(trial.demands) else "",
        **found,  # type: ignore[arg-type]
    )  # fmt: skip


def limits_of(look: Search) -> Span:
    """Return the values among which solutions are looked for."""
    return Span(0, None) if look.within is None else Span(look.within[0], look.within[-1])
