"""The values that letters carry: of an expression, and in their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.symbolic.expr import Letter, Operation, fold, operation

if TYPE_CHECKING:
    from archcalc.symbolic.expr import Int


def value(x: Int) -> Int | None:
    """Return an expression's value by the values its letters carry; None if one carries none.

    >>> from archcalc.symbolic.expr import Letter
    >>> value(Letter("I", 7) + 2), value(Letter("I", Letter("H")//2) + 2), value(Letter("I") + 2)
    (9, floor(H/2) + 2, None)
    """
    return fold(x, lambda part: part.value if isinstance(part, Letter) else part, _known)


def _known(part: Operation, operands: list[Int | None]) -> Int | None:
    known = [operand for operand in operands if operand is not None]
    return operation(part.operator, known) if len(known) == len(operands) else None


def valued(x: Int) -> Int:
    """Return an expression with the values that its letters carry in their places, and nothing computed yet.

    >>> from archcalc.symbolic.expr import Letter
    >>> valued(2*Letter("K", 3) + Letter("I", Letter("H")//2))
    2*3 + floor(H/2)
    """
    return fold(x, _carried, lambda part, operands: Operation(part.operator, tuple(operands)))


def _carried(part: int | Letter) -> Int:
    return part.value if isinstance(part, Letter) and part.value is not None else part
