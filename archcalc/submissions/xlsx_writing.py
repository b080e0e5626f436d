"""XLSX, written by openpyxl: texts stay texts, whatever they begin with."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDEST = 40


def written(rows: Sequence[Sequence[str | int]], title: str) -> bytes:
    """Return a spreadsheet of one sheet; the first row is headings."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "".join(sign for sign in title if sign not in "\\/*?:[]")[:31] or "homework"
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(row=number, column=place, value=value if value != "" else None)
            if isinstance(value, str) and value:
                cell.data_type = "s"  # an = in front would be taken for a formula
            if number == 1:
                cell.font = Font(bold=True)
    for place, column in enumerate(zip(*rows, strict=False), 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = min(_WIDEST, 2 + max(len(str(value)) for value in column))
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
