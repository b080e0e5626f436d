"""`archcalc verify`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archcalc.cli import verify
from tests.cli.calls import call, json_of, once

if TYPE_CHECKING:
    from pathlib import Path

SPEC = "title: Net\ninput: 4\nlayers: [{linear: 3}]\nexpect:\n  - {params: %s, source: by hand}\n"


def test_published_figures_hold() -> None:
    done = call("verify", "lenet5", "alexnet")
    assert (done.code, done.err) == (0, "")
    assert "published values of 2 networks: " in done.out.splitlines()[-1]
    assert "60965224" in done.out
    found = json_of("verify", "alexnet")
    assert found["holds"] is True
    assert found["figures"][0] == {
        "network": "alexnet", "quantity": "params", "printed": "60M", "exact": 60_965_224, "outcome": "truncates",
        "holds": True, "source": "abstract: 60 million parameters",
    }  # fmt: skip


@pytest.mark.long
def test_all_shipped_networks_are_verified_without_a_table() -> None:
    done = once("verify")
    assert (done.code, done.err) == (0, "")
    assert done.out.count("\n") == 3


def test_a_wrong_figure_is_an_answer_and_not_an_error(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text(SPEC % 15, encoding="utf-8")
    assert call("verify", str(file)).code == 0
    file.write_text(SPEC % 16, encoding="utf-8")
    done = call("verify", str(file))
    assert (done.code, done.err) == (1, "")
    assert "WRONG" in done.out
    assert done.out.endswith("1 published value of 1 network: 1 wrong\n")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ModuleNotFoundError("no", name="torch"), "--torch requires torch, which is not installed"),
        (ModuleNotFoundError("no", name="torchvision"), "--torch requires torchvision, which is not installed"),
        (RuntimeError("they differ\nby much"), "PyTorch and torchvision cannot be loaded: they differ"),
    ],
)
def test_without_pytorch_it_says_what_to_install(
    error: Exception, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(*_: str) -> None:
        raise error

    monkeypatch.setattr(verify, "fetch", fetch)
    done = call("verify", "torchvision/resnet18", "--torch")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0] == f"error: {message}"
    assert done.err.splitlines()[1].strip().startswith("pip install torch torchvision")


def test_a_network_that_there_is_not_is_a_usage_error() -> None:
    assert call("verify", "alexnt") == (2, "", "error: unknown network 'alexnt'\n  did you mean alexnet?\n")


VARIANTS = """\
title: Nets
input: 4
args: {units: 3}
layers: [{linear: units}]
variants:
  small: {units: 1, expect: [{params: 5, source: by hand}]}
  large: {units: 3, expect: [{params: 16, source: by hand}]}
  plain: {}
"""


def test_all_variants_of_a_file_are_verified_unless_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "nets.yaml"
    file.write_text(VARIANTS, encoding="utf-8")
    done = call("verify", str(file), "--format", "json")
    found = json.loads(done.out)
    assert done.code == 1
    assert [(figure["network"], figure["holds"]) for figure in found["figures"]] == [("small", True), ("large", False)]
    assert found["without"] == [f"{file}#plain"]
    assert call("verify", f"{file}#small").code == 0
    assert call("verify", f"{file}#large").code == 1


def test_a_network_without_published_values_is_said_and_fails_with_strict(tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    file.write_text("{input: 4, layers: [{linear: 3}]}", encoding="utf-8")
    done = call("verify", str(file))
    said = f"Published values no published values: {file} (list them under expect)"
    assert (done.code, " ".join(done.out.split())) == (0, said)
    assert call("verify", str(file), "--strict").code == 1
    assert call("verify", "alexnet", "--strict").code == 0


def test_a_file_that_extends_another_has_its_variants(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(VARIANTS, encoding="utf-8")
    (tmp_path / "own.yaml").write_text("{extends: ./base.yaml}", encoding="utf-8")
    assert "own.yaml#plain" in call("verify", str(tmp_path / "own.yaml")).out


@pytest.mark.parametrize("command", ["verify", "lint"])
def test_a_network_that_is_named_again_is_looked_at_once(command: str) -> None:
    assert call(command, "lenet5", "lenet5") == call(command, "lenet5")


@pytest.mark.parametrize("command", ["verify", "lint"])
def test_a_file_of_very_many_variants_is_not_looked_at_whole(command: str, tmp_path: Path) -> None:
    file = tmp_path / "net.yaml"
    variants = ", ".join(f"v{number}: {{a: {number}}}" for number in range(1, 102))
    file.write_text(
        f"{{input: 4, args: {{a: 1}}, variants: {{{variants}}}, layers: [{{linear: a}}]}}", encoding="utf-8"
    )
    done = call(command, str(file))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: {file} has more than 100 variants (101)\n  name one: FILE#VARIANT, or raise")
    assert call(command, f"{file}#v101").code in (0, 1)
