"""The page of `show`."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.views.cells import ONE_COPY, citation
from archcalc.views.page import QUIET, STRONG, Block, Facts, Label, Notes, PageTable
from archcalc.views.showing.summary import SummaryOptions, summary


def blocks(
    net: str, size: str | None = None, options: SummaryOptions | None = None, freeze: tuple[str, ...] = ()
) -> list[Block]:
    """Return the blocks of a summary."""
    return list(summary(archcalc.load(net).analyze(size, freeze=freeze), options).blocks)


def facts(found: list[Block]) -> dict[str, tuple[object, str]]:
    """Return the facts of a page by name."""
    block = next(block for block in found if isinstance(block, Facts))
    return {fact.name: (fact.value, fact.remark) for fact in block.facts}


def notes(found: list[Block]) -> list[str]:
    """Return all sentences of a page."""
    return [line for block in found if isinstance(block, Notes) for line in block.lines]


@pytest.mark.parametrize(
    ("authors", "year", "cited"),
    [
        ("", "", ""),
        ("LeCun", "1998", "LeCun 1998"),
        ("Krizhevsky, Sutskever, Hinton", "2012", "Krizhevsky, Sutskever, Hinton 2012"),
        ("He, Zhang, Ren, Sun", "2015", "He et al. 2015"),
    ],
)
def test_a_paper_is_cited(authors: str, year: str, cited: str) -> None:
    assert citation({"authors": authors, "year": year} if year else {}) == cited


def test_what_goes_in_stands_on_top() -> None:
    assert notes(blocks("alexnet"))[0] == "input 3×227×227 · classes 1000 · towers 2"
    assert notes(blocks("alexnet", "3xHxW"))[0] == "input 3×H×W · classes 1000 · towers 2"
    assert "block bottleneck · stride_in_3x3 false" in notes(blocks("resnet50"))[0]


def test_the_totals_say_what_they_are_made_of() -> None:
    assert facts(blocks("alexnet")) == {
        "parameters": (60_965_224, "60,954,656 weights + 10,568 biases"),
        "MACs": (724_406_816, ""),
        "activations": (1_258_760, "output values, without activation functions, dropout, flatten, concat"),
        "neurons": (659_272, "output values of layers with weights"),
        "connections": (725_066_088, "inputs of all neurons, including biases"),
        "weight layers": (8, "on the longest path"),
        "full RF from": ("flatten", "every unit from here on depends on the whole input"),
    }


def test_heads_buffers_and_frozen_weights_stand_apart() -> None:
    assert facts(blocks("googlenet"))["training-only heads"] == (6_379_728, "additional parameters; 8,372,224 MACs")
    assert facts(blocks("lenet5"))["buffers"] == (840, "not learned (running statistics, fixed weights)")
    assert facts(blocks("vgg16", freeze=("conv*",)))["trainable"] == (
        123_642_856,
        "the remaining parameters are frozen",
    )


def test_letters_are_spelled_in_remarks() -> None:
    assert facts(blocks("[flatten, {linear: 10}]", "1xHx8"))["parameters"][1] == "80·H weights + 10 biases"


def test_the_sizes_for_which_it_holds_are_said() -> None:
    assert "valid for H ≥ 67, W ≥ 67" in notes(blocks("alexnet", "3xHxW"))
    assert not any("valid for" in note for note in notes(blocks("[{conv: 8, kernel: 1}]", "1xHx8")))
    assert not any("valid for" in note for note in notes(blocks("alexnet")))


def test_a_folded_table_says_how_to_unfold_it() -> None:
    assert "nested layers are hidden; use --depth 1 to show one more level" in notes(blocks("googlenet"))
    assert not any("folded" in note for note in notes(blocks("googlenet", options=SummaryOptions(depth=2))))


def test_conventions_speak_of_the_columns_that_are_there() -> None:
    assert notes(blocks("alexnet"))[-1].startswith("Kernel /stride")
    assert notes(blocks("alexnet", options=SummaryOptions(columns="macs", unit="flops")))[-1] == (
        "Parameters: learnable weights and biases; buffers are counted separately. "
        "FLOPs: convolutions, linear layers and matrix products; 2 FLOPs per MAC; other operations are not counted."
    )


def test_open_copies_are_shown_once() -> None:
    layers = "[{name: a, repeat: 3, layers: [{conv: 3, kernel: 3, padding: 1}, batchnorm]}]"
    opened = next(block for block in blocks(layers, "3x8x8") if isinstance(block, PageTable))
    closed = next(block for block in blocks(layers, "3x8x8", SummaryOptions(depth=0)) if isinstance(block, PageTable))
    assert [line.cells[0] for line in opened.lines] == [Label("a", 3, (ONE_COPY,)), Label("conv"), Label("batchnorm")]
    assert [line.cells[0] for line in closed.lines] == [Label("a", 3)]


def test_training_heads_are_quiet_and_the_total_is_loud() -> None:
    table = next(block for block in blocks("googlenet") if isinstance(block, PageTable))
    quiet = [line.cells[0].name for line in table.lines if line.tone == QUIET and isinstance(line.cells[0], Label)]
    assert quiet == ["loss1", "loss2"]
    assert table.total is not None
    assert table.total.tone == STRONG
    assert table.total.cells[0] == Label("total")


def test_a_spec_without_a_title_goes_by_its_name() -> None:
    assert blocks("[{linear: 3}]", "4")[0][0] == "network"
