"""`archcalc show`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.calls import FORMATS, call, json_of

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = [
    # the command, and the totals of the issue
    ("lenet5", {"params": 60_000, "connections": 340_908}),
    ("alexnet", {"params": 60_965_224, "macs": 724_406_816, "neurons": 659_272}),
    ("alexnet-one-tower", {"params": 62_378_344}),
    ("vgg16", {"params": 138_357_544, "macs": 15_470_264_320}),
    ("vgg19", {"params": 143_667_240, "macs": 19_632_062_464}),
    ("googlenet", {"params": 6_998_552, "macs": 1_582_671_872}),
    ("resnet50", {"params": 25_557_032, "macs": 3_857_973_248}),
    ("resnet101", {"params": 44_549_160, "macs": 7_570_194_432}),
    ("resnet152", {"params": 60_192_808, "macs": 11_282_415_616}),
    ("resnet20", {"params": 269_722}),
    ("vgg16 --set classes=10 --freeze conv*", {"trainable": 119_586_826}),
    ("alexnet --input 3x224x224", {"params": 49_430_888}),
]

SHAPES = [
    ("lenet5", "C3", {"params": 1_516}),
    ("alexnet", "conv1", {"output": [96, 55, 55]}),
    ("alexnet", "pool5", {"output": [256, 6, 6]}),
    ("alexnet --input 3xHxW", "pool5", {"output": [256, "floor((H - 35)/32)", "floor((W - 35)/32)"]}),
    ("alexnet --set conv1.stride=2 --input 3x115x115", "conv1", {"output": [96, 53, 53], "stride": [2, 2]}),
]


@pytest.mark.parametrize(("line", "totals"), FIGURES, ids=[line for line, _ in FIGURES])
def test_the_totals_are_those_of_the_issue(line: str, totals: dict[str, int]) -> None:
    found = json_of("show", *line.split())["totals"]
    assert {key: found[key] for key in totals} == totals


@pytest.mark.parametrize(("line", "path", "values"), SHAPES, ids=[f"{line}: {path}" for line, path, _ in SHAPES])
def test_the_layers_are_those_of_the_issue(line: str, path: str, values: dict[str, object]) -> None:
    layer = next(layer for layer in json_of("show", *line.split())["layers"] if layer["path"] == path)
    assert {key: layer[key] for key in values} == values


def test_googlenet_with_its_training_heads() -> None:
    totals = json_of("show", "googlenet")["totals"]
    assert totals["params"] + totals["train_only"]["params"] == 13_378_280


def test_another_input_says_what_it_does() -> None:
    done = call("show", "alexnet", "--input", "3x224x224")
    assert (done.code, done.err) == (0, "")
    assert "fc6: 6,400 input features instead of 9,216; pretrained weights cannot be loaded" in done.out
    assert "conv1: the last row and column of its input are never read ((224 − 11)/4 = 53, remainder 1)" in done.out
    remarks = json_of("show", "alexnet", "--input", "3x224x224")["remarks"]
    assert remarks[-1] == "fc6: 6,400 input features instead of 9,216; pretrained weights cannot be loaded"
    assert len(remarks) == 5


def test_a_plain_network_says_nothing_on_standard_error() -> None:
    assert call("show", "alexnet")[::2] == (0, "")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written(name: str) -> None:
    code, out, err = call("show", "lenet5", "--format", name)
    assert (code, err) == (0, "")
    assert "60" in out


@pytest.mark.parametrize(
    ("file", "beginning"),
    [
        ("a.json", "{\n"),
        ("a.csv", "path,"),
        ("a.md", "# LeNet"),
        ("a.tex", "% needs"),
        ("a.txt", "LeNet-5 "),
        ("a", "LeNet-5 "),
    ],
)
def test_a_file_says_its_format_by_its_suffix(file: str, beginning: str, tmp_path: Path) -> None:
    assert call("show", "lenet5", "-o", str(tmp_path / file)) == (0, "", "")
    assert (tmp_path / file).read_text(encoding="utf-8").startswith(beginning)


def test_a_format_that_is_said_wins_over_the_suffix(tmp_path: Path) -> None:
    assert call("show", "lenet5", "--format", "json", "-o", str(tmp_path / "a.txt")).code == 0
    assert json.loads((tmp_path / "a.txt").read_text(encoding="utf-8"))["name"] == "lenet5"


def test_a_file_that_is_there_is_only_written_over_with_force(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("mine", encoding="utf-8")
    done = call("show", "lenet5", "-o", str(file))
    assert (done.code, done.err) == (2, f"error: {file} already exists\n  use --force to overwrite it\n")
    assert file.read_text(encoding="utf-8") == "mine"
    assert call("show", "lenet5", "-o", str(file), "--force").code == 0
    assert file.read_text(encoding="utf-8").startswith("{")


def test_blocks_open_as_deep_as_one_says() -> None:
    closed, opened = (call("show", "googlenet", "--depth", depth).out for depth in ("0", "2"))
    assert "├" not in closed
    assert "├ 1x1/conv relu" in opened


def test_cost_in_flops_is_twice_that_in_macs() -> None:
    assert json_of("show", "alexnet", "--count", "flops")["totals"]["flops"] == 2 * 724_406_816
    assert "FLOPs" in call("show", "alexnet", "--count", "flops").out


def test_layers_written_in_place_and_files_are_networks_too(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text("input: 3x8x8\nlayers: [{conv: 4, kernel: 3}]\n", encoding="utf-8")
    assert json_of("show", str(tmp_path / "net.yaml"))["totals"]["params"] == 112
    assert json_of("show", "{input: 3x8x8, layers: [{conv: 4, kernel: 3}]}")["totals"]["params"] == 112


def test_a_bare_list_of_layers_takes_its_input_from_the_command_line() -> None:
    assert json_of("show", "[{conv: 4, kernel: 3}]", "--input", "3x8x8")["totals"]["params"] == 112


WRONG = [
    (["show"], "missing argument 'NET'\n  see archcalc show --help"),
    (["show", "alexnt"], "unknown network 'alexnt'\n  did you mean alexnet?"),
    (["show", "alexnet", "--colums", "x"],
     "unknown option '--colums'\n  did you mean --columns?\n  see archcalc show --help"),
    (["show", "alexnet", "--columns", "parms"], "unknown column 'parms'\n  did you mean params?"),
    (["show", "alexnet", "--format", "jsn"], "unknown output format 'jsn'\n  did you mean json?"),
    (["show", "alexnet", "--format", "xyz"],
     "unknown output format 'xyz'\n  available: csv, html, json, latex, markdown, table, xlsx"),
    (["show", "alexnet", "-o", "x.docx"],
     "unknown output format '.docx'\n  use .csv, .html, .json, .tex, .md, .txt, .xlsx, or --format"),
    (["show", "alexnet", "-o", "no/such/folder/x.md"],
     "cannot write no/such/folder/x.md: No such file or directory"),
    (["show", "alexnet", "--set", "classes"],
     "invalid setting 'classes': expected NAME=VALUE\n  for example --set classes=10, --set classes=N or --set conv1.stride=1"),
    (["show", "alexnet", "--freeze", "*" * 1001], "the pattern has more than 1,000 characters (1,001)"),
    (["show", "alexnet", "--freeze", "cnov*"],
     "'cnov*' matches no layer of alexnet\n  * does not match '/'; use ** for nested layers, for example **/conv"),
    (["show", "alexnet", "--depth", "-1"],
     "invalid value for '--depth': -1 is not in the range x>=0\n  see archcalc show --help"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=[" ".join(line) for line, _ in WRONG])
def test_what_cannot_be_is_a_usage_error(arguments: list[str], message: str) -> None:
    assert call(*arguments) == (2, "", f"error: {message}\n")


def test_a_mistake_in_a_spec_shows_its_place(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text("input: 3x8x8\nlayers: [{conv: 4, kernal: 3}]\n", encoding="utf-8")
    done = call("show", str(file))
    assert done.code == 2
    assert done.out == ""
    assert f"{file}:2:" in done.err.splitlines()[0]
    assert "    2 | layers: [{conv: 4, kernal: 3}]\n      | " in done.err
    assert all(part in done.err for part in ("^", "unknown option 'kernal' of conv", "did you mean kernel?"))


def test_memory_is_shown_with_its_units_and_rules() -> None:
    out = call("show", "vgg16", "--memory", "--batch", "2", "--inplace").out
    assert "batch of 2 images, float32, sgd, in place" in out
    assert "stored activations    146.52    139.73  " in out
    assert "stored activations    121.90    116.25  " in call(
        "show", "vgg16", "--memory", "--batch", "2", "--inplace", "--stored", "outputs"
    ).out  # fmt: skip
    assert json_of("show", "vgg16", "--memory", "--optimizer", "adam")["memory"]["optimizer"] == 8 * 138_357_544
    packed = call("show", "vgg16", "--memory", "--dtype", "int4").out
    assert "int4 weights, other numbers float16" in packed
    assert "2 in a byte, without the scales of quantization" in packed
    assert call("show", "vgg16", "--memory", "--dtype", "float31").err.startswith("error: unknown data type 'float31'")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--batch", "2"], "--batch requires --memory"),
        (["--dtype", "float16"], "--dtype requires --memory"),
        (["--optimizer", "adam"], "--optimizer requires --memory"),
        (["--inplace"], "--inplace requires --memory"),
        (["--stored", "outputs"], "--stored requires --memory"),
        (["--inplace", "--batch", "2"], "--batch and --inplace require --memory"),
    ],
)
def test_options_of_the_memory_need_it(options: list[str], said: str) -> None:
    assert call("show", "alexnet", *options) == (2, "", f"error: {said}\n  add --memory\n")


def test_a_style_is_another_worlds_table() -> None:
    assert "(None, 55, 55, 96)" in call("show", "alexnet", "--style", "keras").out
    assert json_of("show", "alexnet", "--style", "cs231n")["style"] == "cs231n"
    assert "did you mean keras" in call("show", "alexnet", "--style", "kers").err


def test_weights_can_be_counted_without_biases() -> None:
    out = call("show", "vgg16", "--count", "weights").out
    assert next(line for line in out.splitlines() if line.startswith("conv1_1")).split()[-2:] == ["1,728", "86,704,128"]
    assert "138,344,128" in out
