"""`archcalc reconcile`."""

from __future__ import annotations

import pytest

from tests.cli.calls import FORMATS, call, json_of


def test_the_gap_is_accounted_for_by_cause() -> None:
    done = call("reconcile", "torchvision/vit_b_16", "--as", "torchinfo")
    assert (done.code, done.err) == (0, "")
    assert "173,232,616" in done.out
    assert "attention: MultiheadAttention is not counted" in " ".join(done.out.split())
    assert "and 1 layers more" not in done.out


def test_where_both_count_alike_there_is_no_cause() -> None:
    out = call("reconcile", "[{conv: 4, kernel: 3}]", "--input", "3x8x8", "--as", "fvcore").out
    assert "both count in the same way" in out
    assert "Difference by" not in out


def test_json_has_the_totals_and_the_causes() -> None:
    found = json_of("reconcile", "torchvision/resnet18", "--as", "thop")
    assert found["difference"] == {"macs": 9_960_448, "params": 0}
    assert sum(cause["macs"] for cause in found["causes"]) == 9_960_448


def test_a_total_that_is_not_known_is_null_with_the_layers_that_are_not_known() -> None:
    layers = ("[{conv: 8, kernel: 3}, layernorm, global_avgpool]", "--input", "3x8x8")
    found = json_of("reconcile", *layers, "--as", "fvcore")
    assert (found["macs"], found["params"], found["difference"]) == (None, 240, {"macs": None, "params": 0})
    assert found["unknown"] == [{"path": "layernorm", "kind": "layernorm"}]
    out = call("reconcile", *layers, "--as", "fvcore").out
    assert "unknown" in out
    assert "Difference by cause · known layers only" in out


def test_shared_weights_have_a_cause() -> None:
    twice = "[{conv: 8, kernel: 3, padding: 1, name: c}, {conv: 8, kernel: 3, padding: 1, share: c}]"
    found = json_of("reconcile", twice, "--input", "8x10x10", "--as", "torchinfo")
    assert (found["params"], found["difference"]["params"]) == (584, 0)
    assert all(cause["why"] for cause in found["causes"])


def test_csv_has_the_totals() -> None:
    lines = call("reconcile", "torchvision/resnet18", "--as", "thop", "--format", "csv").out.splitlines()
    assert lines[:4] == [
        "entry,name,macs,params,layers",
        "total,archcalc,1814073344,11689512,",
        "total,thop 0.1.1.post2209072238,1824033792,11689512,",
        "difference,,9960448,0,",
    ]
    lines = call("reconcile", "torchvision/maxvit_t", "--as", "fvcore", "--format", "csv").out.splitlines()
    assert lines[2] == "total,fvcore 0.1.5.post20221221,unknown,30919624,"
    assert "unknown,stage1/1/windows/attend/attention/window_attention (window_attention),,," in lines


def test_a_tool_without_macs_shows_the_size_of_a_pass() -> None:
    out = call("reconcile", "torchvision/googlenet", "--as", "torchsummary").out
    assert "Forward/backward pass size (MB)  94.11" in out
    found = json_of("reconcile", "torchvision/googlenet", "--as", "torchsummary")
    assert (found["macs"], found["forward_backward_mb"], found["unknown"]) == (None, "94.11", [])
    csv = call("reconcile", "torchvision/vit_b_16", "--as", "torchsummary", "--format", "csv").out
    assert "total,torchsummary 1.5.1,,unknown," in csv


def test_a_tool_that_stops_says_why_and_no_cause() -> None:
    out = call("reconcile", "[relu]", "--input", "3x8x8", "--as", "calflops").out
    assert "calflops stops with an error: the network has no parameters" in out
    assert "Difference by" not in out


def test_frozen_layers_are_a_cause() -> None:
    out = call("reconcile", "torchvision/resnet18", "--as", "ptflops", "--freeze", "conv1").out
    assert "−9,408" in out
    assert "frozen layers: parameters are not counted" in out


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written(name: str) -> None:
    code, out, err = call("reconcile", "torchvision/resnet18", "--as", "fvcore", "--format", name)
    assert (code, err) == (0, "")
    assert out


def test_a_tool_without_a_profile_is_a_usage_error() -> None:
    code, _, err = call("reconcile", "alexnet", "--as", "thp")
    assert (code, err) == (2, "error: unknown tool 'thp'\n  did you mean thop?\n")
