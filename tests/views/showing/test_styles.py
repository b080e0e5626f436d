"""Tables as other worlds print them."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.quantities.shape import vector
from archcalc.views.page import Label, PageTable
from archcalc.views.showing.styles import STYLES, batched, styled


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
