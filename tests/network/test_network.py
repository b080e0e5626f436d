"""A network asked for a table: inputs, arguments, options, freezing, and what a table answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.errors import ArchcalcError, UsageError
from archcalc.quantities.shape import Shape, grid

if TYPE_CHECKING:
    from archcalc.network.network import Network

SQUARE = "{input: [3, resolution, resolution], args: {resolution: 32, width: 8}, layers: [{conv: width, kernel: 3}]}"


def _refusal(network: Network, **asked: Any) -> str:  # noqa: ANN401 - whatever a test asks
    with pytest.raises(ArchcalcError) as caught:
        network.analyze(**asked)
    return str(caught.value)


@pytest.mark.parametrize("given", ["3x64x64", (3, 64, 64), grid(3, (64, 64)), "3×64×64"])
def test_an_input_is_text_sizes_or_a_shape(given: Any) -> None:  # noqa: ANN401
    table = archcalc.loads(SQUARE).analyze(given)
    assert table.inputs == {"input": Shape("CHW", (3, 64, 64))}
    assert table.arguments["resolution"] == 64


def test_an_input_leaves_alone_what_it_cannot_decide() -> None:
    assert archcalc.loads(SQUARE).analyze("3x64x48").arguments["resolution"] == 32


def test_an_input_of_letters_gives_closed_forms() -> None:
    table = archcalc.load("alexnet").analyze("3xHxW")
    assert [str(size) for size in table["pool5"].output.sizes] == [
        "256",
        "floor((H - 35)/32)",
        "floor((W - 35)/32)",
    ]


def test_names_in_a_written_input_are_arguments_or_letters() -> None:
    table = archcalc.loads("{input: cxHxH, args: {c: 4}, layers: [relu]}").analyze()
    assert str(table.output) == "4×H×H"


def test_several_inputs_take_the_given_shape_alike() -> None:
    text = "{input: {a: 1x8x8, b: 1x8x8}, layers: [{add: [a, b]}]}"
    assert str(archcalc.loads(text).analyze("2x4x4").output) == "2×4×4"


def test_arguments_and_options_are_set_from_outside() -> None:
    network = archcalc.loads(SQUARE)
    assert network.analyze(arguments={"width": 5}).output.channels == 5
    assert network.analyze(options={"conv": {"stride": 2}}).output.spatial == (15, 15)


def test_options_of_a_block_are_its_arguments() -> None:
    table = archcalc.load("googlenet").analyze(options={"3a": {"c1": 32}})
    assert table.below("3a")[-1].output.channels == 256 - 32


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"input": "3x"}, "invalid input shape '3x'\n  examples: 3x224x224, 3xHxW, 784, TF 197x768"),
        (
            {"input": (3, 0)},
            "invalid input size 0: expected an integer ≥ 1\n  examples: 3x224x224, 3xHxW, 784, TF 197x768",
        ),
        ({"arguments": {"widht": 3}}, "unknown argument 'widht' of text\n  did you mean width?"),
        ({"options": {"cnov": {"stride": 2}}}, "unknown layer 'cnov'\n  did you mean conv?"),
        (
            {"freeze": ["fc*"]},
            "'fc*' matches no layer of text\n  * does not match '/'; use ** for nested layers, for example **/conv",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, Any], message: str) -> None:
    assert _refusal(archcalc.loads(SQUARE), **asked).replace("text has", "<text> has") == message


def test_an_argument_of_a_file_without_any() -> None:
    network = archcalc.loads("{input: '3', layers: [relu]}")
    assert _refusal(network, arguments={"width": 3}) == "unknown argument 'width' of text\n  text has no arguments"


def test_frozen_layers_have_no_trainable_parameters() -> None:
    table = archcalc.load("vgg16").analyze(arguments={"classes": 10}, freeze=["conv*", "fc7"])
    assert table["conv1_1"].counts.trainable == 0
    assert table.totals.counts.trainable == table["fc6"].params + table["fc8"].params
    assert table.totals.params == archcalc.load("vgg16").analyze(arguments={"classes": 10}).totals.params


def test_a_pattern_that_matches_a_block_freezes_all_in_it() -> None:
    table = archcalc.load("resnet18").analyze(freeze=["conv?_x"])
    frozen = {row.path.partition("/")[0] for row in table if row.params and not row.counts.trainable}
    assert frozen == {"conv2_x", "conv3_x", "conv4_x", "conv5_x"}


def test_a_table_is_asked_by_path() -> None:
    table = archcalc.load("googlenet").analyze()
    assert table["3a/5x5/conv"].name == "conv"
    assert table.part("3a").params == 163696
    assert len(table.below("3a/5x5")) == 4
    assert [row.path for row in table][:2] == ["conv1", "relu"]
    assert len(table) == len(table.rows)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (lambda table: table["conv9"], "unknown layer 'conv9' of googlenet\n  did you mean conv1?"),
        (lambda table: table.part("3c"), "unknown layer or block '3c' of googlenet\n  did you mean 3a, 3b or 4c?"),
    ],
)
def test_a_table_says_what_it_does_not_have(question: Any, message: str) -> None:  # noqa: ANN401
    with pytest.raises(UsageError) as caught:
        question(archcalc.load("googlenet").analyze())
    assert str(caught.value) == message


def test_several_inputs_that_differ_take_no_one_shape() -> None:
    network = archcalc.loads("{input: {a: 3x8x8, b: 5x8x8}, layers: [{relu, from: a}]}")
    with pytest.raises(UsageError, match="several inputs with different shapes: one shape is not enough"):
        network.analyze("3x4x4")


def test_a_list_of_sizes_is_an_input_and_half_a_pixel_is_none() -> None:
    network = archcalc.loads(SQUARE)
    assert network.analyze([3, 16, 16]).output.spatial == (14, 14)
    assert "invalid input shape: expected an integer, got 8.5" in _refusal(network, input=(3, 8.5, 8))


def test_freezing_what_shares_its_weights_is_no_mistake() -> None:
    text = "{input: 4x8x8, layers: [{conv: 4, kernel: 1, name: a}, {conv: 4, kernel: 1, name: b, share: a}]}"
    assert archcalc.loads(text).analyze(freeze=["b"]).totals.counts.trainable == 20


def test_a_path_can_have_the_dots_of_pytorch() -> None:
    table = archcalc.loads("{input: 3x8x8, layers: [{layers: [{conv: 4, kernel: 1, name: a}], name: stage}]}").analyze()
    assert table["stage.a"] == table["stage/a"]
    assert table.part("stage.a") == table.part("stage")
    with pytest.raises(archcalc.UsageError, match=r"unknown layer 'stage\.b'"):
        table["stage.b"]
