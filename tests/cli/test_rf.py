"""`archcalc rf`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.calls import FORMATS, call, json_of

if TYPE_CHECKING:
    from pathlib import Path


def test_every_layer_has_its_field() -> None:
    found = json_of("rf", "alexnet")
    assert (found["name"], found["input"]) == ("alexnet", [3, 227, 227])
    layers = {layer["path"]: layer for layer in found["layers"]}
    assert layers["pool5"] == {
        "path": "pool5", "name": "pool5", "size": [195, 195], "stride": [32, 32], "padding": [64, 64],
        "centre": [33, 33], "aligned": True, "covers_input": False, "global": False,
    }  # fmt: skip
    assert layers["fc6"] == {
        "path": "fc6", "name": "fc6", "size": "all", "aligned": True, "covers_input": True, "global": True,
    }  # fmt: skip
    assert "from flatten on, every unit depends on the whole input" in found["remarks"]


def test_a_fraction_is_a_text_and_phases_are_listed() -> None:
    layers = "[{conv: 1, kernel: 3, padding: 1}, {conv_transpose: 1, kernel: 3, stride: 2}]"
    (_, up) = json_of("rf", layers, "--input", "1x8x8")["layers"]
    assert (up["stride"], up["size"], up["phases"]) == (["1/2", "1/2"], [4, 4], [[4, 3], [4, 3]])


def test_a_gate_is_said_beside_the_spatial_field() -> None:
    found = json_of("rf", "se-resnet50")
    gated = next(layer for layer in found["layers"] if layer["path"].endswith("multiply"))
    assert (gated["global"], gated["covers_input"], gated["size"]) == (True, False, [19, 19])
    assert any(line.startswith("from conv2_x/1/") and "squeeze-and-excitation" in line for line in found["remarks"])


def test_one_unit_reads_these_pixels_and_one_pixel_is_read_by_these_units() -> None:
    found = json_of("rf", "vgg16", "conv3_3", "--unit", "0,12")
    assert (found["rows"], found["columns"]) == ([-18, 21], [30, 69])
    assert (found["clipped_rows"], found["clipped_columns"]) == ([0, 21], [30, 69])
    assert [layer["path"] for layer in found["layers"]] == ["conv3_3"]
    back = json_of("rf", "vgg16", "conv3_3", "--pixel", "21,30")
    assert back["units"] == {"rows": [0, 9], "columns": [3, 12]}


def test_the_page_of_a_unit_shows_padding_and_a_drawing() -> None:
    done = call("rf", "vgg16", "conv3_3", "--unit", "0,12")
    assert (done.code, done.err) == (0, "")
    assert "unclipped −18 to 21, 18 of them in the padding" in done.out
    assert "░░░" in done.out
    assert "·██" in done.out


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written(name: str) -> None:
    for arguments in (["googlenet", "--paths"], ["vgg16", "pool3", "--unit", "3,3"]):
        code, out, err = call("rf", *arguments, "--format", name)
        assert (code, err) == (0, "")
        assert out


def test_paths_through_a_merge_are_told() -> None:
    (merge,) = json_of("rf", "googlenet", "3a", "--paths")["merges"]
    assert merge["path"] == "3a/concat"
    assert [branch["largest"] for branch in merge["branches"]] == [[27, 27], [43, 43], [59, 59], [43, 43]]
    assert "3a/5x5" in call("rf", "googlenet", "3a", "--paths").out


def test_only_merges_on_the_way_to_a_layer_are_told() -> None:
    found = json_of("rf", "googlenet", "3b/5x5", "--paths")["merges"]
    assert [merge["path"] for merge in found] == ["3a/concat"]


def test_misaligned_paths_are_an_answer() -> None:
    layers = "[{add: {one: [{conv: 1, kernel: 2}], other: [{crop: 7, offset: 0}]}}]"
    done = call("rf", layers, "--input", "1x8x8")
    assert (done.code, done.err) == (0, "")
    assert "add: one/conv and other/crop are misaligned by 0.5 pixels" in done.out
    drifting = "[{add: {one: [{conv: 1, kernel: 2, stride: 2}], other: [{crop: 4}]}}]"
    assert "have different effective strides (2 and 1), so the misalignment grows with the position" in " ".join(
        call("rf", drifting, "--input", "1x8x8").out.split()
    )


def test_the_other_dialect_counts_from_the_edge_of_the_first_pixel() -> None:
    out = call("rf", "alexnet", "--dialect", "jump").out
    assert "jump" in out.splitlines()[3]
    assert next(line.split()[-3:] for line in out.splitlines() if line.startswith("pool5")) == ["195", "32", "33.5"]
    assert "start" in call("rf", "alexnet", "pool5", "--dialect", "jump").out


def test_letters_go_through() -> None:
    out = call("rf", "alexnet", "pool5", "--input", "3xHxW").out
    assert "195" in out
    assert "unknown" in out  # whether it covers the input


def test_one_and_three_axes_have_words_of_their_own() -> None:
    line = json_of("rf", "[{conv: 1, kernel: 5, stride: 2}]", "conv", "--input", "1x32", "--unit", "3")
    assert line["positions"] == [6, 10]
    film = json_of("rf", "[{conv: 1, kernel: [3, 5, 7]}]", "conv", "--input", "1x8x16x16", "--unit", "1,2,3")
    assert (film["planes"], film["rows"], film["columns"]) == ([1, 3], [2, 6], [3, 9])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("alexnet", "--unit", "0,0"), "--unit requires a layer\n  for example: archcalc rf alexnet LAYER --unit 0,0"),
        (
            ("alexnet", "--pixel", "0,0"),
            "--pixel requires a layer\n  for example: archcalc rf alexnet LAYER --pixel 0,0",
        ),
        (
            ("alexnet", "conv1", "--unit", "a,b"),
            "--unit: invalid position 'a,b'\n  write row and column, counted from 0, for example 10,12",
        ),
        (("alexnet", "conv1", "--unit", "99,0"), "position 99,0 is outside the output of conv1 (55×55)"),
        (
            ("alexnet", "fc6", "--unit", "0"),
            "fc6 has no pixel-level receptive field: every unit depends on the whole input",
        ),
        (("alexnet", "conv9"), "unknown layer or block 'conv9' of alexnet\n  did you mean conv1"),
    ],
)
def test_what_cannot_be_is_a_usage_error(arguments: tuple[str, ...], message: str) -> None:
    code, out, err = call("rf", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {message}")


def test_a_pixel_that_no_unit_reads_is_said() -> None:
    layers = "[{conv: 1, kernel: 1, stride: 2}]"
    assert (
        "not in the receptive field of any unit" in call("rf", layers, "conv", "--input", "1x8x8", "--pixel", "1,1").out
    )


def test_axes_that_differ_are_shown_side_by_side() -> None:
    out = call("rf", "[{conv: 1, kernel: [3, 6], stride: 2}]", "--input", "1x32x32").out
    assert "3×6" in out
    assert "1×2.5" in out  # the centres
    single = call("rf", "[{conv: 1, kernel: [3, 5], stride: 2}]", "conv", "--input", "1x32x32").out
    assert "2·i … 2·i + 2 × 2·i … 2·i + 4" in " ".join(single.split())


def test_phases_are_listed_up_to_sixteen() -> None:
    up = "[{conv: 1, kernel: 3, padding: 1}, {conv_transpose: 1, kernel: 3, stride: %d}]"
    assert "phases 4, 3 RF by i modulo" in " ".join(
        call("rf", up % 2, "conv_transpose", "--input", "1x8x8").out.split()
    )
    assert "… (17)" in call("rf", up % 17, "conv_transpose", "--input", "1x8x8").out


def test_the_law_of_letters_is_written_with_them() -> None:
    same = "[{conv: 1, kernel: 3, stride: 2, padding: same}]"
    assert "2·i +" in " ".join(call("rf", same, "conv", "--input", "1xHxW").out.split())


def test_of_many_remarks_of_a_sort_some_are_told() -> None:
    out = " ".join(call("rf", "swin_t", "--depth", "0").out.split())
    assert "and 7 similar merges" in out


def test_an_image_that_a_unit_does_not_read_is_said(tmp_path: Path) -> None:
    text = "input: {left: 1x8x8, right: 1x8x8}\nlayers: [{conv: 1, kernel: 3, from: left}, {conv: 1, kernel: 3, from: right}]"
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    done = call("rf", str(tmp_path / "net.yaml"), "conv", "--unit", "0,0")
    assert "rows     none" in done.out
    assert done.code == 0
