"""Aligning two lists: the cheapest way to turn one into the other by pairing, inserting and removing.

Costs are whole numbers. Inserting or removing an entry costs ``unit``; a pair costs what a table says of its two
classes, and ``NAME`` less where both have the same name. Entries that agree in class and name at both ends are paired
at once, which costs nothing and is never worse. Between them runs the table of Wagner & Fischer 1974, in a band
around the diagonal that widens until no path outside of it can be cheaper (Ukkonen 1985).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from archcalc.limits import spend

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Pairs = list[tuple[int, int]]
    Prices = Sequence[Mapping[int, int]]

NAME = 2
"""What a pair costs for having different names."""

NARROW, WIDER = 32, 4
"""How far the first band reaches to both sides of the diagonals that have to be crossed, and how bands grow."""

MOST_CELLS = 6_000_000
"""Tables of more cells are not filled: that is some seconds, and 50 MB."""


class Entries(NamedTuple):
    """A list to be aligned: the class and the name of each entry; names differ within a list."""

    classes: Sequence[int]
    names: Sequence[str]

    def part(self, start: int, end: int) -> Entries:
        """Return a part of the list."""
        return Entries(self.classes[start:end], self.names[start:end])


class Alignment(NamedTuple):
    """Which entries are paired, in order; ``minimal`` is False where the lists were too long to be sure."""

    pairs: tuple[tuple[int, int], ...]
    minimal: bool


def align(left: Entries, right: Entries, prices: Prices, unit: int, most: int = MOST_CELLS) -> Alignment:
    """Return a cheapest alignment: ``prices[i][j]`` is what a pair of classes costs, where they can be paired.

    The price is that of a pair with different names, so at least ``NAME``.

    >>> same = [{0: 2}, {1: 2}]
    >>> align(Entries([0, 1], ["a", "b"]), Entries([0, 0, 1], ["a", "c", "b"]), same, 10).pairs
    ((0, 0), (1, 2))
    """
    ahead = _common(left, right)
    behind = _common(*(_reversed(list_.part(ahead, len(list_.names))) for list_ in (left, right)))
    ends = len(left.names) - behind, len(right.names) - behind
    inner, minimal = _between(left.part(ahead, ends[0]), right.part(ahead, ends[1]), prices, unit, most)
    pairs = [
        *((place, place) for place in range(ahead)),
        *((i + ahead, j + ahead) for i, j in inner),
        *((ends[0] + place, ends[1] + place) for place in range(behind)),
    ]
    return Alignment(tuple(pairs), minimal)


def _reversed(entries: Entries) -> Entries:
    return Entries(entries.classes[::-1], entries.names[::-1])


def _common(left: Entries, right: Entries) -> int:
    """Return how many entries at the start agree in class and name."""
    count = 0
    rows = zip(left.classes, right.classes, left.names, right.names, strict=False)
    for one, other, name, called in rows:
        if one != other or name != called:
            break
        count += 1
    return count


def _between(left: Entries, right: Entries, prices: Prices, unit: int, most: int) -> tuple[Pairs, bool]:
    """Return the cheapest pairs, in the narrowest band that is sure to hold them."""
    rows, columns = len(left.names), len(right.names)
    found, reach = None, NARROW
    while True:
        band = _Band(min(0, columns - rows) - reach, max(0, columns - rows) + reach)
        spend(band.cells(rows, columns))
        if band.cells(rows, columns) > most:
            return (_by_name(left, right, prices) if found is None else found), False
        costs = band.costs(left, right, prices, unit)
        found = _pairs(costs, band, rows, columns, unit)
        # A path that leaves the band removes and inserts at least so often.
        if costs[-1][-1] < (abs(columns - rows) + 2 * reach + 2) * unit:
            return found, True
        reach *= WIDER


class _Band(NamedTuple):
    """The part of a table from one diagonal to another, counted by column minus row."""

    low: int
    high: int

    def columns(self, row: int, columns: int) -> range:
        """Return the columns of a row."""
        return range(max(0, row + self.low), min(columns, row + self.high) + 1)

    def cells(self, rows: int, columns: int) -> int:
        """Return about how many cells there are."""
        return (rows + 1) * min(columns + 1, self.high - self.low + 1)

    def costs(self, left: Entries, right: Entries, prices: Prices, unit: int) -> list[array[int]]:
        """Return for each place in the band what it costs to get there: the rows of the table."""
        columns, never = len(right.names), (len(left.names) + len(right.names) + 3) * unit
        place = {name: index for index, name in enumerate(right.names)}
        rows = [array("q", [index * unit for index in self.columns(0, columns)])]
        for row, (kind, name) in enumerate(zip(left.classes, left.names, strict=True), 1):
            before, here = self.columns(row - 1, columns), self.columns(row, columns)
            first = here.start
            above = [*rows[-1][first - before.start :], *[never] * (here.stop - before.stop)]
            corner = rows[-1][0] if first else never  # at the table's edge there is none
            price = prices[kind]
            pay = [price.get(other, never) for other in right.classes[max(0, first - 1) : here.stop - 1]]
            if name in place and first <= place[name] + 1 < here.stop:
                pay[place[name] + 1 - max(1, first)] -= NAME
            rows.append(_row(above, corner, pay if first else [never, *pay], never, unit))
        return rows


def _row(above: list[int], corner: int, pay: list[int], never: int, unit: int) -> array[int]:
    """Return a row of the table from the one above it: the one loop that everything waits for."""
    found: list[int] = []
    keep, last, diagonal = found.append, never, corner
    for up, price in zip(above, pay, strict=True):
        last = (up if up < last else last) + unit  # noqa: FURB136 - a call here takes as long as all the rest
        diagonal += price
        if diagonal < last:  # noqa: PLR1730 - the same
            last = diagonal
        keep(last)
        diagonal = up
    return array("q", found)


def _pairs(costs: list[array[int]], band: _Band, rows: int, columns: int, unit: int) -> Pairs:
    """Walk back from the end: what can be inserted or removed late is, so that what is kept stands early."""

    def cost(row: int, column: int) -> int | None:
        here = band.columns(row, columns)
        return costs[row][column - here.start] if column in here else None

    found, row, column = [], rows, columns
    while row or column:
        here = costs[row][column - band.columns(row, columns).start]
        if column and cost(row, column - 1) == here - unit:
            column -= 1
        elif row and cost(row - 1, column) == here - unit:
            row -= 1
        else:
            row, column = row - 1, column - 1
            found.append((row, column))
    return found[::-1]


def _by_name(left: Entries, right: Entries, prices: Prices) -> Pairs:
    """Pair entries of the same name that can be paired, as many as stand in the same order in both lists."""
    place = {name: index for index, name in enumerate(right.names)}
    found = [
        (i, place[name])
        for i, (kind, name) in enumerate(zip(left.classes, left.names, strict=True))
        if name in place and right.classes[place[name]] in prices[kind]
    ]
    return _rising(found)


def _rising(pairs: Pairs) -> Pairs:
    """Return the longest part of some pairs whose second numbers rise (Schensted 1961)."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for index, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(last[length - 1] if length else None)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [index]
    chain, at = [], last[-1] if last else None
    while at is not None:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]
