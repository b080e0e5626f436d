"""Command lines that cannot work, each with its whole message; exit code 2, nothing on standard output."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.cli.calls import call
from tests.errors.cases import Case, cases, rewrite

FILE = Path(__file__).parent / "commands.txt"
CASES = cases(FILE)

NETS = "{input: 3x8x8, args: {n: 1}, layers: [{relu, repeat: n}], variants: {one: {}, two: {n: 2}}}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the cases name, and the place to stand."""
    (tmp_path / "net.yaml").write_text("{input: 3x8x8, layers: [relu]}", encoding="utf-8")
    (tmp_path / "nets.yaml").write_text(NETS, encoding="utf-8")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "latin.yaml").write_bytes("input: 3x8x8\ntitle: Entführung\n".encode("latin-1"))
    (tmp_path / "control.yaml").write_text("input: 3x8x8\ntitle: a\x07b\n", encoding="utf-8")
    with (tmp_path / "huge.yaml").open("wb") as huge:
        huge.truncate(100_000_000)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _message(command: str) -> str:
    done = call(*shlex.split(command))
    assert (done.code, done.out) == (2, "")
    return done.err.rstrip("\n")


def test_there_are_many_cases(request: pytest.FixtureRequest, folder: Path) -> None:
    if request.config.getoption("--update-goldens"):
        rewrite(FILE, _message)
    assert len(CASES) >= 30
    assert folder.is_dir()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_the_whole_message(case: Case) -> None:
    assert _message(case.written) == case.message


def test_a_file_is_not_written_over(folder: Path) -> None:
    before = (folder / "net.yaml").read_bytes()
    assert call("show", "alexnet", "-o", "./net.yaml", "--format", "json").code == 2
    assert (folder / "net.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied"), "cannot read net.yaml: Permission denied"),
        (OSError(5, "Input/output error"), "cannot read net.yaml: Input/output error"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_file_that_cannot_be_read(error: OSError, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr("builtins.open", refuse)
    done = call("show", "./net.yaml")
    assert (done.code, done.out, done.err) == (2, "", f"error: {said}\n")
