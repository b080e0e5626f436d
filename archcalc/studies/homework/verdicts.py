"""What marking says: of each cell, of habits over the table, and in all."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Status(StrEnum):
    """What is said of an answer. It may be right, given what stands before it on the same paper."""

    RIGHT = "right"
    ROUNDED = "rounded"
    GIVEN_YOURS = "right-given-yours"
    WRONG = "wrong"
    BLANK = "blank"


class Direction(StrEnum):
    """How a wrong answer lies beside the right one."""

    TOO_LARGE = "too large"
    TOO_SMALL = "too small"
    UNREADABLE = "not a number or shape"


class Explanation(NamedTuple):
    """A mistake, or two together, that makes the number that stands there; ``also`` are its other names.

    ``chance`` is how likely a number near this one, written with as many digits, could be explained as well.
    ``parts`` are the mistakes whose sentences it is made of, where they are several.
    """

    mistake: str
    text: str
    also: tuple[str, ...] = ()
    chance: Fraction = Fraction(0)
    parts: tuple[str, ...] = ()

    def habit(self, places: Iterable[tuple[str, str]], *, everywhere: bool = False) -> Habit:
        """Return the habit of having made it in several cells."""
        return Habit(mistake=self.mistake, text=self.text, cells=tuple(places), everywhere=everywhere, parts=self.parts)


class Cell(NamedTuple):
    """One answer: where it stands, what was given, and what is said of it.

    ``cause`` is the layer whose answer was carried forward, ``direction`` how a wrong answer lies beside the right
    one, where that can be said.
    """

    layer: str
    column: str
    given: str
    status: Status
    explanations: tuple[Explanation, ...] = ()
    cause: str = ""
    direction: Direction | None = None
    points: Fraction = Fraction(0)
    worth: Fraction = Fraction(1)


class Habit(NamedTuple):
    """A mistake that explains several cells; ``everywhere`` says that it was made wherever it could be.

    ``parts`` are the mistakes whose sentences it is made of, where they are several.
    """

    mistake: str
    text: str
    cells: tuple[tuple[str, str], ...]
    everywhere: bool = False
    parts: tuple[str, ...] = ()


def _total(points: Iterable[Fraction]) -> Fraction:
    """Return a sum of points; most of thousands are equal."""
    times = Counter((point.numerator, point.denominator) for point in points)
    return sum((Fraction(count * top, bottom) for (top, bottom), count in times.items()), Fraction(0))


class Marking(NamedTuple):
    """A marked table; ``unread`` says that it has columns that had to be understood, and were not."""

    name: str
    network: str
    cells: tuple[Cell, ...]
    habits: tuple[Habit, ...] = ()
    remarks: tuple[str, ...] = ()
    unread: bool = False

    @property
    def score(self) -> Fraction:
        """The points that were reached."""
        return _total(cell.points for cell in self.cells)

    @property
    def max_score(self) -> Fraction:
        """The points that there are."""
        return _total(cell.worth for cell in self.cells)

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong, missing or not understood.

        >>> Marking("hw.csv", "alexnet", (Cell("conv1", "params", "34944", Status.RIGHT, points=Fraction(1)),)).holds
        True
        """
        return self.score == self.max_score and not self.unread

    def wrong(self) -> list[Cell]:
        """Return the cells that are wrong."""
        return [cell for cell in self.cells if cell.status == Status.WRONG]
