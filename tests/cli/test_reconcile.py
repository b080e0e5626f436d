"""`archcalc reconcile`."""

from __future__ import annotations

import pytest

from tests.cli.calls import FORMATS, call, json_of


def test_the_gap_is_accounted_for_by_cause() -> None:
    done = call("reconcile", "torchvision/vit_b_16", "--as", "torchinfo")
    assert (done.code, done.err) == (0, "")
    assert "173,232,616" in done.out
    assert "attention products not counted" in done.out
    assert "and 1 layers more" not in done.out


def test_where_both_count_alike_there_is_no_cause() -> None:
    out = call("reconcile", "[{conv: 4, kernel: 3}]", "--input", "3x8x8", "--as", "fvcore").out
    assert "none: both count in the same way" in out
    assert "Layer by layer" not in out


def test_json_has_the_totals_and_the_causes() -> None:
    found = json_of("reconcile", "torchvision/resnet18", "--as", "thop")
    assert found["difference"] == {"macs": 9_960_448, "params": 0}
    assert sum(cause["macs"] for cause in found["causes"]) == 9_960_448


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written(name: str) -> None:
    code, out, err = call("reconcile", "torchvision/resnet18", "--as", "fvcore", "--format", name)
    assert (code, err) == (0, "")
    assert out


def test_a_tool_without_a_profile_is_a_usage_error() -> None:
    code, _, err = call("reconcile", "alexnet", "--as", "thp")
    assert (code, err) == (2, "error: unknown tool 'thp'\n  did you mean thop?\n")
