"""Arithmetic with items of tensors: numbers, expressions of letters, or unknown, which makes the result unknown.

Source: docs/Operators.md of github.com/onnx/onnx; whole numbers are divided toward zero.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from archcalc.errors import ExpressionError
from archcalc.symbolic.expr import Expr, Int, maximum, minimum, product, total
from archcalc.symbolic.known import decide, equal, simplify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.importers.onnx.known import Item

    Compute = Callable[[Sequence[Item], bool], Item]

_LARGEST = 2**63


def cast(item: Item, kind: str) -> Item:
    """Return an item as a number of another type.

    >>> cast(2.7, "int64"), cast(3, "float"), cast(2, "bool")
    (2, 3.0, True)
    """
    if item is None or (isinstance(item, Expr) and kind != "bool"):
        return item
    if isinstance(item, Expr):
        return decide(item, "!=", 0)
    if "float" in kind or kind == "double":
        return float(item)
    if kind == "bool":
        return bool(item)
    return int(item) if math.isfinite(item) else None


def _bounded(item: Item) -> Item:
    """Return an item that is a number of 64 bits or an expression, simplified; else nothing."""
    if isinstance(item, Expr):
        return simplify(item)
    return item if isinstance(item, float) or item is None or abs(item) < _LARGEST else None


def _computed(function: Callable[..., Item]) -> Compute:
    """Make a function of known numbers one of items."""

    def compute(items: Sequence[Item], floating: bool) -> Item:  # noqa: FBT001 - as all of the table are called
        if None in items or (floating and any(isinstance(item, Expr) for item in items)):
            return None
        return _tried(function, items)

    return compute


def _tried(function: Callable[..., Item], items: Sequence[Item]) -> Item:
    try:
        return _bounded(function(*items))
    except (ArithmeticError, ValueError, TypeError, ExpressionError):  # no number, or not one of letters
        return None


def _exact(function: Callable[..., Item]) -> Compute:
    """Make a function that is the same for whole numbers and others one of items."""

    def compute(items: Sequence[Item], floating: bool) -> Item:  # noqa: ARG001, FBT001
        if None in items:
            return None
        return _tried(function, [_integral(item, items) for item in items])

    return compute


def _integral(item: Item, items: Sequence[Item]) -> Item:
    """Return a number beside an expression as a whole number.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(item, float) or not any(isinstance(other, Expr) for other in items):
        return item
    if not item.is_integer():
        raise ValueError
    return int(item)


def _divide(items: Sequence[Item], floating: bool) -> Item:  # noqa: FBT001
    left, right = items
    if left is None or right is None:
        return None
    if isinstance(left, Expr) or isinstance(right, Expr):
        return _divide_letters(*(_tried(partial(_integral, items=items), [item]) for item in items), floating=floating)
    if floating:
        return _tried(lambda: left / right, ())
    return _tried(lambda: abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1), ())


def _divide_letters(left: Item, right: Item, *, floating: bool) -> Item:
    """Return a quotient where rounding down is rounding toward zero, or where the division is exact."""
    if left is None or right is None or isinstance(left, float) or isinstance(right, float):
        return None
    if not decide(left, ">=", 0) or not decide(right, ">", 0):
        return None
    found = simplify(left // right)
    return found if not floating or equal(found * right, left) else None


def _compare(relation: str) -> Compute:
    def compute(items: Sequence[Item], floating: bool) -> Item:  # noqa: ARG001, FBT001
        left, right = items
        if left is None or right is None:
            return None
        if isinstance(left, Expr) or isinstance(right, Expr):
            return None if isinstance(left, float) or isinstance(right, float) else decide(left, relation, right)
        return _NUMBERS[relation](left, right)

    return compute


_NUMBERS: dict[str, Callable[[float, float], bool]] = {
    "==": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _where(items: Sequence[Item], floating: bool) -> Item:  # noqa: ARG001, FBT001
    condition, yes, no = items
    return None if condition is None or isinstance(condition, Expr) else yes if condition else no


def _least(*items: Int) -> Item:
    return minimum(*items) if any(isinstance(item, Expr) for item in items) else min(items)  # type: ignore[type-var]


def _greatest(*items: Int) -> Item:
    return maximum(*items) if any(isinstance(item, Expr) for item in items) else max(items)  # type: ignore[type-var]


def _power(base: Int, exponent: Int) -> Item:
    return base**exponent if isinstance(exponent, int | float) and abs(exponent) < _LARGEST_POWER else None


_LARGEST_POWER = 64


def _sum(*items: Int) -> Item:
    return total(items) if any(isinstance(item, Expr) for item in items) else sum(items)


def _product(*items: Int) -> Item:
    return product(items) if any(isinstance(item, Expr) for item in items) else math.prod(items)


ARITHMETIC: dict[str, Compute] = {
    "Abs": _computed(abs),
    "Add": _exact(_sum),
    "And": _computed(lambda a, b: bool(a and b)),
    "Ceil": _exact(lambda a: a if isinstance(a, Expr) else float(math.ceil(a))),
    "Div": _divide,
    "Equal": _compare("=="),
    "Exp": _computed(math.exp),
    "Floor": _exact(lambda a: a if isinstance(a, Expr) else float(math.floor(a))),
    "Greater": _compare(">"),
    "GreaterOrEqual": _compare(">="),
    "Less": _compare("<"),
    "LessOrEqual": _compare("<="),
    "Log": _computed(math.log),
    "Max": _exact(_greatest),
    "Min": _exact(_least),
    "Mod": _computed(lambda a, b: a % b),
    "Mul": _exact(_product),
    "Neg": _exact(lambda a: -a),
    "Not": _computed(lambda a: not a),
    "Or": _computed(lambda a, b: bool(a or b)),
    "Pow": _exact(_power),
    "Reciprocal": _computed(lambda a: 1 / a),
    "Round": _exact(lambda a: a if isinstance(a, Expr) else float(round(a))),
    "Sqrt": _computed(math.sqrt),
    "Sub": _exact(lambda a, b: a - b),
    "Sum": _exact(_sum),
    "Where": _where,
}
"""What is computed of the items at one place, by operator; it is told whether they are floating-point numbers."""

REDUCTIONS: dict[str, Compute] = {
    "ReduceMax": _exact(_greatest),
    "ReduceMin": _exact(_least),
    "ReduceProd": _exact(_product),
    "ReduceSum": _exact(_sum),
}
"""What is computed of the items along the reduced axes."""
