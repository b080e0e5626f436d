"""The page of `list`: networks with year, parameters and MACs."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.views.page import LEFT, QUIET, RIGHT, STRONG, Column, Heading, Label, Line, Notes, Page, PageTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archcalc.views.page import Cell


class ListEntry(NamedTuple):
    """What a list says of a network."""

    name: str
    title: str = ""
    year: str = ""
    family: str = ""
    params: int = 0
    macs: int = 0


COLUMNS = (
    Column("name", "name"),
    Column("title", "title", LEFT, 1),
    Column("family", "family", LEFT, 3),
    Column("year", "year", RIGHT, 1),
    Column("params", "parameters", RIGHT),
    Column("macs", "MACs", RIGHT),
)

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
    "params": lambda entry: entry.params,
    "macs": lambda entry: entry.macs,
}
"""What a list can be sorted by."""

NONE, OTHERS = "no network is like that", "others"


def catalogue(entries: Iterable[ListEntry], sort: str | None = None) -> Page:
    """Return the page that lists networks: by family and year, or sorted by a column.

    >>> page = catalogue([ListEntry("vgg16", params=138357544), ListEntry("lenet5", params=60000)], sort="params")
    >>> [network["name"] for network in page.record["networks"]]
    ['lenet5', 'vgg16']

    Raises:
        UsageError: there is no such column.
    """
    if sort is not None and sort not in ORDERS:
        hint = did_you_mean(sort, ORDERS) or f"choose from {', '.join(ORDERS)}"
        raise UsageError(f"cannot sort by '{sort}'", hint)
    found = sorted(entries, key=lambda entry: natural(entry.name))
    found.sort(key=ORDERS[sort] if sort else _by_family(found))
    record: dict[str, Any] = {"schema_version": 1, "networks": [entry._asdict() for entry in found]}
    last = f"{len(found)} networks" if len(found) != 1 else "1 network"
    table = (_flat(found) if sort else _grouped(found)) if found else Notes((NONE,))
    return Page((Heading("Networks"), table, Notes((last,), QUIET)), lambda: record, "networks")


def _by_family(entries: Iterable[ListEntry]) -> Callable[[ListEntry], Any]:
    """Return the order of families by their first year, and within a family by year; others come last."""
    first: dict[str, str] = {}
    for entry in entries:
        first[entry.family] = min(entry.year or "9999", first.get(entry.family, "9999"))
    return lambda entry: (not entry.family, first[entry.family], entry.family, "/" in entry.name, entry.year)


def _flat(entries: Iterable[ListEntry]) -> PageTable:
    return PageTable(COLUMNS, tuple(_line(entry, COLUMNS) for entry in entries))


def _grouped(entries: Iterable[ListEntry]) -> PageTable:
    columns = tuple(column for column in COLUMNS if column.key != "family")
    lines: list[Line] = []
    for family, members in groupby(entries, key=lambda entry: entry.family or OTHERS):
        lines.append(Line((Label(family), *[""] * (len(columns) - 1)), 0, STRONG))
        lines += [_line(entry, columns)._replace(level=1) for entry in members]
    return PageTable(columns, tuple(lines))


def _line(entry: ListEntry, columns: Iterable[Column]) -> Line:
    _, *cells = (_cell(getattr(entry, column.key)) for column in columns)
    return Line((Label(entry.name), *cells))


def _cell(value: str | int) -> Cell:
    return value or None if isinstance(value, int) else value
