"""The rules of simplification: from operands in normal form to a result in normal form.

A rule is a row of a table; its comment is the identity, with the conditions under which it holds. A row returns
None where it does not apply. All hold for Python's floor division of integers of any sign.
"""

from __future__ import annotations

from functools import reduce
from math import gcd
from operator import mul
from typing import TYPE_CHECKING

from archcalc.errors import ExpressionError
from archcalc.symbolic.display import order, written
from archcalc.symbolic.operators import OPERATORS
from archcalc.symbolic.polynomial import ONE, Compound, Polynomial, split, summed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from archcalc.symbolic.intervals import Intervals
    from archcalc.symbolic.polynomial import Atom

    QuotientRule = Callable[[Polynomial, int, Intervals], Polynomial | None]
    DivisionRule = Callable[[Polynomial, Polynomial, Intervals], Polynomial | None]

LARGEST = 2000
"""Results larger than this, and larger than what went in, are not made."""
_MOST_OPTIONS = 32
"""More options of a minimum or maximum are not compared with each other."""
_MOST_DIVIDED = 64
"""Longer polynomials are not divided by letters."""
_HIGHEST_POWER = 16
"""Nor are higher powers of a sum."""


def _quotient_by_one(p: Polynomial, d: int, _: Intervals) -> Polynomial | None:
    return p if d == 1 else None


def _quotient_of_multiples(p: Polynomial, d: int, known: Intervals) -> Polynomial | None:
    whole, rest = split(p, d)
    return whole + quotient(rest, d, known) if whole.terms else None


def _quotient_of_negative(p: Polynomial, d: int, known: Intervals) -> Polynomial | None:
    leading = min((monomial for monomial in p.terms if monomial), key=order, default=ONE)
    if p.terms.get(leading, 0) >= 0:
        return None
    return -quotient(Polynomial.of(d - 1) - p, d, known)


def _quotient_by_common_factor(p: Polynomial, d: int, known: Intervals) -> Polynomial | None:
    factor = gcd(d, *(a for monomial, a in p.terms.items() if monomial))
    return quotient(split(p, factor)[0], d // factor, known) if factor > 1 else None


def _quotient_of_quotient(p: Polynomial, d: int, known: Intervals) -> Polynomial | None:
    step = step_of(p)
    return quotient(step[0], step[1] * d, known) if step else None


def _quotient_between_bounds(p: Polynomial, d: int, known: Intervals) -> Polynomial | None:
    low, high = known.of(p)
    if low[0] or high[0] or low[1] // d != high[1] // d:
        return None
    return Polynomial.of(low[1] // d)


QUOTIENT_RULES: tuple[QuotientRule, ...] = (
    _quotient_by_one,  # p//1 = p
    _quotient_of_multiples,  # (d*q + r)//d = q + r//d
    _quotient_of_negative,  # p//d = -((-p + d - 1)//d)
    _quotient_by_common_factor,  # (g*p + c)//(g*d) = (p + c//g)//d, for g > 0
    _quotient_of_quotient,  # (u//b + v)//d = (u + b*v)//(b*d), for b > 0 and d > 0
    _quotient_between_bounds,  # p//d = c, where c*d <= p < (c + 1)*d
)
"""What is known of p//d for a number d > 0, tried in this order."""


def quotient(p: Polynomial, d: int, known: Intervals) -> Polynomial:
    """Return p//d for a number d > 0."""
    for rule in QUOTIENT_RULES:
        found = rule(p, d, known)
        if found is not None:
            return found
    return Polynomial.of(Compound("//", p, Polynomial.of(d)))


def step_of(p: Polynomial) -> tuple[Polynomial, int] | None:
    """Return u and b > 1 with p = u//b, where a single quotient stands in p with the coefficient 1 or -1.

    Both follow from v + u//b = (u + b*v)//b; for -1, -(u//b) is first (-u + b - 1)//b.
    """
    found = list(p.quotients())
    if len(found) != 1 or abs(found[0][1]) != 1:
        return None
    ((inner, sign),) = found
    numerator, b = inner.operands[0], inner.operands[1].offset
    others = p - Polynomial.of(inner).scaled(sign)
    upper = numerator if sign > 0 else Polynomial.of(b - 1) - numerator
    return upper + others.scaled(b), b


def _division_without_rest(p: Polynomial, v: Polynomial, _: Intervals) -> Polynomial | None:
    whole, rest = _divided(p, v)
    return None if rest.terms else whole


def _division_by_term(p: Polynomial, v: Polynomial, known: Intervals) -> Polynomial | None:
    if len(v.terms) > 1:
        return None
    whole, rest = _divided(p, v)
    return whole + division(rest, v, known) if whole.terms else None


def _division_by_common_factor(p: Polynomial, v: Polynomial, known: Intervals) -> Polynomial | None:
    factor = gcd(*p.terms.values(), *v.terms.values())
    return division(split(p, factor)[0], split(v, factor)[0], known) if factor > 1 else None


def _division_below_one(p: Polynomial, v: Polynomial, known: Intervals) -> Polynomial | None:
    smaller = known.of(p)[0] >= (0, 0) and known.of(v - p)[0] > (0, 0)
    return Polynomial.of(0) if smaller else None


DIVISION_RULES: tuple[DivisionRule, ...] = (
    _division_without_rest,  # (v*q)//v = q
    _division_by_term,  # (v*q + r)//v = q + r//v
    _division_by_common_factor,  # (g*p)//(g*v) = p//v, for g > 0
    _division_below_one,  # p//v = 0, where 0 <= p < v
)
"""What is known of p//v for v with letters, wherever v is not 0, tried in this order."""


def division(p: Polynomial, v: Polynomial, known: Intervals) -> Polynomial:
    """Return p//v for any v."""
    d = v.constant
    if d == 0:
        raise ExpressionError("division by zero")
    if d is not None:
        return quotient(p, d, known) if d > 0 else quotient(-p, -d, known)
    for rule in DIVISION_RULES:
        found = rule(p, v, known)
        if found is not None:
            return found
    return Polynomial.of(Compound("//", p, v))


def _divided(p: Polynomial, v: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Return q and r with p = v*q + r, by long division in the order in which terms are written."""
    if len(p.terms) > _MOST_DIVIDED:
        return Polynomial.of(0), p
    leading = min(v.terms, key=order)
    whole, rest = Polynomial.of(0), Polynomial.of(0)
    while p.terms:
        monomial = min(p.terms, key=order)
        factor = p.terms[monomial]
        exponents = dict(monomial)
        for atom, exponent in leading:
            exponents[atom] = exponents.get(atom, 0) - exponent
        if min(exponents.values(), default=0) < 0 or factor % v.terms[leading]:
            term = Polynomial({monomial: factor})
            rest, p = rest + term, p - term
        else:
            shared = frozenset((atom, exponent) for atom, exponent in exponents.items() if exponent)
            term = Polynomial({shared: factor // v.terms[leading]})
            whole, p = whole + term, p - v * term
    return whole, rest


def _ceiling(operands: Sequence[Polynomial], known: Intervals) -> Polynomial:
    a, b = operands
    d = b.constant
    if d is not None and d > 0:
        return quotient(a + Polynomial.of(d - 1), d, known)
    found = -division(-a, b, known)
    return Polynomial.of(Compound("ceildiv", a, b)) if any(map(_is_division, found.atoms())) else found


def _is_division(atom: Atom) -> bool:
    return isinstance(atom, Compound) and atom.name == "//" and not atom.divisor


def _remainder(operands: Sequence[Polynomial], known: Intervals) -> Polynomial:
    p, v = operands
    return p - multiplied((v, division(p, v, known)))


def multiplied(factors: Iterable[Polynomial]) -> Polynomial:
    """Multiply out; what would become too large stays a product, with its sums as atoms."""
    given = list(factors)
    found = Polynomial.of(1)
    for factor in given:
        if len(found.terms) * factor.size + len(factor.terms) * found.size > LARGEST:
            return reduce(mul, map(factored, given))
        found *= factor
    return found


def factored(p: Polynomial) -> Polynomial:
    """Return a sum as one atom, behind the number and the sign that all its terms have in common."""
    if len(p.terms) <= 1:
        return p
    sign = 1 if p.terms[min(p.terms, key=order)] > 0 else -1
    common = sign * gcd(*p.terms.values())
    return Polynomial.of(Compound("+", split(p, common)[0])).scaled(common)


def raised(base: Polynomial, exponent: Polynomial) -> Polynomial:
    """Multiply out a power by a small number; of a single term, by any number."""
    n = exponent.constant
    if n is None or (n < 0 and base.constant is None):
        return Polynomial.of(Compound("**", base, exponent))
    if base.constant is not None:
        return Polynomial.of(OPERATORS["**"].apply(base.constant, n))
    if n > 0 and len(base.terms) == 1:
        ((monomial, factor),) = base.terms.items()
        return Polynomial({frozenset((a, e * n) for a, e in monomial): OPERATORS["**"].apply(factor, n)})
    return multiplied([base] * n) if n <= _HIGHEST_POWER else raised(factored(base), exponent)


def _extremum(name: str, sign: int) -> Callable[..., Polynomial]:
    """Return the rule of min (sign 1) or max (sign -1): nested ones opened, and what cannot win left out."""

    def rule(options: Sequence[Polynomial], known: Intervals) -> Polynomial:
        kept: list[Polynomial] = []
        opened = list(dict.fromkeys(_opened(name, options)))
        for option in opened:
            if len(opened) <= _MOST_OPTIONS:
                if any(not_less(option, other, sign, known) for other in kept):
                    continue
                kept = [other for other in kept if not not_less(other, option, sign, known)]
            kept.append(option)
        if len(kept) == 1:
            return kept[0]
        return Polynomial.of(Compound(name, *sorted(kept, key=lambda p: str(written(p)))))

    return rule


def _opened(name: str, options: Iterable[Polynomial]) -> Iterable[Polynomial]:
    for option in options:
        lone = next(option.atoms(), None)
        nested = isinstance(lone, Compound) and lone.name == name and option == Polynomial.of(lone)
        yield from lone.operands if isinstance(lone, Compound) and nested else (option,)


def not_less(left: Polynomial, right: Polynomial, sign: int, known: Intervals) -> bool:
    """Whether left >= right (with sign 1; left <= right with -1) for all letters, as far as is known.

    u//b >= v//d follows from u*d >= v*b, for b > 0 and d > 0: floors are monotone.
    """
    if known.of((left - right).scaled(sign))[0] >= (0, 0):
        return True
    (u, b), (v, d) = step_of(left) or (left, 1), step_of(right) or (right, 1)
    return known.of((u.scaled(d) - v.scaled(b)).scaled(sign))[0] >= (0, 0)


RULES: dict[str, Callable[[Sequence[Polynomial], Intervals], Polynomial]] = {
    "+": lambda terms, _: summed(terms),
    "-": lambda terms, _: terms[0] - terms[1],
    "neg": lambda terms, _: -terms[0],
    "*": lambda factors, _: multiplied(factors),
    "**": lambda operands, _: raised(*operands),
    "//": lambda operands, known: division(operands[0], operands[1], known),
    "%": _remainder,  # p % v = p - v*(p//v)
    "ceildiv": _ceiling,  # ceil(a/b) = (a + b - 1)//b for a number b > 0, and -((-a)//b) for any b
    "min": _extremum("min", 1),  # min(a, b) = b, where a >= b; min(min(a, b), c) = min(a, b, c)
    "max": _extremum("max", -1),  # max(a, b) = b, where a <= b; max(max(a, b), c) = max(a, b, c)
}
"""The normal form of each operation from those of its operands."""
