"""XLSX, read by openpyxl and only read: the cells of the first sheet, within bounds."""

from __future__ import annotations

import io
import re
import warnings
from typing import TYPE_CHECKING

import openpyxl

from archcalc.errors import UsageError
from archcalc.limits import CELLS, PART_TAGS, ROWS, SHEET_TAGS, SPREADSHEET_SIZE, InputLimit
from archcalc.submissions.archives import opened

if TYPE_CHECKING:
    import zipfile

AGAIN = "save it again as XLSX or CSV"
_ENTITIES = ("<!ENTITY", "<!DOCTYPE")
_XML = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff")
"""What a part that is XML begins with."""

SHEETS = ("xl/worksheets/", "xl/sharedstrings")
"""The parts that grow with a table. Every tag is an object in memory; 5,000 rows of 10 columns have 200,000."""
_CELLS = re.compile(rb"</?(?:row|c|v|f|is|si|t|r|rPr)[\s/>]")
"""The tags that a table consists of; there are few others in a sheet."""


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""A character that Excel writes by its number; openpyxl leaves it as it stands."""


def rows(content: bytes, name: str, most: InputLimit = ROWS) -> list[list[str]]:
    """Return the cells of the first sheet that has any, as text.

    Raises:
        UsageError: it is no XLSX, holds what a spreadsheet does not, or would grow beyond bounds.
    """
    with opened(content, name, SPREADSHEET_SIZE) as archive:
        for entry in archive.infolist():
            _refuse(_part(archive, entry, name), entry.filename, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets:
                cells = sheet.iter_rows(max_row=most.value + 2, max_col=CELLS.value, values_only=True)
                found = [_trimmed([_text(cell) for cell in row]) for row in cells]
                if any(found):
                    return [row for row in found if row]
    except Exception:  # noqa: BLE001 - somebody's file: whatever the library trips over, it is not readable
        raise UsageError(f"{name} is not a valid spreadsheet", AGAIN) from None
    raise UsageError(f"{name} is empty")


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    try:
        return archive.read(entry)
    except Exception:  # noqa: BLE001 - the same
        raise UsageError(f"{name} cannot be unpacked", AGAIN) from None


def _refuse(content: bytes, part: str, name: str) -> None:
    """Refuse a part that defines texts of its own, which may grow without end, or that has too many elements.

    Parts are looked at whatever they are called: a sheet may be `sheet1.bin`.
    """
    if any(sign.encode(code) in content for sign in _ENTITIES for code in ("utf-8", "utf-16-le", "utf-16-be")):
        raise UsageError(f"{name} contains XML definitions, which spreadsheets do not use", AGAIN)
    if not content.lstrip().startswith(_XML):
        return
    others = content.count(b"<")
    if part.lower().startswith(SHEETS):
        if others > SHEET_TAGS.value:
            raise UsageError(*SHEET_TAGS.exceeded(f"{name}: {part}"))
        others -= sum(1 for _ in _CELLS.finditer(content))
    if others > PART_TAGS.value:
        raise UsageError(*PART_TAGS.exceeded(f"{name}: {part}"))


def _trimmed(cells: list[str]) -> list[str]:
    """Return a row without the empty cells at its end."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(cell))
