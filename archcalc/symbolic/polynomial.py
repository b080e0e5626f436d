"""Polynomials with integer coefficients over atoms: the normal form of counts.

An atom is a letter, or a compound that no polynomial can express: a rounded quotient, a minimum, 2**N. Equal
polynomials are equal as functions; the converse holds only without compounds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from archcalc.limits import spend
from archcalc.symbolic.expr import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from archcalc.symbolic.expr import Expr, Int

    Atom: TypeAlias = "Expr | Compound"
    Monomial: TypeAlias = "frozenset[tuple[Atom, int]]"

ONE: Monomial = frozenset()
"""The monomial of the constant term. A monomial is a set of atoms, each with its exponent."""


class Compound:
    """An operation on polynomials that stays an atom, such as the floor of (H + 29)/32.

    Names are those of :data:`archcalc.symbolic.operators.OPERATORS`. ``+`` has one operand: a sum that is kept
    together as a factor.
    """

    __slots__ = ("_hash", "depth", "name", "operands", "size")

    def __init__(self, name: str, *operands: Polynomial) -> None:
        self.name, self.operands = name, operands
        self.depth: int = 1 + max(operand.depth for operand in operands)
        self.size: int = 1 + sum(operand.size for operand in operands)
        self._hash = hash((name, operands))

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Compound)
            and self._hash == other._hash
            and self.name == other.name
            and self.operands == other.operands
        )

    def __hash__(self) -> int:
        return self._hash

    @property
    def divisor(self) -> int | None:
        """The number by which a floor quotient divides; None for other compounds."""
        return self.operands[1].constant if self.name == "//" else None


class Polynomial:
    """A sum of monomials, each with its coefficient; never changed once made.

    >>> from archcalc.symbolic.expr import Letter
    >>> h = Polynomial.of(Letter("H"))
    >>> (h + h) * h == Polynomial.of(2) * h * h
    True
    """

    __slots__ = ("_hash", "terms")

    def __init__(self, terms: dict[Monomial, int]) -> None:
        self.terms = terms
        self._hash: int | None = None

    @classmethod
    def of(cls, x: int | Atom) -> Polynomial:
        """Return an integer or an atom as a polynomial."""
        if isinstance(x, int):
            return cls({ONE: x} if x else {})
        return cls({frozenset(((x, 1),)): 1})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polynomial) and self.terms == other.terms

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    def __add__(self, other: Polynomial) -> Polynomial:
        return summed((self, other))

    def __sub__(self, other: Polynomial) -> Polynomial:
        return summed((self, -other))

    def __neg__(self) -> Polynomial:
        return Polynomial({monomial: -factor for monomial, factor in self.terms.items()})

    def __mul__(self, other: Polynomial) -> Polynomial:
        if len(self.terms) > 1 < len(other.terms):
            spend(len(self.terms) * len(other.terms))
        found: dict[Monomial, int] = {}
        for left, a in self.terms.items():
            for right, b in other.terms.items():
                monomial = merged(left, right)
                found[monomial] = found.get(monomial, 0) + a * b
        return _without_zeros(found)

    def scaled(self, factor: int) -> Polynomial:
        """Return the polynomial times an integer other than 0."""
        return Polynomial({monomial: factor * a for monomial, a in self.terms.items()})

    @property
    def constant(self) -> int | None:
        """The value of a polynomial that is a number; None of another."""
        if not self.terms:
            return 0
        return self.terms.get(ONE) if len(self.terms) == 1 else None

    @property
    def offset(self) -> int:
        """The constant term."""
        return self.terms.get(ONE, 0)

    @property
    def depth(self) -> int:
        """How deep compounds are nested."""
        return max((atom.depth for atom in self.atoms() if isinstance(atom, Compound)), default=0)

    @property
    def size(self) -> int:
        """About how many letters, numbers and operators it takes to write the polynomial."""
        return len(self.terms) + sum(_weight(atom) for atom in self.atoms())

    def atoms(self) -> Iterator[Atom]:
        """Give the atoms, one as often as it occurs in monomials."""
        return (atom for monomial in self.terms for atom, _ in monomial)

    def quotients(self) -> Iterator[tuple[Compound, int]]:
        """Give the floor quotients by numbers that stand alone in a term, with their coefficients."""
        for monomial, factor in self.terms.items():
            if len(monomial) == 1:
                ((atom, exponent),) = monomial
                if exponent == 1 and isinstance(atom, Compound) and atom.divisor:
                    yield atom, factor


def nodes(x: Int) -> int:
    """Count the operators, letters and numbers of an expression.

    >>> from archcalc.symbolic.expr import Letter
    >>> nodes((Letter("H") - 35)//32)
    5
    """
    return fold(x, lambda _: 1, lambda _, counts: 1 + sum(counts))


@lru_cache(maxsize=4096)
def _weight(atom: Atom) -> int:
    return atom.size if isinstance(atom, Compound) else nodes(atom)


def degree(monomial: Monomial) -> int:
    """Return the sum of a monomial's exponents.

    >>> degree(ONE)
    0
    """
    return sum(exponent for _, exponent in monomial)


def merged(left: Monomial, right: Monomial) -> Monomial:
    """Return the product of two monomials."""
    if not left or not right:
        return left or right
    exponents = dict(left)
    for atom, exponent in right:
        exponents[atom] = exponents.get(atom, 0) + exponent
    return frozenset(exponents.items())


def summed(parts: Iterable[Polynomial]) -> Polynomial:
    """Return the sum of any number of polynomials, in time linear in their terms."""
    found: dict[Monomial, int] = {}
    for part in parts:
        for monomial, factor in part.terms.items():
            found[monomial] = found.get(monomial, 0) + factor
    return _without_zeros(found)


def _without_zeros(terms: dict[Monomial, int]) -> Polynomial:
    return Polynomial({monomial: factor for monomial, factor in terms.items() if factor})


def split(p: Polynomial, divisor: int) -> tuple[Polynomial, Polynomial]:
    """Return q and r with p = divisor*q + r: a constant of r in [0, divisor), and no coefficient as large.

    Coefficients keep their sign: -H over 2 stays -H, and does not become -2*H + H.
    """
    whole: dict[Monomial, int] = {}
    rest: dict[Monomial, int] = {}
    for monomial, factor in p.terms.items():
        quotient = factor // divisor if factor > 0 or monomial == ONE else -(-factor // divisor)
        whole[monomial], rest[monomial] = quotient, factor - quotient * divisor
    return _without_zeros(whole), _without_zeros(rest)
