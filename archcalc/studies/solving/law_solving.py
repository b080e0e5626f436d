"""Solving where closed forms are proved to rise: what solves them is an interval, its ends found by halving.

The network itself is then asked at the ends, or at the values of the interval; a law says at which of them it works.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from archcalc.studies.solving.demands import Goal
from archcalc.studies.solving.dials import INPUT
from archcalc.studies.solving.monotone import FARTHEST
from archcalc.studies.solving.network_answers import MORE, answered, goal_of, limits_of
from archcalc.studies.solving.solutions import NOTHING, Solution, Span
from archcalc.studies.solving.trying import Confirmed, confirm
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.studies.solving.closed_forms import Closed
    from archcalc.studies.solving.laws import Law
    from archcalc.studies.solving.network_answers import NetworkAnswer, Search
    from archcalc.studies.solving.solutions import TriedTotals
    from archcalc.studies.solving.trying import Trial

BEYOND = 4096
"""So far it is looked for the next value at which the network works."""

EXACT = "exact for all sizes"
GAPS = "the network does not work at every value"
ALWAYS = "exact: it does not depend on the input size"


def by_law(text: str, trial: Trial, closed: Closed, look: Search) -> NetworkAnswer:
    """Solve along one dial on which everything rises."""
    (unknown,), limits = trial.dial.unknowns, limits_of(look)
    fits = closed.fits.get(trial.dial.letter(unknown))
    span = _with_zero(trial, unknown, limits, closed.where(trial.dial.letter(unknown), limits))
    goal = goal_of(trial.demands)
    how = _law_said(trial, unknown)
    if span is None:
        beside = closed.beside(trial.dial.letter(unknown), limits)
        return answered(text, trial, closed, solutions=(), how=how, totals=_working(trial, unknown, beside))
    if goal == Goal.EVERY or (goal == Goal.LARGEST and span.high is None):
        runs, checked, complete = confirm(trial, unknown, span, watch=look.watch, fits=fits)
        solutions = tuple(Solution({unknown: run}) for run in runs)
        return answered(text, trial, closed, solutions=solutions, how=f"{how}, {checked}", complete=complete)
    edge = _at_the_edge(text, trial, closed, how, span)
    if fits is None or not edge.solutions or (fits.gapless(span) or (goal == Goal.LARGEST and _one_run(fits, span))):
        return edge
    zero = [0] if span.low == 0 and 0 in edge.solutions[0].values.values() else []
    every = tuple(Solution({unknown: run}) for run in [*zero, *fits.runs(span)])
    return replace(edge, goal=Goal.EVERY, solutions=every, how=f"{how}; {GAPS}")


def _one_run(fits: Law, span: Span) -> bool:
    """Whether the values of a span at which a network works follow each other."""
    runs = fits.runs(span)
    return len(runs) == 1 and (isinstance(runs[0], int) or runs[0].step == 1)


def _with_zero(trial: Trial, unknown: str, limits: Span, span: Span | None) -> Span | None:
    """Return an interval with 0 as well, where that holds: letters begin at 1, but a padding need not."""
    if trial.dial.shape is not None or limits.low > 0 or (span is not None and span.low > 1):
        return span
    zero = trial.at({unknown: 0})
    return span if zero is None or not zero.holds else Span(0, span.high if span else 0)


def _at_the_edge(text: str, trial: Trial, closed: Closed, how: str, span: Span) -> NetworkAnswer:
    """Answer with the last value that holds and works, and the next that works and does not hold."""
    (unknown,) = trial.dial.unknowns
    inside, outside = _outwards(span, goal_of(trial.demands))
    held = next((found for found in trial.along(unknown, inside, NOTHING) if found.holds), None)
    beyond = trial.next_one(unknown, outside)
    if held is None:
        complete = span.high is not None and len(inside) > span.high - span.low
        how = f"{how}, but the network is not valid for any value from {min(inside)} to {max(inside)}"
        return answered(text, trial, closed, solutions=(), how=how, complete=complete)
    if beyond is not None and beyond.holds:
        how, beyond = f"{how}; {MORE}", None
    totals = (held, *([beyond] if beyond else []))
    return answered(text, trial, closed, solutions=(Solution(held.values),), how=how, totals=totals)


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


def by_axis(text: str, trial: Trial, closed: Closed, look: Search) -> NetworkAnswer:
    """Solve for each axis of the input by itself."""
    asked = [name for name in trial.dial.unknowns if closed.about(name).demands]
    if not asked or not _settled(closed):
        return _for_all_or_none(text, trial, closed, look)
    rising = all(closed.about(name).rises(name) for name in asked)
    how = _law_said(trial, INPUT) if rising else EXACT
    spans: dict[str, Span] = {}
    for name in asked:
        span = _span(closed, name, look)
        if span is None:
            near = _beside_axis(trial, closed, name, look) if closed.about(name).rises(name) else ()
            return answered(text, trial, closed, solutions=(), how=how, totals=near)
        spans[name] = span
    fixed = _fixed(trial, closed, spans)
    axes = {name: _along_axis(trial, closed, name, look, (span, fixed)) for name, span in spans.items()}
    checked = "; ".join(sorted({axis.said for axis in axes.values()}))
    return answered(
        text, trial, closed, solutions=_every({name: axis.runs for name, axis in axes.items()}),
        how=f"{how}, {checked}", complete=all(axis.complete for axis in axes.values()),
    )  # fmt: skip


def _every(runs: Mapping[str, Sequence[int | Span]]) -> tuple[Solution, ...]:
    """Return a solution for each combination of what holds along the axes."""
    return tuple(Solution(dict(zip(runs, values, strict=True))) for values in product(*runs.values()))


def _settled(closed: Closed) -> bool:
    """Whether all holds that does not depend on the input."""
    return all(demand.holds(form) for demand, form in closed.settled)


def _for_all_or_none(text: str, trial: Trial, closed: Closed, look: Search) -> NetworkAnswer:
    """Answer what does not depend on the input: with all sizes that work, or with none."""
    least = {name: closed.least.get(name, 1) for name in trial.dial.unknowns}
    if not _settled(closed):
        found = trial.at(least)
        return answered(text, trial, closed, solutions=(), how=ALWAYS, totals=(found,) if found else ())
    span = Span(max(1, limits_of(look).low), limits_of(look).high)
    runs = {name: closed.fits[name].runs(span) if name in closed.fits else [Span(size, None)]
            for name, size in least.items()}  # fmt: skip
    return answered(text, trial, closed, solutions=_every(runs), how=ALWAYS)


def _span(closed: Closed, name: str, look: Search) -> Span | None:
    """Return the sizes of an axis among which all that is asked of it holds; None where there are none."""
    part, limits = closed.about(name), limits_of(look)
    if part.rises(name):
        return part.where(name, limits)
    return limits if _runs(closed, name, look) else None


def _along_axis(
    trial: Trial, closed: Closed, name: str, look: Search, within: tuple[Span, Mapping[str, int]]
) -> Confirmed:
    """Return the sizes of an axis at which all that is asked of it holds: asked of the network, or by a law."""
    if not closed.about(name).rises(name):
        return Confirmed(_runs(closed, name, look), "by the remainders of all layers")
    return confirm(trial, name, *within, look.watch, closed.fits.get(name))


def _runs(closed: Closed, name: str, look: Search) -> list[int | Span]:
    """Return the sizes of an axis by the law of what is asked of it."""
    law = closed.law(name)
    return [] if law is None else law.runs(limits_of(look))


def _fixed(trial: Trial, closed: Closed, spans: Mapping[str, Span]) -> dict[str, int]:
    """Return a size of each axis at which it works, while others are tried."""
    own = {name: max(_own(trial), closed.least.get(name, 1)) for name in trial.dial.unknowns}
    wanted = own | {name: span.low for name, span in spans.items()}
    laws = {name: closed.law(name) or closed.fits.get(name) for name in wanted}
    return {name: _from(laws[name], size) for name, size in wanted.items()}


def _own(trial: Trial) -> int:
    return trial.dial.own if isinstance(trial.dial.own, int) else 0


def _from(law: Law | None, size: int) -> int:
    """Return the first size from one on that belongs to a law, if there is any."""
    return size if law is None else law.beyond(size).least or law.least or size


def _beside_axis(trial: Trial, closed: Closed, name: str, look: Search) -> tuple[TriedTotals, ...]:
    """Return what is asked for next to where it would hold along an axis, the others being as they are."""
    own = _fixed(trial, closed, {})
    beside = closed.about(name).beside(name, limits_of(look))
    found = trial.along(name, beside, own)
    return tuple(one._replace(values={name: one.values[name]}) for one in found)
