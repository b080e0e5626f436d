"""Bisection: where something that, once it holds, goes on to hold begins to do so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def first(holds: Callable[[int], bool], low: int, high: int | None = None, *, near: int | None = None) -> int | None:
    """Return the least number from ``low`` to ``high`` for which something holds, by ever longer steps, then halves.

    Without ``high`` it has to hold somewhere. ``near`` is where to look first: the closer, the fewer steps.

    >>> first(lambda n: n * n >= 50, 0), first(lambda n: n * n >= 50, 0, 7), first(lambda n: n * n >= 50, 0, near=9)
    (8, None, 8)
    """
    if high is not None and high < low:
        return None
    start = low if near is None else max(low, near)
    below, above = _around(holds, low, high, start if high is None else min(start, high))
    if above is None:
        return None
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (below, middle) if holds(middle) else (middle, above)
    return above


def _around(holds: Callable[[int], bool], low: int, high: int | None, start: int) -> tuple[int, int | None]:
    """Return a number for which it does not hold, or the one before ``low``, and a number for which it does."""
    step = 1
    if holds(start):
        above, below = start, start - 1
        while below >= low and holds(below):
            above, below, step = below, max(below - step, low - 1), 2 * step
        return below, above
    below = start
    while high is None or below < high:
        above, step = below + step if high is None else min(below + step, high), 2 * step
        if holds(above):
            return below, above
        below = above
    return below, None
