"""What has to hold of letters so that rules are not violated: noted where letters leave it open, for who asks.

While a network is wired with letters, a rule that holds for some of their values only is a condition on them. Within
:func:`supposing` it is noted, and supposed to hold; without it, the rule answers as it does for all values.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal
from archcalc.symbolic.expr import letters
from archcalc.symbolic.known import decide, simplify
from archcalc.symbolic.relations import OPPOSITES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.symbolic.expr import Int


class Condition(NamedTuple):
    """A relation between an expression in letters and 0."""

    term: Int
    relation: str

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters that it is about."""
        return letters(self.term)


_NOTED: ContextVar[dict[Condition, None] | None] = ContextVar("noted", default=None)


@contextmanager
def supposing() -> Iterator[dict[Condition, None]]:
    """Note what has to hold of letters, instead of refusing what does not hold for all of their values.

    >>> from archcalc.symbolic.expr import Letter
    >>> with supposing() as noted:
    ...     violated(Letter("H") % 2, "!=", 0)
    False
    >>> [(str(condition.term), condition.relation) for condition in noted]
    [('H % 2', '==')]
    """
    noted: dict[Condition, None] = {}
    token = _NOTED.set(noted)
    try:
        yield noted
    finally:
        _NOTED.reset(token)


def condition(left: Int, relation: str, right: Int) -> Condition:
    """Return a relation between two expressions as a condition."""
    return Condition(simplify(left - right), relation)


def supposed(left: Int, relation: str, right: Int) -> bool:
    """Whether conditions are asked for and a relation is one on letters: it is then noted, and supposed to hold."""
    noted = _NOTED.get()
    if noted is None or (isinstance(left, int) and isinstance(right, int)):
        return False
    noted[condition(left, relation, right)] = None
    return True


def violated(left: Int, relation: str, right: Int) -> bool:
    """Whether something that must not hold is certain to hold; where letters leave it open its opposite is noted.

    >>> violated(3, ">", 2)
    True
    """
    found = decide(left, relation, right)
    if found is None:
        supposed(left, OPPOSITES[relation], right)
    return found is True


def require_divisible(number: Int, by: Int, message: str, way_out: str = "") -> None:
    """Refuse a number that is certain not to divide: with a message, and with the remainder of the division.

    >>> require_divisible(96, 2, "groups 2 does not divide the 96 filters")

    Raises:
        Refusal: there is a remainder.
    """
    left = number % by
    if violated(left, "!=", 0):
        raise Refusal(f"{message} ({number} % {by} = {left})", way_out or f"use a divisor of {number}")
