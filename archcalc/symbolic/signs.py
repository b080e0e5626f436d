"""For which values of its letter an expression is below, at or above zero.

Bounds are asked first. In one letter :mod:`archcalc.symbolic.quasi` says from where on the expression is a polynomial
in each residue class; the signs of a polynomial over the integers follow from those of its differences. What is no
such expression is looked at value by value, up to a limit that is stated.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ExpressionError
from archcalc.symbolic import bisection
from archcalc.symbolic.bounds import decide
from archcalc.symbolic.expr import letters
from archcalc.symbolic.quasi import along, quasi

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from archcalc.symbolic.expr import Int

LOOKED_AT = (4096, 256, 16)
"""How many values are looked at one by one where nothing better is known; fewer, where they grow too large."""


class Run(NamedTuple):
    """Values from ``first`` to ``last`` (None: all further ones) with one sign; None where it alternates."""

    first: int
    last: int | None
    sign: int | None


class Signs(NamedTuple):
    """The signs of an expression over the values of its letter, from the least on.

    ``known_to`` is the last value that was looked at, None where the runs hold for all values.
    """

    letter: str
    runs: tuple[Run, ...]
    known_to: int | None = None


def signs(x: Int, least: Mapping[str, int] | None = None) -> Signs | None:
    """Return the signs of an expression; None if it has several letters and its bounds leave it open.

    ``least`` is the least value of each letter, 1 if it is not named.

    >>> from archcalc.symbolic.expr import Letter
    >>> N = Letter("N")
    >>> signs(2048*N - 4096).runs
    (Run(first=1, last=1, sign=-1), Run(first=2, last=2, sign=0), Run(first=3, last=None, sign=1))
    """
    names, least = letters(x), least or {}
    lowest = {name: least.get(name, 1) for name in names}
    ranges = {name: (low, None) for name, low in lowest.items()}
    sure = next((sign for sign, relation in _RELATIONS.items() if decide(x, relation, 0, ranges)), None)
    if sure is not None:
        return Signs(", ".join(names), (Run(min(lowest.values(), default=1), None, sure),))
    return _in_one_letter(x, names[0], lowest[names[0]]) if len(names) == 1 else None


_RELATIONS = {-1: "<", 0: "==", 1: ">"}


def _in_one_letter(x: Int, letter: str, least: int) -> Signs | None:
    """Return the signs of an expression in one letter; None where not even its first values can be computed."""
    try:
        known = quasi(x)
        if known is not None:
            start = max(least, known.threshold)
            before = _one_by_one(x, range(least, start))
            beyond = _beyond(x, start, known.period, known.degree)
            return Signs(letter, tuple(_joined([*before, *beyond])))
    except ExpressionError:  # a value that is too large
        pass
    return next(filter(None, (_looked_at(x, letter, range(least, least + many)) for many in LOOKED_AT)), None)


def _looked_at(x: Int, letter: str, values: range) -> Signs | None:
    try:
        return Signs(letter, tuple(_joined(_one_by_one(x, values))), values[-1])
    except ExpressionError:
        return None


def _one_by_one(x: Int, values: range) -> Iterator[Run]:
    for value, found in zip(values, along(x, values), strict=True):
        yield Run(value, value, _sign(found))


def _beyond(x: Int, start: int, period: int, degree: int) -> Iterator[Run]:
    """Yield the runs from a value on from which an expression is a polynomial in each residue class."""
    turns = {start}
    for first in range(start, start + period):
        values = along(x, range(first, first + period * (degree + 1), period))
        turns |= {first + period * step for step in breaks(_differences(values))}
    for first, following in _between([*sorted(turns)]):
        last = None if following is None else following - 1
        found = {_sign(value) for value in along(x, range(first, min(first + period, following or first + period)))}
        if len(found) > 1 and last is not None and last - first < LOOKED_AT[0]:
            yield from _one_by_one(x, range(first, last + 1))
        else:
            yield Run(first, last, found.pop() if len(found) == 1 else None)


def _between(edges: list[int]) -> Iterator[tuple[int, int | None]]:
    """Yield each edge with the next, and the last without one."""
    return zip(edges, [*edges[1:], None], strict=True)


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Join neighbours of one sign."""
    found: list[Run] = []
    for run in runs:
        if found and found[-1].sign == run.sign:
            found[-1] = found[-1]._replace(last=run.last)
        else:
            found.append(run)
    return found


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _differences(values: list[int]) -> list[int]:
    """Return the first value, the first difference, the first difference of differences, and so on (Newton)."""
    found = []
    while values:
        found.append(values[0])
        values = [after - before for before, after in pairwise(values)]
    return found


def breaks(differences: Sequence[int]) -> list[int]:
    """Return where the sign of a polynomial over 0, 1, 2, … is another than one step before.

    It is given by its differences at 0. Between two breaks of its first difference it rises or falls all the way.

    >>> breaks(_differences([-4, -1, 4])), breaks([2])
    ([2], [])
    """
    if len(differences) == 1:
        return []
    found: set[int] = set()
    for start, end in _between([0, *breaks(differences[1:])]):
        found |= _on_one_slope(differences, start, end)
    return sorted(step for step in found if _sign(_at(differences, step)) != _sign(_at(differences, step - 1)))


def _on_one_slope(differences: Sequence[int], start: int, end: int | None) -> set[int]:
    """Return where a polynomial that rises, falls or stays from start to end may reach and leave zero."""
    slope = _sign(_at(differences[1:], start))
    if not slope:
        return set()
    reached = bisection.first(lambda step: slope * _at(differences, step) >= 0, start, end)
    left = bisection.first(lambda step: slope * _at(differences, step) > 0, start, end)
    return {step for step in (reached, left) if step is not None and step > start}


def _at(differences: Sequence[int], step: int) -> int:
    """Return the value of a polynomial by its differences at 0: the sum of C(step, i) times the i-th of them."""
    value, choices = 0, 1
    for order, difference in enumerate(differences):
        value += choices * difference
        choices = choices * (step - order) // (order + 1)
    return value
