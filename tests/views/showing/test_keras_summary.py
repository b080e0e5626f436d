"""What Keras prints of a model: texts that Keras 3 printed (``tests/witness/printed_texts.py``), and open sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

import archcalc
from archcalc.symbolic.expr import Letter
from archcalc.views.page import Drawing, Page
from archcalc.views.showing.keras_summary import KerasLine, KerasSummary, printed
from tests.cli.calls import call, json_of

HERE = Path(__file__).parents[2] / "importers" / "summaries"
H, W = Letter("H"), Letter("W")


@pytest.mark.parametrize(("name", "columns"), [("net", 80), ("chain", 140)])
def test_an_imported_keras_model_is_printed_as_keras_does(
    name: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    done = call("show", str(HERE / f"keras3_{name}.json"), "--style", "keras")
    assert (done.code, done.out) == (0, (HERE / f"keras3_{name}.txt").read_text(encoding="utf-8"))


def test_other_formats_have_the_layers_as_records() -> None:
    found = json_of("show", str(HERE / "keras3_chain.json"), "--style", "keras")
    assert [row["layer"] for row in found["layers"]] == ["conv", "norm", "flatten", "dropout", "classes"]
    assert found["totals"]["Total params"] == 483


def lines_of(summary: KerasSummary, layers: str, given: str, columns: int = 80) -> tuple[str, ...]:
    """Return the lines of a summary of some layers."""
    table = archcalc.loads(f"{{input: {given}, layers: {layers}}}").analyze()
    (block,) = printed(table, summary, columns, Page(())).blocks
    assert isinstance(block, Drawing)
    return block.lines


def test_open_sizes_and_several_outputs() -> None:
    layers = (
        KerasLine("conv", "Conv2D", sizes=((H, W, 4),), rows=("conv",)),
        KerasLine("two", "Split", sizes=((2,), (3,)), links=("conv[0][0]",)),
        KerasLine("none", "Mine"),
    )
    found = lines_of(KerasSummary("m", layers, chain=False), "[{conv: 4, kernel: 1}]", "3x8x8")
    assert "│ conv (Conv2D)       │ (None, None,      │         16 │ -                 │" in found
    assert "│ two (Split)         │ [(None, 2),       │          0 │ conv[0][0]        │" in found
    assert "│ none (Mine)         │ ?                 │          0 │ -                 │" in found
    assert found[-3:] == (
        " Total params: 16 (64.00 B)", " Trainable params: 16 (64.00 B)", " Non-trainable params: 0 (0.00 B)",
    )  # fmt: skip


def test_an_unknown_number_of_parameters_is_unknown_in_the_totals() -> None:
    layers = (KerasLine("mine", "Mine", sizes=((4,),), rows=("mine",)),)
    found = lines_of(KerasSummary("m", layers, chain=True), "[{opaque: , params: unknown, name: mine}]", "4")
    assert found[-3] == " Total params: unknown (unknown)"


def test_a_narrow_terminal_gets_a_narrow_table() -> None:
    layers = (KerasLine("convolution", "Conv2D", sizes=((8, 8, 4),), rows=("conv",)),)
    found = lines_of(KerasSummary("m", layers, chain=True), "[{conv: 4, kernel: 1}]", "3x8x8", columns=8)
    assert {len(line) for line in found[1:-3]} == {24}
