"""`archcalc check --summary` of a class: who is missing, whose variant it is, what is common, several processes."""

from __future__ import annotations

from concurrent.futures import Future, ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from archcalc.services import grading
from archcalc.services.grading import Files, Graded, grade_all, processors
from archcalc.studies.homework.cohort import Cohort
from archcalc.submissions.archives import Submission
from tests.cli.calls import call, json_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLASS = ("ada", "bo", "cem", "dan", "eva")
SET = ("--assignment", "hw.yaml", "--roster", "class.csv", "--summary")


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    roster = "student,seed,network\n" + "".join(f"{name},{seed},\n" for seed, name in enumerate(CLASS, 11))
    (tmp_path / "class.csv").write_text(roster, encoding="utf-8")
    (tmp_path / "hw.yaml").write_text(
        "title: HW\nnetworks: [alexnet, lenet5-modern]\ncolumns: [output, params]\n", encoding="utf-8"
    )
    for name, seed in (("ada", 11), ("bo", 11), ("cem", None)):
        seeded = () if seed is None else ("--seed", str(seed))
        call("worksheet", "alexnet", *seeded, "--ask", "output,params", "--key", "-o", f"{name}.csv")
    (tmp_path / "bad.csv").write_text("hello", encoding="utf-8")


def test_a_class_has_who_is_missing_and_whose_variant_a_table_is_about() -> None:
    found = json_of("check", "ada.csv", "bo.csv", "cem.csv", *SET)
    assert found["missing"] == ["dan", "eva"]
    assert found["other_variants"] == [{"student": "bo", "seed": 11, "of": "ada"}]
    names = {mistake["mistake"]: mistake["papers"] for mistake in found["mistakes"]}
    assert names == {"other-seed": 1, "unvaried-network": 1}
    out = call("check", "ada.csv", "bo.csv", "cem.csv", *SET).out
    assert "No submission: dan and eva." in out
    assert "Another student's variant: bo (seed 11, ada)." in out
    assert "These values belong to the network without a seed" in out


def test_a_student_who_worked_on_another_variant_is_told_so_and_not_whose_it_is() -> None:
    done = call("check", "bo.csv", *SET[:-1])
    said = done.out.replace("\n", " ")
    assert "These values belong to another variant of the network: use the sizes of your own worksheet (" in said
    assert "ada" not in said
    assert "likely mistake" not in said


def test_a_folder_is_a_class(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    for name in ("ada", "bo"):
        (tmp_path / f"{name}.csv").rename(tmp_path / "all" / f"{name}.csv")
    (tmp_path / "all" / "notes.pdf").write_bytes(b"%PDF")
    assert [one["student"] for one in json_of("check", "all", *SET)["students"]] == ["ada", "bo"]
    (tmp_path / "none").mkdir()
    assert "none contains no table" in call("check", "none", "--summary").err


def test_layers_of_the_same_name_in_two_networks_are_two_questions(tmp_path: Path) -> None:
    (tmp_path / "hw.yaml").write_text("networks: [alexnet, vgg16]\nlayers: [pool1]\n", encoding="utf-8")
    (tmp_path / "class.csv").write_text("student,network\nada,alexnet\nbo,vgg16\n", encoding="utf-8")
    (tmp_path / "ada.csv").write_text("layer,params\npool1,1\n", encoding="utf-8")
    (tmp_path / "bo.csv").write_text("layer,params\npool1,0\n", encoding="utf-8")
    found = json_of("check", "ada.csv", "bo.csv", *SET)["questions"]
    assert [(q["network"], q["layer"], q["right"], q["asked"]) for q in found] == [
        ("alexnet", "pool1", 0, 1), ("vgg16", "pool1", 1, 1)
    ]  # fmt: skip
    assert "network  layer  column  correct  of" in call("check", "ada.csv", "bo.csv", *SET).out


def test_the_distribution_of_the_scores_is_shown_of_ten_or_more(tmp_path: Path) -> None:
    (tmp_path / "hw.csv").write_text("layer,params\nconv1,34944\nnetwork=alexnet\n", encoding="utf-8")
    assert "90–100%" not in call("check", *["hw.csv"] * 9, "--summary").out
    out = call("check", *["hw.csv"] * 10, "--summary").out
    assert "90–100%        10  " + "▇" * 30 in out
    assert call("check", *["hw.csv"] * 10, "--summary", "-o", "s.html").code == 0
    assert "▇" * 30 in (tmp_path / "s.html").read_text(encoding="utf-8")


def test_several_processes_grade_as_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    # The one that takes longest comes first, and more follow than are read ahead.
    monkeypatch.setattr(grading, "WAITING", 2)
    arguments = ["bo.csv", "bad.csv", "ada.csv", "none.csv", "cem.csv", *["bad.csv"] * 5, "ada.csv"]
    assert call("check", *arguments, *SET, "--jobs", "2").out == call("check", *arguments, *SET, "--jobs", "1").out


class Here:
    """A pool without processes of its own: what is submitted is done at once."""

    def __init__(self, *_: object) -> None:
        pass

    def submit(self, task: Callable[[Any], Graded], submission: object) -> Future[Graded]:
        """Do a task."""
        done: Future[Graded] = Future()
        done.set_result(task(submission))
        return done

    def shutdown(self, *, cancel_futures: bool) -> None:
        """Do nothing: nothing waits."""
        assert cancel_futures


@pytest.mark.parametrize("pool", [Here, pytest.param(ProcessPoolExecutor, marks=pytest.mark.long)])
def test_no_more_is_read_ahead_than_is_needed(pool: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading, "ProcessPoolExecutor", pool)
    reads: list[int] = []

    def content(number: int) -> bytes:
        reads.append(number)
        return b"layer,params\nconv1,34944\n"

    waiting = [Submission("ada", "hw.csv", lambda number=number: content(number)) for number in range(200)]  # type: ignore[misc]
    files = Files("alexnet")
    monkeypatch.setattr(grading, "_SETTING", [files.read()])
    graded = grade_all(waiting, files, files.read(), jobs=2)
    next(graded)
    assert len(reads) < 30
    graded.close()  # type: ignore[attr-defined]
    assert processors() >= 1


def test_a_paper_is_taken_or_refused() -> None:
    found = Cohort()
    found.take("ada", None, "not readable")
    assert found.papers[0].problem == "not readable"
    assert found.scores() == [0] * 10
