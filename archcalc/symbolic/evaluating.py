"""Evaluating one expression many times: its parts are put in order once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ExpressionError
from archcalc.symbolic.expr import Letter, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archcalc.symbolic.expr import Int, Operation


class _Step(NamedTuple):
    """A part of an expression: what it applies to the results of which steps before it; or a leaf."""

    apply: Callable[..., int] | None = None
    parts: tuple[int, ...] = ()
    leaf: int | str = 0


def evaluator(x: Int) -> Callable[[Mapping[str, int]], int]:
    """Return a function from the values of an expression's letters to its value; five times as fast as evaluating it.

    >>> positions = evaluator((Letter("I") - 11)//4 + 1)
    >>> positions({"I": 227}), positions({"I": 35})
    (55, 7)

    Raises:
        ExpressionError: when it is called: a letter has no value, or the expression has none there.
    """
    steps: list[_Step] = []

    def added(step: _Step) -> int:
        steps.append(step)
        return len(steps) - 1

    def leaf(part: int | Letter) -> int:
        return added(_Step(leaf=part.name if isinstance(part, Letter) else part))

    def node(part: Operation, operands: list[int]) -> int:
        return added(_Step(part.operator.apply, tuple(operands)))

    fold(x, leaf, node)  # which visits the whole last
    return partial(_run, tuple(steps))


def _run(steps: Sequence[_Step], values: Mapping[str, int]) -> int:
    done: list[int] = []
    try:
        for apply, parts, leaf in steps:
            if apply is not None:
                done.append(apply(*[done[part] for part in parts]))
            else:
                done.append(values[leaf] if isinstance(leaf, str) else leaf)
    except KeyError as error:
        raise ExpressionError(f"no value for {error.args[0]}") from None
    return done[-1]
