"""Spreadsheets that are written for others to open."""

from __future__ import annotations

import io

import pytest

from archcalc.services.homework import rows_of

openpyxl = pytest.importorskip("openpyxl")


def written(rows: list[list[str | int]], title: str = "alexnet") -> bytes:
    """Write a spreadsheet, where the library for it is installed."""
    door = pytest.importorskip("archcalc.submissions.xlsx_writing")
    content: bytes = door.written(rows, title)
    return content


def test_what_is_written_is_read_again() -> None:
    rows: list[list[str | int]] = [["layer", "params"], ["conv1", 34944], ["fc8", ""]]
    assert rows_of(written(rows), "hw.xlsx") == [["layer", "params"], ["conv1", "34944"], ["fc8"]]


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_a_text_is_a_text_whatever_it_begins_with(text: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written([["layer"], [text]])))
    assert book.worksheets[0]["A2"].data_type == "s"
    assert book.worksheets[0]["A2"].value == text


def test_a_sheet_has_a_name_that_spreadsheets_take() -> None:
    for title, name in (("torchvision/alexnet", "torchvisionalexnet"), ("a" * 40, "a" * 31), ("[]", "homework")):
        assert openpyxl.load_workbook(io.BytesIO(written([["layer"]], title))).sheetnames == [name]
