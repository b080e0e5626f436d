"""How much a number tells: how many others, as near to it, the mistakes could have made as well."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from archcalc.quantities.printed import Agreement
from archcalc.studies.homework.derivation import COUNTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archcalc.studies.homework.cell_reading import Given
    from archcalc.studies.homework.derivation import Value
    from archcalc.studies.homework.questions import CellQuestion

MOST = Fraction(1, 72)
"""A single answer is explained where at most this part of the numbers near it could be."""

DOUBTFUL = Fraction(1, 250)
"""The same of a mistake that was not made in a right answer where it would show."""

TOGETHER = Fraction(1, 30)
"""Several answers have one reason where all of them together are by chance at most this likely."""

HABITUAL = Fraction(1, 6)
"""The chance of what says nothing in a single answer, and something in two."""

LEAST_ZEROS = 2
"""A count with at least these zeros at its end may be a rounded one."""


class Odds:
    """What the mistakes make in one cell, counted from the likeliest down.

    >>> from archcalc.studies.homework.cell_reading import read_cell
    >>> from archcalc.studies.homework.questions import CellQuestion
    >>> from archcalc.studies.homework.row_labels import Target
    >>> from archcalc.studies.homework.headings import ColumnHeading
    >>> given = read_cell("34.8K", "params", ColumnHeading("params"))
    >>> odds = Odds(CellQuestion(Target("conv1", ()), "params", given, 34944))
    >>> odds.add(range(34_000, 35_000, 100)), odds.chance
    (None, Fraction(5, 261))
    """

    def __init__(self, question: CellQuestion) -> None:
        self._room = room(question)
        self._near = _Nearness(question.given, question.column)
        self._seen: set[Value] = set()
        self._not = question.rights

    def add(self, values: Iterable[Value]) -> None:
        """Count the values that a mistake makes near the given one."""
        self._seen.update(value for value in values if value not in self._not and self._near.holds(value))

    @property
    def chance(self) -> Fraction:
        """How likely a number near the given one could be explained by one of these mistakes."""
        return Fraction(0) if self._room is None else Fraction(len(self._seen), max(1, self._room))


class _Nearness:
    """What is as near to a number as its half and its double, and written with as many zeros."""

    def __init__(self, given: Given, column: str) -> None:
        number = given.number() if column in COUNTS else None
        self._number = number or 0
        self._zeros = 1 if number is None or _shortened(given) else 10 ** _zeros(number)

    def holds(self, value: Value) -> bool:
        if not self._number or not isinstance(value, int):
            return True
        return self._number <= 2 * value <= 4 * self._number and value % self._zeros == 0


def rounded(question: CellQuestion) -> bool:
    """Whether a count says by a letter, or by more zeros than the right one has, that digits were left out.

    Chance does not matter for one that is rounded rightly: it is a mistake's own, or right.
    """
    number, exact = question.given.number(), question.exact
    if number is None or not isinstance(exact, int) or question.given.says(exact, "") != Agreement.WRONG:
        return False
    return _shortened(question.given) or _zeros(number) >= max(LEAST_ZEROS, _zeros(exact) + 1)


def _shortened(given: Given) -> bool:
    return any(reading.shortened for reading in given.counts)


def _zeros(number: int) -> int:
    digits = str(number)
    return len(digits) - len(digits.rstrip("0")) if number else 0


def room(question: CellQuestion) -> int | None:
    """Return how many numbers from half to double can be told apart, as they are written; None of a field."""
    given = question.given
    number = given.number()
    if question.column in COUNTS and number is not None:
        digits = given.counts[0].figure.digits if _shortened(given) else number // 10 ** _zeros(number)
        return digits * 3 // 2
    exact = question.exact
    shape = given.sizes(len(exact), question.order) if isinstance(exact, tuple) else None
    if not isinstance(exact, tuple) or not shape:
        return None
    return prod(_sides(shape, exact))


def _sides(shape: tuple[int, ...], exact: tuple[int, ...]) -> Iterator[int]:
    """Yield in how many ways the sizes may differ that do: height and width are one where they are alike."""
    if len(shape) != len(exact):
        return
    told = {(size, right) for size, right in zip(shape[1:], exact[1:], strict=True) if size != right}
    if shape[0] != exact[0]:
        yield shape[0] * 3 // 2
    yield from (size * 3 // 2 for size, _ in told)
