"""A full disk: whatever is written, what was there stays as it was, and nothing is left of the rest.

A process may be kept from making files larger than so many bytes, and is then refused like by a disk that is full.
"""

from __future__ import annotations

import signal
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archcalc.reports.base import OF_ONE_COMMAND, formats
from tests.cli.calls import call

if TYPE_CHECKING:
    from collections.abc import Iterator

resource = pytest.importorskip("resource", reason="this system sets no limits on processes")

NET = "[net]\nwidth=8\nheight=8\nchannels=3\n\n[convolutional]\nfilters=4\nsize=3\nstride=1\npad=1\nactivation=relu\n"
ANSWERS = "layer,params\nC1,157\n"
SUFFIXES = {"table": "txt", "markdown": "md", "latex": "tex"}
ANY_PAGE = [name for name in formats() if name not in OF_ONE_COMMAND]
WRITERS = {
    **{f"show.{SUFFIXES.get(name, name)}": ["show", "lenet5", "--format", name] for name in ANY_PAGE},
    **{f"asked.{SUFFIXES.get(name, name)}": ["worksheet", "lenet5", "--format", name] for name in ANY_PAGE},
    "key.xlsx": ["worksheet", "lenet5", "--key"],
    "graded.csv": ["check", "hw.csv", "--net", "lenet5"],
    "own.json": ["check", "hw.csv", "--net", "lenet5", "--format", "gradescope"],
    "class.xlsx": ["check", "hw.csv", "--net", "lenet5", "--summary"],
    "net.yaml": ["import", "./net.cfg"],
    "schema.json": ["schema"],
}
"""What writes files, by the file: every format, and every command that has a way of its own to write."""
RESULTS = "results.json"
"""What Gradescope reads, which needs no `-o` to be written."""


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hw.csv").write_text(ANSWERS, encoding="utf-8")
    Path("net.cfg").write_text(NET, encoding="utf-8")


@contextmanager
def full(left: int) -> Iterator[None]:
    """Leave so many bytes to each file that is written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (left, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def _content() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path().iterdir()}


@pytest.mark.parametrize("left", [0, 50])
@pytest.mark.parametrize("file", WRITERS)
def test_a_full_disk_leaves_the_folder_as_it_was(file: str, left: int) -> None:
    line = [*WRITERS[file], "-o", file]
    before = _content()
    with full(left):
        done = call(*line)
    assert (done.code, done.out, done.err) == (2, "", f"error: cannot write {file}: File too large\n")
    assert _content() == before
    assert call(*line).code in (0, 1)  # it does write, where there is room
    assert len(Path(file).read_bytes()) > left
    Path(file).write_bytes(b"old")
    before = _content()
    with full(left):
        done = call(*line, "--force")
    assert (done.code, done.out, done.err) == (2, "", f"error: cannot write {file}: File too large\n")
    assert _content() == before


def test_a_full_disk_leaves_the_results_of_gradescope_as_they_were() -> None:
    line = ["check", "hw.csv", "--net", "lenet5", "--format", "gradescope", "-o", RESULTS]
    assert call(*line).code == 0
    before = _content()
    Path("hw.csv").write_text(f"{ANSWERS}C3,7\n", encoding="utf-8")
    with full(50):
        done = call(*line)
    assert (done.code, done.err) == (2, f"error: cannot write {RESULTS}: File too large\n")
    assert Path(RESULTS).read_bytes() == before[RESULTS]
    assert sorted(_content()) == sorted(before)
