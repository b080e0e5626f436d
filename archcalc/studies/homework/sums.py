"""What a sum may have left out: rows, groups of rows, two rows at once."""

from __future__ import annotations

from itertools import accumulate, combinations
from typing import TYPE_CHECKING

from archcalc.studies.homework.row_labels import family

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.table import Row

MOST_IN_PAIRS = 40
"""Of longer sums no two rows are looked for."""


def parts(rows: Sequence[Row], counts: Sequence[int]) -> list[int]:
    """Return what may be missing from a sum of rows, each once: a row, a group of rows, the end, two rows.

    >>> import archcalc
    >>> rows = archcalc.load("alexnet").analyze().rows
    >>> 34_944 + 4_097_000 in parts(rows, [row.params for row in rows])
    True
    """
    whole = sum(counts)
    found = dict.fromkeys(count for count in counts if count)
    found.update(dict.fromkeys(_groups(rows, counts)))
    found.update(dict.fromkeys(accumulate(counts)))
    found.update(dict.fromkeys(whole - start for start in accumulate(counts)))
    some = list(dict.fromkeys(count for count in counts if count))
    if len(some) <= MOST_IN_PAIRS:
        found.update(dict.fromkeys(map(sum, combinations(some, 2))))
    return [part for part in found if 0 < part < whole]


DIGITS = (2, 3, 4)
"""To these numbers of digits, rows are rounded before they are added."""

UNITS = tuple(10**power for power in (1, 2, 3, 4, 5, 6, 7))
"""To these units rows are rounded before they are added: tens, and up to two decimals of thousands and millions."""


def of_rounded(counts: Sequence[int]) -> list[int]:
    """Return the sums of rounded counts, each once.

    >>> of_rounded([34_944, 307_456])[:3]
    [345000, 341900, 342440]
    """
    found = [sum(_rounded(count, 10 ** max(0, len(str(count)) - digits)) for count in counts) for digits in DIGITS]
    found += [sum(_rounded(count, unit) for count in counts) for unit in UNITS]
    return [value for value in dict.fromkeys(found) if value not in (0, sum(counts))]


def _rounded(count: int, unit: int) -> int:
    """Round half up to a multiple of a unit."""
    return (2 * count + unit) // (2 * unit) * unit


def _groups(rows: Sequence[Row], counts: Sequence[int]) -> Iterator[int]:
    """Yield the sums of kinds, of blocks, of layers of one name (all shortcuts), and what is left without them."""
    groups: dict[tuple[str, str], int] = {}
    for row, count in zip(rows, counts, strict=True):
        pieces = row.path.split("/")
        names = {("kind", family(row)), ("block", pieces[0]), ("block", "/".join(pieces[:2]))}
        names |= {("name", piece.rstrip("0123456789_")) for piece in pieces[1:]}
        for name in names:
            groups[name] = groups.get(name, 0) + count
    yield from groups.values()
    yield from (sum(counts) - group for group in groups.values())
