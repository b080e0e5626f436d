"""Tables as other worlds print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.quantities.shape import vector
from archcalc.views.page import Label, Page, PageTable
from archcalc.views.showing.styles import STYLES, batched, styled

if TYPE_CHECKING:
    from collections.abc import Iterable


def lines(name: str, style: str) -> dict[str, tuple[object, ...]]:
    """Return the cells of each layer by its label."""
    _, table, *_ = styled(archcalc.load(name).analyze(), style).blocks
    assert isinstance(table, PageTable)
    return {line.cells[0].name: line.cells[1:] for line in table.lines if isinstance(line.cells[0], Label)}


def totals(name: str, style: str) -> dict[str, object]:
    """Return the totals by their names."""
    return dict(styled(archcalc.load(name).analyze(), style).record["totals"])


def test_keras_counts_moving_statistics() -> None:
    found = totals("resnet50", "keras")
    assert found["Total params"] == 25_557_032 + 53_120
    assert found["Non-trainable params"] == 53_120
    assert lines("alexnet", "keras")["conv1"] == ("(None, 55, 55, 96)", 34_944)
    page = styled(archcalc.load("vit_b_16").analyze(), "keras")
    assert isinstance(page.blocks[1], PageTable)


def of_text(text: str, freeze: Iterable[str] = ()) -> Page:
    """Return the page of a network in Keras's style."""
    return styled(archcalc.loads(text).analyze(freeze=freeze), "keras")


def test_keras_has_its_own_names_shapes_and_slopes() -> None:
    layers = "{conv: 32, kernel: 3}, prelu, {conv_transpose: 4, kernel: 2}, leaky_relu, global_maxpool, channel_shuffle"
    text = f"{{input: 3x26x26, layers: [{layers.replace('channel_shuffle', '{channel_shuffle: 2}')}]}}"
    found = of_text(text).record
    assert [(row["output"], row["params"]) for row in found["layers"]][1:2] == [("(None, 24, 24, 32)", 32 * 24 * 24)]
    assert found["layers"][4]["output"] == "(None, 4)"
    assert found["totals"]["Total params"] == 896 + 18_432 + 516
    block = of_text(text).blocks[1]
    assert isinstance(block, PageTable)
    assert [line.cells[0].asides for line in block.lines if isinstance(line.cells[0], Label)] == [
        ("(Conv2D)",), ("(PReLU)",), ("(Conv2DTranspose)",), ("(LeakyReLU)",), ("(GlobalMaxPooling2D)",),
        ("(ChannelShuffle)",),
    ]  # fmt: skip


def test_keras_freezes_slopes_with_their_layer_and_counts_shared_ones_once() -> None:
    text = "{input: 4x5x5, layers: [prelu, {prelu, shared: true}, {conv: 2, kernel: 1}]}"
    assert of_text(text).record["totals"] == {
        "Total params": 100 + 1 + 10, "Trainable params": 111, "Non-trainable params": 0,
    }  # fmt: skip
    assert of_text(text, freeze=["prelu"]).record["totals"]["Trainable params"] == 1 + 10
    shared = "{input: 4x5x5, layers: [{prelu, name: a}, {prelu, name: b, share: a}]}"
    assert of_text(shared).record["totals"]["Total params"] == 100


def test_torchsummary_numbers_its_modules() -> None:
    found = lines("alexnet", "torchsummary")
    assert found["Conv2d-1"] == ("[-1, 96, 55, 55]", 34_944)
    assert totals("vgg16", "torchsummary")["Total params"] == 138_357_544


def test_torchinfo_says_how_deep_a_module_stands() -> None:
    assert lines("resnet18", "torchinfo")["Conv2d: 1-1"] == ("[1, 64, 112, 112]", 9_408, 118_013_952)
    assert totals("resnet18", "torchinfo")["Total mult-adds"] == 1_814_073_344


def test_cs231n_counts_values_and_weights_without_biases() -> None:
    found = lines("vgg16", "cs231n")
    assert found["conv1_1"] == ("[224x224x64]", 3_211_264, 1_728)
    assert found["fc6"] == ("[1x1x4096]", 4_096, 102_760_448)
    assert totals("vgg16", "cs231n")["TOTAL params"] == 138_344_128


@pytest.mark.parametrize("style", STYLES)
def test_letters_and_training_heads_go_through(style: str) -> None:
    assert styled(archcalc.load("alexnet").analyze("3xHxW"), style).record["layers"]
    assert len(styled(archcalc.load("googlenet").analyze(), style).record["layers"]) < len(
        archcalc.load("googlenet").analyze()
    )


def test_a_vector_has_no_channels_to_move() -> None:
    assert batched(vector(10), "None", last=True) == "None, 10"


def test_a_style_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown style 'kras'\n  did you mean keras"):
        styled(archcalc.load("lenet5").analyze(), "kras")
