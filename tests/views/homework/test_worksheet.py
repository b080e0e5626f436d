"""A worksheet carries all that is needed, and nothing that is asked."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

import archcalc
from archcalc.studies.homework.marking import mark
from archcalc.studies.homework.rules import PLAIN_RULES
from archcalc.studies.homework.sheet import sheet
from archcalc.views.homework.worksheet import NOT_ASKED, WorksheetOptions, rows

NETWORKS = (
    "alexnet",
    "googlenet",
    "unet",
    "resnet50",
    "fcn32s",
    "siamese",
    "yolov3",
    "densenet121",
    "mobilenet_v2",
    "vit_b_16",
)
COUNTS = ("output", "params", "macs", "activations", "rf")
COMPLETE = PLAIN_RULES._replace(complete=True)


def written(network: str, how: WorksheetOptions) -> list[list[str]]:
    return rows(archcalc.load(network).analyze(), how)


@pytest.mark.parametrize("network", NETWORKS)
def test_what_a_row_reads_is_on_the_sheet(network: str) -> None:
    found = written(network, WorksheetOptions(("output",)))[1:-2]
    names = {row[0] for row in found}
    for row in found:
        told = re.findall(r"(?:to the size|weights) of ([^ ,]+)", row[2])
        told += re.split(r", | and ", row[2].partition("input from ")[2])
        assert set(filter(None, told)) <= names, row


@pytest.mark.parametrize("network", NETWORKS)
def test_no_size_of_an_output_is_given(network: str) -> None:
    table = archcalc.load(network).analyze()
    found = rows(table, WorksheetOptions(("output",)))[1:-2]
    given = " ".join(row[2] for row in found)
    assert not re.search(r"\d+×\d+×\d+", given)
    assert "None" not in given


def test_a_row_without_a_remark_reads_the_row_above() -> None:
    table = archcalc.load("googlenet").analyze()
    found = rows(table, WorksheetOptions(("output",)))[1:-2]
    by_path = {row.path: row for row in table}
    for above, row in pairwise(found[1:]):
        if "input from" not in row[2]:
            assert by_path[row[0]].inputs[0] == by_path[above[0]].output


def test_the_pool_of_a_branch_is_on_the_sheet() -> None:
    found = {row[0]: row[2] for row in written("googlenet", WorksheetOptions(("output",)))}
    assert found["3a/pool/maxpool"] == "kernel 3, stride 1, padding 1, input from pool2"
    assert found["3a/pool/project"] == "filters 32, kernel 1"


def test_layers_restrict_what_is_asked_and_the_other_rows_stay() -> None:
    rules = COMPLETE._replace(layers=("conv2", "total"))
    found = written("alexnet", WorksheetOptions(("output", "params"), rules=rules))
    assert {row[0]: row[3:] for row in found[2:5]} == {
        "conv1": [NOT_ASKED, NOT_ASKED], "pool1": [NOT_ASKED, NOT_ASKED], "conv2": ["", ""]
    }  # fmt: skip
    assert found[-2] == ["total", "", "", NOT_ASKED, ""]
    key = written("alexnet", WorksheetOptions(("params",), key=True, rules=rules))
    assert [row[3] for row in key[2:-1] if row[3] != NOT_ASKED] == ["307456", "60965224"]


def test_everyone_has_the_same_maximum_filled_or_not() -> None:
    table = archcalc.load("lenet5-modern").analyze()
    full = rows(table, WorksheetOptions(("output", "params", "macs"), key=True))
    blank = rows(table, WorksheetOptions(("output", "params", "macs")))
    more = [*full[:-1], ["tanh", "", "", "6x28x28", "0", "0"], full[-1]]
    dashes = [[*row[:3], *("-" if cell == "0" else cell for cell in row[3:])] for row in full]
    marked = [mark(sheet(some, "hw.csv"), table, COMPLETE) for some in (full, blank, more, dashes, full[:4])]
    assert [(int(one.score), int(one.max_score)) for one in marked] == [(26, 26), (0, 26), (26, 26), (26, 26), (6, 26)]


def test_a_worksheet_knows_its_rows_and_a_table_of_ones_own_has_what_it_has() -> None:
    found = rows(archcalc.load("alexnet").analyze(), WorksheetOptions(("params",), key=True))
    assert sheet(found, "hw.csv").ours
    assert not sheet(found[:-1], "hw.csv").ours
    assert not sheet([["layer", "params"], ["conv1", "1"], ["network=alexnet", ""]], "hw.csv").ours
    rest = [
        {"layer": row[0], "type": row[1], "given": row[2], "params": row[3]} for row in found[1:] if row[0] != "fc8"
    ]
    assert (archcalc.check(rest).score, archcalc.check(rest).max_score) == (12, 13)


def test_what_could_not_be_handed_in_is_no_worksheet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of a table's rows holds for the worksheet with all its lines: one that is made can be marked."""
    lines = written("alexnet", WorksheetOptions(("params",), key=True))
    table = archcalc.load("alexnet").analyze()
    monkeypatch.setenv("ARCHCALC_LIMIT_ROWS", str(len(lines)))
    assert mark(sheet(lines, "hw.csv"), table).cells
    assert len(rows(table, WorksheetOptions(("params",)))) == len(lines)
    monkeypatch.setenv("ARCHCALC_LIMIT_ROWS", str(len(lines) - 1))
    with pytest.raises(
        archcalc.UsageError, match=r"the worksheet of alexnet has more than .*\n  use a smaller network"
    ):
        rows(table, WorksheetOptions(("params",)))
    with pytest.raises(archcalc.UsageError, match=f"hw.csv has more than {len(lines) - 1} rows"):
        sheet(lines, "hw.csv")
