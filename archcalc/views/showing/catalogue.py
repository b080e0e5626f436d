"""The page of `list`: networks with year, parameters and MACs."""

from __future__ import annotations

import re
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError
from archcalc.measures.quantities import QUANTITIES, find
from archcalc.views.page import LEFT, QUIET, RIGHT, STRONG, Axes, Column, Heading, Label, Line, Notes, Page, PageTable
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from archcalc.views.page import Cell


class ListEntry(NamedTuple):
    """What a list says of a network: what its file says, and its quantities by name."""

    name: str
    title: str = ""
    year: str = ""
    family: str = ""
    quantities: Mapping[str, Any] = MappingProxyType({})


ABOUT = (
    Column("name", "name"),
    Column("title", "title", LEFT, 1),
    Column("family", "family", LEFT, 3),
    Column("year", "year", RIGHT, 1),
)
"""The columns of what is no quantity."""

SHOWN = ("params", "macs")
"""The quantities that a list shows unasked."""

_DIGITS = re.compile(r"(\d+)")


def natural(name: str) -> list[tuple[int, str]]:
    """Return what names are sorted by, so that numbers in them count as numbers.

    >>> sorted(["resnet101", "resnet18"], key=natural)
    ['resnet18', 'resnet101']
    """
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(name)]


ORDERS: dict[str, Callable[[ListEntry], Any]] = {
    "name": lambda entry: natural(entry.name),
    "title": lambda entry: entry.title.lower(),
    "family": lambda entry: entry.family,
    "year": lambda entry: entry.year,
}
"""What a list can be sorted by besides quantities."""


def order(sort: str) -> Callable[[ListEntry], Any]:
    """Return the order of a column: of a quantity the numbers first, then words.

    Raises:
        UsageError: there is no such column.
    """
    if sort in ORDERS:
        return ORDERS[sort]
    try:
        name = find(sort, ORDERS).name
    except UsageError as error:
        raise UsageError(f"cannot sort by '{sort}'", error.mistakes[0].hint) from None
    return lambda entry: _place(entry.quantities.get(name, ""))


def _place(value: Any) -> tuple[bool, Any]:  # noqa: ANN401 - a quantity's value
    return (True, str(value)) if isinstance(value, str) else (False, value if isinstance(value, list) else [value])


NONE, OTHERS = "no matching networks", "others"


def catalogue(entries: Iterable[ListEntry], sort: str | None = None) -> Page:
    """Return the page that lists networks: by family and year, or sorted by a column.

    >>> counts = {"lenet5": {"params": 60000, "macs": 325680}, "vgg16": {"params": 138357544, "macs": 15470264320}}
    >>> entries = [ListEntry(name, quantities=found) for name, found in counts.items()]
    >>> page = catalogue(entries, sort="params")
    >>> [network["name"] for network in page.record["networks"]]
    ['lenet5', 'vgg16']

    Raises:
        UsageError: there is no such column.
    """
    found = sorted(entries, key=lambda entry: natural(entry.name))
    found.sort(key=order(sort) if sort else _by_family(found))
    last = plural(len(found), "network")
    columns = [*ABOUT, *(_column(name) for name in _shown(sort))]
    table = (_flat(found, columns) if sort else _grouped(found, columns)) if found else Notes((NONE,))
    return Page((Heading("Networks"), table, Notes((last,), QUIET)), lambda: _record(found), "networks")


def _record(entries: Iterable[ListEntry]) -> dict[str, Any]:
    networks = [
        {key: getattr(entry, key) for key in ListEntry._fields[:-1]} | dict(entry.quantities) for entry in entries
    ]
    return {"schema_version": 1, "networks": networks}


def _shown(sort: str | None) -> Iterable[str]:
    """Return the quantities to show: those shown unasked, and the one that a list is sorted by."""
    return SHOWN if sort is None or sort in ORDERS else dict.fromkeys((*SHOWN, find(sort).name))


def _column(name: str) -> Column:
    return Column(name, QUANTITIES[name].heading, RIGHT)


def _by_family(entries: Iterable[ListEntry]) -> Callable[[ListEntry], Any]:
    """Return the order of families by their first year, and within a family by year; others come last."""
    first: dict[str, str] = {}
    for entry in entries:
        first[entry.family] = min(entry.year or "9999", first.get(entry.family, "9999"))
    return lambda entry: (not entry.family, first[entry.family], entry.family, "/" in entry.name, entry.year)


def _flat(entries: Iterable[ListEntry], columns: Sequence[Column]) -> PageTable:
    return PageTable(tuple(columns), tuple(_line(entry, columns) for entry in entries))


def _grouped(entries: Iterable[ListEntry], columns: Sequence[Column]) -> PageTable:
    columns = [column for column in columns if column.key != "family"]
    lines: list[Line] = []
    for family, members in groupby(entries, key=lambda entry: entry.family or OTHERS):
        lines.append(Line((Label(family), *[""] * (len(columns) - 1)), 0, STRONG))
        lines += [_line(entry, columns)._replace(level=1) for entry in members]
    return PageTable(tuple(columns), tuple(lines))


def _line(entry: ListEntry, columns: Sequence[Column]) -> Line:
    return Line((Label(entry.name), *(_cell(entry, column.key) for column in columns[1:])))


def _cell(entry: ListEntry, key: str) -> Cell:
    if key not in QUANTITIES:
        return str(getattr(entry, key))
    value = entry.quantities.get(key)
    return Axes(tuple(value)) if isinstance(value, list) else value or None
