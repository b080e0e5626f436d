"""Questions about integers, answered at once where they are known; the algebra is loaded at the first letter.

Most networks have no letters in them, and a process should not pay for what it does not use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Undecided
from archcalc.rooms import Deferred
from archcalc.symbolic.relations import HOLDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.symbolic import bounds, equality
    from archcalc.symbolic import signs as signing
    from archcalc.symbolic import simplify as simplifying
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.signs import Signs
else:
    bounds = Deferred("archcalc.symbolic.bounds")
    equality = Deferred("archcalc.symbolic.equality")
    signing = Deferred("archcalc.symbolic.signs")
    simplifying = Deferred("archcalc.symbolic.simplify")


def simplify(x: Int) -> Int:
    """Return an integer as it is, an expression simplified.

    >>> simplify(3)
    3
    """
    if isinstance(x, int):
        return x
    return simplifying.simplify(x)


def number(x: Int) -> int:
    """Return an integer that is known; for what cannot be asked of letters.

    Raises:
        Undecided: there are letters in it.
    """
    if isinstance(x, int):
        return x
    raise Undecided(f"the value of {x} depends on its variables")


def decide(left: Int, relation: str, right: Int) -> bool | None:
    """Return whether a relation holds; None where letters leave it open.

    >>> decide(4 % 3, "!=", 0)
    True
    """
    if isinstance(left, int) and isinstance(right, int):
        return HOLDS[relation](left, right)
    return bounds.decide(left, relation, right)


def equal(left: Int, right: Int) -> bool | None:
    """Return whether two integers are equal for all values of their letters; None where that is undecided."""
    if left == right or (isinstance(left, int) and isinstance(right, int)):
        return left == right
    return equality.equal(left, right)


def signs(x: Int, least: Mapping[str, int]) -> Signs | None:
    """Return for which values of its letter an expression is below, at or above zero; None where that is open."""
    return signing.signs(x, least)


def counterexample(left: Int, right: Int) -> dict[str, int] | None:
    """Return values of the letters for which two integers differ, if any are found; nothing for plain numbers."""
    if isinstance(left, int) and isinstance(right, int):
        return None
    return equality.counterexample(left, right)
