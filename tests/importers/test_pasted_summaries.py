"""Pasted summaries: texts that the tools printed (``tests/witness/printed_texts.py``), and texts that none printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.layers.opaque import UNKNOWN
from archcalc.services.opening import as_spec, load
from archcalc.symbolic.expr import Letter
from tests.cli.calls import call

if TYPE_CHECKING:
    from archcalc.network.table import Table

HERE = Path(__file__).parent / "summaries"
OPEN = Letter(UNKNOWN)


def table(name: str) -> Table:
    """Return the table of a text that a tool printed."""
    return load(str(HERE / f"{name}.txt")).analyze()


def note(name: str) -> str:
    """Return the remark on it."""
    return load(str(HERE / f"{name}.txt")).spec.note or ""


def pasted(folder: Path, text: str | bytes, *arguments: str) -> str:
    """Return the error about a text."""
    path = folder / "s.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    done = call("show", str(path), *arguments)
    assert (done.code, done.out) == (2, ""), done
    return done.err


TOTALS = {
    "print_net": 1357, "print_chain": 51913, "torchinfo": 1365, "torchinfo_columns": 1365, "torchinfo_shallow": 1365,
    "torchsummary": 51913, "keras2_net": 468, "keras2_nested": 468, "keras3_net": 468, "keras3_nested": 468,
    "keras2_chain": 483, "keras3_chain": 483,
}  # fmt: skip
"""The parameters: the total that each tool printed, for Keras the trainable ones; for PyTorch the sum of numel(), which
for ``print_net`` has 8 more in a parameter outside of the modules."""


@pytest.mark.parametrize("name", sorted(path.stem for path in HERE.glob("*.txt")))
def test_the_parameters_are_those_that_the_tool_printed(name: str) -> None:
    assert table(name).totals.params == TOTALS[name]
    assert "printed, but" not in note(name)
    assert "in total" not in note(name)


@pytest.mark.parametrize("name", TOTALS)
def test_a_summary_written_as_a_spec_has_the_same_rows(name: str) -> None:
    written = archcalc.loads(as_spec(str(HERE / f"{name}.txt"))).analyze()
    assert [row[:6] for row in written] == [row[:6] for row in table(name)]


def test_copies_are_rows_with_the_paths_of_their_modules() -> None:
    found = {row.path: row.params for row in table("print_net")}
    assert found["blocks/0/conv"] == found["blocks/2/conv"] == 8 * 4 * 9
    assert found["stem/0"] == 8 * 3 * 15 + 8
    assert "the total lacks them" in note("print_net")


def test_a_printed_model_has_no_shapes_and_no_macs_where_a_layer_can_have_some() -> None:
    rows = {row.path: row for row in table("print_net")}
    assert {row.output.sizes for row in rows.values()} == {(OPEN,)}
    assert [path for path, row in rows.items() if row.macs != 0] == [
        "stem/0", "blocks/0/conv", "blocks/1/conv", "blocks/2/conv", "head/1",
    ]  # fmt: skip


def test_a_printed_sequential_is_computed_on_an_input() -> None:
    """The shapes are those that torchsummary prints of the same model."""
    found = load(str(HERE / "print_chain.txt"), ["1x28x28"]).analyze()
    printed = [str(row.output) for row in table("torchsummary")]
    assert [str(row.output) for row in found] == printed
    assert found.totals.params == 51913
    assert [row.kind for row in found][:4] == ["conv", "tanh", "avgpool", "conv"]


def test_a_printed_sequential_has_the_input_that_its_first_layer_states(tmp_path: Path) -> None:
    path = tmp_path / "s.txt"
    lines = (
        "(0): Linear(in_features=784, out_features=128, bias=True)", "(1): ReLU()", "(2): Dropout(p=0.5, inplace=False)",
        "(3): Linear(in_features=128, out_features=10, bias=True)",
    )  # fmt: skip
    path.write_text("Sequential(\n" + "\n".join(lines) + "\n)\n", encoding="utf-8")
    found = load(str(path)).analyze()
    assert [(row.kind, str(row.output), row.macs) for row in found if row.macs] == [
        ("linear", "128", 784 * 128), ("linear", "10", 1280),
    ]  # fmt: skip
    lines = ("(0): Conv2d(3, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))", "(1): AdaptiveAvgPool2d(output_size=1)",
             "(2): Flatten(start_dim=1, end_dim=-1)", "(3): Linear(in_features=8, out_features=10, bias=True)")  # fmt: skip
    path.write_text("Sequential(\n" + "\n".join(lines) + "\n)\n", encoding="utf-8")
    network = load(str(path))
    assert (str(network.spec.title), str(network.analyze().output)) == ("Sequential", "10")
    assert "8×⌈H/2⌉×⌈W/2⌉" in call("show", str(path)).out
    assert str(next(iter(load(str(path), ["3x32x30"]).analyze())).output) == "8×16×15"
    assert call("show", str(path), "--input", "3xNxN").code == 0


def test_the_macs_that_follow_from_the_columns_of_torchinfo_are_known() -> None:
    """Source: weights times places of the output; torchinfo's own column counts biases and both images too."""
    found = {row.path: row.macs for row in table("torchinfo_columns")}
    assert (found["stem/0"], found["blocks/1/conv"], found["head/1"]) == (360 * 81, 288 * 81, 40)
    assert found["Net/Net"] == OPEN


def test_a_table_of_keras_is_wired_where_it_shows_the_connections() -> None:
    found = table("keras3_nested")
    reads = {row.path: found.reads(row) for row in found}
    assert reads["add"] == ("stem_normalization", "depthwise")
    assert reads["stem_normalization"] == ("input",)
    assert str(next(row.output for row in found if row.path == "depthwise")) == "8×8×8"
    assert {row.path: row.macs for row in table("keras2_net")}["classes"] == 48
    assert "each layer is taken to read the one before it" in note("keras3_chain")


def test_the_statistics_of_keras_are_buffers() -> None:
    found = {row.path: (row.params, row.counts.buffers) for row in table("keras3_nested")}
    assert found["stem_normalization"] == (16, 16)


@pytest.mark.parametrize(
    ("name", "before", "after", "remark"),
    [
        ("keras3_chain", "   435 ", "   436 ", "classes: 436 parameters are printed, but 435 or 432 computed"),
        ("torchinfo_columns", " 45     ", " 46     ", "head/1: 46 parameters are printed, but 45 or 40 computed"),
        ("torchinfo_columns", " 368     ", " 369     ", "stem/0: 369 parameters are printed, but 368 or 360 computed"),
        ("torchsummary", "    32\n", "    33\n", "BatchNorm2d-5: 33 parameters are printed, but 32 or 0 computed"),
        ("torchinfo", " 288\n", " 289\n", "the text states 1,365 parameters in total, but its rows have 1,368"),
    ],
)
def test_a_number_that_cannot_be_is_named(name: str, before: str, after: str, remark: str, tmp_path: Path) -> None:
    text = (HERE / f"{name}.txt").read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "s.txt"
    path.write_text(text.replace(before, after), encoding="utf-8")
    assert remark in (load(str(path)).spec.note or "")


def test_a_printed_total_is_verified(tmp_path: Path) -> None:
    text = (HERE / "torchinfo.txt").read_text(encoding="utf-8")
    path = tmp_path / "s.txt"
    path.write_text(text, encoding="utf-8")
    assert call("verify", str(path)).code == 0
    path.write_text(text.replace(" 288\n", " 289\n", 1), encoding="utf-8")
    done = call("verify", str(path))
    assert (done.code, "the total that torchinfo printed" in done.out) == (1, True)


def test_what_no_class_is_known_for_is_unknown_also_in_the_total(tmp_path: Path) -> None:
    path = tmp_path / "s.txt"
    path.write_text("Net(\n  (a): Mine(3, 4)\n  (b): Linear(in_features=2, out_features=3, bias=True)\n)\n", "utf-8")
    found = load(str(path)).analyze()
    assert str(found.totals.params) == f"{OPEN} + 9"
    assert "unknown parameters: a" in (load(str(path)).spec.note or "")


def test_torchsummary_does_not_count_attention_and_recurrent_layers(tmp_path: Path) -> None:
    text = (HERE / "torchsummary.txt").read_text(encoding="utf-8")
    path = tmp_path / "s.txt"
    path.write_text(
        text.replace("            PReLU-10", "             LSTM-10").replace(" 1\n", " 0\n"), encoding="utf-8"
    )
    network = load(str(path))
    assert "torchsummary does not count the parameters of LSTM-10" in (network.spec.note or "")
    assert str(network.analyze().totals.params) == f"{OPEN} + 51912"


def test_lines_around_a_printed_model_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "s.txt"
    text = (HERE / "print_net.txt").read_text(encoding="utf-8")
    path.write_text(f">>> print(net)\n{text}>>> \n", encoding="utf-8")
    network = load(str(path))
    assert network.analyze().totals.params == 1357
    assert "2 other lines are left out" in (network.spec.note or "")


def test_an_input_is_refused_where_the_text_does_not_say_how_layers_are_connected(tmp_path: Path) -> None:
    net, chain = ((HERE / f"{name}.txt").read_text(encoding="utf-8") for name in ("print_net", "print_chain"))
    wrong = "s.txt does not state how its modules are connected: --input cannot be used"
    assert wrong in pasted(tmp_path, net, "--input", "3x32x32")
    table_ = (HERE / "torchsummary.txt").read_text(encoding="utf-8")
    assert "s.txt states its shapes for one input" in pasted(tmp_path, table_, "--input", "3x32x32")
    assert "s.txt: 0 expects 1 channels or features, got 3×28×28" in pasted(tmp_path, chain, "--input", "3x28x28")
    assert "s.txt: 7/1 expects 576 channels or features" in pasted(tmp_path, chain, "--input", "1x32x28")
    assert "s.txt: 0 expects a feature map with 2 axes, got 28" in pasted(tmp_path, chain, "--input", "28")
    assert "s.txt: 3 cannot work on 6×1×1" in pasted(tmp_path, chain, "--input", "1x2x2")


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "prose": ("Dear all,\nthis is my net: it is good.\n", "neither a spec nor a printed model or summary"),
    "empty": ("", "s.txt is empty, not a printed model or summary"),
    "latin": (b"Net(\n  (a): R\xe9LU()\n)\n", "s.txt is in an unknown format, not a printed model or summary"),
    "latin later": (b"Net(\n  (a): ReLU()\n" + b" " * 600 + b"\xe9\n)\n", "s.txt is not UTF-8 text (byte 619)"),
    "picture": (b"\x89PNG\r\n\x1a\n", "s.txt is a PNG image, not a printed model or summary"),
    "one line": ("Net(" + "a" * 60_000, "neither a spec nor a printed model or summary"),
    "long line": ("Net(\n  (a): ReLU()\n" + "a" * 60_000, "line 3 of s.txt has more than 5,000 characters (60,000)"),
    "cut": ("Net(\n  (a): ReLU()\n  (b): Sequential(\n", "s.txt ends within 'b': 2 brackets are not closed"),
    "deep": ("Net(\n" + "(a): Net(\n" * 9_000 + ")\n" * 9_001, "s.txt has more than 40 levels of modules"),
    "bomb": (
        "Net(\n(0-99999): 100000 x Net(\n(0-99999): 100000 x ReLU()\n)\n)\n", "s.txt has more than 200,000 layers",
    ),
    "copies": ("Net(\n  (0-9): 3 x ReLU()\n)\n", "s.txt:2: '(0-9)' names 10 modules, but 3 x ReLU are printed"),
    "one row": ("Layer (type)   Output Shape   Param #\n====\n" + "a" * 4_000 + "\n", "s.txt"),
    "headings alone": ("Layer (type)   Output Shape   Param #\n====\n", "s.txt has a table without rows"),
    "torchinfo row": ("====\nLayer (type:depth-idx)  Param #\n====\nNet  --\n├─?\n====\n", "s.txt:5: this row"),
    "torchinfo columns": ("====\nLayer (type:depth-idx)  Output Shape\n====\nNet  --\n", "s.txt has no column Param #"),
    "torchsummary row": ("----\n Layer (type)  Output Shape  Param #\n====\n Conv2d  [3]  x\n", "s.txt:4: this row"),
    "keras row": ("┃ Layer (type) ┃ Output Shape ┃ Param # ┃\n┡━━┩\n│ dense │ (None, 3) │ 4 │\n", "is not the name"),
    "keras cut": ("┃ Layer (type) ┃ Output Shape \n┡━━┩\n│ dense (Dense) │ (None, 3) \n", "has no column with parameters"),
    "keras number": ("┃ Layer (type) ┃ Output Shape ┃ Param # ┃\n┡━━┩\n│ d (Dense) │ (None, 3) │ x │\n", "invalid number"),
    "link": (
        "Layer (type)         Output Shape         Param #     Connected to\n____\n"
        " x (Dense)           (None, 3)         3       " + "a" * 4_900 + "\n", "more than 2000 characters",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_that_no_tool_printed_ends_in_a_message(name: str, tmp_path: Path) -> None:
    text, message = HOSTILE[name]
    error = pasted(tmp_path, text)
    assert message in error
    assert "Traceback" not in error


def test_a_spec_with_a_long_line_is_still_a_spec(tmp_path: Path) -> None:
    path = tmp_path / "net.txt"
    path.write_text(f"[{', '.join(['{conv: 4, kernel: 1}'] * 400)}]", encoding="utf-8")
    assert call("show", str(path), "--input", "3x8x8").code == 0


@pytest.mark.parametrize("times", [20, pytest.param(200, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", TOTALS)
def test_a_text_that_ends_early_ends_in_a_message_or_a_table(name: str, times: int, tmp_path: Path) -> None:
    text = (HERE / f"{name}.txt").read_text(encoding="utf-8")
    path = tmp_path / "s.txt"
    for end in range(0, len(text), max(1, len(text) // times)):
        path.write_text(text[:end], encoding="utf-8")
        done = call("show", str(path))
        assert done.code in (0, 2)
        assert "Traceback" not in done.err


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "s.txt"
    path.write_text("Net(\n  (a\x1b[31m): Evil\x1b[2J()\n  (b\x07): ReLU(\x1b)\n)\n", encoding="utf-8")
    done = call("show", str(path))
    assert done.code == 0
    assert "\x1b" not in done.out + done.err
    assert "\x07" not in done.out + done.err


def test_sizes_that_no_layer_has_are_unknown(tmp_path: Path) -> None:
    path = tmp_path / "s.txt"
    lines = (
        "(a): Conv2d(3, 4, kernel_size=(99999, 9), stride=(0, 1))",
        "(b): Linear(in_features=0, out_features=-2)",
        "(c): Linear(in_features=1e9, out_features=True)",
        "(d): LayerNorm(x)",
    )
    path.write_text("Net(\n" + "\n".join(lines) + "\n)\n", encoding="utf-8")
    assert [row.params for row in load(str(path)).analyze()] == [OPEN] * 4
