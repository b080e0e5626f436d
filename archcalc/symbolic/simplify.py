"""Simplification: the shortest of two forms of an expression, multiplied out or with its products kept.

Every part is brought to its normal form, a polynomial over letters and rounded quotients; the rules are the
tables of :mod:`archcalc.symbolic.rules`. Beside it goes a second polynomial, in which products of sums stay
products with their constants gathered in front. What comes out is whichever is shorter.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from archcalc.symbolic.display import length, written
from archcalc.symbolic.expr import Expr, Operation, fold
from archcalc.symbolic.intervals import Intervals
from archcalc.symbolic.polynomial import Compound, Polynomial, split, summed
from archcalc.symbolic.rules import LARGEST, RULES, factored, multiplied, raised

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.intervals import Ranges

    Forms = tuple[Polynomial, Polynomial]

_DEEPEST = 12
"""Operations nested deeper are kept as they are, so that nothing here exhausts Python's stack."""


def simplify(x: Int) -> Int:
    """Return a short expression that has the same value for all letters of at least 1.

    The result depends only on what was written, and is its own simplification. An int is returned as it is.

    >>> from archcalc.symbolic.expr import Letter, ceildiv
    >>> H = Letter("H")
    >>> simplify(((H - 11)//4 + 1 - 3)//2 + 1), simplify(ceildiv(ceildiv(H, 2), 2))
    (floor((H - 11)/8), ceil(H/4))

    Raises:
        ExpressionError: a part has no value, as a division by zero.
    """
    return _simplified(x) if isinstance(x, Expr) else x


@lru_cache(maxsize=4096)
def _simplified(x: Expr) -> Int:
    return written(_shorter(_forms(x, Intervals({}))))


def polynomial(x: Int, ranges: Ranges | None = None) -> Polynomial:
    """Return the normal form of an expression, multiplied out.

    >>> from archcalc.symbolic.expr import Letter
    >>> H = Letter("H")
    >>> polynomial((2*H + 1)//2) == polynomial(H)
    True
    """
    if not isinstance(x, Expr):
        return Polynomial.of(x)
    known = Intervals(ranges or {})
    return fold(x, Polynomial.of, lambda part, operands: _normal(part, operands, known))


def _normal(part: Operation, operands: Sequence[Polynomial], known: Intervals) -> Polynomial:
    if max(operand.depth for operand in operands) < _DEEPEST:
        found = RULES[part.operator.name](operands, known)
        size = found.size
        if size <= LARGEST or size <= 2 + sum(operand.size for operand in operands):
            return found
    return Polynomial.of(Operation(part.operator, tuple(written(operand) for operand in operands)))


def _forms(x: Expr, known: Intervals) -> Forms:
    """Return both forms of an expression: multiplied out, and with its products kept."""

    def node(part: Operation, operands: list[Forms]) -> Forms:
        normal = _normal(part, [expanded for expanded, _ in operands], known)
        keep = _KEPT.get(part.operator.name)
        if keep is None or normal.constant is not None:
            return normal, normal
        return normal, keep([_shorter(forms) for forms in operands])

    return fold(x, lambda part: (Polynomial.of(part),) * 2, node)


def _shorter(forms: Forms) -> Polynomial:
    expanded, kept = forms
    return kept if expanded != kept and length(kept) < length(expanded) else expanded


def _kept_product(factors: Sequence[Polynomial]) -> Polynomial:
    return multiplied(factored(factor) for factor in factors)


def _kept_power(operands: Sequence[Polynomial]) -> Polynomial:
    base, exponent = operands
    return raised(factored(base), exponent)


def _kept_remainder(operands: Sequence[Polynomial]) -> Polynomial:
    p, v = operands
    d = v.constant
    rest = p if d is None else split(p, abs(d))[1]
    return Polynomial.of(Compound("%", rest, v))


_KEPT: dict[str, Callable[[Sequence[Polynomial]], Polynomial]] = {
    "+": summed,
    "-": lambda terms: terms[0] - terms[1],
    "neg": lambda terms: -terms[0],
    "*": _kept_product,
    "**": _kept_power,
    "%": _kept_remainder,
}
"""The form with products kept; of other operations it is their normal form."""
