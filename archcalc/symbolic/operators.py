"""The operators: a table of what each does to integers, with a bound on the size of numbers."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from archcalc.errors import ExpressionError
from archcalc.limits import BITS
from archcalc.symbolic.notation import ATOM, POWER, PRODUCT, REMAINDER, SUM

if TYPE_CHECKING:
    from collections.abc import Callable


class Operator:
    """A row of :data:`OPERATORS`: a name, how tightly it binds when printed, and what it does to ints."""

    __slots__ = ("apply", "name", "precedence")

    def __init__(self, name: str, precedence: int, apply: Callable[..., int]) -> None:
        self.name, self.precedence, self.apply = name, precedence, apply

    def __repr__(self) -> str:
        return self.name


_FEW = 8
"""The product of so few numbers is computed before it is looked at; what would take long is refused before."""


def _bounded(number: int, what: str = "the number") -> int:
    if number.bit_length() > BITS.default:
        raise ExpressionError(*BITS.exceeded(what))
    return number


def _times(*factors: int) -> int:
    if len(factors) > _FEW and all(factors) and sum(factor.bit_length() - 1 for factor in factors) > BITS.default:
        raise ExpressionError(*BITS.exceeded("the product"))
    return _bounded(prod(factors), "the product")


def _power(base: int, exponent: int) -> int:
    if exponent < 0:
        raise ExpressionError(f"{base}**{exponent} is not an integer", "use an exponent ≥ 0")
    if (base.bit_length() - 1) * exponent > BITS.default:
        raise ExpressionError(*BITS.exceeded("the power"))
    # A base of 0, 1 or -1 takes any exponent; its parity is all that matters, and keeps the power quick.
    return _bounded(base ** (exponent if abs(base) > 1 else min(exponent, 2 - exponent % 2)))


def _floor(a: int, b: int) -> int:
    return a // _divisor(a, b)


def _ceil(a: int, b: int) -> int:
    return -(-a // _divisor(a, b))


def _remainder(a: int, b: int) -> int:
    return a % _divisor(a, b)


def _divisor(a: int, b: int) -> int:
    if b == 0:
        raise ExpressionError(f"division of {a} by zero")
    return b


OPERATORS = {
    row.name: row
    for row in (
        Operator("+", SUM, lambda *terms: sum(terms)),
        Operator("-", SUM, lambda a, b: a - b),
        Operator("*", PRODUCT, _times),
        Operator("%", REMAINDER, _remainder),
        Operator("neg", PRODUCT, lambda a: -a),
        Operator("**", POWER, _power),
        Operator("//", ATOM, _floor),
        Operator("ceildiv", ATOM, _ceil),
        Operator("min", ATOM, lambda *xs: min(xs)),
        Operator("max", ATOM, lambda *xs: max(xs)),
    )
}
"""The operators by name."""
