"""Expressions in one letter as quasi-polynomials, which is what decides whether two are equal.

From a last threshold on, every shape expression in one letter n is a polynomial of bounded degree in each residue
class of n modulo a period. Two of them are therefore equal if they agree below the threshold, and on degree + 1
values in each residue class beyond it.
"""

from __future__ import annotations

from itertools import pairwise
from math import factorial, lcm
from typing import TYPE_CHECKING, NamedTuple

from archcalc.symbolic.expr import Letter, fold, operate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.symbolic.expr import Int, Operation

LONGEST_PERIOD = 10_000
MOST_VALUES = 60_000
"""Longer periods, and thresholds or degrees that ask for more values than this, are not decided."""


class Quasi(NamedTuple):
    """From ``threshold`` on a polynomial of at most ``degree`` in each residue class modulo ``period``."""

    period: int = 1
    degree: int = 0
    threshold: int = 1

    @property
    def values(self) -> int:
        """How many values, counted from 1, settle whether it is 0 everywhere."""
        return self.threshold - 1 + self.period * (self.degree + 1)


def quasi(x: Int) -> Quasi | None:
    """Return what is known of an expression in one letter; None if that is nothing, or too much to compute.

    >>> H = Letter("H")
    >>> quasi((H*H)//3 + H % 4)
    Quasi(period=12, degree=2, threshold=1)

    Raises:
        ExpressionError: a value on the way to it is too large.
    """

    def node(part: Operation, operands: list[Quasi | None]) -> Quasi | None:
        known = [operand for operand in operands if operand is not None]
        found = _RULES[part.operator.name](known, part.operands) if len(known) == len(operands) else None
        return found if found and found.period <= LONGEST_PERIOD and found.values <= MOST_VALUES else None

    return fold(x, lambda part: Quasi(degree=1) if isinstance(part, Letter) else Quasi(), node)


def steady(x: Int) -> Quasi | None:
    """Return the period of an expression in one letter, and a threshold beyond which it keeps its sign in each class.

    >>> H = Letter("H")
    >>> steady((H - 7)//2 - 3)
    Quasi(period=2, degree=1, threshold=19)

    Raises:
        ExpressionError: a value on the way to it is too large.
    """
    known = quasi(x)
    if known is None or not known.degree:
        return known
    return known._replace(threshold=_last_change(x, known))


def _sum(terms: Sequence[Quasi], _: Sequence[Int]) -> Quasi:
    return Quasi(
        lcm(*(term.period for term in terms)),
        max(term.degree for term in terms),
        max(term.threshold for term in terms),
    )


def _product(factors: Sequence[Quasi], operands: Sequence[Int]) -> Quasi:
    return _sum(factors, operands)._replace(degree=sum(factor.degree for factor in factors))


def _power(factors: Sequence[Quasi], operands: Sequence[Int]) -> Quasi | None:
    exponent = operands[1]
    if not isinstance(exponent, int) or exponent < 0:
        return None
    return factors[0]._replace(degree=factors[0].degree * exponent)


def _quotient(parts: Sequence[Quasi], operands: Sequence[Int]) -> Quasi | None:
    """Along a residue class u is an integer-valued polynomial of degree k, so u % d has a period there.

    It is a sum of binomials C(j, i) with i <= k, which modulo d repeat after d*lcm(1..k).
    """
    divisor, (period, degree, threshold) = operands[1], parts[0]
    if not isinstance(divisor, int) or divisor == 0:
        return None
    return Quasi(period * (abs(divisor) * lcm(*range(1, degree + 1)) if degree else 1), degree, threshold)


def _remainder(parts: Sequence[Quasi], operands: Sequence[Int]) -> Quasi | None:
    found = _quotient(parts, operands)
    return found._replace(degree=0) if found else None


def _extremum(parts: Sequence[Quasi], operands: Sequence[Int]) -> Quasi | None:
    """Beyond the last change of sign of each difference, the same operand wins in each residue class."""
    both = _sum(parts, operands)
    if both.period > LONGEST_PERIOD or both.values > MOST_VALUES:
        return None
    pairs = ((left, right) for i, left in enumerate(operands) for right in operands[:i])
    return both._replace(threshold=max(_last_change(operate("-", *pair), both) for pair in pairs))


def _last_change(difference: Int, known: Quasi) -> int:
    """Return a threshold from which a difference keeps its sign in each residue class."""
    period, degree, threshold = known
    count = period * (degree + 1)
    values = along(difference, range(threshold, threshold + count))
    bounds = (_root_bound(_coefficients(values[start::period])) for start in range(period))
    return threshold + period * (1 + max(bounds))


def along(x: Int, points: Sequence[int]) -> list[int]:
    """Return the values of an expression in one letter at some points.

    >>> along(Letter("H")//2, range(1, 6))
    [0, 1, 1, 2, 2]

    Raises:
        ExpressionError: there is none at one of them.
    """
    return fold(
        x,
        lambda part: list(points) if isinstance(part, Letter) else [part] * len(points),
        lambda part, columns: list(map(part.operator.apply, *columns)),
    )


def _coefficients(values: list[int]) -> list[int]:
    """Return k! times the coefficients, constant first, of the polynomial of degree k through k + 1 values.

    The forward differences are the coefficients of the binomials C(j, 0), C(j, 1), … (Newton).

    >>> _coefficients([0, 1, 4])
    [0, 0, 2]
    """
    degree = len(values) - 1
    found, falling = [0] * len(values), [1]
    for i in range(len(values)):
        share = factorial(degree) // factorial(i) * values[0]
        for power, factor in enumerate(falling):
            found[power] += share * factor
        falling = [a - i * b for a, b in zip([0, *falling], [*falling, 0], strict=True)]
        values = [after - before for before, after in pairwise(values)]
    return found


def _root_bound(coefficients: list[int]) -> int:
    """Return an integer beyond which a polynomial has no root: Cauchy's 1 + max |a_i/a_n|, rounded up.

    >>> _root_bound([-6, 1, 1])
    8
    """
    while coefficients and not coefficients[-1]:
        coefficients = coefficients[:-1]
    if len(coefficients) <= 1:
        return 0
    *others, leading = (abs(coefficient) for coefficient in coefficients)
    return 2 + max(others) // leading


_RULES: dict[str, Callable[[Sequence[Quasi], Sequence[Int]], Quasi | None]] = {
    "+": _sum,
    "-": _sum,
    "neg": _sum,
    "*": _product,
    "**": _power,
    "//": _quotient,
    "ceildiv": _quotient,
    "%": _remainder,
    "min": _extremum,
    "max": _extremum,
}
