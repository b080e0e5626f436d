"""`archcalc worksheet`, `check` and `quiz`, and the library's `check`."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc import rooms
from tests.cli.calls import FORMATS, call, json_of

if TYPE_CHECKING:
    from pathlib import Path

ADA = "layer,output,params\nconv1,96x55x55,34848\nconv2,256x27x27,307200\nfc8,1000,4097000\nnetwork=alexnet\n"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "ada.csv").write_text(ADA, encoding="utf-8")
    (tmp_path / "key.csv").write_text("layer,params\nconv1,34944\nnetwork=alexnet", encoding="utf-8")


@pytest.mark.parametrize("suffix", ["csv", "md", "xlsx"])
@pytest.mark.parametrize("seed", [[], ["--seed", "17"]])
def test_a_key_is_all_right_and_a_worksheet_all_blank(suffix: str, seed: list[str]) -> None:
    if suffix == "xlsx":
        pytest.importorskip("openpyxl")
    ask = ["--ask", "output,weights,biases,params,macs,activations,rf", *seed]
    assert call("worksheet", "alexnet", *ask, "--key", "-o", f"k.{suffix}").code == 0
    done = call("check", f"k.{suffix}")
    assert (done.code, done.err) == (0, "")
    assert " correct\n" in done.out
    assert call("worksheet", "alexnet", *ask, "-o", f"w.{suffix}").code == 0
    done = call("check", f"w.{suffix}")
    assert done.code == 1
    assert "0 of 89 points: 89 blank" in done.out


def test_a_worksheet_for_paper() -> None:
    assert call("worksheet", "alexnet", "-o", "w.tex").code == 0
    assert call("worksheet", "alexnet").out.startswith("AlexNet · worksheet\n")
    assert call("worksheet", "alexnet", "--format", "csv").out.startswith("layer,type,given,output,params,macs\n")
    assert json_of("worksheet", "alexnet", "--seed", "2")["seed"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["googlenet", "--seed", "1"], "branches at 3a/3x3/reduce"),
        (["alexnet", "--ask", "parms"], "unknown column 'parms'"),
        (["alexnet", "-o", "ada.csv"], "ada.csv already exists"),
        (["alexnet", "--format", "xlsx"], "a spreadsheet cannot be written to standard output\n  use -o FILE.xlsx"),
        (["alexnt"], "did you mean alexnet?"),
    ],
)
def test_what_a_worksheet_cannot_be(arguments: list[str], said: str) -> None:
    done = call("worksheet", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_spreadsheet_is_not_overwritten_and_needs_its_library(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("openpyxl")
    (tmp_path / "w.xlsx").write_bytes(b"")
    assert "already exists" in call("worksheet", "alexnet", "-o", "w.xlsx").err
    assert call("worksheet", "alexnet", "-o", "w.xlsx", "--force").code == 0
    assert "cannot write" in call("worksheet", "alexnet", "-o", "none/w.xlsx").err
    fetch = rooms.fetch

    def missing(room: str, member: str) -> object:
        if member in ("xlsx_table", "xlsx"):
            raise ModuleNotFoundError(name="openpyxl")
        return fetch(room, member)

    monkeypatch.setattr("archcalc.services.reading.fetch", missing)
    monkeypatch.setattr("archcalc.cli.base.fetch", missing)
    for arguments in (["check", "w.xlsx"], ["worksheet", "alexnet", "-o", "v.xlsx"]):
        done = call(*arguments)
        assert done.code == 2
        assert "pip install 'archcalc[xlsx]'" in done.err
    assert call("show", "alexnet", "-o", "v.docx").err.endswith(".md, .txt, .xlsx, or --format\n")


@pytest.mark.parametrize(
    "command",
    [["show", "alexnet"], ["list", "--family", "lenet"], ["check", "ada.csv", "--summary"], ["worksheet", "alexnet"],
     ["diff", "alexnet", "vgg16"], ["rf", "alexnet"], ["verify", "alexnet"]],
)  # fmt: skip
def test_every_page_is_written_as_a_spreadsheet_too(command: list[str]) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    done = call(*command, "-o", "t.xlsx")
    assert (done.out, done.err) == ("", "")
    sheet = openpyxl.load_workbook("t.xlsx").worksheets[0]
    lines = list(csv.reader(io.StringIO(call(*command, "--format", "csv").out)))
    assert [cell.value or "" for cell in sheet[1]] == lines[0]
    assert sheet.max_row == len(lines)


def test_a_format_for_marked_tables_writes_nothing_else() -> None:
    for command in (["show", "alexnet"], ["check", "ada.csv", "--summary"], ["kinds"]):
        done = call(*command, "--format", "gradescope")
        assert (done.code, done.out) == (2, "")
        assert done.err == (
            "error: the format gradescope requires a graded table\n  use archcalc check FILE --format gradescope\n"
        )


def test_text_in_a_worksheet_starts_no_formula(tmp_path: Path) -> None:
    spec = "title: x\ninput: 1x9x9\nlayers: [{conv: 1, kernel: 3, name: conv1}]\n"
    (tmp_path / "net.yaml").write_text(spec, encoding="utf-8")
    written = list(csv.reader(io.StringIO(call("worksheet", "./net.yaml", "--format", "csv").out)))
    assert [cell for row in written for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
    call("check", "ada.csv", "--summary", "-o", "s.csv")


def test_a_wrong_table_exits_with_one_and_a_right_one_with_none() -> None:
    done = call("check", "ada.csv")
    assert (done.code, done.err) == (1, "")
    assert "in all rows" not in done.out
    assert "The biases are not counted (params of conv1 and conv2)." in done.out
    assert call("check", "key.csv").code == 0
    assert call("check", "key.csv", "--net", "vgg16").code == 1


def test_json_has_its_keys() -> None:
    done = call("check", "ada.csv", "--format", "json")
    found = json.loads(done.out)
    assert (done.code, found["schema_version"], found["score"], found["max_score"]) == (1, 1, 4, 6)
    assert found["habits"][0]["mistake"] == "forgot-bias"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written(name: str) -> None:
    for arguments in (["ada.csv", "--hint"], ["ada.csv", "--reveal"], ["ada.csv", "key.csv", "none.csv", "--summary"]):
        done = call("check", *arguments, "--format", name)
        assert done.code in (0, 1)
        assert done.err == ""
        assert done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.csv"], "none.csv does not exist"),
        (["plain.csv"], "plain.csv does not name a network\n  use --net, for example --net alexnet"),
        (["empty.csv", "--net", "alexnet"], "empty.csv has no header row with 'layer' and at least one answer column"),
        (["ada.csv", "key.csv"], "several files require --summary\n  add --summary, or grade one file at a time"),
        (["ada.csv", "--format", "gradscope"], "unknown output format 'gradscope'"),
        (["ada.csv", "--assignment", "none.yaml"], "none.yaml does not exist"),
        ([], "missing argument 'FILE...'"),
    ],
)
def test_what_cannot_be_checked_exits_with_two(arguments: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "plain.csv").write_text("layer,params\nconv1,1", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    done = call("check", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_table_opens_no_file_and_its_seed_counts_where_nobody_sets_one(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text("input: 3x9x9\nlayers: [{conv: 8, kernel: 3, name: a}]\n", encoding="utf-8")
    (tmp_path / "hw.csv").write_text("layer,params\na,224\nnetwork=./net.yaml", encoding="utf-8")
    done = call("check", "hw.csv")
    assert done.code == 2
    assert "hw.csv names the network './net.yaml', which is not built in" in done.err
    assert call("worksheet", "./net.yaml", "--key", "-o", "own.csv").code == 0
    done = call("check", "own.csv", "--net", "./net.yaml")
    assert (done.code, "graded as" in done.out) == (0, False)
    call("worksheet", "alexnet", "--seed", "4", "--key", "-o", "seeded.csv")
    assert call("check", "seeded.csv", "--net", "alexnet").code == 0
    assert call("check", "seeded.csv", "--net", "alexnet", "--seed", "5").code == 1


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    piped = io.TextIOWrapper(io.BytesIO(b"| layer | params |\n|---|---|\n| conv1 | 34944 |\n"))
    monkeypatch.setattr("sys.stdin", piped)
    assert call("check", "-", "--net", "alexnet").code == 0


ASSIGNMENT = "network: alexnet\nlayers: [conv1, conv2]\ncolumns: [params]\npoints: {params: 2}\nconvention: {biases: either}\ntitle: Homework 1\n"


def test_the_assignment_decides_and_not_what_a_file_says_of_itself(tmp_path: Path) -> None:
    (tmp_path / "hw.yaml").write_text(ASSIGNMENT, encoding="utf-8")
    text = "layer,params\nconv1,34848\nconv2,307200\nnetwork=vgg16 seed=3\n"
    (tmp_path / "ben.csv").write_text(text, encoding="utf-8")
    done = call("check", "ben.csv", "--assignment", "hw.yaml")
    assert done.code == 0
    assert "4 of 4 points" in done.out
    assert (
        "the file names vgg16 seed 3, but it was graded as alexnet (--net, --seed, the assignment or the roster)"
        in done.out.replace("\n", " ")
    )


def test_each_student_has_a_seed_and_a_network(tmp_path: Path) -> None:
    (tmp_path / "hw.yaml").write_text("networks: [alexnet, lenet5-modern]\ncolumns: params", encoding="utf-8")
    (tmp_path / "class.csv").write_text("id;seed;network\nada;17;\nben;3;lenet5-modern\ncem;1;vgg16", encoding="utf-8")
    for student, net, seed in (("ada", "alexnet", 17), ("ben", "lenet5-modern", 3), ("cem", "vgg16", 1)):
        call("worksheet", net, "--seed", str(seed), "--key", "-o", f"hw1_{student}.csv")
    set_ = ["--assignment", "hw.yaml", "--roster", "class.csv"]
    for student in ("ada", "ben"):
        assert call("check", f"hw1_{student}.csv", *set_).out.count("graded as") == 0
        assert call("check", f"hw1_{student}.csv", *set_).code == 0
    done = call("check", "hw1_cem.csv", *set_)
    assert "vgg16 is not one of the assignment's networks" in done.out
    (tmp_path / "zoe.csv").write_text(ADA, encoding="utf-8")
    done = call("check", "zoe.csv", *set_)
    assert done.code == 2
    assert "zoe.csv matches no student in the roster" in done.err
    call("worksheet", "alexnet", "--seed", "18", "--key", "-o", "copied_ada.csv")
    assert "alexnet seed 18, but it was graded as alexnet seed 17" in call(
        "check", "copied_ada.csv", *set_
    ).out.replace("\n", " ")


def test_a_class_is_summed_up_and_one_bad_file_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken.csv").write_text("nothing", encoding="utf-8")
    (tmp_path / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    done = call("check", "ada.csv", "broken.csv", "key.csv", "none.csv", "deep.json", "--summary", "--format", "json")
    assert (done.code, done.err) == (0, "")
    students = json.loads(done.out)["students"]
    assert [student.get("score") for student in students] == [4, None, 1, None, None]
    assert students[3]["problem"] == "none.csv does not exist"
    assert json.loads(done.out)["mistakes"][0]["mistake"] == "forgot-bias"
    assert (
        call("check", "ada.csv", "key.csv", "--summary", "--format", "csv").out.splitlines()[0].startswith("student,")
    )


def test_a_bulk_export_is_marked_as_it_comes(tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text("sid,seed\nal815,\n", encoding="utf-8")
    (tmp_path / "hw.yaml").write_text("network: alexnet", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as made:
        metadata = "submission_1:\n  :submitters:\n  - :name: =cmd()\n    :sid: al815\nsubmission_2:\n  :submitters:\n  - :name: =cmd()\n"
        made.writestr("e/submission_metadata.yml", metadata)
        made.writestr("e/submission_1/hw.csv", ADA)
        made.writestr("e/submission_2/hw.csv", ADA)
        made.writestr("e/submission_3/hw.csv", "x" * 2_000_001)
    done = call("check", "export.zip", "--assignment", "hw.yaml", "--roster", "class.csv", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["student"] for row in rows] == ["al815", "'=cmd()", "hw"]
    assert rows[0]["score"] == "4"
    assert "roster" in rows[1]["problem"]


def test_gradescope_gets_its_results(tmp_path: Path) -> None:
    into = ("--format", "gradescope", "-o", "results.json")
    done = call("check", "ada.csv", *into)
    assert (done.code, done.out, done.err) == (0, "", "")
    found = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert found["score"] == 4
    conv1 = next(test for test in found["tests"] if test["name"] == "conv1")
    assert conv1["output"] == "params 34848: recurring mistake, see the summary"
    assert "The biases are not counted (params of conv1 and conv2)." in found["output"]
    assert call("check", "key.csv", *into).code == 0
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["score"] == 1
    assert call("check", "key.csv", "--net", "alexnet", "--format", "gradescope").out.startswith("{")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ada.csv", "key.csv", "results.json"]


@pytest.mark.parametrize("other", ["{}", "[]", "not JSON", '{"extra_data": 3}'])
def test_results_of_somebody_else_stay(other: str, tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text(other, encoding="utf-8")
    done = call("check", "ada.csv", "--format", "gradescope", "-o", "results.json")
    assert done.code == 2
    assert "results.json already exists" in done.err


def test_gradescope_tells_a_student_that_a_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("hello", encoding="utf-8")
    assert call("check", "bad.csv", "--format", "gradescope", "-o", "results.json").code == 2
    assert "has no header row" in (tmp_path / "results.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", ["csv", "md", "xlsx", "json"])
def test_gradescope_knows_the_student_of_a_folder_and_their_seed(suffix: str, tmp_path: Path) -> None:
    if suffix == "xlsx":
        pytest.importorskip("openpyxl")
    (tmp_path / "submission").mkdir()
    (tmp_path / "hw.yaml").write_text("network: alexnet", encoding="utf-8")
    (tmp_path / "class.csv").write_text("student,email,seed\nAda,al8@uni.edu,17\nBo,bo@uni.edu,3\n", encoding="utf-8")
    users = {"users": [{"email": "bo@uni.edu", "id": 12, "name": "B. Student"}]}
    (tmp_path / "submission_metadata.json").write_text(json.dumps(users), encoding="utf-8")
    file = f"submission/submission.{suffix}"
    call("worksheet", "alexnet", "--seed", "3", "--key", "-o", file)
    (tmp_path / "submission" / ".hidden.csv").write_text("x", encoding="utf-8")
    done = call("check", "submission/", "--assignment", "hw.yaml", "--roster", "class.csv")
    assert (done.code, "graded as" in done.out) == (0, False)
    (tmp_path / "submission_metadata.json").write_text("[", encoding="utf-8")
    done = call("check", "submission", "--assignment", "hw.yaml", "--roster", "class.csv")
    assert f"submission.{suffix} matches no student in the roster" in done.err
    (tmp_path / "submission_metadata.json").unlink()
    (tmp_path / file).unlink()
    done = call("check", "submission/", "--assignment", "hw.yaml")
    assert (done.code, "submission/ contains no table" in done.err) == (2, True)


def test_the_library_marks_and_prints_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = archcalc.check("ada.csv")
    assert (found.score, found.max_score, found.holds) == (4, 6, False)
    assert "The biases are not counted" in found.feedback
    (tmp_path / "hw.yaml").write_text(ASSIGNMENT, encoding="utf-8")
    assert archcalc.check(tmp_path / "ada.csv", assignment=tmp_path / "hw.yaml").score == 4
    rows = [{"layer": "conv1", "output": (96, 55, 55), "params": 34_900}]
    assert archcalc.check(rows, "alexnet").score == 2
    assert archcalc.check(rows, "alexnet", strict=True).score == 1
    assert capsys.readouterr() == ("", "")


def quiz(monkeypatch: pytest.MonkeyPatch, answers: str, *arguments: str) -> str:
    """Return what a quiz says to answers that are piped into it."""
    monkeypatch.setattr("sys.stdin", io.StringIO(answers))
    done = call("quiz", *arguments)
    assert (done.code, done.err) == (0, "")
    return done.out


def test_a_quiz_asks_names_the_mistake_and_keeps_the_score(monkeypatch: pytest.MonkeyPatch) -> None:
    said = quiz(
        monkeypatch, "?\n1\n34848\n34944\n!\n\nq\n", "alexnet", "--seed", "1", "--topic", "params", "--count", "3"
    )
    assert said.startswith(
        "3 questions about alexnet (--seed 1)\n?: hint, !: solution, Enter: next question, q: quit\n"
    )
    assert "W = " in said
    assert "Not correct: " in said
    assert said.endswith("Score: 0 of 1.\nTo review: parameters.\n")


def test_a_quiz_ends_where_the_input_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert quiz(monkeypatch, "", "--seed", "5").endswith("No answers given.\n")
    answers = "1x1x1\n?\n" + "\n" * 20
    assert "flatten of alexnet" in quiz(
        monkeypatch, answers, "alexnet", "--topic", "output", "--count", "9", "--seed", "6"
    )
    one = quiz(monkeypatch, "1\n", "lenet5-modern", "--count", "1")
    assert one.startswith("1 question about lenet5-modern")


@pytest.mark.parametrize("seed", [16, 17, 18])
def test_a_mistake_that_leaves_no_position_is_no_mistake_of_ours(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    out = quiz(monkeypatch, "1\n", "lenet5-modern", "--count", "1", "--seed", str(seed))
    assert out.startswith("1 question about lenet5-modern")


def test_an_interrupt_ends_a_quiz_with_its_score(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(size: int) -> str:
        raise KeyboardInterrupt(size)

    monkeypatch.setattr("sys.stdin", SimpleNamespace(readline=interrupted))
    done = call("quiz", "alexnet")
    assert done.code == 130
    assert done.out.endswith("No answers given.\n")


@pytest.mark.parametrize("content", ["root:x:0:s3cret", "- s3cret\n- milk", "s3cret: 1\ns3cret: 2"])
def test_a_file_that_an_assignment_or_a_roster_names_is_not_quoted(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret").write_text(content, encoding="utf-8")
    (tmp_path / "ada.csv").write_text("layer,params\nC1,156\n", encoding="utf-8")
    (tmp_path / "lenet.yaml").write_text("network: lenet5\n", encoding="utf-8")
    (tmp_path / "own.yaml").write_text(f"network: {tmp_path}/secret\n", encoding="utf-8")
    (tmp_path / "class.csv").write_text(f"student,network\nada,{tmp_path}/secret\n", encoding="utf-8")
    for options in (["own.yaml"], ["lenet.yaml", "--roster", f"{tmp_path}/class.csv"]):
        done = call("check", f"{tmp_path}/ada.csv", "--assignment", f"{tmp_path}/{options[0]}", *options[1:])
        assert done.code == 2
        assert done.err.startswith(f"error: {tmp_path}/secret is not a spec\n")
        assert "s3cret" not in done.err
