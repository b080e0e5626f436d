"""Mistakes of two, and what another process hands over, in another language."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from archcalc.services import languages as spoken
from archcalc.services.languages import language
from archcalc.specfile.loading import load, loads
from archcalc.studies.homework.practice import Exercise
from archcalc.studies.homework.verdicts import Cell, Explanation, Habit, Status
from archcalc.views.homework.practice import ending, hints, opening, verdict
from archcalc.views.homework.reasons import said_of, why
from archcalc.views.homework.revealing import worked
from archcalc.wording import Sentence

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

KO = language("ko")
BOTH = Explanation("forgot-bias + bias-twice", "One. Also: two.", parts=("forgot-bias", "bias-twice"))


def test_two_mistakes_at_once_are_a_list() -> None:
    assert said_of(BOTH) == "One. Also: two."
    assert said_of(BOTH, KO) == "(1) 편향이 빠졌어요. (2) 편향을 두 번 셌어요."


def test_one_mistake_or_the_other_is_said_so() -> None:
    one, other = Explanation("forgot-bias", "One."), Explanation("zeros", "Two.")
    cell = Cell("conv1", "params", "7", Status.WRONG, explanations=(one, other))
    assert why(cell, KO) == "편향이 빠졌어요. 또는: 자릿수를 확인해 보세요. 0의 개수가 맞지 않아요."


def test_another_network_is_named() -> None:
    habit = Habit("other-network:zfnet", "These values belong to zfnet.", ())
    assert said_of(habit, KO) == "다른 네트워크의 값이에요 (zfnet). 과제의 네트워크를 확인해 보세요."
    assert "시드" in said_of(Habit("other-seed:18", "", ()), KO)


def test_a_remark_that_another_process_makes_anew_is_still_korean() -> None:
    said = Sentence("remarks.unknown-columns", "unknown columns, not graded: {columns}", columns="{time}")
    for remark in (said, copy.copy(said)):
        assert remark == "unknown columns, not graded: {time}"
        assert KO.sentence(remark) == "알 수 없는 열이라 채점하지 않았어요: {time}"
    assert KO.sentence("another remark") == "another remark"


def test_a_quiz_ends_with_what_to_review() -> None:
    reason = Explanation("forgot-bias", "The biases are not counted.")
    wrong = Cell("conv1", "params", "7", Status.WRONG, explanations=(reason,))
    right, rounded = (wrong._replace(status=status, explanations=()) for status in (Status.RIGHT, Status.ROUNDED))
    assert ending([wrong, wrong, right], KO) == [
        "점수: 3문제 중 1문제 정답.", "복습할 내용: 매개변수.", "되풀이된 실수: 편향이 빠졌어요.",
    ]  # fmt: skip
    assert [verdict(cell, KO) for cell in (right, rounded)] == ["정답이에요.", "정답이에요 (반올림)."]
    assert ending([], KO) == ["답한 문제가 없어요."]


def test_a_quiz_says_that_there_is_no_formula() -> None:
    table = load("alexnet").analyze()
    pool = next(row for row in table if row.kind == "maxpool")
    assert hints(table, Exercise(pool, "params"), KO) == ["공식이 없는 답이에요."]
    assert opening(table, 3, 7, KO).startswith("alexnet: 3문제 (--seed 7)\n")


def test_quantities_of_a_solution_are_named_one_by_one() -> None:
    table = loads("{input: 3x32x32, layers: [{conv: 8, kernel: 3, stride: 2, padding: same}]}").analyze()
    names = [
        rule.name
        for block in worked(table, table.rows[0], ["output"], KO)
        for rule in getattr(block, "derivations", ())
    ]
    assert names == ["높이, 너비", "패딩 (높이, 너비)"]


def test_a_language_more_is_a_file_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xx.json").write_text('{"mistakes": {"forgot-bias": "No b!"}}', encoding="utf-8")
    monkeypatch.setattr(spoken, "FOLDER", tmp_path)
    assert spoken.languages() == ["en", "xx"]
    found = language("xx")
    assert said_of(Explanation("forgot-bias", "The biases are not counted."), found) == "No b!"
    assert said_of(Explanation("zeros", "Check the zeros."), found) == "Check the zeros."
