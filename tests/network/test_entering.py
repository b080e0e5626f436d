"""An input as people give it, against the one that the spec states: right sizes are taken, others say what to write."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.errors import UsageError
from tests.cli.calls import call, json_of

SIAMESE = (
    "{input: {left: 1x105x105, right: 1x105x105}, layers: [{conv: 4, kernel: 10, name: a, from: left},"
    " {conv: 4, kernel: 10, name: b, from: right, share: a}, {concat: [a, b]}]}"
)
VIDEO = "{input: 3x16x112x112, layers: [{conv: 4, kernel: 3}]}"
SOUND = "{input: 1x16000, layers: [{conv: 4, kernel: 80}]}"
TOKENS = "{input: TF 16x64, layers: [{linear: 8}]}"
DIGITS = "{input: '784', layers: [{linear: 10}]}"
NAMELESS = "[{conv: 4, kernel: 3}]"


@pytest.mark.parametrize(
    ("net", "given", "message"),
    [
        ("resnet50", "1x3x224x224", "resnet50 expects 3×H×W, but 1x3x224x224 has a batch dimension\n  write 3x224x224"),
        (
            "resnet50",
            "32x3x224x224",
            "resnet50 expects 3×H×W, but 32x3x224x224 has a batch dimension\n  write 3x224x224",
        ),
        (
            "resnet50",
            (1, 3, 256, 256),
            "resnet50 expects 3×H×W, but 1x3x256x256 has a batch dimension\n  write 3x256x256",
        ),
        ("resnet50", "1x1x28x28", "resnet50 expects 3×H×W, but 1x1x28x28 has a batch dimension\n  write 1x28x28"),
        ("resnet50", "224x224", "resnet50 expects 3×H×W, but 224x224 has no channels\n  write 3x224x224"),
        ("resnet50", "224", "resnet50 expects 3×H×W, but 224 has only one size\n  write 3x224x224"),
        (
            "resnet50",
            "224x224x3",
            "resnet50 expects 3×H×W, but 224x224x3 has its channels last\n"
            "  write 3x224x224, or HWC 224x224x3; CHW 224x224x3 means 224 channels",
        ),
        (
            "resnet50",
            "HxWx3",
            "resnet50 expects 3×H×W, but HxWx3 has its channels last\n  write 3xHxW, or HWC HxWx3; CHW HxWx3 means H channels",
        ),
        (
            "resnet50",
            "8x224x224x3",
            "resnet50 expects 3×H×W, but 8x224x224x3 has a batch dimension and its channels last\n  write 3x224x224",
        ),
        ("resnet50", "3x16x224x224", "resnet50 expects 3×H×W, but 3x16x224x224 has 4 axes\n  for example 3x224x224"),
        ("resnet50", "TF 197x768", "resnet50 expects 3×H×W, but TF 197x768 has 2 axes\n  for example 3x224x224"),
        (
            VIDEO,
            "1x3x16x112x112",
            "text expects 3×D×H×W, but 1x3x16x112x112 has a batch dimension\n  write 3x16x112x112",
        ),
        (VIDEO, "3x112x112", "text expects 3×D×H×W, but 3x112x112 has no channels\n  write 3x3x112x112"),
        (SOUND, "8x1x16000", "text expects 1×L, but 8x1x16000 has a batch dimension\n  write 1x16000"),
        (SOUND, "16000", "text expects 1×L, but 16000 has no channels\n  write 1x16000"),
        (TOKENS, "2x16x64", "text expects T×64, but 2x16x64 has a batch dimension\n  write 16x64"),
        (TOKENS, "64", "text expects T×64, but 64 has 1 axis\n  for example 16x64"),
        (DIGITS, "32x784", "text expects 784, but 32x784 has a batch dimension\n  write 784"),
        (DIGITS, "1x28x28", "text expects 784, but 1x28x28 has 3 axes\n  for example 784"),
    ],
)
def test_other_axes_than_the_specs_are_refused_with_what_to_write(
    net: str, given: str | tuple[int, ...], message: str
) -> None:
    network = archcalc.loads(net) if net.startswith("{") else archcalc.load(net)
    with pytest.raises(UsageError) as caught:
        network.analyze(given)
    assert str(caught.value) == message.replace("text", network.spec.name)


@pytest.mark.parametrize(
    "given",
    [
        "HWC 224x224x3", "hwc 224x224x3", "NHWC 1x224x224x3", "NCHW 1x3x224x224", "NHWC ?x224x224x3",
        "(3, 224, 224)", "[3, 224, 224]", "torch.Size([3, 224, 224])", "3 x 224 x 224", "3*224*224", "NCHW (1, 3, 224, 224)",
        (3, 224, 224),
    ],
)  # fmt: skip
def test_what_frameworks_print_is_taken(given: str | tuple[int, ...]) -> None:
    table = archcalc.load("resnet50").analyze(given)
    assert table.totals.params == 25_557_032  # He et al. 2015, by torchvision's count
    assert table.inputs["input"].sizes == (3, 224, 224)


def test_the_batch_that_keras_prints_as_none_is_left_out() -> None:
    with pytest.raises(UsageError, match="224x224x3 has its channels last"):
        archcalc.load("resnet50").analyze("(None, 224, 224, 3)")


def test_other_channels_are_a_question_that_may_be_asked() -> None:
    grey = archcalc.load("resnet50").analyze("1x224x224")
    assert grey["conv1"].params == 7 * 7 * 1 * 64
    assert archcalc.load("resnet50").analyze("CHW 224x224x3")["conv1"].params == 7 * 7 * 224 * 64
    assert archcalc.load("resnet50").analyze("1x3x3").inputs["input"].sizes == (1, 3, 3)


def test_sizes_of_tokens_need_no_layout_where_the_spec_states_it() -> None:
    assert archcalc.loads(TOKENS).analyze("32x64").output.layout == "TF"


def test_inputs_are_given_by_name() -> None:
    network = archcalc.loads(SIAMESE)
    both = network.analyze({"left": "1x64x64", "right": (1, 64, 64)})
    assert both.output.sizes == (8, 55, 55)
    assert network.analyze("1x64x64").output == both.output
    with pytest.raises(UsageError, match=r"unknown input 'lft' of text\n  did you mean left"):
        network.analyze({"lft": "1x64x64"})
    with pytest.raises(UsageError, match="expects 1×H×W, but 64x64 has no channels"):
        network.analyze({"left": "64x64"})


def test_inputs_that_differ_are_named_one_by_one() -> None:
    network = archcalc.loads("{input: {a: 3x8x8, b: 5x8x8}, layers: [{concat: [a, b]}]}")
    with pytest.raises(UsageError) as caught:
        network.analyze("3x4x4")
    assert str(caught.value).endswith("name each input: --input a=3x8x8 --input b=5x8x8")
    assert network.analyze({"a": "3x4x4", "b": "5x4x4"}).output.sizes == (8, 4, 4)


def test_the_command_line_names_inputs_too() -> None:
    found = json_of("show", SIAMESE, "--input", "left=1x64x64", "--input", "right=1x64x64")
    assert found["input"] == {"left": [1, 64, 64], "right": [1, 64, 64]}
    for twice in (("left=1x9x9", "left=1x9x9"), ("1x9x9", "left=1x9x9")):
        done = call("show", SIAMESE, "--input", twice[0], "--input", twice[1])
        assert done.code == 2
        assert "is given twice" in done.err or "does not name an input" in done.err


def test_a_comparison_takes_inputs_for_all_or_for_one() -> None:
    found = json_of("diff", "vgg16", "vgg16", "--input", "3x64x64", "--input", "b:3x32x32")
    assert found["inputs"] == [[3, 64, 64], [3, 32, 32]]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("NCHW 3x4", "invalid input shape: layout NCHW requires 4 sizes, got 2"),
        ("HWC 3x4x5x6", "invalid input shape: layout HWC requires 3 sizes, got 4"),
        ("XYZ 3x4x5", "unknown layout 'XYZ'"),
    ],
)
def test_a_layout_states_the_number_of_sizes(given: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        archcalc.loads(NAMELESS).analyze(given)
    assert str(caught.value).splitlines()[0] == message


@pytest.mark.parametrize(
    ("given", "remark"),
    [
        ("224x224x3", "the input 224×224×3 has 224 channels of size 224×3; for 3 channels write 3x224x224"),
        ("28x28x1", "the input 28×28×1 has 28 channels of size 28×1; for 1 channel write 1x28x28"),
        ("3x224x224", None),
        ("64x3x3", None),
        ("64x28x28", None),
        ("16x4", None),
        ("CxHxW", None),
        ("HxWx3", None),
        ("784", None),
    ],
)
def test_layers_without_an_input_of_their_own_take_any_with_a_remark(given: str, remark: str | None) -> None:
    layers = "[relu]" if given == "784" else NAMELESS.replace("kernel: 3", "kernel: 1")
    remarks = archcalc.loads(layers).analyze(given).remarks
    assert remarks == ((remark,) if remark else ())
    assert archcalc.loads(NAMELESS).analyze("HWC 224x224x3").inputs["input"].sizes == (3, 224, 224)
