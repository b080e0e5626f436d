"""Between which integers a polynomial lies, from the ranges of its letters: sound, not always sharp.

An end of an interval is a pair, so that ends compare: (-1, 0) is minus infinity, (0, n) a number, (1, 0) infinity.
"""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

from archcalc.symbolic.expr import Letter
from archcalc.symbolic.polynomial import Compound, Polynomial, degree, summed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archcalc.symbolic.polynomial import Atom

    End = tuple[int, int]
    Interval = tuple[End, End]
    Ranges = Mapping[str, tuple[int | None, int | None]]

BELOW, ABOVE = (-1, 0), (1, 0)
ANYTHING = (BELOW, ABOVE)

_MOST_TERMS = 64
"""Polynomials with more terms are not rewritten in search of sharper bounds."""
_HIGHEST_DEGREE = 6
"""Nor are those of a higher degree."""
_HIGHEST_POWER = 64
"""Powers beyond this one are bounded by it, or by nothing."""


class Intervals:
    """The intervals of polynomials under some ranges; what is found is kept.

    Letters are integers of at least 1, or their value if that is less, unless ``ranges`` says otherwise.
    """

    __slots__ = ("_atoms", "ranges")

    def __init__(self, ranges: Ranges) -> None:
        self.ranges = ranges
        self._atoms: dict[Atom, Interval] = {}

    def of(self, p: Polynomial) -> Interval:
        """Return the interval of a polynomial."""
        low, high = self._least(p), self._least(-p)
        return low, (-high[0], -high[1])

    def _least(self, p: Polynomial) -> End:
        """Return the best lower end that one of three ways finds."""
        return max(self._term_by_term(p), self._from_the_corner(p), self._without_rounding(p))

    def _term_by_term(self, p: Polynomial) -> End:
        return _sum_of_ends([self._term(monomial, factor) for monomial, factor in p.terms.items()])

    def _term(self, monomial: frozenset[tuple[Atom, int]], factor: int) -> End:
        interval: Interval = (0, factor), (0, factor)
        for atom, exponent in monomial:
            interval = _product(interval, _power(self.atom(atom), exponent))
        return interval[0]

    def _from_the_corner(self, p: Polynomial) -> End:
        """Write atoms as lower end and a rest of at least 0: H*W - H is h*w + w, so at least 0."""
        highest = max((degree(monomial) for monomial in p.terms), default=0)
        if len(p.terms) > _MOST_TERMS or not 1 < highest <= _HIGHEST_DEGREE:
            return BELOW
        corner = {atom: self.atom(atom)[0] for atom in p.atoms()}
        if any(end == BELOW for end in corner.values()):
            return BELOW
        moved = summed(_moved(monomial, factor, corner) for monomial, factor in p.terms.items())
        return (0, moved.offset) if all(factor > 0 for m, factor in moved.terms.items() if m) else BELOW

    def _without_rounding(self, p: Polynomial) -> End:
        """Bound quotients by what they round: u/d - (d - 1)/d <= u//d <= u/d."""
        quotients = list(p.quotients())
        if not quotients or len(p.terms) > _MOST_TERMS:
            return BELOW
        common = lcm(*(quotient.operands[1].offset for quotient, _ in quotients))
        parts = [p.scaled(common)]
        for quotient, factor in quotients:
            numerator, divisor = quotient.operands
            d = divisor.offset
            lowest = numerator - Polynomial.of(d - 1) if factor > 0 else numerator
            parts += [Polynomial.of(quotient).scaled(-common * factor), lowest.scaled(common // d * factor)]
        sign, least = self._least(summed(parts))
        return sign, -(-least // common)

    def atom(self, atom: Atom) -> Interval:
        """Return the interval of a letter or a compound."""
        if atom not in self._atoms:
            self._atoms[atom] = self._found(atom)
        return self._atoms[atom]

    def _found(self, atom: Atom) -> Interval:
        if isinstance(atom, Letter):
            return self._letter(atom)
        if not isinstance(atom, Compound):
            return ANYTHING
        return _COMPOUNDS[atom.name](*(self.of(operand) for operand in atom.operands))

    def _letter(self, letter: Letter) -> Interval:
        usual = (min(1, letter.value) if isinstance(letter.value, int) else 1), None
        low, high = self.ranges.get(letter.name, usual)
        return BELOW if low is None else (0, low), ABOVE if high is None else (0, high)


def _moved(monomial: frozenset[tuple[Atom, int]], factor: int, corner: dict[Atom, End]) -> Polynomial:
    found = Polynomial.of(factor)
    for atom, exponent in monomial:
        step = Polynomial.of(atom) + Polynomial.of(corner[atom][1])
        for _ in range(exponent):
            found *= step
    return found


def _sum_of_ends(ends: list[End]) -> End:
    return BELOW if BELOW in ends else (0, sum(number for _, number in ends))


def _sign(end: End) -> int:
    return end[0] or (end[1] > 0) - (end[1] < 0)


def _corners(of: Callable[[End, End], End], a: Interval, b: Interval) -> Interval:
    found = [of(x, y) for x in a for y in b]
    return min(found), max(found)


def _product(a: Interval, b: Interval) -> Interval:
    return _corners(_times, a, b)


def _times(x: End, y: End) -> End:
    return (_sign(x) * _sign(y), 0) if x[0] or y[0] else (0, x[1] * y[1])


def _power(base: Interval, exponent: int) -> Interval:
    """Return the interval of a power; an even one of what may be negative is at least 0."""
    if exponent == 1:
        return base
    if exponent > _HIGHEST_POWER:
        return ((0, 1) if base[0] > (0, 0) else (0, 0), ABOVE) if base[0] >= (0, 0) else ANYTHING
    found = _corners(lambda x, _: _raised(x, exponent), base, base)
    return ((0, 0), found[1]) if exponent % 2 == 0 and base[0] < (0, 0) < base[1] else found


def _raised(x: End, exponent: int) -> End:
    return x[0] ** exponent, x[1] ** exponent if not x[0] else 0


def _quotient(a: Interval, b: Interval) -> Interval:
    """Return the interval of a floor quotient: its extremes are at the corners if the divisor is positive."""
    return _corners(_floor, a, b) if b[0] > (0, 0) else ANYTHING


def _floor(x: End, y: End) -> End:
    if x[0]:
        return x
    return (0, -1 if x[1] < 0 else 0) if y[0] else (0, x[1] // y[1])


def _ceiling(a: Interval, b: Interval) -> Interval:
    low, high = _quotient(_negative(a), b)
    return _negative((low, high))


def _negative(a: Interval) -> Interval:
    return (-a[1][0], -a[1][1]), (-a[0][0], -a[0][1])


def _exponential(base: Interval, exponent: Interval) -> Interval:
    """Return the interval of a power with letters in the exponent: only its lower end."""
    if base[0] < (0, 1):
        return ((0, 0), ABOVE) if base[0] == (0, 0) else ANYTHING
    least = min(max(exponent[0], (0, 0)), (0, _HIGHEST_POWER))
    return (0, base[0][1] ** least[1]), ABOVE


_COMPOUNDS: dict[str, Callable[..., Interval]] = {
    "+": lambda terms: terms,
    "//": _quotient,
    "ceildiv": _ceiling,
    "**": _exponential,
    "min": lambda *xs: (min(low for low, _ in xs), min(high for _, high in xs)),
    "max": lambda *xs: (max(low for low, _ in xs), max(high for _, high in xs)),
}
"""The interval of each compound from those of its operands."""
