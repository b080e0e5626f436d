"""From the normal form back to an expression, the way a textbook would write it."""

from __future__ import annotations

from functools import lru_cache, reduce
from typing import TYPE_CHECKING

from archcalc.symbolic.expr import Expr, ceildiv, operate, product
from archcalc.symbolic.polynomial import ONE, Compound, Polynomial, degree, nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.polynomial import Atom, Monomial


@lru_cache(maxsize=4096)
def written(p: Polynomial) -> Int:
    """Write a polynomial: highest degree first, then by letters, the constant last.

    >>> from archcalc.symbolic.expr import Letter
    >>> h, w = Polynomial.of(Letter("H")), Polynomial.of(Letter("W"))
    >>> written(w - h - Polynomial.of(3) + h*w)
    H*W - H + W - 3
    """
    quotient = _lone_quotient(p)
    if quotient is not None:
        return quotient
    terms = _positive_first(sorted(p.terms.items(), key=lambda term: order(term[0])))
    return reduce(_joined, terms[1:], _term(*terms[0])) if terms else 0


def order(monomial: Monomial) -> tuple[int, list[tuple[str, int]]]:
    """Return what monomials are sorted by: higher degree first, then by the letters, a higher power first."""
    return -degree(monomial), sorted((atom_text(atom), -exponent) for atom, exponent in monomial)


@lru_cache(maxsize=4096)
def length(p: Polynomial) -> int:
    """Count the operators, letters and numbers of a polynomial as it is written."""
    return nodes(written(p))


def _lone_quotient(p: Polynomial) -> Int | None:
    """Write floor(u/d) + c as floor((u + d*c)/d): a constant goes into a quotient that stands alone with it."""
    found = list(p.quotients())
    if len(found) != 1 or len(p.terms) > 1 + (ONE in p.terms):
        return None
    ((quotient, factor),) = found
    return _rounded(quotient, p.offset) if factor == 1 else None


def _rounded(quotient: Compound, added: int) -> Int:
    """Write u//d + added: (u + d - 1)//d as the ceiling of u/d, any other quotient as a floor."""
    numerator, divisor = quotient.operands
    d = divisor.offset
    shifted = numerator + Polynomial.of(d * added)
    if shifted.offset == d - 1:
        return ceildiv(written(shifted - Polynomial.of(d - 1)), d)
    return operate("//", written(shifted), d)


def _positive_first(terms: list[tuple[Monomial, int]]) -> list[tuple[Monomial, int]]:
    """Begin with a term that is added, if there is one: W - H, not -H + W."""
    start = next((i for i, (_, factor) in enumerate(terms) if factor > 0), 0)
    return [terms[start], *terms[:start], *terms[start + 1 :]] if terms else terms


def _joined(before: Int, term: tuple[Monomial, int]) -> Int:
    monomial, factor = term
    return before + _term(monomial, factor) if factor > 0 else before - _term(monomial, -factor)


def _term(monomial: Monomial, factor: int) -> Int:
    factors = [_power(atom, exponent) for atom, exponent in sorted(monomial, key=lambda row: atom_text(row[0]))]
    if factor == -1 and factors:
        return -product(factors)
    return product(factors if factor == 1 and factors else [factor, *factors])


def _power(atom: Atom, exponent: int) -> Int:
    base = atom_written(atom)
    return base if exponent == 1 else operate("**", base, exponent)


@lru_cache(maxsize=4096)
def atom_text(atom: Atom) -> str:
    """Return an atom's text, by which atoms are sorted."""
    return str(atom_written(atom))


@lru_cache(maxsize=4096)
def atom_written(atom: Atom) -> Int:
    """Write a letter or a compound."""
    if isinstance(atom, Expr):
        return atom
    if atom.divisor:
        return _rounded(atom, 0)
    return _SPELLED.get(atom.name, _operation)(atom)


def _operation(atom: Compound) -> Int:
    return operate(atom.name, *(written(operand) for operand in atom.operands))


_SPELLED: dict[str, Callable[[Compound], Int]] = {"+": lambda atom: written(atom.operands[0])}
