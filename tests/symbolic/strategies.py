"""Expressions for laws to be tried on, and the values they are tried with."""

from __future__ import annotations

import operator
from itertools import product
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from archcalc.errors import ExpressionError
from archcalc.symbolic.expr import Expr, Int, Letter, ceildiv, evaluate, letters, maximum, minimum, total
from archcalc.symbolic.expr import product as product_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Build = Callable[..., Int]

H, W, N = Letter("H"), Letter("W"), Letter("N")

NUMBERS = st.one_of(st.integers(-4, 9), st.sampled_from([-64, -1, 0, 1, 7, 32, 224]))
DIVISORS = st.sampled_from([1, 2, 3, 4, 5, 7, 32, -1, -2, -3])

BINARY: tuple[Build, ...] = (
    operator.add,
    operator.sub,
    operator.mul,
    minimum,
    maximum,
    lambda a, b: total([a, b, 1]),
    lambda a, b: product_of([a, 2, b]),
)
DIVIDED: tuple[Build, ...] = (operator.floordiv, operator.mod, ceildiv)


def expressions(*names: Letter) -> st.SearchStrategy[Int]:
    """Return expressions in some letters: sums, products, minima, and quotients by numbers of either sign."""

    def grown(parts: st.SearchStrategy[Int]) -> st.SearchStrategy[Int]:
        return st.one_of(
            st.builds(_built, st.sampled_from(BINARY), parts, parts),
            st.builds(_built, st.sampled_from(DIVIDED), parts, DIVISORS),
            st.builds(operator.neg, parts),
            st.builds(lambda a: a**2, parts),
        )

    leaves: st.SearchStrategy[Int] = st.one_of(st.sampled_from(names), NUMBERS)
    return st.recursive(leaves, grown, max_leaves=8)


def with_letters_below(*names: Letter) -> st.SearchStrategy[Int]:
    """Return quotients and powers that have letters below the line, or in the exponent."""
    parts = expressions(*names)
    divided = st.builds(_built, st.sampled_from(DIVIDED), parts, parts.filter(_is_open))
    power = st.builds(lambda a, n, b: a**n + b, parts, st.sampled_from(names), parts)
    return st.one_of(divided, power)


def _built(build: Build, a: Int, b: Int) -> Int:
    return build(a, b)


def _is_open(x: Int) -> bool:
    return isinstance(x, Expr)


def assignments(x: Int, values: tuple[int, ...] = (1, 2, 3, 4, 7, 8, 33)) -> Iterator[dict[str, int]]:
    """Give all assignments of some values to the letters of an expression."""
    names = letters(x)
    for point in product(values, repeat=len(names)):
        yield dict(zip(names, point, strict=True))


def value_or_none(x: Int, values: dict[str, int]) -> int | None:
    """Return an expression's value, or None where it has none."""
    try:
        return evaluate(x, values)
    except ExpressionError:
        return None


def sampled_assertion(formula: Build, *operands: Int) -> None:
    """Assert that a formula makes of letters what it makes of numbers: one function, two kinds of integer."""
    found = formula(*operands)
    for values in assignments(total(operands)):
        numbers = [evaluate(operand, values) for operand in operands]
        assert evaluate(found, values) == formula(*numbers), (str(found), values)
