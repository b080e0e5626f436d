"""`archcalc verify`."""

from __future__ import annotations

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


def test_all_shipped_networks_are_verified_in_one_line() -> None:
    done = once("verify")
    assert (done.code, done.err) == (0, "")
    assert done.out.count("\n") == 2


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
