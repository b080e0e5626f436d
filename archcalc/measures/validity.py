"""For which sizes a table with letters holds: every map has to keep at least one position."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.symbolic.bisection import first
from archcalc.symbolic.expr import evaluate, letters

if TYPE_CHECKING:
    from archcalc.network.table import Table
    from archcalc.symbolic.expr import Int

MOST = 1 << 20
"""Sizes beyond a million are not looked at."""


def least_sizes(table: Table, *, training: bool = False) -> dict[str, int]:
    """Return, for each letter, the least value from which on every size that depends on it alone is at least 1.

    The sizes of maps grow with the image's (windows, pools and upsampling are monotone), so the least value is found
    by halving. A size that falls with its letter says nothing here, and a letter without any other is left out.

    ``training`` asks for the heads that only training runs as well.

    >>> import archcalc
    >>> least_sizes(archcalc.load("alexnet").analyze("3xHxW"))
    {'H': 67, 'W': 67}
    """
    found: dict[str, int] = {}
    conditions = (*table.conditions, *(table.graph.training_conditions if training else ()))
    for size in dict.fromkeys(size for _, size in conditions):
        names = letters(size)
        if len(names) == 1 and evaluate(size, {names[0]: MOST}) >= 1:
            found[names[0]] = max(found.get(names[0], 1), least(size, names[0]))
    return dict(sorted(found.items()))


def least(size: Int, letter: str) -> int:
    """Return the least value of a letter for which a size that grows with it is at least 1, up to ``MOST``."""
    return first(lambda value: evaluate(size, {letter: value}) >= 1, 1, MOST) or MOST
