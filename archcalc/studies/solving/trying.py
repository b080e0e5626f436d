"""Trying a network at values of what is turned, one after the other, until all are tried or somebody interrupts."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from archcalc.errors import ArchcalcError, NotKnown, UsageError
from archcalc.limits import TRIED, TooMuchWork, work
from archcalc.studies.solving.monotone import FARTHEST
from archcalc.studies.solving.solutions import NOTHING, Span, TriedTotals, in_spans, span_or_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from archcalc.network.network import Network
    from archcalc.studies.solving.demands import Demand
    from archcalc.studies.solving.dials import Dial
    from archcalc.studies.solving.laws import Law

T = TypeVar("T")

CONFIRMED, SAMPLED = 1024, 64
"""So many values of an interval are asked of the network one by one; of a longer one only its first."""


def unwatched(values: Sequence[T]) -> Iterable[T]:
    """Pass values on, and show nothing."""
    return values


class Trial(NamedTuple):
    """A network, what is turned of it, and what is demanded."""

    network: Network
    dial: Dial
    demands: Sequence[Demand]

    def at(self, values: Mapping[str, int]) -> TriedTotals | None:
        """Return what is asked for at some values, and whether it holds; None where the network does not work."""
        if self.dial.shape is not None and min(values.values()) < 1:
            return None
        try:
            with work(anew=True):  # a range is a limit of its own
                table = self.dial.table(self.network, values)
                found = {demand.name: demand.measure(table) for demand in self.demands}
        except (NotKnown, TooMuchWork):
            raise
        except ArchcalcError:
            return None
        numbers = {name: number for name, number in found.items() if isinstance(number, int)}
        if len(numbers) < len(found):
            return None
        return TriedTotals(values, numbers, all(demand.holds(numbers[demand.name]) for demand in self.demands))

    def along(self, unknown: str, values: Iterable[int], fixed: Mapping[str, int]) -> Iterator[TriedTotals]:
        """Yield what is asked for at those values of an unknown at which the network works."""
        for value in values:
            found = self.at({**fixed, unknown: value})
            if found is not None:
                yield found

    def next_one(self, unknown: str, values: Iterable[int]) -> TriedTotals | None:
        """Return what is asked for at the first value at which the network works."""
        return next(self.along(unknown, values, {}), None)


class Tried(NamedTuple):
    """What was found by trying: all values that hold, the others, and whether none was left out."""

    holding: list[TriedTotals]
    others: list[TriedTotals]
    complete: bool


def try_all(
    trial: Trial, unknown: str, values: Sequence[Any], watch: Callable[[Sequence[Any]], Iterable[Any]] = unwatched
) -> Tried:
    """Try every value of a range; an interruption ends it, and keeps what was found.

    Raises:
        UsageError: there are too many values.
    """
    if len(values) > TRIED.value:
        smaller = f"for example --range {values[0]}..{values[0] + TRIED.value - 1}"
        raise UsageError(*TRIED.exceeded("the range", len(values), smaller))
    tried = Tried([], [], complete=True)
    try:
        for found in trial.along(unknown, watch(values), {}):
            (tried.holding if found.holds else tried.others).append(found)
    except KeyboardInterrupt:
        return tried._replace(complete=False)
    return tried


class Confirmed(NamedTuple):
    """The parts of an interval at which the network works, how much of it was asked, and whether that is enough."""

    runs: list[int | Span]
    said: str
    complete: bool = True


def confirm(  # noqa: PLR0913, PLR0917 - what is asked, and what is known
    trial: Trial,
    unknown: str,
    span: Span,
    fixed: Mapping[str, int] = NOTHING,
    watch: Callable[[Sequence[int]], Iterable[int]] = unwatched,
    fits: Law | None = None,
) -> Confirmed:
    """Ask the network at the values of an interval: it may refuse some for a reason that letters do not tell.

    ``fits`` is the law of those at which it works, where that is known.
    """
    whole = span.high is not None and span.high - span.low < CONFIRMED
    if fits is not None and not whole:
        return _sampled(trial, unknown, span, fixed, fits)
    values = range(span.low, (span.high if whole and span.high is not None else span.low + SAMPLED - 1) + 1)
    try:
        works = [found.values[unknown] for found in trial.along(unknown, watch(values), fixed) if found.holds]
    except KeyboardInterrupt:
        return Confirmed(
            [span_or_number(span.low, span.high)], "but the test of its values was interrupted", complete=False
        )
    if whole:
        return Confirmed(in_spans(works), "and all values were tested")
    if len(works) == len(values):
        return Confirmed([span_or_number(span.low, span.high)], f"and the first {len(values)} values were tested")
    some = f"but the network is not valid for some values; tested up to {values[-1]}"
    return Confirmed(in_spans(works), some, complete=False)


def _sampled(trial: Trial, unknown: str, span: Span, fixed: Mapping[str, int], fits: Law) -> Confirmed:
    """Ask the network at the first values of an interval that fit; the law tells the others."""
    last = FARTHEST if span.high is None else span.high
    values = [*takewhile(lambda value: value <= last, islice(fits.beyond(span.low).members(), SAMPLED))]
    works = [found.values[unknown] for found in trial.along(unknown, values, fixed) if found.holds]
    if works == values:
        return Confirmed(fits.runs(span), f"and the first {len(values)} values were tested")
    return Confirmed(in_spans(works), f"but some values do not work; tested up to {values[-1]}", complete=False)
