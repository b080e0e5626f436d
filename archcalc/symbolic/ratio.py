"""Exact fractions, of numbers or of expressions: what ``/`` and decimals make until they are rounded."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from archcalc.errors import ExpressionError, Undecided
from archcalc.symbolic.expr import Expr, ceildiv, letters, maximum, minimum, operate

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from archcalc.symbolic.expr import Int

    Number: TypeAlias = "int | Expr | Ratio"
    Decide: TypeAlias = Callable[[Int, str, Int], bool | None]


class Ratio:
    """A fraction in lowest terms, or of expressions as written; a numeric denominator is positive.

    >>> Ratio(6, -4), Ratio(11, 10) == Ratio(22, 20)
    (-3/2, True)
    """

    __slots__ = ("denominator", "numerator")

    def __init__(self, numerator: Int, denominator: Int) -> None:
        if isinstance(denominator, int):
            numerator, denominator = _lowest(numerator, denominator)
        self.numerator, self.denominator = numerator, denominator

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ratio) and (self.numerator, self.denominator) == (
            other.numerator,
            other.denominator,
        )

    def __hash__(self) -> int:
        return hash((self.numerator, self.denominator))

    def __repr__(self) -> str:
        parts = (str(part) for part in (self.numerator, self.denominator))
        return "/".join(part if part.removeprefix("-").isalnum() else f"({part})" for part in parts)


def _lowest(numerator: Int, denominator: int) -> tuple[Int, int]:
    if denominator == 0:
        raise ExpressionError(f"division of {numerator} by zero")
    sign = -1 if denominator < 0 else 1
    if not isinstance(numerator, int):
        return -numerator if sign < 0 else numerator, sign * denominator
    common = sign * gcd(numerator, denominator)
    return numerator // common, denominator // common


def ratio(numerator: Int, denominator: Int) -> Number:
    """Return a fraction, or the integer that it is.

    >>> ratio(6, 3), ratio(6, 4)
    (2, 3/2)
    """
    found = Ratio(numerator, denominator)
    return found.numerator if _is_one(found.denominator) else found


def _is_one(x: Int) -> bool:
    return isinstance(x, int) and x == 1


def spelled(x: Number) -> str:
    """Spell a number as a decimal where it has an end, else as a fraction.

    >>> spelled(Ratio(3, 4)), spelled(Ratio(1, 3)), spelled(2), spelled(Ratio(-3, 2))
    ('0.75', '1/3', '2', '-1.5')
    """
    if not isinstance(x, Ratio) or not isinstance(x.numerator, int) or not isinstance(x.denominator, int):
        return str(x)
    digits = next((count for count in range(x.denominator.bit_length()) if 10**count % x.denominator == 0), None)
    if digits is None:
        return str(x)
    whole, rest = divmod(abs(x.numerator) * 10**digits // x.denominator, 10**digits)
    return f"{'-' if x.numerator < 0 else ''}{whole}.{rest:0{digits}}"


def parts(x: Number) -> tuple[Int, Int]:
    """Return numerator and denominator."""
    return (x.numerator, x.denominator) if isinstance(x, Ratio) else (x, 1)


def compute(symbol: str, left: Number, right: Number) -> Number:
    """Return the exact result of an operator on two numbers.

    >>> compute("/", 7, 2), compute("*", Ratio(1, 2), 4), compute("//", 7, 2)
    (7/2, 2, 3)

    Raises:
        ExpressionError: there is none: division by zero, a negative exponent, or too large a number.
    """
    if symbol in _DIVISIONS and isinstance(right, int) and right == 0:
        raise ExpressionError(f"division of {left} by zero")
    if symbol != "/" and not isinstance(left, Ratio) and not isinstance(right, Ratio):
        return operate(symbol, left, right)
    return _ARITHMETIC[symbol](left, right)


def negative(x: Number) -> Number:
    """Return -x."""
    return Ratio(-x.numerator, x.denominator) if isinstance(x, Ratio) else -x


def floor(x: Number) -> Int:
    """Return the greatest integer that is not more.

    >>> floor(Ratio(-7, 2))
    -4
    """
    return operate("//", x.numerator, x.denominator) if isinstance(x, Ratio) else x


def ceiling(x: Number) -> Int:
    """Return the least integer that is not less.

    >>> ceiling(Ratio(-7, 2))
    -3
    """
    return ceildiv(x.numerator, x.denominator) if isinstance(x, Ratio) else x


def absolute(x: Number) -> Number:
    """Return the value without its sign."""
    numerator, denominator = parts(x)
    return ratio(_absolute(numerator), _absolute(denominator))


def _absolute(x: Int) -> Int:
    return abs(x) if isinstance(x, int) else maximum(x, -x)


def least(*xs: Number) -> Number:
    """Return the least of some numbers.

    >>> least(Ratio(1, 2), Ratio(1, 3), 1)
    1/3
    """
    return _extremum(minimum, xs)


def greatest(*xs: Number) -> Number:
    """Return the greatest of some numbers."""
    return _extremum(maximum, xs)


def round8(x: Number) -> int:
    """Return the nearest multiple of 8, halves up, at least 8 and never more than 10 % below.

    >>> round8(Ratio(352, 10)), round8(11), round8(12)
    (32, 16, 16)

    Source: ``_make_divisible`` in TensorFlow's models/research/slim/nets/mobilenet.

    Raises:
        Undecided: the number has letters in it.
    """
    top, bottom = parts(x)
    if isinstance(top, Expr) or isinstance(bottom, Expr):
        names = ", ".join(sorted({*letters(top), *letters(bottom)}))
        raise Undecided(f"round8({x}) depends on {names}", f"use a number for {names}")
    nearest = max(8, (top + 4 * bottom) // (8 * bottom) * 8)
    return nearest if 10 * nearest * bottom >= 9 * top else nearest + 8


def compare(left: Number, relation: str, right: Number, decide: Decide) -> bool | None:
    """Return whether a relation holds, by ``decide`` for expressions; None if it cannot be decided.

    A fraction is multiplied out where its denominator is known to be positive.
    """
    (a, b), (c, d) = parts(left), parts(right)
    if all(_is_one(below) or decide(below, ">", 0) for below in (b, d)):
        return decide(_times(a, d), relation, _times(c, b))
    return None


def _extremum(choose: Callable[..., Int], xs: tuple[Number, ...]) -> Number:
    fractions = [parts(x) for x in xs]
    common = 1
    for _, below in fractions:
        if isinstance(below, Expr):
            names = ", ".join(letters(below))
            raise Undecided(f"which is less depends on the sign of {below}", f"use a number for {names}")
        common = common // gcd(common, below) * below
    return ratio(choose(*(_times(top, operate("//", common, below)) for top, below in fractions)), common)


def _times(a: Int, b: Int) -> Int:
    """Multiply as one would write it: without a factor of 1."""
    return a if _is_one(b) else b if _is_one(a) else operate("*", a, b)


def _sum(left: Number, right: Number) -> Number:
    (a, b), (c, d) = parts(left), parts(right)
    return ratio(a + c, b) if b == d else ratio(_times(a, d) + _times(c, b), _times(b, d))


def _product(left: Number, right: Number) -> Number:
    (a, b), (c, d) = parts(left), parts(right)
    return ratio(_times(a, c), _times(b, d))


def _quotient(left: Number, right: Number) -> Number:
    (a, b), (c, d) = parts(left), parts(right)
    return ratio(_times(a, d), _times(b, c))


def _remainder(left: Number, right: Number) -> Number:
    return _sum(left, negative(_product(right, floor(_quotient(left, right)))))


def _power(left: Number, right: Number) -> Number:
    if isinstance(right, Ratio):
        raise ExpressionError(f"the exponent {right} is not an integer")
    a, b = parts(left)
    return ratio(operate("**", a, right), operate("**", b, right))


_DIVISIONS = ("/", "//", "%")

_ARITHMETIC: dict[str, Callable[[Number, Number], Number]] = {
    "+": _sum,
    "-": lambda left, right: _sum(left, negative(right)),
    "*": _product,
    "/": _quotient,
    "//": lambda left, right: floor(_quotient(left, right)),
    "%": _remainder,
    "**": _power,
}
"""What the operators do to fractions."""
