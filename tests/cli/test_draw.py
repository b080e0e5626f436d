"""`archcalc draw`: which file, which format, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.calls import call
from tests.cli.forking import shown

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("suffix", ["svg", "html", "tex", "png", "pdf", "dot", "mmd"])
def test_the_suffix_is_the_format(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"net.{suffix}"
    assert call("draw", "lenet5", "-o", str(file)) == (0, "", "")
    assert file.stat().st_size > 400


def test_the_kind_follows_from_the_number_of_networks() -> None:
    one, two, three = (
        call("draw", *names, "--format", "svg").out
        for names in (["lenet5"], ["lenet5", "lenet5-modern"], ["lenet5", "alexnet", "vgg16"])
    )
    assert "The graph of LeNet-5" in one
    assert "side by side" in two
    assert "3 networks as points" in three


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lenet5", "-o", ""], "-o requires a file name"),
        (["lenet5", "--format", "png"], "a picture in png cannot be written to standard output"),
        (["lenet5", "-o", "x.bmp"], "unknown picture format 'bmp'"),
        (["lenet5", "-o", "x.svgg"], "did you mean svg?"),
        (["lenet5", "--kind", "cost", "--format", "dot"], "the format dot has graphs only"),
        (["lenet5", "--layer", "C1", "--format", "svg"], "--layer does not apply to --kind graph"),
        (["lenet5", "--kind", "rf", "--layer", "C9", "--format", "svg"], "unknown layer or block 'C9'"),
        (["lenet5", "alexnet", "--kind", "rf", "--format", "svg"], "the kind rf draws 1 network, got 2"),
        (["nonet", "--format", "svg"], "unknown network 'nonet'"),
        (["nonet"] * 101, "the command has more than 100 networks (101)"),
        (["alexnet", "--input", "3xHxW", "--kind", "volumes", "--format", "svg"], "a size with letters has no length"),
    ],
)
def test_what_is_wrong_is_told(arguments: list[str], message: str) -> None:
    done = call("draw", *arguments)
    assert done.code == 2
    assert message in done.err
    assert done.out == ""


def test_a_file_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "net.svg"
    file.write_text("mine", encoding="utf-8")
    assert "already exists" in call("draw", "lenet5", "-o", str(file)).err
    assert file.read_text(encoding="utf-8") == "mine"
    assert call("draw", "lenet5", "-o", str(file), "--force").code == 0


def test_a_terminal_is_not_filled_with_markup() -> None:
    told = shown("draw", "lenet5")
    assert "a picture needs a file" in told
    assert "<svg" not in told


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        pytest.param(("draw", "lenet5", "--format", "png"), "PNG", marks=pytest.mark.long),  # loads matplotlib anew
        (("worksheet", "lenet5", "--format", "canvas"), "PK"),
    ],
)
def test_a_terminal_gets_no_bytes_by_its_name_either(line: tuple[str, ...], sign: str) -> None:
    told = shown(*line, "-o", "/dev/stdout")
    assert "/dev/stdout is a terminal, which cannot show this format\n  name a file\n" in told
    assert sign not in told


def test_the_same_network_with_other_arguments() -> None:
    done = call("draw", "alexnet", "--set", "classes=10", "--input", "3x224x224", "--format", "svg")
    assert "input 3×224×224" in done.out
    assert ">10<" in done.out
