"""Reading a table from any file, by what it is called and what it looks like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archcalc.errors import Source, UsageError
from archcalc.file_bytes import standard_input, within
from archcalc.limits import ROWS, InputLimit, spend
from archcalc.rooms import Deferred, fetch
from archcalc.studies.homework.sheet import sheet
from archcalc.submissions import csv_table, markdown_table, records
from archcalc.submissions.bounded import decoded

if TYPE_CHECKING:
    from archcalc.specfile import yaml_text
    from archcalc.studies.homework.sheet import Sheet
else:
    yaml_text = Deferred("archcalc.specfile.yaml_text")

INSTALL = "run pip install 'archcalc[xlsx]', or save the table as CSV"


SIGNATURES = {
    b"%PDF": "a PDF file",
    b"\x89PNG": "an image (PNG)",
    b"\xff\xd8\xff": "an image (JPEG)",
    b"GIF8": "an image (GIF)",
    b"RIFF": "an image (WebP)",
    b"II*\0": "an image (TIFF)",
    b"MM\0*": "an image (TIFF)",
    b"\xd0\xcf\x11\xe0": "a file of an old version of Excel or Word",
    b"{\\rtf": "an RTF document",
}
"""What other files begin with."""

PARTS = {
    b"word/document.xml": "a Word document (DOCX)",
    b"ppt/presentation.xml": "a presentation (PPTX)",
    b"opendocument.text": "an OpenDocument text (ODT)",
    b"opendocument.spreadsheet": "an OpenDocument spreadsheet (ODS)",
    b"Index/Document.iwa": "a file of Pages, Numbers or Keynote",
}
"""What other archives contain."""


def read_sheet(content: bytes, name: str) -> Sheet:
    r"""Read a filled table from the content of a file.

    >>> read_sheet(b"layer,params\nconv1,34944\nnetwork=alexnet", "hw.csv").network
    'alexnet'

    Raises:
        UsageError: it cannot be read.
    """
    return sheet(rows_of(within(content, name), name), Path(name).name)


def rows_of(content: bytes, name: str, most: InputLimit = ROWS) -> list[list[str]]:
    """Return the cells of a file; of too many rows, enough to refuse them.

    >>> rows_of(b"| layer | params |", "hw.txt")
    [['layer', 'params']]

    Raises:
        UsageError: it cannot be read.
    """
    spend(len(content) // 16)
    _refuse_other_files(content, name)
    suffix = Path(name).suffix.lower()
    if content.startswith(b"PK\x03\x04") or suffix == ".xlsx":
        return _spreadsheet(content, name, most)
    text = decoded(content)
    start = text.lstrip()[:1]
    if suffix == ".json" or (start in ("{", "[") and suffix not in (".csv", ".md", ".yaml", ".yml")):
        return records.rows(_json(text, name), name)
    if suffix in (".yaml", ".yml"):
        return records.rows(yaml_text.parse(Source(name, text)).plain, name)
    if suffix == ".md" or (suffix != ".csv" and start == "|"):
        return markdown_table.rows(text)
    return csv_table.rows(text, name, most)


def _refuse_other_files(content: bytes, name: str) -> None:
    """Name what is no table.

    Raises:
        UsageError: it is a PDF, an image, or a document.
    """
    kind = next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), "")
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        kind = "an image (HEIC)"
    if content.startswith(b"PK"):
        kind = next((kind for part, kind in PARTS.items() if part in content), "")
    if kind:
        raise UsageError(f"{name} is {kind}, not a table", "save the table as CSV or XLSX")


def _json(text: str, name: str) -> Any:  # noqa: ANN401 - whatever it holds
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise UsageError(f"{name} is not valid JSON: {error.msg}, line {error.lineno}") from None
    except RecursionError:
        raise UsageError(f"{name} is nested too deeply", "use at most as many levels as a table needs") from None


def _spreadsheet(content: bytes, name: str, most: InputLimit) -> list[list[str]]:
    try:
        door = fetch("submissions", "xlsx_table")
    except ModuleNotFoundError:
        raise UsageError(f"{name}: reading spreadsheets requires openpyxl, which is not installed", INSTALL) from None
    rows: list[list[str]] = door.rows(content, name, most)
    return rows


def from_standard_input() -> bytes:
    """Read a table from standard input.

    Raises:
        UsageError: it is closed, or there is too much.
    """
    return standard_input()
