"""XLSX, written by openpyxl: the lines of CSV as a spreadsheet, numbers as numbers, texts never as formulas."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import chain
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from archcalc.errors import UsageError, printable
from archcalc.limits import SHEET_CELLS
from archcalc.reports.lines import FORMULA, lines, written
from archcalc.views.page import Heading

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from archcalc.reports.lines import Lines
    from archcalc.views.page import Page

SUFFIX = ".xlsx"
BINARY = True

_WIDEST = 40
_EXACT = 10**15
"""A spreadsheet keeps fifteen digits of a number; a longer one stays whole as a text."""

_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""Where a spreadsheet would read a character by its number: `_x001B_` is Escape. `_x005F_` is the underscore itself."""

_FORBIDDEN = re.compile(r"[\\/*?:\[\]]")


def render(page: Page) -> bytes:
    """Return a spreadsheet of one sheet: headings, and a row for each entry of the page's record."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = _title(page)
    _fill(sheet, lines(page))
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _InMemory(book, archive).save()
    return out.getvalue()


class _InMemory(ExcelWriter):
    """Writes a spreadsheet without the files that openpyxl makes for its sheets, so that no other disk can be full."""

    _archive: zipfile.ZipFile

    def write_worksheet(self, ws: Any) -> None:  # noqa: ANN401 - it gets what its type does not have
        """Write a sheet that has cells alone: no pictures, charts or comments."""
        out = io.BytesIO()
        writer: Any = WorksheetWriter(ws, out)
        writer.write()
        ws._rels = writer._rels  # noqa: SLF001 - what openpyxl does itself
        self._archive.writestr(ws.path[1:], out.getvalue())
        self.manifest.append(ws)


def _title(page: Page) -> str:
    """Return the page's title as spreadsheets take it for a name."""
    title = next((block.text for block in page.blocks if isinstance(block, Heading)), "")
    return _ESCAPE.sub("", _FORBIDDEN.sub("", printable(title))).strip("' ")[:31].rstrip("' ") or "archcalc"


def _fill(sheet: Worksheet, found: Lines) -> None:
    """Write headings and rows, each column as wide as its longest value.

    Raises:
        UsageError: these are too many cells.
    """
    count = (found.entries + 1) * len(found.headings)
    if count > SHEET_CELLS.value:
        raise UsageError(*SHEET_CELLS.exceeded("the spreadsheet", count))
    longest = [0] * len(found.headings)
    for number, row in enumerate(chain([found.headings], found.rows), 1):
        for place, value in enumerate(row, 1):
            longest[place - 1] = max(longest[place - 1], len(written(value)))
            content = _content(value)
            cell = sheet.cell(number, place, content)
            if isinstance(content, str):
                cell.data_type = "s"  # an = in front would be taken for a formula
                cell.quotePrefix = bool(FORMULA.match(content))  # also by who edits the cell
            if number == 1:
                cell.font = Font(bold=True)
    for place, wide in enumerate(longest, 1):
        sheet.column_dimensions[get_column_letter(place)].width = min(_WIDEST, 2 + wide)


def _content(value: Any) -> str | float | None:  # noqa: ANN401 - whatever a record holds
    """Return what a cell holds: numbers and truth values as they are, other values as text, nothing for none."""
    if value is None or value == "":
        return None
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < _EXACT):
        return value
    return _ESCAPE.sub("_x005F_", printable(written(value)))
