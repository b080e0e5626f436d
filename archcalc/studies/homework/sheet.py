"""A table as somebody wrote it: which of its columns answer what, its rows, and what it says of itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError, printable
from archcalc.limits import CELL_LENGTH, CELLS, ROWS
from archcalc.studies.homework.derivation import ACTIVATIONS, COLUMNS, OUTPUT
from archcalc.studies.homework.headings import GIVEN, LAYER, TOLD, TYPE, ColumnHeading, heading_of
from archcalc.studies.homework.remarks import unknown_columns
from archcalc.studies.homework.shape_reading import is_shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_SPACE = re.compile(r"\s")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NETWORK = re.compile(r"\bnetwork\s*[=:]\s*([\w./+-]{1,100})", re.IGNORECASE)
_SEED = re.compile(r"\bseed\s*[=:]\s*(\d{1,12})\b", re.IGNORECASE)


class SheetRow(NamedTuple):
    """A row: what the layer is called, what it is said to be, and the cells by column."""

    label: str
    kind: str
    cells: Mapping[str, str]


class Sheet(NamedTuple):
    """A table: its columns, its rows, and the network and the seed that it says it is about.

    ``ours`` says that it is a filled worksheet, whose rows are all asked: one that is deleted is blank.
    ``unknown`` are the headings of columns that are not known.
    """

    name: str
    headings: Mapping[str, ColumnHeading]
    lines: tuple[SheetRow, ...]
    network: str = ""
    seed: int | None = None
    remarks: tuple[str, ...] = ()
    ours: bool = False
    unknown: tuple[str, ...] = ()


def sheet(rows: Sequence[Sequence[str]], name: str) -> Sheet:
    """Find the columns and the rows of a table.

    >>> rows = [["Layer (type)", "Output Shape", "Param #"], ["conv1", "55x55x96", ""], ["network=alexnet"]]
    >>> found = sheet(rows, "hw.csv")
    >>> found.network, found.lines
    ('alexnet', (SheetRow(label='conv1', kind='', cells={'output': '55x55x96', 'params': ''}),))

    Raises:
        UsageError: it has no columns that are known, or is too large.
    """
    _refuse_too_large(rows, name)
    told = " \n".join(cell for row in rows for cell in row if "=" in cell or ":" in cell)
    network, seed = _NETWORK.search(told), _SEED.search(told)
    start, columns = _header(rows, name)
    columns = _by_content(columns, rows[start + 1 :])
    lines = tuple(_lines(rows[start + 1 :], columns))
    headings = {found.key: found for found in columns.values() if found.key not in TOLD}
    unknown = [_clean(cell) for index, cell in enumerate(rows[start]) if cell.strip() and index not in columns]
    return Sheet(
        name=name,
        headings=headings,
        lines=lines,
        network=network[1] if network else "",
        seed=int(seed[1]) if seed else None,
        remarks=(unknown_columns(unknown),) if unknown else (),
        ours=bool(network) and {TYPE, GIVEN} <= {found.key for found in columns.values()},
        unknown=tuple(unknown),
    )


def _clean(cell: str) -> str:
    """Return a cell without what a terminal would act upon; spaces of all kinds are spaces."""
    return printable(_SPACE.sub(" ", _UNSEEN.sub("", cell))).strip()


def _refuse_too_large(rows: Sequence[Sequence[str]], name: str) -> None:
    if len(rows) > ROWS.value:
        raise UsageError(*ROWS.exceeded(name))
    longest = CELL_LENGTH.value
    for number, row in enumerate(rows, 1):
        if len(row) > CELLS.value:
            raise UsageError(*CELLS.exceeded(f"{name}: row {number:,}", len(row)))
        if any(len(cell) > longest for cell in row):
            raise UsageError(*CELL_LENGTH.exceeded(f"{name}: a cell in row {number:,}", max(map(len, row))))


def _header(rows: Sequence[Sequence[str]], name: str) -> tuple[int, dict[int, ColumnHeading]]:
    """Return the number of the row with the headings, and the columns that are known."""
    best: tuple[int, dict[int, ColumnHeading]] = (0, {})
    for number, row in enumerate(rows):
        columns = _columns(row)
        if len(columns) > len(best[1]):
            best = number, columns
    keys = {heading.key for heading in best[1].values()}
    if LAYER not in keys or not keys - TOLD:
        wanted = f"answer columns: {', '.join(COLUMNS)}"
        raise UsageError(f"{name} has no header row with '{LAYER}' and at least one answer column", wanted)
    return best


def _by_content(columns: Mapping[int, ColumnHeading], rows: Sequence[Sequence[str]]) -> dict[int, ColumnHeading]:
    """Return the columns; one of activations that holds shapes is about outputs."""
    found, keys = dict(columns), {heading.key for heading in columns.values()}
    for index, heading in columns.items():
        cells = [row[index] for row in rows if index < len(row) and row[index].strip()]
        if heading.key == ACTIVATIONS and OUTPUT not in keys and 2 * sum(map(is_shape, cells)) > len(cells):
            found[index] = ColumnHeading(OUTPUT)
    return found


def _columns(row: Sequence[str], *, loosely: bool = True) -> dict[int, ColumnHeading]:
    found: dict[int, ColumnHeading] = {}
    taken: set[str] = set()
    for index, cell in enumerate(row):
        heading = heading_of(cell, loosely=loosely)
        if heading and (heading.key == GIVEN or heading.key not in taken):
            found[index] = heading
            taken.add(heading.key)
    if LAYER not in taken and found and row and not row[0].strip():
        found[0] = ColumnHeading(LAYER)
    return found


def _lines(rows: Iterable[Sequence[str]], columns: Mapping[int, ColumnHeading]) -> Iterator[SheetRow]:
    for row in rows:
        cells = {heading.key: _clean(row[index]) if index < len(row) else "" for index, heading in columns.items()}
        label, kind = cells.pop(LAYER), cells.pop(TYPE, "")
        told = _NETWORK.search(label) or _SEED.search(label)
        if (label or any(cells.values())) and not told and len(_columns(row, loosely=False)) <= 1:
            yield SheetRow(label, kind, cells)
