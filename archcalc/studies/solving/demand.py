"""One thing that has to hold of a network, and what is then looked for."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from archcalc.symbolic.relations import HOLDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.network.table import Table
    from archcalc.symbolic.expr import Int


class Goal(StrEnum):
    """What is looked for: every value that holds, or the last or the first of them."""

    EVERY = "every"
    LARGEST = "largest"
    SMALLEST = "smallest"


class Demand(NamedTuple):
    """One thing that has to hold: something of a table has a relation to a number.

    ``name`` is what it is called in totals; ``budget`` says that it is a quantity of QUANTITIES.
    """

    name: str
    measure: Callable[[Table], Int]
    relation: str
    bound: int
    budget: bool = False

    def holds(self, value: int) -> bool:
        """Whether a value is as demanded.

        >>> Demand("macs", lambda table: table.totals.macs, "<=", 300).holds(299)
        True
        """
        return HOLDS[self.relation](value, self.bound)
