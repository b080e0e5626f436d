"""`archcalc diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.calls import FORMATS, call, json_of
from tests.cli.forking import copied

if TYPE_CHECKING:
    from pathlib import Path

OLD = "input: 3x8x8\nlayers:\n  - {conv: 4, kernel: 3, name: c}\n  - relu\n"


def values(found: dict[str, list[dict[str, object]]], quantity: str) -> object:
    return next(total["values"] for total in found["totals"] if total["quantity"] == quantity)


def test_two_networks_are_compared() -> None:
    done = call("diff", "vgg16", "googlenet")
    assert (done.code, done.err) == (0, "")
    assert "19.8 times as many parameters and 9.8 times as many MACs" in " ".join(done.out.split())
    assert values(json_of("diff", "vgg16", "googlenet"), "params") == [138_357_544, 6_998_552]


def test_many_networks_are_one_table() -> None:
    found = json_of("diff", "alexnet", "vgg16", "googlenet", "resnet50")
    assert values(found, "weighted_depth") == [8, 16, 22, 50]
    assert call("diff", "alexnet", "vgg16", "googlenet", "resnet50").code == 0


def test_settings_are_for_all_or_for_one() -> None:
    found = json_of("diff", "vgg16", "vgg16", "--set", "b:classes=10", "--input", "3x64x64", "--input", "a:3x32x32")
    assert found["networks"] == ["vgg16 (a)", "vgg16 (b)"]
    assert found["inputs"] == [[3, 32, 32], [3, 64, 64]]
    (all_,) = {tuple(edit["fields"]) for edit in found["edits"] if edit["action"] == "change"}
    assert all_ == ("outputs",)
    both = json_of("diff", "vgg16", "vgg19", "--set", "classes=10", "--set", "b:classes=20")
    assert [edit["fields"] for edit in both["edits"] if edit["path"] == "fc8"] == [{"outputs": [10, 20]}]


def test_letters_tell_from_which_size_on_which_is_cheaper() -> None:
    out = " ".join(call("diff", "alexnet", "resnet50", "--input", "3xHxW").out.split())
    assert "2340544 − 1048576·⌊(H − 35)/32⌋·⌊(W − 35)/32⌋" in out
    assert "fewer parameters: alexnet for 67 ≤ H = W ≤ 98, resnet50 for H = W ≥ 99" in out


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        (["macs > +5%"], 1),
        (["macs > +6%"], 0),
        (["macs > +6%", "params != +0"], 0),
        (["macs > +6%", "receptive_field < 483"], 1),
        (["activations > 28M"], 0),
    ],
)
def test_a_condition_decides_on_the_exit_code(conditions: list[str], code: int) -> None:
    options = [word for condition in conditions for word in ("--fail-on", condition)]
    done = call("diff", "resnet50", "torchvision/resnet50", *options)
    assert (done.code, done.err) == (code, "")
    assert ("violated" in done.out) == bool(code)


def test_what_is_undecided_fails() -> None:
    done = call("diff", "vgg16", "vgg19", "--input", "3xHxW", "--fail-on", "macs > 20G")
    assert done.code == 1
    assert "undecided" in done.out


def test_two_versions_of_a_file_one_from_standard_input(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(OLD.replace("kernel: 3", "kernel: 5, padding: 1"), encoding="utf-8")
    done = copied(
        "diff", "-", "./net.yaml", "--format", "markdown", "--fail-on", "params > +10%", cwd=tmp_path, stdin=OLD
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "| \\~ c  | kernel 3 → 5, padding 0 → 1 |" in done.stdout.replace("   ", " ")
    assert done.stdout.startswith("# stdin · net · comparison\n")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written(name: str) -> None:
    done = call("diff", "vgg16", "vgg19", "--format", name)
    assert (done.code, done.err) == (0, "")
    assert done.out


def test_the_edit_opens_as_deep_as_wanted() -> None:
    shown = [call("diff", "resnet50", "torchvision/resnet50", *more).out for more in (["--depth", "0"], [])]
    assert ["├ ~ conv " in out for out in shown] == [False, True]
    assert "inserted: " in call("diff", "vgg16", "googlenet", "--edits").out
    assert "~ conv1" not in call("diff", "alexnet", "torchvision/alexnet", "--no-edits").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "a comparison requires at least two networks\n  for example: archcalc diff vgg16 googlenet"),
        (("vgg16",), "a comparison requires at least two networks\n  for example: archcalc diff vgg16 googlenet"),
        (("-", "-"), "'-' is given more than once\n  read one network from standard input, the others from files"),
        (
            ("nosuch",) * 101,
            "the command has more than 100 networks (101)\n"
            "  compare them in several parts, or raise the limit: ARCHCALC_LIMIT_COMPARED",
        ),
        (("vgg16", "alexnt"), "unknown network 'alexnt'\n  did you mean alexnet?"),
        (
            ("alexnet", "vgg16", "--set", "towers=1"),
            "unknown argument 'towers' of vgg16\n"
            "  available: classes, n1, n2, n3, n4, n5, with_lrn, last_is_1x1, batch_norm, adaptive\n"
            "  to set it for one network only: --set a:towers=1",
        ),
        (
            ("alexnet", "vgg16", "--set", "b:towers=1"),
            "unknown argument 'towers' of vgg16\n"
            "  available: classes, n1, n2, n3, n4, n5, with_lrn, last_is_1x1, batch_norm, adaptive\n",
        ),
        (("vgg16", "vgg19", "--set", "c:classes=1"), "unknown prefix 'c:' in 'c:classes=1'\n  use a: or b:"),
        (("vgg16", "vgg19", "--fail-on", "macs"), "invalid condition 'macs'\n  for example 'macs > +5%'"),
        (("vgg16", "vgg19", "--fail-on", "mac > 5"), "unknown quantity 'mac' in 'mac > 5'\n  did you mean macs?"),
    ],
)
def test_what_cannot_be_is_a_usage_error(arguments: tuple[str, ...], message: str) -> None:
    code, out, err = call("diff", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {message}")


def test_the_list_of_changes_can_be_left_out() -> None:
    assert "Changed layers" in call("diff", "vgg16", "alexnet").out
    for pair in (("vgg16", "alexnet"), ("vgg16", "vgg19")):
        assert "Changed layers" not in call("diff", *pair, "--no-edits").out
