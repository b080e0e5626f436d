"""The fuzzer itself: it draws everything there is to draw, and sees what it looks for."""

from __future__ import annotations

import sys
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import click
import pytest

from archcalc.layers.registry import kind_names
from archcalc.services.opening import IMPORTERS
from tests.cli.calls import call
from tests.fuzz import models, specs
from tests.fuzz.command_lines import command_line, known
from tests.fuzz.generators import FOREIGN, FOREIGN_MAKERS, MAKERS, TURN, input_of
from tests.fuzz.guided import SEEDS, targets
from tests.fuzz.inputs import FuzzInput, from_json
from tests.fuzz.judging import Budget, Finding, findings
from tests.fuzz.minimizing import minimized
from tests.fuzz.pool import Process
from tests.fuzz.report import Report

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fuzz.running import Outcome

linux = pytest.mark.skipif(sys.platform != "linux", reason="memory and time are read as Linux tells them")
DRAWS = 2_000


def test_an_input_is_the_same_each_time_and_survives_its_file() -> None:
    for seed in (*range(200), *range(FOREIGN, FOREIGN + 200)):
        made = input_of(seed)
        assert made == input_of(seed)
        assert replace(from_json(made.as_json()), maker=made.maker) == made


def test_every_maker_is_drawn() -> None:
    drawn = {input_of(seed).maker for seed in range(400)} | {input_of(TURN - 1).maker}
    assert drawn == {maker.__name__ for maker, _ in MAKERS} | {"listing"}
    drawn = {input_of(seed).maker for seed in range(FOREIGN, FOREIGN + 400)}
    assert drawn == {maker.__name__ for maker, _ in FOREIGN_MAKERS}


def test_every_importer_of_files_is_drawn_and_some_of_its_files_are_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    needed = {suffix for row in IMPORTERS for suffix in row.suffixes}
    assert {suffix for suffix in needed if not any(name.endswith(suffix) for name in models.FORMATS)} == {
        ".pth", ".bin", ".ckpt", ".safetensors.index.json", ".bin.index.json", ".log", ".yml",
    }  # fmt: skip
    for name, make in models.FORMATS.items():
        codes: set[int] = set()
        for seed in range(60):
            (tmp_path / name).write_bytes(make(Random(seed)))
            codes.add(call("show", f"./{name}", *(["--input", "3x64x64"] if name == "yolo.yaml" else [])).code)
            if codes == {0, 2}:
                break
        assert codes == {0, 2}, name


def test_every_option_of_every_command_is_drawn() -> None:
    lines = [command_line(Random(seed), name) for name in known() for seed in range(200)]
    drawn = {(line[0], word.partition("=")[0]) for line in lines for word in line[1:]}
    options = {
        (name, opt) for name, found in known().items() for p in found if isinstance(p, click.Option) for opt in p.opts
    }
    assert options - drawn == set()


def test_every_kind_of_layer_is_drawn_and_most_fit_somewhere() -> None:
    drawn = "".join(specs.from_registry(Random(seed)) for seed in range(DRAWS))
    assert [name for name in kind_names() if f"{{{name}:" not in drawn] == []
    assert len({kind for found in specs.fits().values() for kind in found}) > len(kind_names()) * 3 // 4


@pytest.fixture
def outcome() -> Outcome:
    """Return an outcome with which nothing is wrong."""
    if sys.platform != "linux":
        pytest.skip("inputs run on Linux alone")
    from tests.fuzz.running import Outcome  # noqa: PLC0415 - it needs what other systems lack

    return Outcome(code=0, out="fine\n")


GIVEN = FuzzInput(("show", "./net.yaml"), {"net.yaml": b"x"})
WRONG: dict[str, dict[str, Any]] = {
    "IndexError": {"raised": ["IndexError", "archcalc/a.py:f", "why"]},
    "exit code": {"code": 3},
    "no message": {"code": 2},
    "traceback": {"err": "Traceback (most recent call last)"},
    "time": {"seconds": 1.1},
    "memory": {"memory": 300_000_000},
    "control": {"out": "a\x1b[31m"},
    "lost": {"gone": ["net.yaml"]},
    "overwritten": {"files": {"net.yaml": b"y"}},
    "left half": {"files": {"out.md": b""}},
    "acted": {"acted": ["open '/etc/x'"]},
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_may_not_come_of_an_input_is_seen(kind: str, outcome: Outcome) -> None:
    assert list(findings(GIVEN, outcome, Budget())) == []
    assert {found.kind for found in findings(GIVEN, replace(outcome, **WRONG[kind]), Budget())} == {kind}


@linux
def test_a_process_sees_time_memory_and_its_own_end_and_goes_on() -> None:
    process = Process(Budget(seconds=0.001, memory=1), is_warm=False)  # loading all rooms, twice, would take longest
    try:
        large = FuzzInput(("show", "[{conv: 3, kernel: 1, repeat: 2000}]", "--input", "3x8x8"))
        kinds = {found[0] for found in process.one(large)["findings"]}
        assert kinds == {"time", "memory"}
        ended = process.one(replace(GIVEN, special={"net.yaml": "fifo", "x/y": "folder"}))
        assert [found[0] for found in ended["findings"]] == ["died"]
        assert process.one(FuzzInput(("show", "lenet5")))["code"] == 0
        done = [answer["done"] for answer in process.seeds(5, 3) if "done" in answer]
        assert (done[0][0], sum(count for _, count in done)) == (5, 3)
    finally:
        process.close()


class _Failing(Process):
    """Finds the same wrong with everything that still has a word in it."""

    def one(self, given: FuzzInput, *, fresh: bool = False) -> dict[str, Any]:  # noqa: ARG002
        found = [["x", "y", ""]] if b"bad" in given.files.get("a", b"") else []
        return {"findings": found}


def test_an_input_is_cut_to_what_fails() -> None:
    given = FuzzInput(("show", "a", "b"), {"a": b"much that is good and bad too", "b": b"good"}, {"f": "fifo"})
    assert minimized(given, Finding("x", "y").key, _Failing()) == FuzzInput(("show",), {"a": b"bad"})


def test_a_report_goes_on_where_one_ended(tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    one = {"makers": {"a": 5}, "codes": {"0": 5}, "worst": {"seconds": [0.5, 3], "memory": [9e6, 4]}, "seconds": 2.0}
    Report(state).add({"done": [10, 5], **one})
    Report(state).add({"seed": 12, "findings": [["time", "show", "2 s"]]})
    report = Report(state)
    report.resume()
    assert list(report.left(0, 40, 20)) == [(0, 10), (15, 5), (20, 20)]
    assert "5 inputs" in str(report)
    assert "1 × time at show, for example input 12: 2 s" in str(report)
    assert "worst: 0.50 s (input 3), 9 MB (input 4)" in str(report)


def test_the_parsers_read_what_guided_inputs_begin_with() -> None:
    found = targets()
    assert found.keys() == SEEDS.keys()
    for name, texts in SEEDS.items():
        for text in texts:
            found[name](text.encode())


@pytest.mark.long
def test_coverage_guides_the_inputs_of_the_parsers() -> None:
    pytest.importorskip("atheris", reason="the extra `fuzz` is not installed")
    from tests.house.plan import run  # noqa: PLC0415 - as above

    for name in SEEDS:
        done = run("-m", "tests.fuzz.guided", name, "--runs", "2000")
        assert done.returncode == 0, done.stderr[-2000:]
        assert "Done 2000 runs" in done.stderr
