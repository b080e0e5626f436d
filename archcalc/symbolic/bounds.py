"""What is certain about an expression: the integers it lies between, and comparisons that have one answer.

Letters are integers of at least 1 unless ``ranges`` says otherwise: ``{"P": (0, None)}`` is P >= 0.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from archcalc.symbolic.intervals import Intervals
from archcalc.symbolic.relations import EQUALITIES, HOLDS, OPPOSITES
from archcalc.symbolic.simplify import polynomial

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.intervals import End, Ranges
    from archcalc.symbolic.polynomial import Polynomial

    Test = Callable[[End, End], bool]

_ZERO = (0, 0)


def bounds(x: Int, ranges: Ranges | None = None) -> tuple[int | None, int | None]:
    """Return integers between which an expression lies; None where none is known.

    Each value lies between them; that they are attained is not promised.

    >>> from archcalc.symbolic.expr import Letter
    >>> H = Letter("H")
    >>> bounds((H - 11)//4 + 1), bounds(H % 4), bounds(H*H - H)
    ((-2, None), (0, 3), (0, None))
    """
    (below, low), (above, high) = Intervals(ranges or {}).of(polynomial(x, ranges))
    return None if below else low, None if above else high


def decide(left: Int, relation: str, right: Int, ranges: Ranges | None = None) -> bool | None:
    """Return whether a relation holds, if it has the same answer for all values of the letters, else None.

    The relations are ``< <= > >= == !=``. None says that it differs, or that it cannot be decided here.

    >>> from archcalc.symbolic.expr import Letter
    >>> H = Letter("H")
    >>> decide(H, ">=", 1), decide(2*H, "==", 5), decide(H, ">", 10)
    (True, False, None)
    """
    if isinstance(left, int) and isinstance(right, int):
        return HOLDS[relation](left, right)
    difference = polynomial(left, ranges) - polynomial(right, ranges)
    low, high = Intervals(ranges or {}).of(difference)
    if _CERTAIN[relation](low, high):
        return True
    if _CERTAIN[OPPOSITES[relation]](low, high):
        return False
    return relation == "!=" if relation in EQUALITIES and never_zero(difference) else None


def never_zero(p: Polynomial) -> bool:
    """Whether the coefficients have a divisor in common that does not divide the constant term.

    >>> from archcalc.symbolic.expr import Letter
    >>> never_zero(polynomial(4*Letter("H") - 6*Letter("W") + 1))
    True
    """
    common = gcd(*(factor for monomial, factor in p.terms.items() if monomial))
    return p.offset % common != 0 if common else p.offset != 0


_CERTAIN: dict[str, Test] = {
    "<": lambda _, high: high < _ZERO,
    "<=": lambda _, high: high <= _ZERO,
    ">": lambda low, _: low > _ZERO,
    ">=": lambda low, _: low >= _ZERO,
    "==": lambda low, high: low == high == _ZERO,
    "!=": lambda low, high: low > _ZERO or high < _ZERO,
}
"""Whether a relation to 0 holds for everything between two ends."""
