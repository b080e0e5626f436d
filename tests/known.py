"""Numbers that are known: what tests compute with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archcalc.symbolic.expr import Int


def known(number: Int) -> int:
    """Return an integer that has no letters in it."""
    assert isinstance(number, int)
    return number
