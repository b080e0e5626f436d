"""A question of a table: what is asked in a cell, what was given, and what is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.homework.slips import Around
from archcalc.studies.homework.verdicts import Direction

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.studies.homework.cell_reading import Given
    from archcalc.studies.homework.derivation import Value
    from archcalc.studies.homework.row_labels import Target


class CellQuestion(NamedTuple):
    """A cell in its place: what is asked, what was given, what is right, and what follows from the paper."""

    target: Target
    column: str
    given: Given
    exact: Value
    follows: tuple[Value, ...] = ()
    around: Callable[[], Around] = Around
    order: str = ""

    @property
    def rights(self) -> tuple[Value, ...]:
        """The answers that are none of a mistake: the right one, and those that follow."""
        return (self.exact, *self.follows)

    @property
    def place(self) -> tuple[str, str]:
        """Where it is: the row and the column."""
        return self.target.path, self.column

    def direction(self) -> Direction | None:
        """Say whether a wrong count or shape is too large or too small, where it is one of them."""
        given, exact = self.given, self.exact
        if not given.readable:
            return Direction.UNREADABLE
        if isinstance(exact, int):
            number = given.number()
            return None if number is None else Direction.TOO_LARGE if number > exact else Direction.TOO_SMALL
        sizes = given.sizes(len(exact), self.order)
        if sizes is None or len(sizes) != len(exact):
            return None
        signs = {one > other for one, other in zip(sizes, exact, strict=True) if one != other}
        return None if len(signs) > 1 else Direction.TOO_LARGE if True in signs else Direction.TOO_SMALL
