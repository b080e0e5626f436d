"""CSV: a line for each layer, exact, and nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.reports.csv import render
from archcalc.symbolic.expr import Letter
from archcalc.views.page import Page
from archcalc.views.showing.summary import summary
from tests.reports.pages import PAGE


def read(page: Page) -> list[dict[str, str]]:
    """Return the lines of a page by column."""
    return list(csv.DictReader(io.StringIO(render(page), newline="")))


def test_there_is_a_line_for_each_layer_unfolded() -> None:
    table = archcalc.load("resnet18").analyze()
    lines = read(summary(table))
    assert [line["path"] for line in lines] == [row.path for row in table]
    assert sum(int(line["params"]) for line in lines) == table.totals.params
    assert sum(int(line["macs"]) for line in lines) == table.totals.macs


def test_names_are_those_of_the_json() -> None:
    line = read(summary(archcalc.load("alexnet").analyze()))[0]
    assert line["input"] == "3x227x227"
    assert line["padding"] == "[[0, 0], [0, 0]]"
    assert (line["receptive_field.size"], line["receptive_field"]) == ("11x11", "")
    assert line["train_only"] == "false"


def test_letters_are_written_as_specs_write_them() -> None:
    lines = read(summary(archcalc.load("alexnet").analyze("3xHx227")))
    assert lines[0]["input"] == "3xHx227"
    assert lines[0]["output"] == "96x(floor((H - 7)/4))x55"
    assert lines[0]["macs"] == "1916640*floor((H - 7)/4)"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", '"=1+1', " =1+1"])
def test_a_text_that_looks_like_a_formula_is_quoted(name: str) -> None:
    (line,) = read(Page((), lambda: {"rows": [{"name": name, "count": -1, name: -0.5}]}, "rows"))
    assert line == {"name": f"'{name}", "count": "-1", f"'{name}": "-0.5"}


def test_a_formula_of_ours_is_text_too() -> None:
    (line,) = read(
        Page((), lambda: {"rows": [{"macs": -9 * (Letter("H") - 2), "sizes": [3, Letter("H") - 2]}]}, "rows")
    )
    assert line == {"macs": "'-9*(H - 2)", "sizes": "3x(H - 2)"}


@given(st.text("=+-@＝＋－＠;,\"' \t\r\nab1\u00a0", max_size=12))
def test_no_cell_begins_like_a_formula_whatever_separates_cells(text: str) -> None:
    written = render(Page((), lambda: {"rows": [{"name": text, text: 1}]}, "rows"))
    for delimiter in (",", ";"):
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=delimiter):
            assert not [cell for cell in row if cell.lstrip(' "').startswith(tuple("=+-@＝＋－＠"))]


def test_entries_may_differ_in_their_keys() -> None:
    first, second = read(PAGE)
    assert first == {
        "name": "'=1+1", "sizes": "3xH", "pads": "[[0, 1]]", "flag": "true", "field.size": "1", "other": "",
    }  # fmt: skip
    assert second["other"] == "0.5"
