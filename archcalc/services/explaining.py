"""Worked solutions for the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archcalc.rooms import Shown
from archcalc.studies.explaining.working import solutions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.table import Table
    from archcalc.studies.explaining.working import WorkedSolution


@dataclass(frozen=True, eq=False, repr=False)
class Explained(Shown):
    """The worked solutions of a layer, or of the layers of a block."""

    table: Table
    solutions: tuple[WorkedSolution, ...]

    def __iter__(self) -> Iterator[WorkedSolution]:
        return iter(self.solutions)

    def __len__(self) -> int:
        return len(self.solutions)


def explain(table: Table, path: str) -> Explained:
    """Work out every quantity of a layer, or of all layers in a block.

    >>> import archcalc
    >>> (found,) = explain(archcalc.load("alexnet").analyze(), "conv1")
    >>> [str(step) for step in found.workings[0].steps]
    ['floor((227 - 11 + 2*0)/4) + 1', 'floor(216/4) + 1', '54 + 1', '55']

    Raises:
        UsageError: the table has nothing at that path.
    """
    return Explained(table, tuple(solutions(table, table.below(path))))
