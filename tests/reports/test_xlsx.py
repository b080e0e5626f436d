"""Spreadsheets that are written for others to open."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest

from archcalc.errors import UsageError
from archcalc.rooms import fetch
from archcalc.services.reading import rows_of
from archcalc.studies.homework.sheet import sheet
from archcalc.symbolic.expr import Letter
from archcalc.views.page import Heading, Page

openpyxl = pytest.importorskip("openpyxl")


def written(entries: list[dict[str, Any]], title: str = "AlexNet") -> bytes:
    """Write entries as a spreadsheet."""
    content: bytes = fetch("reports", "xlsx").render(Page((Heading(title),), lambda: {"layers": entries}, "layers"))
    return content


def cells(content: bytes) -> list[tuple[Any, ...]]:
    """Return the values of a spreadsheet, row by row."""
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))


def test_what_is_written_is_read_again() -> None:
    content = written([{"layer": "conv1", "params": 34944}, {"layer": "fc8", "params": ""}])
    assert rows_of(content, "hw.xlsx") == [["layer", "params"], ["conv1", "34944"], ["fc8"]]


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_a_text_is_a_text_whatever_it_begins_with(text: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written([{"layer": text, text: 1}]))).worksheets[0]
    for place in ("A2", "B1"):
        assert (sheet[place].data_type, sheet[place].value) == ("s", text)


def test_values_stay_what_they_are() -> None:
    entry = {
        "whole": 60_965_224, "part": 0.5, "large": 10**18 + 1, "letters": Letter("H") // 2, "shape": [3, 227, 227],
        "holds": True, "none": None, "bell": "a\x07b", "field": {"size": [3, 3]},
    }  # fmt: skip
    header, row = cells(written([entry]))
    assert header == (*list(entry)[:-1], "field.size")
    assert row == (
        60_965_224, 0.5, "1000000000000000001", "floor(H/2)", "3x227x227", True, None, "a?b", "3x3",
    )  # fmt: skip


def test_a_column_is_as_wide_as_its_longest_value_up_to_a_limit() -> None:
    names = ("conv1", "a-rather-long-name", "x" * 99)
    for longest, width in ((0, 7), (1, 20), (2, 40)):
        content = written([{"layer": name, "params": 1} for name in names[: longest + 1]])
        columns = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].column_dimensions
        assert (columns["A"].width, columns["B"].width) == (width, 8)


def test_too_many_cells_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [{"layer": "conv1", "params": 1}] * 9  # with the headings, 20 cells
    monkeypatch.setenv("ARCHCALC_LIMIT_SHEET_CELLS", "20")
    assert len(cells(written(entries))) == 10
    monkeypatch.setenv("ARCHCALC_LIMIT_SHEET_CELLS", "19")
    with pytest.raises(UsageError, match=r"the spreadsheet has more than 19 cells \(20\)\n  write CSV, or raise"):
        written(entries)


@pytest.mark.parametrize(
    ("title", "name"),
    [("torchvision/alexnet", "torchvisionalexnet"), ("a" * 40, "a" * 31), ("[]", "archcalc"), ("'net'", "net")],
)
def test_a_sheet_has_a_name_that_spreadsheets_take(title: str, name: str) -> None:
    assert openpyxl.load_workbook(io.BytesIO(written([], title))).sheetnames == [name]


@pytest.mark.parametrize("text", ["_x001B_[31m", "a_x000A_b", "_x005F_x001B_", "_x202e_", "_x001B_x001B_", "_x1_"])
def test_a_text_is_not_read_as_characters_by_their_numbers(text: str) -> None:
    """Source: ECMA-376 part 1, 22.9.2.19, ST_Xstring: `_xHHHH_` is the character, `_x005F_` an underscore."""
    content = written([{"layer": text}])
    stored = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    texts = re.findall(r"<t[^>]*>([^<]*)</t>", stored)
    read_by_excel = [re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), one) for one in texts]
    assert text in read_by_excel


def test_a_title_has_no_characters_by_their_numbers() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written([{"layer": "x"}], title="a_x001B_b")))
    assert book.worksheets[0].title == "ax001B_b"


def test_characters_by_their_numbers_are_control_characters_for_us_too() -> None:
    book = openpyxl.Workbook()
    for row in (["layer", "params"], ["conv1_x001B_[31m", "34944_x000D_"], ["conv2_xD800_", "1"]):
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    rows = rows_of(out.getvalue(), "hw.xlsx")
    assert rows[1] == ["conv1\x1b[31m", "34944\r"]
    lines = sheet(rows, "hw.xlsx").lines
    assert [(line.label, line.cells["params"]) for line in lines] == [("conv1?[31m", "34944"), ("conv2?", "1")]
