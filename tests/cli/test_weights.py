"""Files of weights on the command line: `show FILE` and `verify NET --weights FILE`."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.calls import FORMATS, call, json_of
from tests.importers.weight_files import safetensors, write

if TYPE_CHECKING:
    from pathlib import Path

SPEC = "{input: '5', layers: [{linear: 3, name: fc}]}"
FC = {"fc.weight": ("F32", [3, 5]), "fc.bias": ("F32", [3])}


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A file of weights that fits the spec."""
    return write(tmp_path, "w.safetensors", safetensors(FC))


def test_show_writes_the_tensors_in_each_format(file: str) -> None:
    for name in FORMATS:
        assert call("show", file, "--format", name).code == 0
    assert json_of("show", file)["tensors"][0] == {
        "name": "fc.weight", "shape": [3, 5], "dtype": "float32", "values": 15, "bytes": 60, "tied": "",
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(call("show", file, "--format", "csv").out)))
    assert [(row["name"], row["shape"], row["bytes"]) for row in rows] == [
        ("fc.weight", "3x5", "60"),
        ("fc.bias", "3", "12"),
    ]


def test_options_of_networks_are_refused_for_files(file: str) -> None:
    done = call("show", file, "--memory", "--set", "a=1")
    assert (done.code, done.err) == (
        2, "error: --set and --memory cannot be used for a file of weights\n  use --depth, --format or -o\n",
    )  # fmt: skip
    assert call("show", file, "--depth", "0").code == 0


def test_weights_are_not_a_network(file: str) -> None:
    for command in ("rf", "explain", "verify"):
        done = call(command, file)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"error: {file} is a file of weights, not a network\n  archcalc show {file} lists")


def test_verify_compares_and_its_exit_code_says_whether_they_agree(file: str, tmp_path: Path) -> None:
    done = call("verify", SPEC, "--weights", file)
    assert (done.code, done.out.splitlines()[-1]) == (0, "2 of 2 tensors agree")
    other = write(tmp_path, "other.safetensors", safetensors(FC | {"fc.bias": ("F32", [4])}))
    done = call("verify", SPEC, "--weights", other, "--format", "json")
    assert (done.code, json.loads(done.out)["holds"]) == (1, False)
    assert call("verify", SPEC, "--weights", file, "--all").out.count("fc.weight") == 1


def test_what_cannot_be_compared_is_an_error(file: str, tmp_path: Path) -> None:
    assert call("verify", "--weights", file).err.startswith("error: --weights requires one network\n")
    assert call("verify", "lenet5", "alexnet", "--weights", file).code == 2
    assert call("verify", SPEC, "--weights", file, "--torch").err.startswith("error: --torch and --weights cannot")
    pdf = write(tmp_path, "w.pt", b"%PDF-1.4")
    done = call("verify", SPEC, "--weights", pdf)
    assert (done.code, done.err) == (2, f"error: {pdf} is a PDF, not a file of torch.save\n  name a .safetensors, .pt, .pth or .bin file, or the .index.json of its parts\n")  # fmt: skip
