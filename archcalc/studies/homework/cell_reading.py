"""A cell as somebody filled it, read in every way it can be, and whether it says a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.quantities.printed import Agreement
from archcalc.studies.homework.derivation import COUNTS, FIELD, OUTPUT
from archcalc.studies.homework.number_reading import numbers, plain
from archcalc.studies.homework.shape_reading import FIRST, LAST, fields, is_whole, same_sizes, shapes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.studies.homework.derivation import Value
    from archcalc.studies.homework.headings import ColumnHeading
    from archcalc.studies.homework.number_reading import NumberReading
    from archcalc.studies.homework.shape_reading import Sizes

EMPTY = frozenset({"", "?", "??", "???", "tbd", "todo", "...", "…", "_", "__", "___"})
NOTHING = frozenset({"-", "--", "–", "—", "none", "n/a", "na", "nil", "0"})
"""What stands where there is nothing to count; empty where there is something."""

TELLING = 10
"""A number with letters for its zeros tells a mistake from two digits on, where the odds are good."""


class Given(NamedTuple):
    """What stands in a cell: its text, and the readings as a count, as a shape, as a receptive field."""

    text: str
    counts: tuple[NumberReading, ...] = ()
    shapes: tuple[Sizes, ...] = ()
    fields: tuple[tuple[int, ...], ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing was answered."""
        return plain(self.text) in EMPTY

    @property
    def nothing(self) -> bool:
        """Whether it says that there is nothing."""
        return plain(self.text) in NOTHING

    @property
    def readable(self) -> bool:
        """Whether it can be read at all."""
        return bool(self.counts or self.shapes or self.fields)

    def number(self) -> int | None:
        """Return the count that is meant first."""
        return self.counts[0].value if self.counts else None

    def says(self, value: Value, order: str, *, strict: bool = False) -> Agreement:
        """Say how the cell agrees with a value: exact, rounds, truncates, or wrong.

        ``order`` is where the file has its channels; a shape the other way round agrees as well.

        >>> from archcalc.studies.homework.headings import ColumnHeading
        >>> read_cell("34.9K", "params", ColumnHeading("params")).says(34944, "").name
        'ROUNDS'
        >>> read_cell("55x55x96", "output", ColumnHeading("output")).says((96, 55, 55), FIRST).name
        'EXACT'
        """
        if isinstance(value, int):
            found = [reading.agrees(value) for reading in self.counts]
            found += [Agreement.EXACT] if value == 0 and self.nothing else []
            kept = [how for how in found if how == Agreement.EXACT or (how != Agreement.WRONG and not strict)]
            return min(kept, key=lambda how: how != Agreement.EXACT, default=Agreement.WRONG)
        if self.fields or value == ():
            return Agreement.EXACT if value in self.fields else Agreement.WRONG
        return Agreement.EXACT if self.has_sizes(value, (order, FIRST, LAST)) else Agreement.WRONG

    def has_sizes(self, value: tuple[int, ...], orders: Iterable[str]) -> bool:
        """Whether one of the readings is a shape, its axes in one of the orders."""
        return any(same_sizes(reading.in_order(order), value) for reading in self.shapes for order in orders)

    def sizes(self, axes: int, order: str) -> tuple[int, ...] | None:
        """Return the shape that is meant first, channels first; without the batch where it has more axes than asked.

        >>> from archcalc.studies.homework.headings import ColumnHeading
        >>> read_cell("torch.Size([1, 96, 55, 55])", "output", ColumnHeading("output")).sizes(3, FIRST)
        (96, 55, 55)
        """
        return self.shapes[0].of_axes(axes).in_order(order) if self.shapes else None

    def tells(self, value: Value, order: str) -> bool:
        """Whether the cell is a wrong value that a mistake makes: exactly, or shortened to two digits or more."""
        if not isinstance(value, int):
            if self.fields or value == ():
                return value in self.fields
            return self.has_sizes(value, (order,))
        for reading in self.counts:
            found = reading.agrees(value)
            if found == Agreement.EXACT or (
                found != Agreement.WRONG and reading.shortened and reading.figure.digits >= TELLING
            ):
                return True
        return value == 0 and self.nothing


def read_cell(text: str, column: str, heading: ColumnHeading, decimal: str = "") -> Given:
    """Read a cell of a column in every way that it can be."""
    if column in COUNTS:
        return Given(text, counts=numbers(text, decimal, heading.power))
    if column == FIELD:
        return Given(text, fields=((),) if is_whole(text) else fields(text))
    assert column == OUTPUT  # noqa: S101 - there are no other columns
    return Given(text, shapes=shapes(text))


def order_of(cells: Iterable[tuple[Given, tuple[int, ...]]]) -> tuple[str, bool]:
    """Return where a file has its channels, by the vote of its cells, and whether the votes are mixed.

    >>> from archcalc.studies.homework.headings import ColumnHeading
    >>> cell = read_cell("55x55x96", "output", ColumnHeading("output"))
    >>> order_of([(cell, (96, 55, 55))])
    ('channels last', False)
    """
    votes = {FIRST: 0, LAST: 0}
    guesses = {FIRST: 0, LAST: 0}
    for given, exact in cells:
        orders = [order for order in (FIRST, LAST) if given.has_sizes(exact, (order,))]
        if len(orders) == 1:
            votes[orders[0]] += 1
        elif not orders:
            for order in {reading.looks for reading in given.shapes if reading.looks}:
                guesses[order] += 1
    counted = votes if any(votes.values()) else guesses
    return (LAST if counted[LAST] > counted[FIRST] else FIRST), bool(votes[FIRST] and votes[LAST])
