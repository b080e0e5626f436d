"""What is shown of marked tables: to a student, to a teacher, to Gradescope."""

from __future__ import annotations

import json
from fractions import Fraction

import jsonschema
import pytest

import archcalc
from archcalc.limits import EXPLAINED
from archcalc.reports import gradescope, latex, markdown
from archcalc.reports import table as terminal
from archcalc.studies.homework.cohort import Cohort
from archcalc.studies.homework.practice import Exercise
from archcalc.studies.homework.rules import Rules
from archcalc.studies.homework.verdicts import Cell, Marking, Status
from archcalc.views.homework.cohort import cohort
from archcalc.views.homework.gradescope import results, unmarked, unreadable
from archcalc.views.homework.marking import MarkingOptions, marking, number, places, points, record
from archcalc.views.homework.practice import ending, question, verdict
from archcalc.views.homework.revealing import rules, worked, workings
from archcalc.views.homework.worksheet import WorksheetOptions as Asked
from archcalc.views.homework.worksheet import identity, rows, worksheet
from tests.studies.homework.marked import marked

PLUS_ONE = "The + 1 is missing: there is one more window than steps between windows."
ALEXNET = archcalc.load("alexnet").analyze()
PAPER = marked(
    """
    layer,output,params
    conv1,54x54x96,34848
    pool1,26x26x96,-
    conv2,26x26x256,307K
    conv3,12x12x384,7
    fc8,1000,
    colour,1,2
    """,
    "alexnet",
)


def text(options: MarkingOptions, paper: Marking = PAPER) -> str:
    """Return what a terminal of eighty columns shows."""
    return terminal.draw(marking(paper, ALEXNET, options), 80)


def test_the_page_of_a_student() -> None:
    assert text(MarkingOptions()) == (
        "AlexNet · hw.txt\n"
        "6 of 10 points: 2 correct, 1 rounded, 3 consistent, 3 wrong, 1 blank\n"
        "\n"
        "layer  column  your answer  likely mistake\n"
        "────────────────────────────────────────────────────────────────────────────────\n"
        "conv1  output  54x54x96     Check the input size of the network. Or: The + 1 is\n"
        "                            missing: there is one more window than steps between\n"
        "                            windows.\n"
        "conv1  params  34848        The biases are not counted.\n"
        "conv3  params  7            no known mistake gives this value\n"
        "\n"
        "consistent with your conv1: output of pool1, conv2 and conv3\n"
        "not graded: alexnet has no layer colour\n"
    )


def test_a_hint_has_formula_and_direction_and_no_number() -> None:
    said = text(MarkingOptions(hint=True)).removeprefix(text(MarkingOptions()))
    assert "O = ⌊(I − K + 2·P)/S⌋ + 1   for conv1" in said
    assert "params = W + B   for conv1 (too small) and conv3 (too small)" in said
    assert "B = C_out   for conv1 and conv3\n" in f"{said}\n"
    assert "227" not in said
    assert "96" not in said


def test_the_direction_is_said_with_a_hint_and_nowhere_else() -> None:
    for given in ("7", "77777777"):
        paper = marked(f"layer,params\nconv3,{given}", "alexnet")
        said = [text(MarkingOptions(), paper), str(record(paper)), str(results(paper)), verdict(paper.cells[0])]
        assert [one for one in said if "too " in one] == []
        assert "conv3 (too " in text(MarkingOptions(hint=True), paper)


def test_a_reason_that_names_no_step_says_the_direction() -> None:
    factor = "One factor of the product does not fit: check each of them"
    for given, direction in (("442560", "too small"), ("1770240", "too large")):
        assert verdict(marked(f"layer,params\nconv3,{given}", "alexnet").cells[0]).endswith(f"{factor} ({direction}).")


def test_the_worked_solution_is_shown_of_what_is_wrong() -> None:
    said = text(MarkingOptions(reveal=True))
    assert "⌊(227 − 11 + 2·0)/4⌋ + 1" in said
    assert "conv1 · conv: 3×227×227 → 96×55×55" in said
    assert "conv2 · conv" not in said


def test_the_first_wrong_answers_are_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EXPLAINED.variable, "1")
    said = text(MarkingOptions(reveal=True), marked("layer,params\nconv1,7\nconv2,7", "alexnet"))
    assert "conv1 · conv: " in said
    assert "conv2 · conv: " not in said


def test_a_right_table_has_nothing_more_to_say() -> None:
    right = marked("layer,params\nconv1,34944", "alexnet")
    assert text(MarkingOptions(hint=True, reveal=True), right) == "AlexNet · hw.txt\n1 of 1 points: 1 correct\n"
    assert text(MarkingOptions(hint=True), right) == text(MarkingOptions(), right)


def test_a_habit_is_said_once() -> None:
    habit = marked("layer,params\nconv1,34848\nconv2,307200\nfc8,4096000", "alexnet")
    assert text(MarkingOptions(), habit).count("biases are not counted") == 1
    assert "The biases are not counted (in all rows: params of conv1, conv2 and fc8)." in text(MarkingOptions(), habit)
    assert places([(f"conv{n}", "params") for n in range(9)]).endswith("conv5 and 3 more")


def test_the_record_has_the_keys_that_others_rely_on() -> None:
    found = record(PAPER)
    assert list(found) == [
        "schema_version", "file", "network", "score", "max_score", "habits", "remarks", "cells",
    ]  # fmt: skip
    assert found["cells"][0] == {
        "layer": "conv1",
        "column": "output",
        "given": "54x54x96",
        "status": "wrong",
        "explanations": [
            {"mistake": "other-input-size", "text": "Check the input size of the network."},
            {"mistake": "forgot-plus-one", "text": PLUS_ONE},
        ],
    }
    assert found["cells"][2]["cause"] == "conv1"
    habits = marked("layer,params\nconv1,34848\nconv2,307200", "alexnet")
    assert record(habits)["habits"] == [
        {
            "mistake": "forgot-bias",
            "cells": [["conv1", "params"], ["conv2", "params"]],
            "text": "The biases are not counted.",
        }
    ]


def test_a_row_may_follow_from_its_own_parts() -> None:
    paper = marked("layer,weights,params\nconv1,3168,3264\ntotal,,60933544", "alexnet")
    assert "consistent with the rest of its row: params of conv1" in text(MarkingOptions(), paper)
    assert "consistent with the rows above: params of total" in text(MarkingOptions(), paper)


def test_points_are_written_shortly() -> None:
    assert points(Fraction(7, 4)) == "1.75"
    assert points(Fraction(5, 2)) == "2.5"
    assert number(Fraction(3)) == 3


def test_names_are_escaped() -> None:
    paper, found = marked("layer,params\nconv1,=1+1\nconv2,_x_", "alexnet"), Cohort()
    found.add("*ada* & <b>", paper)
    page = cohort(found, "x")
    assert r"\*ada\* \& \<b\>" in markdown.render(page)
    assert r"{*}ada{*} \& \textless{}b\textgreater{}" in latex.render(page)
    assert "\\_x\\_" in markdown.render(marking(paper, ALEXNET))


GRADESCOPE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
        "test_output_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
        "test_name_format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
        "visibility": {"enum": ["hidden", "after_due_date", "after_published", "visible"]},
        "stdout_visibility": {"enum": ["hidden", "after_due_date", "after_published", "visible"]},
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "name_format": {"type": "string"},
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": {"enum": ["hidden", "after_due_date", "after_published", "visible"]},
                    "extra_data": {"type": "object"},
                },
            },
        },
        "leaderboard": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "value"],
                "properties": {"name": {"type": "string"}, "order": {"enum": ["asc", "desc"]}},
            },
        },
    },
    "anyOf": [{"required": ["score"]}, {"properties": {"tests": {"items": {"required": ["score"]}}}}],
}
"""Gradescope's autograder specification, as a schema."""


@pytest.mark.parametrize("rules_", [Rules(), Rules(follow=Fraction(1, 3)), Rules(points={"params": Fraction(2)})])
def test_gradescope_reads_the_results(rules_: Rules) -> None:
    paper = marked(
        "layer,output,params\nconv1,54x54x96,34848\npool1,26x26x96,\nconv3,,885K\nfc8,1000,?", "alexnet", rules_
    )
    found = results(paper)
    jsonschema.validate(found, GRADESCOPE)
    assert found["score"] == number(paper.score)
    assert abs(sum(test["score"] for test in found["tests"]) - found["score"]) < 0.001
    said = {test["name"]: test for test in found["tests"]}
    assert said["pool1"]["output"].startswith("output 26x26x96: consistent with your conv1")
    assert said["conv3"]["output"] == "output: blank\nparams 885K: rounded"
    assert said["conv1"]["status"] == "failed"
    assert "34944" not in str(found)


def test_gradescope_is_told_of_what_cannot_be_read() -> None:
    found = unreadable("hw.csv\x1b has no row\nof headings", 10)
    jsonschema.validate(found, GRADESCOPE)
    assert (found["score"], found["tests"][0]["max_score"]) == (0, 10)
    assert found["output"] == "hw.csv\x1b has no row\nof headings"
    written = json.loads(gradescope.render(unmarked("hw.csv\x1b has no row\nof headings")))
    assert written["output"] == "hw.csv? has no row\nof headings"
    jsonschema.validate(unreadable("x"), GRADESCOPE)


def test_the_page_of_a_class() -> None:
    papers = Cohort()
    papers.add("ada", PAPER)
    papers.refuse("ben", "ben.csv is not valid CSV")
    page = cohort(papers, "Homework 1")
    shown = terminal.draw(page, 80)
    assert shown.startswith("Homework 1 · 2 submissions\n")
    assert "ben.csv is not valid CSV" in shown
    assert "Most difficult questions:" in shown
    entries = page.record["students"]
    assert entries[0]["score"] == 6
    assert entries[1] == {"student": "ben", "problem": "ben.csv is not valid CSV"}
    assert page.record["questions"][0]["right"] == 0
    assert cohort(Cohort()).blocks[0].text == "Homework"  # type: ignore[union-attr]
    right = Cohort()
    right.add("ada", marked("layer,params\nconv1,34944", "alexnet"))
    assert len(cohort(right).blocks) == 2


def test_a_worksheet_says_what_each_layer_is() -> None:
    table = archcalc.load("googlenet").analyze()
    given = {row[0]: row[2] for row in rows(table, Asked(("output",)))}
    assert given["3a/concat"] == "input from 3a/1x1/conv, 3a/3x3/conv, 3a/5x5/conv and 3a/pool/project"
    assert given["pool1"] == "kernel 3, stride 2, ceil"
    assert given["3a/3x3/reduce"] == "filters 96, kernel 1, input from pool2"
    lenet = {row[0]: row[2] for row in rows(archcalc.load("lenet5").analyze(), Asked(("output",)))}
    assert lenet["C3"].startswith("filters 16, kernel 5, table 0 1 2; 1 2 3; 2 3 4; ")
    resnet = {row[0]: row[2] for row in rows(archcalc.load("resnet18").analyze(), Asked(("output",)))}
    assert resnet["conv1"] == "filters 64, kernel 7, stride 2, padding 3, no bias"
    odd = archcalc.loads("{input: 1x9x9, layers: [{conv: 1, kernel: [3, 1], padding: [[1, 0], [0, 0]]}]}").analyze()
    assert rows(odd, Asked(("output",)))[2][2] == "filters 1, kernel 3×1, padding ((1, 0), (0, 0))"


def test_the_key_holds_the_solution() -> None:
    assert identity("alexnet", None) == "network=alexnet"
    shown = terminal.draw(worksheet(ALEXNET, Asked(("output", "params"), key=True, seed=3)), 100)
    assert "96×55×55" in shown
    assert "60,965,224" in shown
    assert "network=alexnet seed=3" in shown


def test_a_question_tells_what_it_takes() -> None:
    asked = question(ALEXNET, Exercise(ALEXNET["pool2"], "rf"))
    assert "At norm2 the receptive field is 51 and the effective stride is 8. What is" in asked
    assert "receptive field" not in question(ALEXNET, Exercise(ALEXNET["conv1"], "rf")).partition("What")[0]
    assert question(ALEXNET, Exercise(ALEXNET["flatten"], "output")).startswith(
        "Layer flatten of alexnet: flatten; input 256×6×6."
    )


def test_a_quiz_ends_with_what_to_review() -> None:
    cells = [
        *marked("layer,params\nconv1,34848\nconv2,307200\nconv3,885120", "alexnet").cells,
        *marked("layer,output\nconv1,1x2x3", "alexnet").cells,
    ]
    assert ending(cells) == [
        "Score: 1 of 4.",
        "To review: parameters and output shapes.",
        "Repeated mistake: The biases are not counted.",
    ]
    assert ending([Cell("x", "rf", "1", Status.ROUNDED)]) == ["Score: 1 of 1."]
    assert verdict(Cell("x", "params", "1K", Status.ROUNDED)) == "Correct (rounded)."


def test_what_has_no_formula_is_not_worked_out() -> None:
    assert rules(ALEXNET, ALEXNET["relu"], "params") == []
    assert list(worked(ALEXNET, ALEXNET["relu"], ["params"])) == []
    assert [w.quantity for w in workings(ALEXNET, ALEXNET["conv1"], "rf")] == ["receptive field", "effective stride"]
