"""What-ifs: how a setting is read, and what is said about its consequences."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.measures.validity import least_sizes
from archcalc.studies.showing.whatif import remarks, setting_value, what_if
from archcalc.symbolic.expr import Letter


def _said(name: str, given: str | None, *settings: str) -> list[str]:
    network = archcalc.load(name)
    asked = what_if(network, given, settings)
    return remarks(network, asked, network.analyze(asked.input, asked.arguments, asked.options))


def test_settings_are_arguments_or_options_of_layers() -> None:
    asked = what_if(archcalc.load("resnet50"), "3x64x64", ["classes=10", "base=w", "conv2_x/1/main/conv.stride=2"])
    assert dict(asked.arguments) == {"classes": 10, "base": Letter("w")}
    assert asked.options == {"conv2_x/1/main/conv": {"stride": 2}}
    assert asked


def test_nothing_asked_is_nothing() -> None:
    assert not what_if(archcalc.load("lenet5"), None, [])


def test_a_word_is_a_word_where_the_argument_holds_one() -> None:
    asked = what_if(archcalc.load("resnet50"), None, ["block=basic"])
    assert asked.arguments == {"block": "basic"}
    assert archcalc.load("resnet50").analyze(arguments=asked.arguments).totals.params == 21_797_672


@pytest.mark.parametrize(
    ("text", "value"),
    [("[1, 7]", (1, 7)), ("same", "same"), ("true", True), ("N", Letter("N")), ("2*4", 8), ("9//2", 4)],
)
def test_a_value_of_a_layers_option(text: str, value: object) -> None:
    assert setting_value(text, takes_words=True) == value


def test_decimals_are_taken_exactly() -> None:
    network = archcalc.loads("{input: '4', args: {alpha: 1}, layers: [{linear: 8*alpha}]}")
    assert network.analyze(arguments=what_if(network, None, ["alpha=0.75"]).arguments).output.channels == 6


def test_a_misspelt_condition_is_no_letter() -> None:
    with pytest.raises(UsageError):
        setting_value("N if", takes_words=False)


@pytest.mark.parametrize("setting", ["classes", "=3", "classes="])
def test_a_setting_without_both_sides_is_refused(setting: str) -> None:
    with pytest.raises(UsageError, match="expected NAME=VALUE"):
        what_if(archcalc.load("alexnet"), None, [setting])


def test_alexnet_at_224_leaves_input_unread_and_changes_fc6() -> None:
    assert _said("alexnet", "3x224x224") == [
        "conv1: the last row and column of its input are never read ((224 − 11)/4 = 53, remainder 1)",
        "pool1: the last row and column of its input are never read ((54 − 3)/2 = 25, remainder 1)",
        "pool2: the last row and column of its input are never read ((26 − 3)/2 = 11, remainder 1)",
        "pool5: the last row and column of its input are never read ((12 − 3)/2 = 4, remainder 1)",
        "fc6: 6,400 input features instead of 9,216; pretrained weights cannot be loaded",
    ]


def test_rows_and_columns_may_differ() -> None:
    assert _said("alexnet", "3x227x226")[0] == (
        "conv1: the last 3 columns of its input are never read ((226 − 11)/4 = 53, remainder 3)"
    )


def test_what_the_padding_covers_is_not_worth_a_word() -> None:
    assert _said("resnet50", None) == []


def test_changed_new_and_lost_weights_are_named() -> None:
    said = _said("vgg16", None, "classes=10", "conv1_1.bias=false", "n5=4", "fc7.outputs=8")
    assert said == [
        "conv1_1: 1,728 parameters instead of 1,792; pretrained weights cannot be loaded",
        "conv5_4: new layer; pretrained weights do not include it",
        "fc7: 32,776 parameters instead of 16,781,312; pretrained weights cannot be loaded",
        "fc8: 90 parameters instead of 4,097,000; pretrained weights cannot be loaded",
    ]
    assert "conv5_3: layer removed; its pretrained weights are not used" in _said("vgg16", None, "n5=2")


def test_other_channels_are_said_as_such() -> None:
    assert _said("vgg16", "1x224x224") == ["conv1_1: 1 input channel instead of 3; pretrained weights cannot be loaded"]


def test_an_input_that_leaves_an_argument_says_so() -> None:
    network = archcalc.loads("{input: [3, r, r], args: {r: 8}, layers: [{conv: 4, kernel: 3}]}")
    asked = what_if(network, "3x8x9", [])
    table = network.analyze(asked.input)
    assert remarks(network, asked, table) == ["the argument r does not follow from the input and keeps its value"]


def test_a_network_without_an_input_has_nothing_to_compare_with() -> None:
    network = archcalc.loads("[{conv: 4, kernel: 3}]")
    asked = what_if(network, "3x8x8", [])
    assert remarks(network, asked, network.analyze(asked.input)) == []


@pytest.mark.parametrize(
    ("name", "given", "least"),
    [
        ("alexnet", "3xHxW", {"H": 67, "W": 67}),
        ("vgg16", "3xHx224", {"H": 32}),
        ("resnet50", "3xHxH", {"H": 1}),
        ("alexnet", "3x227x227", {}),
    ],
)
def test_closed_forms_hold_from_a_least_size_on(name: str, given: str, least: dict[str, int]) -> None:
    network = archcalc.load(name)
    assert least_sizes(network.analyze(given)) == least
    for letter, size in least.items():
        network.analyze(given.replace(letter, str(size)).replace("H", "224").replace("W", "224"))
        if size > 1:
            with pytest.raises(archcalc.SpecError):
                network.analyze(given.replace(letter, str(size - 1)).replace("H", "224").replace("W", "224"))


def test_letters_that_couple_have_no_least_size() -> None:
    network = archcalc.loads("{input: 3xHxW, layers: [flatten, {maxout: 3}]}")
    assert least_sizes(network.analyze()) == {"H": 1, "W": 1} or least_sizes(network.analyze()) == {}


def test_sizes_that_fall_with_a_letter_claim_no_range() -> None:
    network = archcalc.loads("{input: 3x8x8, args: {c: 4}, layers: [{conv: 20 - c, kernel: 3}]}")
    assert least_sizes(network.analyze(arguments=what_if(network, None, ["c=N"]).arguments)) == {}


def test_a_file_that_does_not_work_by_itself_may_be_asked_otherwise() -> None:
    network = archcalc.loads("{input: 3x2x2, layers: [{conv: 4, kernel: 3}]}")
    asked = what_if(network, "3x8x8", [])
    assert remarks(network, asked, network.analyze(asked.input)) == []


def test_an_undecided_size_states_what_the_weights_require() -> None:
    # AlexNet's fc6 expects 9,216 features for every H and W from 227 to 258, so they may well fit.
    (said,) = [text for text in _said("alexnet", "3xHxW") if text.startswith("fc6")]
    assert said == "fc6: 256·⌊(H − 35)/32⌋·⌊(W − 35)/32⌋ input features; pretrained weights require 9,216"


def test_a_change_of_almost_every_layer_is_one_sentence() -> None:
    said = [text for text in _said("densenet121", None, "growth=16") if "pretrained" in text]
    assert len(said) == 1
    assert said[0].startswith("pretrained weights cannot be loaded: 242 layers changed (conv0, batchnorm, ")
    assert said[0].endswith(" and 234 more)")


def test_a_file_of_a_users_own_has_no_pretrained_weights() -> None:
    network = archcalc.loads("{input: 3x8x8, args: {n: 4}, layers: [flatten, {linear: n}]}")
    asked = what_if(network, None, ["n=5"])
    assert remarks(network, asked, network.table(asked)) == []


def test_what_was_only_observed_is_said() -> None:
    layers = "{conv: 4, kernel: 1, bias: false}, {opaque: , operation: roll, params: 12, mult_adds: MACS}"
    said = []
    for macs in ("256", "unknown"):
        spec = f"{{input: 3x8x8, note: A remark., layers: [{layers.replace('MACS', macs)}]}}"
        network = archcalc.loads(spec)
        asked = what_if(network, None, [])
        said.append(remarks(network, asked, network.table(asked)))
    assert said[0] == [
        "A remark.",
        "50% of the parameters and 75% of the MACs follow from formulas; observed only: roll",
    ]
    assert "an unknown share of the MACs" in said[1][1]
