"""Sets of sizes as laws: `32n + 3`, from 67 on; proved of conditions on a letter, or fitted to what was tried.

From a threshold on, whether a condition holds depends on the residue of the letter alone. Looking at the values before
it and at one whole period therefore proves the law for all values.
"""

from __future__ import annotations

from collections import Counter
from itertools import count, islice, takewhile
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ExpressionError
from archcalc.studies.solving.monotone import first, rises
from archcalc.studies.solving.solutions import Span, in_spans
from archcalc.symbolic.quasi import along, steady
from archcalc.symbolic.relations import HOLDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from archcalc.symbolic.supposing import Condition

LISTED = 20
"""Up to this number, sizes with gaps are listed one by one."""
LONGEST = 1 << 20
"""Longer periods, with what comes before them, are not looked at."""


class Law(NamedTuple):
    """The sizes along one axis: ``step*n + offset`` for each offset, from a first size on, and some before it.

    ``others`` are the sizes before ``start`` that belong to it, too. ``proved`` says that a whole period was looked at,
    else that a range was tried. Without offsets no size belongs to it; a step of 0 says that the offsets are the sizes
    themselves.
    """

    step: int
    offsets: tuple[int, ...]
    start: int
    proved: bool = True
    others: tuple[int, ...] = ()

    def __contains__(self, size: object) -> bool:
        """Whether a size belongs to it.

        >>> 227 in Law(32, (3,), 67), 224 in Law(32, (3,), 67)
        (True, False)
        """
        if not isinstance(size, int) or size < self.start:
            return size in self.others
        return (size % self.step if self.step else size) in self.offsets

    @property
    def endless(self) -> bool:
        """Whether it goes on without an end."""
        return bool(self.step and self.offsets)

    def members(self) -> Iterator[int]:
        """Yield the sizes, from the first on."""
        yield from self.others
        if self.endless:
            yield from (size for size in count(self.start) if size in self)
        elif not self.step:
            yield from self.offsets

    @property
    def least(self) -> int | None:
        """The first size; None where there is none."""
        return next(self.members(), None)

    def nearest(self, size: int) -> tuple[int, ...]:
        """Return the size itself if it belongs to the law, else the sizes next to it that do.

        >>> Law(32, (3,), 67).nearest(224), Law(32, (3,), 67).nearest(20)
        ((195, 227), (67,))
        """
        if size in self:
            return (size,)
        reach, start = self.step or max(size, *self.offsets), max(size, self.start)
        near = [*self.others, *range(max(self.start, size - reach), start + reach + 1)]
        inside = [one for one in near if one in self]
        below, above = [one for one in inside if one < size], [one for one in inside if one > size]
        return (*below[-1:], *above[:1])

    def beyond(self, low: int) -> Law:
        """Return what of it is not below a size.

        >>> Law(2, (0,), 2).beyond(7)
        Law(step=2, offsets=(0,), start=8, proved=True, others=())
        """
        if not self.endless:
            sizes = [size for size in self.members() if size >= low]
            return _single(sizes, proved=self.proved) if sizes else Law(1, (), 1, proved=self.proved)
        start = next(size for size in count(max(low, self.start)) if size in self)
        return self._replace(start=start, others=tuple(size for size in self.others if size >= low))

    def runs(self, span: Span) -> list[int | Span]:
        """Return what of it lies in a span: few sizes by themselves, more of them as spans with their step.

        >>> Law(2, (0,), 2).runs(Span(1, 7)), Law(16, (0,), 16).runs(Span(20, None)), Law(1, (0,), 3).runs(Span(1, 9))
        ([2, 4, 6], [Span(low=32, high=None, step=16)], [Span(low=3, high=9)])
        """
        if not self.endless:
            return in_spans([size for size in self.members() if size in span])
        if span.high is not None:
            high = span.high
            inside = [*takewhile(lambda size: size <= high, islice(self.beyond(span.low).members(), LISTED + 1))]
            if len(inside) <= LISTED:
                return in_spans(inside)
        return self._stepped(span)

    def _stepped(self, span: Span) -> list[int | Span]:
        found: list[int | Span] = []
        for part in self.beyond(span.low).parts():
            last = None if span.high is None else span.high - (span.high - part.start) % max(1, part.step)
            if not part.step:
                found += [part.start] if last is None or part.start <= last else []
            elif last is None or last >= part.start:
                found.append(part.start if last == part.start else Span(part.start, last, part.step))
        return sorted(found, key=lambda run: run if isinstance(run, int) else run.low)

    def gapless(self, span: Span) -> bool:
        """Whether, of a span, exactly the sizes from one on belong to it.

        >>> Law(1, (0,), 67).gapless(Span(1, 99)), Law(2, (0,), 2).gapless(Span(1, 9))
        (True, False)
        """
        last = next(iter(self.runs(span)), None)
        high = last.high if isinstance(last, Span) and last.step == 1 else last
        return len(self.runs(span)) == 1 and high == span.high

    def parts(self) -> list[Law]:
        """Return laws of one offset each that are the same together: each from its first size on, then single sizes.

        >>> Law(4, (0, 1), 9, others=(4, 5, 7, 8)).parts()[1]
        Law(step=4, offsets=(1,), start=5, proved=True, others=())
        """
        if not self.step:
            return [self._replace(offsets=(size,), start=size) for size in self.offsets]
        rest, found = set(self.others), []
        for offset in self.offsets:
            first = next(size for size in range(self.start, self.start + self.step) if size % self.step == offset)
            while first - self.step in rest:
                first -= self.step
                rest.remove(first)
            found.append(self._replace(offsets=(offset,), start=first, others=()))
        return found + [Law(0, (size,), size, proved=self.proved) for size in sorted(rest)]


def law_of(conditions: Sequence[Condition]) -> Law | None:
    """Return the values of a letter from 1 on at which conditions in it hold; None where no period is known.

    >>> from archcalc.symbolic.expr import Letter
    >>> from archcalc.symbolic.supposing import Condition
    >>> law_of([Condition(Letter("H") // 2 * 2 - Letter("H"), "=="), Condition(Letter("H") // 2 - 3, ">=")])
    Law(step=2, offsets=(0,), start=6, proved=True, others=())
    """
    rising = [one for one in conditions if one.relation == ">=" and rises(one.term, 1)]
    try:
        low = max((_reached(one) for one in rising), default=1)
        law = _periodic([one for one in conditions if one not in rising])
    except ExpressionError:
        return None
    return law and law.beyond(low)


def _reached(condition: Condition) -> int:
    """Return the least value of a letter at which a condition holds whose term never falls."""
    found = first(lambda value: along(condition.term, [value])[0] >= 0, 1, LONGEST)
    if found is None:
        raise ExpressionError("no value was found")
    return found


def _periodic(conditions: Sequence[Condition]) -> Law | None:
    """Return where conditions hold, by one whole period of all of them; None where it is not known, or too long."""
    known = [steady(condition.term) for condition in conditions]
    period = lcm(*(found.period for found in known if found))
    start = max((found.threshold for found in known if found), default=1)
    if not all(known) or start + period > LONGEST:
        return None
    inside = satisfying(conditions, range(1, start + period))
    return _fitted(inside, range(1, start), range(start, start + period))


def satisfying(conditions: Sequence[Condition], values: Sequence[int]) -> list[int]:
    """Return those of some values of a letter at which conditions in it hold.

    Raises:
        ExpressionError: a term has no value at one of them.
    """
    inside = list(values)
    for condition in conditions:
        holds = HOLDS[condition.relation]
        pairs = zip(inside, along(condition.term, inside), strict=True)
        inside = [value for value, found in pairs if holds(found, 0)]
    return inside


def _fitted(inside: Collection[int], before: range, points: range) -> Law:
    """Return the law with the least step to which exactly these of the points belong, from the size on where it holds.

    The points are a whole period; it holds for what lies before them from behind the last exception.
    """
    inside, period = set(inside), len(points)
    step = next(step for step in range(1, period + 1) if period % step == 0 and _repeats(inside, points, step))
    offsets = tuple(sorted({size % step for size in points if size in inside}))
    if not offsets:
        return _single(sorted(inside), proved=True) if inside else Law(1, (), 1)
    exceptions = [size for size in before if (size in inside) != (size % step in offsets)]
    begin = exceptions[-1] + 1 if exceptions else 1
    start = next(n for n in range(begin, begin + step) if n % step in offsets)
    return Law(step, offsets, start, others=tuple(size for size in range(1, start) if size in inside))


def _repeats(inside: set[int], points: range, step: int) -> bool:
    """Whether sizes a step apart belong together, all around the period."""
    return all((size in inside) == (points[(size - points.start + step) % len(points)] in inside) for size in points)


def _single(sizes: Sequence[int], *, proved: bool) -> Law:
    return Law(0, tuple(sizes), sizes[0], proved=proved)


def guessed(inside: Sequence[int], tried: range) -> Law:
    """Return the law with the least step to which exactly these of the tried sizes belong, from the first of them on.

    >>> guessed([4, 6, 8, 10], range(1, 11))
    Law(step=2, offsets=(0,), start=4, proved=False, others=())
    """
    if not inside:
        return Law(1, (), tried.start, proved=False)
    seen = range(inside[0], tried.stop)
    for step in range(1, len(seen)):
        times = Counter(size % step for size in inside)
        if min(times.values()) > 1 and len(inside) == sum(size % step in times for size in seen):
            return Law(step, tuple(sorted(times)), inside[0], proved=False)
    return _single(inside, proved=False)
