"""The relations between two integers: how each is spelled, when it holds, and what holds where it does not."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HOLDS: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
"""The relations by the signs of the grammar, longer signs first; each answers for numbers that are known."""

EQUALITIES = ("==", "!=")
"""The relations that have a meaning for things without an order, too."""

UPPER, LOWER = ("<", "<="), (">", ">=")
"""The relations that bound from above, and from below."""

OPPOSITES = {"<": ">=", ">=": "<", "<=": ">", ">": "<=", "==": "!=", "!=": "=="}
"""What holds exactly where a relation does not."""

SPELLINGS = {"=": "==", "=<": "<=", "=>": ">=", "≤": "<=", "≥": ">=", "≠": "!=", ":": "=="}
"""What people type, besides the signs of the grammar."""

SIGNS = tuple(sorted((*HOLDS, *SPELLINGS), key=len, reverse=True))
"""All that can stand for a relation, longer signs first, so that the first that fits is the one that is meant."""


def canonical(sign: str) -> str:
    """Return the relation that a sign stands for, in the grammar's spelling; anything else as it is.

    >>> canonical("≤"), canonical("="), canonical("<")
    ('<=', '==', '<')
    """
    return SPELLINGS.get(sign, sign)


def spoken(sign: str) -> str:
    """Return a relation as people write it: one ``=`` is enough where nothing is assigned.

    >>> spoken("=="), spoken(">=")
    ('=', '>=')
    """
    return "=" if sign == "==" else sign
