"""Solving for a network's input, an argument or an option: `pool5 = 6x6`, `params <= 10M`.

Where closed forms are proved to rise, what solves them is an interval whose ends are found by halving, and the
network itself is then asked at them. Where they are not, every value of a range is tried; the answer says which.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ArchcalcError, UsageError
from archcalc.studies.solving.closed_forms import Closed, closed_forms
from archcalc.studies.solving.demands import Asking, Demand, Goal, read_demand
from archcalc.studies.solving.dials import INPUT, dial_of, input_dial
from archcalc.studies.solving.layer_sizes import SizeAnswer, computed_size
from archcalc.studies.solving.monotone import FARTHEST
from archcalc.studies.solving.solutions import NOTHING, Answer, Solution, Span, TriedTotals, in_spans
from archcalc.studies.solving.trying import Trial, confirm, try_all, unwatched
from archcalc.symbolic.relations import LOWER, UPPER, spoken
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from archcalc.network.network import Network, WhatIf
    from archcalc.network.table import Table
    from archcalc.studies.solving.dials import Dial
    from archcalc.symbolic.expr import Int

BEYOND = 4096
"""So far it is looked for the next value at which the network works."""
LEAST_RANGE = 128
REFERENCE = 257
"""Below this a size is looked for at which the network works, where it does not with letters."""

MORE = "it is also satisfied at the end of the range; use --range to extend it"
ALWAYS = "exact: it does not depend on the input size"


class Search(NamedTuple):
    """What is turned, where it is looked, and who watches."""

    vary: str = INPUT
    within: range | None = None
    watch: Callable[[range], Iterable[int]] = unwatched


@dataclass(frozen=True, kw_only=True)
class NetworkAnswer(Answer):
    """What a network's input, argument or option must be.

    ``forms`` are closed forms of what was asked for. ``totals`` is what is asked for at the last value that holds and
    at the next, which does not; or where nothing holds, at the nearest.
    """

    network: str
    goal: Goal = Goal.EVERY
    forms: Mapping[str, Int] = field(default_factory=dict)
    totals: tuple[TriedTotals, ...] = ()
    square: bool = False


def solve_network(
    network: Network, asked: WhatIf, questions: Sequence[str], look: Search | None = None
) -> NetworkAnswer | SizeAnswer:
    """Find what must be turned how far so that everything holds that is asked.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> solve_network(archcalc.load("alexnet"), WhatIf(), ["pool5 = 6x6"]).solutions[0].values
    {'H': Span(low=227, high=258), 'W': Span(low=227, high=258)}

    Raises:
        UsageError: a question cannot be read, or there is nothing to turn.
    """
    look = look or Search()
    dial = input_dial(network, asked) if look.vary == INPUT else dial_of(network, asked, look.vary)
    table, text = _reference(network, dial), ", ".join(questions)
    read = [read_demand(question, table) for question in questions]
    asking = next((demand for demand in read if isinstance(demand, Asking)), None)
    if asking is not None:
        if len(read) > 1:
            raise UsageError(
                f"'{asking.path}.{asking.size}' cannot be combined with other questions", "run one at a time"
            )
        return computed_size(text, network, asked, asking, table)
    demands = [demand for demands in read if not isinstance(demands, Asking) for demand in demands]
    _refuse_twice(demands)
    return _searched(text, Trial(network, dial, demands), look)


def _refuse_twice(demands: Sequence[Demand]) -> None:
    """Refuse to ask for the same thing in the same relation twice."""
    for (name, relation), times in Counter((demand.name, demand.relation) for demand in demands).items():
        if times > 1:
            raise UsageError(f"duplicate condition {name} {spoken(relation)}", "keep one of them")


def _reference(network: Network, dial: Dial) -> Table:
    """Return the table by which questions are read: with letters, or at sizes at which the network works.

    Raises:
        ArchcalcError: it works at none that was tried.
    """
    try:
        return dial.table(network, dial.letters())
    except ArchcalcError as error:
        refused = error
    own = [dial.own] if dial.own else []
    for size in (*own, *range(1, REFERENCE)):
        with suppress(ArchcalcError):
            return dial.table(network, dict.fromkeys(dial.unknowns, size))
    raise refused


def _searched(text: str, trial: Trial, look: Search) -> NetworkAnswer:
    """Search along each axis by itself where that can be, else along one dial."""
    closed = closed_forms(trial)
    budget = any(demand.budget for demand in trial.demands)
    if len(trial.dial.unknowns) > 1 and (budget or closed is None or closed.coupled):
        if trial.dial.own == 0:
            names = " and ".join(trial.dial.unknowns)
            raise UsageError(f"two unknowns ({names})", "use --input 3xNxN for square inputs, or fix one of them")
        trial = trial._replace(dial=input_dial(trial.network, trial.dial.asked, square=True))
        closed = closed_forms(trial)
    if closed is not None and all(
        closed.about(name).rises(name) for name in map(trial.dial.letter, trial.dial.unknowns)
    ):
        one = len(trial.dial.unknowns) == 1
        return _by_law(text, trial, closed, look) if one else _by_axis(text, trial, closed, look)
    return _by_trying(text, trial, closed, look)


def _goal(demands: Sequence[Demand]) -> Goal:
    """Return what is looked for: the largest below a limit, the smallest above one, else every value."""
    relations = {demand.relation for demand in demands}
    if relations.intersection(UPPER):
        return Goal.LARGEST
    return Goal.SMALLEST if relations.intersection(LOWER) else Goal.EVERY


def _answer(text: str, trial: Trial, closed: Closed | None, **found: object) -> NetworkAnswer:
    spec, dial = trial.network.spec, trial.dial
    forms = {} if closed is None else dict(zip((demand.name for demand in closed.demands), closed.forms, strict=True))
    return NetworkAnswer(
        question=text, unknowns=dial.unknowns, network=spec.title or spec.name, goal=_goal(trial.demands), forms=forms,
        square=dial.unknowns == (INPUT,) and dial.shape is not None, **found,  # type: ignore[arg-type]
    )  # fmt: skip


def _limits(look: Search) -> Span:
    return Span(0, None) if look.within is None else Span(look.within[0], look.within[-1])


def _by_law(text: str, trial: Trial, closed: Closed, look: Search) -> NetworkAnswer:
    """Solve along one dial on which everything rises."""
    (unknown,), limits = trial.dial.unknowns, _limits(look)
    span = _with_zero(trial, unknown, limits, closed.where(trial.dial.letter(unknown), limits))
    goal = _goal(trial.demands)
    how = _law_said(trial, unknown)
    if span is None:
        beside = closed.beside(trial.dial.letter(unknown), limits)
        return _answer(text, trial, closed, solutions=(), how=how, totals=_working(trial, unknown, beside))
    if goal == Goal.EVERY or (goal == Goal.LARGEST and span.high is None):
        runs, checked, complete = confirm(trial, unknown, span, watch=look.watch)
        solutions = tuple(Solution({unknown: run}) for run in runs)
        return _answer(text, trial, closed, solutions=solutions, how=f"{how}, {checked}", complete=complete)
    return _at_the_edge(text, trial, closed, how, span)


def _with_zero(trial: Trial, unknown: str, limits: Span, span: Span | None) -> Span | None:
    """Return an interval with 0 as well, where that holds: letters begin at 1, but a padding need not."""
    if trial.dial.shape is not None or limits.low > 0 or (span is not None and span.low > 1):
        return span
    zero = trial.at({unknown: 0})
    return span if zero is None or not zero.holds else Span(0, span.high if span else 0)


def _at_the_edge(text: str, trial: Trial, closed: Closed, how: str, span: Span) -> NetworkAnswer:
    """Answer with the last value that holds and works, and the next that works and does not hold."""
    (unknown,) = trial.dial.unknowns
    inside, outside = _outwards(span, _goal(trial.demands))
    held = next((found for found in trial.along(unknown, inside, NOTHING) if found.holds), None)
    beyond = trial.next_one(unknown, outside)
    if held is None:
        complete = span.high is not None and len(inside) > span.high - span.low
        how = f"{how}, but the network is not valid for any value from {min(inside)} to {max(inside)}"
        return _answer(text, trial, closed, solutions=(), how=how, complete=complete)
    if beyond is not None and beyond.holds:
        how, beyond = f"{how}; {MORE}", None
    totals = (held, *([beyond] if beyond else []))
    return _answer(text, trial, closed, solutions=(Solution(held.values),), how=how, totals=totals)


def _outwards(span: Span, goal: Goal) -> tuple[range, range]:
    """Return the values of an interval from its edge inwards, and those beyond that edge, as far as is looked."""
    low, high = span.low, FARTHEST if span.high is None else span.high
    if goal == Goal.SMALLEST:
        return range(low, min(high, low + BEYOND) + 1), range(low - 1, max(-1, low - BEYOND), -1)
    return range(high, max(low, high - BEYOND) - 1, -1), range(high + 1, high + BEYOND)


def _law_said(trial: Trial, unknown: str) -> str:
    """Say what makes it exact: that nothing asked for falls as what is turned grows."""
    names = list(dict.fromkeys(demand.name for demand in trial.demands))
    decrease = "decreases" if len(names) == 1 else "decrease"
    return f"exact: {listed(names)} never {decrease} as {'the ' * (unknown == INPUT)}{unknown} grows"


def _working(trial: Trial, unknown: str, beside: Sequence[int]) -> tuple[TriedTotals, ...]:
    """Return what is asked for at some values; where the network does not work at the last, at the next that does."""
    *before, last = beside or [1]
    after = trial.next_one(unknown, range(last, last + BEYOND))
    return (*trial.along(unknown, before, NOTHING), *([after] if after else []))


def _by_axis(text: str, trial: Trial, closed: Closed, look: Search) -> NetworkAnswer:
    """Solve for each axis of the input by itself."""
    spans: dict[str, Span] = {}
    how = _law_said(trial, INPUT)
    fails = [demand for demand, form in closed.settled if not demand.holds(form)]
    asked = [name for name in trial.dial.unknowns if closed.about(name).demands]
    if fails or not asked:
        least = {name: closed.least.get(name, 1) for name in trial.dial.unknowns}
        every = {name: Span(size, None) for name, size in least.items()}
        if fails:
            found = trial.at(least)
            return _answer(text, trial, closed, solutions=(), how=ALWAYS, totals=(found,) if found else ())
        return _answer(text, trial, closed, solutions=(Solution(every),), how=ALWAYS)
    for name in asked:
        span = closed.about(name).where(name, _limits(look))
        if span is None:
            near = _beside_axis(trial, closed, name, look)
            return _answer(text, trial, closed, solutions=(), how=how, totals=near)
        spans[name] = span
    others = {name: max(trial.dial.own, closed.least.get(name, 1)) for name in trial.dial.unknowns}
    fixed = {**others, **{name: span.low for name, span in spans.items()}}
    axes = {name: confirm(trial, name, span, fixed, look.watch) for name, span in spans.items()}
    parts = product(*(axis.runs for axis in axes.values()))
    checked = "; ".join(sorted({axis.said for axis in axes.values()}))
    return _answer(
        text, trial, closed, solutions=tuple(Solution(dict(zip(axes, runs, strict=True))) for runs in parts),
        how=f"{how}, {checked}", complete=all(axis.complete for axis in axes.values()),
    )  # fmt: skip


def _beside_axis(trial: Trial, closed: Closed, name: str, look: Search) -> tuple[TriedTotals, ...]:
    """Return what is asked for next to where it would hold along an axis, the others being as they are."""
    own = {other: max(trial.dial.own, closed.least.get(other, 1)) for other in trial.dial.unknowns}
    beside = closed.about(name).beside(name, _limits(look))
    found = trial.along(name, beside, own)
    return tuple(one._replace(values={name: one.values[name]}) for one in found)


def _by_trying(text: str, trial: Trial, closed: Closed | None, look: Search) -> NetworkAnswer:
    """Solve along one dial by trying every value of a range."""
    (unknown,) = trial.dial.unknowns
    least = 0 if trial.dial.shape is None else 1
    values = look.within or range(least, max(LEAST_RANGE, 2 * trial.dial.own) + 1)
    tried, goal = try_all(trial, unknown, values, look.watch), _goal(trial.demands)
    said = f"all values from {values[0]} to {values[-1]} were tested"
    how = f"complete in this range: {said}" if tried.complete else f"interrupted: not {said}"
    if not tried.holding:
        near = sorted(tried.others, key=lambda found: _distance(trial.demands, found))[:2]
        return _answer(text, trial, closed, solutions=(), how=how, totals=tuple(near), complete=tried.complete)
    numbers = [found.values[unknown] for found in tried.holding]
    if goal == Goal.EVERY or not _one_sided(numbers, [found.values[unknown] for found in tried.others], goal):
        solutions = tuple(Solution({unknown: run}) for run in in_spans(numbers))
        found = _answer(text, trial, closed, solutions=solutions, how=how, complete=tried.complete)
        return replace(found, goal=Goal.EVERY)
    held = tried.holding[-1 if goal == Goal.LARGEST else 0]
    value = held.values[unknown]
    beyond = [found for found in tried.others if (found.values[unknown] > value) == (goal == Goal.LARGEST)]
    totals = (held, *(beyond[:1] if goal == Goal.LARGEST else beyond[-1:]))
    how = how if beyond else f"{how}; {MORE}"
    return _answer(
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
