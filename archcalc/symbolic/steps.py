"""Working out: an expression whose letters carry values, evaluated as a person does it, a step at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.symbolic.carried import value, valued
from archcalc.symbolic.expr import Operation, fold, letters
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archcalc.symbolic.expr import Expr, Int, Letter

SLOW = frozenset({"//", "ceildiv", "%", "min", "max"})
"""Operations that a person does by themselves, once their operands are numbers."""


def worked(x: Int) -> list[Int]:
    """Return what an expression becomes, step by step, from the line with its numbers to the result.

    Sums and products without a division in them are done at once; then the divisions; then what is around them.
    Where the value of a letter is a closed form, what is divided is made short first, and then the whole.

    >>> from archcalc.symbolic.expr import Letter
    >>> def rule(side):
    ...     return (Letter("I", side) - Letter("K", 11) + 2*Letter("P", 0))//Letter("S", 4) + 1
    >>> worked(rule(227))
    [floor((227 - 11 + 2*0)/4) + 1, floor(216/4) + 1, 54 + 1, 55]
    >>> worked(rule(Letter("H")))
    [floor((H - 11 + 2*0)/4) + 1, floor((H - 11)/4) + 1, floor((H - 7)/4)]

    Raises:
        ValueError: a letter carries no value.
    """
    if value(x) is None:
        raise ValueError(f"not all letters of {x} carry values")
    now = valued(x)
    if letters(now):
        return list(dict.fromkeys((now, _around(now, simplify), simplify(now))))
    found = [now]
    while not isinstance(now, int):
        now = _step(now)
        found.append(now)
    return found


def _around(x: Int, short: Callable[[Int], Int]) -> Int:
    """Make short what the outermost divisions divide; what is around them is kept."""
    if not isinstance(x, Operation):
        return x
    within = short if x.operator.name in SLOW else lambda part: _around(part, short)
    return Operation(x.operator, tuple(within(part) for part in x.operands))


def _step(x: Expr) -> Int:
    """Do the divisions whose operands are numbers, or else all that waits for no division."""
    waits = fold(x, lambda _: False, lambda part, inside: part.operator.name in SLOW or any(inside))
    if not waits:
        return fold(x, lambda part: part, lambda part, operands: part.operator.apply(*operands))
    simple = fold(x, lambda part: (part, False), _simple)[0]
    return simple if simple != x else fold(x, lambda part: part, _divided)


def _simple(part: Operation, operands: list[tuple[Int, bool]]) -> tuple[Int, bool]:
    """Compute what has no division in it; the second says whether there is one."""
    inside = tuple(operand for operand, _ in operands)
    if part.operator.name in SLOW or any(waits for _, waits in operands):
        return Operation(part.operator, inside), True
    return part.operator.apply(*inside), False


def _divided(part: Operation, operands: list[Int]) -> Int:
    """Do the innermost divisions."""
    ready = part.operator.name in SLOW and all(isinstance(operand, int) for operand in part.operands)
    return part.operator.apply(*operands) if ready else Operation(part.operator, tuple(operands))


def tidied(x: Int) -> Int:
    """Return an expression without divisions by 1 and without added zeros, which no textbook writes.

    >>> from archcalc.symbolic.expr import Letter
    >>> tidied(Letter("C")//1*3 + 0)
    C*3
    """

    def node(part: Operation, operands: list[Int]) -> Int:
        by_one = part.operator.name in ("//", "ceildiv") and isinstance(operands[1], int) and operands[1] == 1
        if by_one:
            return operands[0]
        if part.operator.name in "+-" and isinstance(operands[-1], int) and operands[-1] == 0:
            return operands[0] if len(operands) == 2 else Operation(part.operator, tuple(operands[:-1]))  # noqa: PLR2004
        return Operation(part.operator, tuple(operands))

    return fold(x, lambda part: part, node)


def named(x: Int, parts: Mapping[Int, Letter]) -> Int:
    """Return an expression in which some parts are written as letters.

    >>> from archcalc.symbolic.expr import Letter
    >>> named(3*((Letter("I") - 3)//2), {(Letter("I") - 3)//2: Letter("O")})
    3*O
    """

    def node(part: Operation, operands: list[Int]) -> Int:
        return parts[part] if part in parts else Operation(part.operator, tuple(operands))

    return fold(x, lambda part: parts.get(part, part), node)
