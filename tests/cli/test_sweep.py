"""`archcalc sweep` on the command line."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from tests.cli.calls import call, json_of

if TYPE_CHECKING:
    from pathlib import Path

VARY = ("--vary", "base=32..64:16", "--vary", "input=64..128:32")


def test_the_record_has_every_point() -> None:
    found = json_of("sweep", "resnet18", *VARY, "--keep", "macs <= 500M", "--totals", "params")
    assert (found["tested"], found["kept"], found["invalid"], found["complete"]) == (9, 8, 0, True)
    direct = json_of("show", "resnet18", "--set", "base=48", "--input", "3x96x96")
    (point,) = [each for each in found["points"] if (each["base"], each["input"]) == (48, 96)]
    assert point["params"] == direct["totals"]["params"]


def test_the_suffix_selects_the_format(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    assert call("sweep", "resnet18", *VARY, "-o", str(file)).code == 0
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == ["base", "input", "params", "macs"]
    assert len(rows) == 9
    assert file.read_text(encoding="utf-8") == call("sweep", "resnet18", *VARY, "--format", "csv").out
    picture = tmp_path / "points.svg"
    assert call("sweep", "resnet18", *VARY, "--pareto", "macs,+params", "-o", str(picture)).code == 0
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["points.csv", "points.svg"]
    done = call("sweep", "resnet18", *VARY, "-o", str(file))
    assert (done.code, "already exists" in done.err) == (2, True)


def test_no_point_is_exit_code_1_and_a_wrong_call_2(tmp_path: Path) -> None:
    assert call("sweep", "resnet18", *VARY, "--keep", "macs <= 1").code == 1
    for arguments in (
        (),
        ("--vary", "base"),
        (*VARY, "--resume"),
        (*VARY, "--pareto", "macs"),
        (*VARY, "--totals", "mac"),
    ):
        done = call("sweep", "resnet18", *arguments)
        assert (done.code, done.out) == (2, ""), arguments
    parquet = tmp_path / "points.parquet"
    assert call("sweep", "resnet18", *VARY, "-o", str(parquet)).code in (0, 2)


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ("C1.stride=1..2", "unknown layer 'C1'"),
        ("conv1.strid=1..2", "conv1: unknown option 'strid' of conv"),
        ("conv1.kernel=900", "kernel 900 is larger than the padded input"),
        ("classes=0", "outputs of linear: expected an integer ≥ 1, got 0"),
    ],
)
def test_where_no_point_works_the_reason_is_told(vary: str, message: str) -> None:
    done = call("sweep", "resnet18", "--vary", vary)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_where_no_point_works_nothing_is_left(tmp_path: Path) -> None:
    vary = ("--vary", "conv1.kernel=900,901", "--vary", "layer1.0.conv1.kernel=3,5")
    assert call("sweep", "resnet18", *vary, "-o", str(tmp_path / "points.csv")).code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_has_a_limit_of_axes() -> None:
    done = call("sweep", "resnet18", *(f"--vary=C{number}.stride=1" for number in range(51)))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: the sweep has more than 50 axes (51)\n  set with --set what has one value")
