"""What papers and lectures print, marked like anybody's homework."""

from __future__ import annotations

import pytest

from archcalc.services.homework import table_of
from archcalc.studies.homework.verdicts import Status
from tests.house.plan import ROOT
from tests.studies.homework.marked import cell, marked, statuses, written

TABLES = (ROOT / "docs" / "published-tables.md").read_text(encoding="utf-8").split("```yaml\n")[1:]
FIGURE_2, TABLE_1, CS231N = (text.partition("```")[0] for text in TABLES)


def test_the_figure_of_alexnet_has_one_wrong_layer() -> None:
    found = statuses(marked(FIGURE_2, "alexnet", name="figure2.yaml"))
    assert [place for place, status in found.items() if status != Status.RIGHT] == [("conv1", "activations")]


def test_the_table_of_googlenet_counts_in_1024s_and_one_row_cannot_be_explained() -> None:
    marking = marked(TABLE_1, "googlenet", name="table1.yaml")
    assert [habit.mistake for habit in marking.habits] == ["K-is-1024"]
    assert cell(marking, "conv1", "params").explanations == ()
    assert {found.status for found in marking.cells if found.column == "output"} <= {Status.RIGHT, "blank"}


@pytest.mark.parametrize(
    ("total", "status"), [("24M", Status.WRONG), ("15.1M", Status.ROUNDED), ("15.2M", Status.GIVEN_YOURS)]
)
def test_the_rows_of_cs231n_are_right_and_their_total_is_not(total: str, status: str) -> None:
    marking = marked(CS231N.replace("24M", total), "vgg16", name="cs231n.yaml")
    assert cell(marking, "total", "activations").status == status
    rows = [found for found in marking.cells if found.layer != "total" and found.status != "blank"]
    assert len(rows) == 37
    assert {found.status for found in rows if found.column == "activations"} == {Status.RIGHT, Status.ROUNDED}
    entering = table_of("vgg16", None).inputs["input"].elements
    assert entering == 150_528


def test_the_lectures_counts_are_parameters_without_biases() -> None:
    marking = marked(CS231N.replace("weights:", "params:"), "vgg16", name="cs231n.yaml")
    (habit,) = marking.habits
    assert (habit.mistake, habit.everywhere, len(habit.cells)) == ("forgot-bias", True, 16)
    assert written(CS231N, "cs231n.yaml").network == "vgg16"
