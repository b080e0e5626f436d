"""Functions that only rise, or only fall: where they take a value, and the proof that an expression rises."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.solving.solutions import Span
from archcalc.symbolic import bisection
from archcalc.symbolic.expr import Expr, Letter, fold, operate
from archcalc.symbolic.simplify import polynomial

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.symbolic.expr import Int, Operation

FARTHEST = 1 << 400
"""Beyond this nothing is looked at: what has not changed by then does not change."""


class Crossing(NamedTuple):
    """Where a monotone function takes a value, if it does, and else the numbers on either side of it."""

    span: Span | None
    neighbours: tuple[int, ...] = ()


def first(holds: Callable[[int], bool], low: int, high: int | None = None, *, near: int | None = None) -> int | None:
    """Return the least number from ``low`` on for which something holds that, once it holds, goes on to hold.

    ``near`` is where to look first.

    >>> first(lambda n: n * n >= 50, 0)
    8
    """
    return bisection.first(holds, low, FARTHEST if high is None else high, near=near)


def crossing(
    value: Callable[[int], int], target: int, low: int, high: int | None = None, near: Span | None = None
) -> Crossing:
    """Return the numbers from ``low`` to ``high`` at which a monotone function takes a value.

    ``near`` is where a function like it takes the value: there it is looked for first.

    >>> crossing(lambda n: n // 10, 3, 0)
    Crossing(span=Span(low=30, high=39), neighbours=())
    >>> crossing(lambda n: 2 * n, 7, 0)
    Crossing(span=None, neighbours=(3, 4))
    """
    if high is not None and high < low:
        return Crossing(None)
    rises = value(FARTHEST if high is None else high) >= value(low)
    start = first(lambda n: value(n) >= target if rises else value(n) <= target, low, high, near=near and near.low)
    if start is None:
        return Crossing(None, () if high is None else (high,))
    if value(start) != target:
        return Crossing(None, (start - 1, start) if start > low else (start,))
    after = start + near.high - near.low + 1 if near and near.high is not None else None
    end = first(lambda n: value(n) != target, start, high, near=after)
    return Crossing(Span(start, high if end is None else end - 1))


def within(span: Span, accepted: Callable[[int], bool]) -> Span | None:
    """Return the part of a span that is accepted, which is an end of it, all or nothing.

    >>> within(Span(1, 9), lambda n: n >= 4)
    Span(low=4, high=9)
    """
    last = FARTHEST if span.high is None else span.high
    low, high = accepted(span.low), accepted(last)
    if low and high:
        return span
    if low:
        end = first(lambda n: not accepted(n), span.low, last)
        return Span(span.low, (end or last) - 1)
    start = first(accepted, span.low, last) if high else None
    return None if start is None else Span(start, span.high)


def rises(x: Int, low: int) -> bool:
    """Whether it is proved that an expression in one letter never falls, from a value of the letter on.

    The letter is written as ``low`` and another of at least 0, each quotient that rises as the value it has at
    ``low`` and another such letter. If no product of letters then has a negative factor, the expression rises.

    >>> H = Letter("H")
    >>> rises((H - 2)*(H - 2), 2), rises((H - 2)*(H - 2), 1), rises((H - 35)//32*4 - 3, 67), rises(H % 2, 1)
    (True, False, True, False)
    """
    numbers: dict[Operation, int] = {}

    def node(part: Operation, operands: list[_Shifted | None]) -> _Shifted | None:
        known = [operand for operand in operands if operand is not None]
        if len(known) < len(operands):
            return None
        return _part(part, known, f"_{numbers.setdefault(part, len(numbers))}")

    found = fold(x, lambda part: _leaf(part, low), node)
    return found is not None and _never_falls(found.written)


class _Shifted(NamedTuple):
    """An expression in letters that begin at 0, and its value where they do."""

    written: Int
    value: int


def _leaf(part: int | Letter, low: int) -> _Shifted:
    return _Shifted(part + low, low) if isinstance(part, Letter) else _Shifted(part, part)


def _part(part: Operation, known: list[_Shifted], letter: str) -> _Shifted | None:
    name = part.operator.name
    value = part.operator.apply(*(operand.value for operand in known))
    written = [operand.written for operand in known]
    if name in _KEPT and not (name == "**" and isinstance(written[1], Expr)):
        return _Shifted(operate(name, *written), value)
    rising = written[:1] if name in _QUOTIENTS else written
    if name not in _RISING or not all(map(_never_falls, rising)):
        return None
    if name in _QUOTIENTS and not (isinstance(written[1], int) and written[1] > 0):
        return None
    return _Shifted(Letter(letter) + value, value)


def _never_falls(x: Int) -> bool:
    """Whether all products of letters in a polynomial have positive factors; the letters begin at 0."""
    terms = polynomial(x).terms.items()
    return all(factor > 0 and all(isinstance(atom, Letter) for atom, _ in monomial) for monomial, factor in terms
               if monomial)  # fmt: skip


_KEPT = ("+", "-", "*", "neg", "**")
_QUOTIENTS = ("//", "ceildiv")
_RISING = (*_QUOTIENTS, "min", "max")
