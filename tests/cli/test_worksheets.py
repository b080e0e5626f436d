"""`archcalc worksheet` for a class: an assignment, a roster, and a sheet for each student."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from archcalc.services.grading import Files
from tests.cli.calls import call

if TYPE_CHECKING:
    from pathlib import Path

ASSIGNMENT = "networks: [alexnet, lenet5-modern]\nlayers: [conv1, conv2, total]\ncolumns: [output, params]\n"
ROSTER = "student,email,seed,network\nAda Lovelace,al8@uni.edu,17,\n../Bo,bo@uni.edu,3,alexnet\n李娜,li@uni.edu,,\nCéline,ce@uni.edu,5,\n"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hw1.yaml").write_text(ASSIGNMENT, encoding="utf-8")
    (tmp_path / "class.csv").write_text(ROSTER, encoding="utf-8")


SET = ("--assignment", "hw1.yaml", "--roster", "class.csv")


def test_each_student_gets_a_sheet_that_is_graded_as_their_own(tmp_path: Path) -> None:
    assert call("worksheet", *SET, "--key", "-o", "sheets/").code == 0
    names = sorted(file.name for file in (tmp_path / "sheets").iterdir())
    assert names == ["Ada.Lovelace.csv", "Bo.csv", "Céline.csv", "李娜.csv"]
    for name in names:
        done = call("check", f"sheets/{name}", *SET)
        assert (done.code, "graded as" in done.out) == (0, False)
        assert "5 of 5 points: 5 correct" in done.out
    with (tmp_path / "sheets" / "Bo.csv").open(encoding="utf-8") as file:
        assert list(csv.reader(file))[-1][0] == "network=alexnet seed=3"


def test_one_sheet_that_is_there_stops_the_others_before_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "sheets").mkdir()
    (tmp_path / "sheets" / "Céline.csv").write_text("mine", encoding="utf-8")
    done = call("worksheet", *SET, "-o", "sheets")
    assert (done.code, "Céline.csv already exists\n  use --force" in done.err) == (2, True)
    assert [file.name for file in (tmp_path / "sheets").iterdir()] == ["Céline.csv"]
    assert call("worksheet", *SET, "-o", "sheets", "--force").code == 0


def test_a_sheet_of_an_assignment_asks_its_layers_and_columns() -> None:
    out = call("worksheet", "--assignment", "hw1.yaml", "--format", "csv").out.splitlines()
    assert out[0] == "layer,type,given,output,params"
    assert [line.rsplit(",", 2)[1:] for line in out[2:5]] == [["", ""], ["–", "–"], ["", ""]]


def test_all_students_of_a_large_roster_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "large.csv").write_text("id\n" + "".join(f"s{number}\n" for number in range(5500)), encoding="utf-8")
    assert len(Files(roster="large.csv").read().roster.students) == 5500  # type: ignore[union-attr]
    monkeypatch.setenv("ARCHCALC_LIMIT_STUDENTS", "5499")
    assert (
        "large.csv has more than 5,499 students" in call("worksheet", "alexnet", "--roster", "large.csv", "-o", "s").err
    )


def test_a_student_can_check_a_sheet_without_the_assignment(tmp_path: Path) -> None:
    assert call("worksheet", *SET, "--key", "-o", "sheets/").code == 0
    done = call("check", "sheets/Bo.csv")
    assert (done.code, "5 of 5 points: 5 correct" in done.out) == (0, True)
    call("worksheet", "alexnet", "--ask", "output", "--key", "-o", "all.csv")
    lines = (tmp_path / "all.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "all.csv").write_text("".join(line for line in lines if not line.startswith("conv")), encoding="utf-8")
    assert "7 of 12 points: 7 correct, 5 blank" in call("check", "all.csv").out


def test_sheets_are_written_over_only_if_that_is_wanted() -> None:
    assert call("worksheet", *SET, "-o", "sheets").code == 0
    done = call("worksheet", *SET, "-o", "sheets")
    assert (done.code, "already exists" in done.err) == (2, True)
    assert call("worksheet", *SET, "-o", "sheets", "--force", "--format", "markdown").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*SET], "--roster requires a folder\n  add -o FOLDER"),
        ([*SET, "-o", "-"], "--roster requires a folder"),
        ([*SET, "-o", "class.csv"], "cannot write into class.csv: File exists\n  name a folder"),
        ([], "missing argument 'NET'\n  name a network, for example alexnet, or use --assignment"),
        (
            ["--roster", "twins.csv", "alexnet", "-o", "s"],
            "the roster has several students 'Ada'\n  add a column id or email",
        ),
        (["--assignment", "hw1.yaml", "--roster", "class.csv", "googlenet", "-o", "s"], "branches at 3a/3x3/reduce"),
        (["--assignment", "odd.yaml"], "unknown layer 'conv9' in alexnet"),
    ],
)
def test_what_no_class_can_get(arguments: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "twins.csv").write_text("student,seed\nAda,1\nAda,2\n", encoding="utf-8")
    (tmp_path / "odd.yaml").write_text("network: alexnet\nlayers: [conv9]\n", encoding="utf-8")
    done = call("worksheet", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
