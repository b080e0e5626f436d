"""Bisection: where something that, once it holds, goes on to hold begins to do so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def first(holds: Callable[[int], bool], low: int, high: int | None = None) -> int | None:
    """Return the least number from ``low`` to ``high`` for which something holds, by ever longer steps, then halves.

    Without ``high`` it has to hold somewhere.

    >>> first(lambda n: n * n >= 50, 0), first(lambda n: n * n >= 50, 0, 7)
    (8, None)
    """
    step, below, above = 1, low - 1, low
    while (high is None or above < high) and not holds(above):
        below, above, step = above, above + step if high is None else min(above + step, high), 2 * step
    if high is not None and (above > high or not holds(above)):
        return None
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (below, middle) if holds(middle) else (middle, above)
    return above
