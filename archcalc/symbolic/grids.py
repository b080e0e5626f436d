"""Expressions over a grid: for every combination of values of their letters, a row of values at a time.

Each part is computed as seldom as can be: once if it has no letter, for each value of the outer letters that it has,
and for all values of the last letter at once.
"""

from __future__ import annotations

from functools import reduce
from itertools import repeat
from operator import add, floordiv, mod, mul, sub
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ExpressionError
from archcalc.symbolic.evaluating import ordered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from archcalc.symbolic.evaluating import EvaluationStep
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.operators import Operator

Values = int | list[int]
"""A number, or one for each value of the last letter."""

QUICK: dict[str, Callable[[int, int], int]] = {
    "+": add, "-": sub, "*": mul, "//": floordiv, "%": mod, "min": min, "max": max,
}  # fmt: skip
"""What is applied to many numbers at once, in pairs from the left."""


class GridRow(NamedTuple):
    """The values of the outer letters, and of each expression a number or a list of them."""

    outer: tuple[int, ...]
    columns: tuple[Values, ...]


def over_grid(forms: Sequence[Int], axes: Mapping[str, Sequence[int]]) -> Iterator[GridRow]:
    """Yield the values of expressions: a row for each combination of all letters but the last.

    >>> from archcalc.symbolic.expr import Letter
    >>> H, B = Letter("H"), Letter("B")
    >>> [(row.outer, row.columns) for row in over_grid([H*B, H + 1, 7], {"B": [1, 2], "H": [3, 4]})]
    [((1,), ([3, 4], [4, 5], 7)), ((2,), ([6, 8], [4, 5], 7))]

    Raises:
        ExpressionError: a letter has no values, or an expression has none somewhere.
    """
    return _GridSteps(forms, axes).rows()


class _GridSteps:
    """The steps of expressions by levels: what is computed once, for each value of the first letter, and so on."""

    def __init__(self, forms: Sequence[Int], axes: Mapping[str, Sequence[int]]) -> None:
        self.steps, self.ends = ordered(forms)
        *self.outer, self.last = axes.items()
        self.done: list[Values] = [0] * len(self.steps)
        self.levels: list[list[int]] = [[] for _ in range(len(self.outer) + 1)]
        depth: list[int] = []
        for place, step in enumerate(self.steps):
            depth.append(self._depth(step, depth))
            self.levels[depth[-1]].append(place)

    def _depth(self, step: EvaluationStep, depth: list[int]) -> int:
        """Return how many of the outer letters have to have a value."""
        if step.operator is not None:
            return max(depth[part] for part in step.parts)
        names = [name for name, _ in self.outer]
        if isinstance(step.leaf, str) and step.leaf != self.last[0]:
            if step.leaf not in names:
                raise ExpressionError(f"no value for {step.leaf}")
            return names.index(step.leaf) + 1
        return 0

    def rows(self) -> Iterator[GridRow]:
        """Yield the rows."""
        self._compute(0, {self.last[0]: list(self.last[1])})
        yield from self._below(0, {})

    def _below(self, level: int, held: dict[str, int]) -> Iterator[GridRow]:
        if level == len(self.outer):
            yield GridRow(tuple(held.values()), tuple(self.done[end] for end in self.ends))
            return
        name, values = self.outer[level]
        for value in values:
            held[name] = value
            self._compute(level + 1, held)
            yield from self._below(level + 1, held)

    def _compute(self, level: int, held: Mapping[str, Values]) -> None:
        for place in self.levels[level]:
            step = self.steps[place]
            if step.operator is not None:
                self.done[place] = _applied(step.operator, [self.done[part] for part in step.parts])
            else:
                self.done[place] = held[step.leaf] if isinstance(step.leaf, str) else step.leaf


def _applied(operator: Operator, operands: Sequence[Values]) -> Values:
    """Return what an operator makes of numbers, or of lists of them."""
    length = next((len(operand) for operand in operands if isinstance(operand, list)), 0)
    if not length:
        return operator.apply(*operands)
    quick = QUICK.get(operator.name)
    if quick is None:
        columns = [operand if isinstance(operand, list) else [operand] * length for operand in operands]
        return [operator.apply(*row) for row in zip(*columns, strict=True)]
    try:
        return reduce(lambda a, b: _paired(quick, a, b), operands)
    except ZeroDivisionError:
        raise ExpressionError("division by zero") from None


def _paired(quick: Callable[[int, int], int], a: Values, b: Values) -> Values:
    """Return what is made of two numbers, or of a list and a number, or of two lists."""
    if isinstance(a, int):
        return quick(a, b) if isinstance(b, int) else list(map(quick, repeat(a), b))
    return list(map(quick, a, repeat(b) if isinstance(b, int) else b))
