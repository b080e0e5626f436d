"""Expressions for a program that is not Python: nodes that refer to each other, each written once.

A plain integer is itself, as a text of digits if it is beyond what a double holds exactly. ``"@7"`` is node 7. A node
is a letter (``["H"]``), or an operator and its operands (``["//", "@1", 2]``); it refers to earlier nodes only, so one
pass in order evaluates all of them. Nothing but this file knows how an expression is printed: a line with numbers is a
list of texts with references between them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archcalc.symbolic.expr import Letter, Operation, fold
from archcalc.symbolic.printing import is_sum, unicode

if TYPE_CHECKING:
    from archcalc.symbolic.expr import Int

EXACT = 2**53
"""Integers from here on are written as texts."""

Coded = int | str

MARK = "qqvalueqq"
"""A name that no letter has."""


class ExpressionTable:
    """The nodes of some expressions.

    >>> nodes, height = ExpressionTable(), Letter("H")
    >>> nodes.add((height - 7)//4 + 1), nodes.add(height - 7)
    ('@3', '@1')
    >>> nodes.nodes
    [['H'], ['-', '@0', 7], ['//', '@1', 4], ['+', '@2', 1]]
    """

    def __init__(self) -> None:
        self.nodes: list[list[Coded]] = []
        self._known: dict[Int, str] = {}
        self._added: list[Int] = []

    def add(self, x: Int) -> Coded:
        """Return an expression as it is referred to, with its nodes in the table."""
        if isinstance(x, int):
            return x if -EXACT < x < EXACT else str(x)
        self._added.append(x)
        stack: list[Int] = [x]
        while stack:
            part = stack[-1]
            waiting = [inner for inner in _parts(part) if not isinstance(inner, int) and inner not in self._known]
            if waiting:
                stack += waiting
                continue
            stack.pop()
            if part not in self._known:
                self.nodes.append(self._node(part))
                self._known[part] = f"@{len(self.nodes) - 1}"
        return self._known[x]

    def _node(self, part: Int) -> list[Coded]:
        if isinstance(part, Operation):
            return [part.operator.name, *(self._reference(operand) for operand in part.operands)]
        assert isinstance(part, Letter)  # noqa: S101 - what is no number and no operation is a letter
        return [part.name]

    def line(self, rule: Int) -> list[Coded]:
        """Return a rule whose letters carry values as texts with references to the values between them, in turn.

        >>> ExpressionTable().line((Letter("I", 227) - Letter("K", 11))//Letter("S", 4) + 1)
        ['⌊(', 227, ' − ', 11, ')/', 4, '⌋ + 1']
        """
        values: list[Coded] = []

        def marked(part: int | Letter) -> Int:
            if isinstance(part, int) or part.value is None:
                return part
            values.append(self.add(part.value))
            return Letter(f"{MARK}{len(values) - 1}{MARK}")

        parts = re.split(f"{MARK}([0-9]+){MARK}", unicode(fold(rule, marked, _rebuilt)))
        return [values[int(text)] if place % 2 else text for place, text in enumerate(parts)]

    def texts(self) -> dict[str, tuple[str, bool]]:
        """Return what was added as it is printed, and whether it needs brackets next to others, by its references.

        >>> table = ExpressionTable()
        >>> table.add(3*(Letter("H") - 2))
        '@2'
        >>> table.texts()
        {'@2': ('3·(H − 2)', True)}
        """
        return {self._known[x]: (unicode(x), is_sum(x)) for x in self._added}

    def _reference(self, x: Int) -> Coded:
        return self.add(x) if isinstance(x, int) else self._known[x]


def _rebuilt(part: Operation, operands: list[Int]) -> Int:
    return Operation(part.operator, tuple(operands))


def _parts(x: Int) -> tuple[Int, ...]:
    return x.operands if isinstance(x, Operation) else ()
