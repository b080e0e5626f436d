"""Each rule by a pair of networks that differ in one thing, and all rules on the built-in networks."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import archcalc
from archcalc.errors import ArchcalcError, SpecError, UsageError
from archcalc.specfile.shipped import entries
from archcalc.studies.linting.lint import chosen, lint
from archcalc.studies.linting.rules import CODES, RULES
from archcalc.studies.linting.subject import LintOptions
from tests.studies.linting.argued import ARGUED


def found(text: str, code: str, options: LintOptions | None = None) -> list[tuple[str, str]]:
    table = archcalc.loads(text).analyze()
    return [remark.finding for remark in lint(table, (CODES[code],), options) if remark.allowed is None]


PAIRS = {
    "A101": [
        ("{input: 3x224x224, layers: [{conv: 8, kernel: 11, stride: 4}]}", "224", "227",
         "the last row and column of its input are never read ((224 − 11)/4 = 53, remainder 1)"),
    ],
    "A102": [
        ("{input: 3x224x224, layers: [{conv: 8, kernel: 3, stride: 2, padding: 1}]}", "224x224", "225x225",
         "the last 1 of the padding is unused ((224 − 3 + 2)/2 = 111, remainder 1)"),
    ],
    "A103": [
        ("{input: 3x8x8, layers: [{conv: 8, kernel: 3}, batchnorm]}", "kernel: 3}", "kernel: 3, bias: false}",
         "batchnorm subtracts the 8 biases with the mean"),
        ("{input: 3x8x8, layers: [{conv: 8, kernel: 3}, batchnorm]}", "kernel: 3}, batchnorm", "kernel: 3}, relu, batchnorm",
         "batchnorm subtracts the 8 biases with the mean"),
    ],
    "A104": [
        ("{input: 3x8x8, layers: [batchnorm, {groupnorm: 1}, {conv: 2, kernel: 3}]}", "batchnorm, {group", "batchnorm, relu, {group",
         "the next layer, groupnorm, normalizes again"),
        ("{input: 3x8x8, layers: [{conv: 2, kernel: 3}, batchnorm]}", "batchnorm]", "batchnorm, relu]",
         "the normalized values are the output of the network"),
    ],
    "A105": [
        ("{input: 3x6x6, layers: [{adaptive_avgpool: 7}]}", "3x6x6", "3x8x8", "3×6×6 is enlarged to 3×7×7: values are repeated"),
    ],
    "A106": [
        ("{input: 3x6x6, layers: [relu, {dropout: 0.5}, tanh]}", "{dropout: 0.5}", "{conv: 3, kernel: 1}",
         "tanh follows relu (relu) without a layer with weights between them"),
    ],
    "A107": [
        ("{input: 8, layers: [{linear: 8}, {linear: 4}]}", "{linear: 8},", "{linear: 8}, relu,",
         "follows linear without an activation function: the two are one linear map"),
        ("{input: 8, layers: [{linear: 8}, {linear: 4}]}", "{linear: 8}, ", "{linear: 2}, ",
         "follows linear without an activation function: the two are one linear map"),
        ("{input: 8x4x4, layers: [{conv: 8, kernel: 3}, batchnorm, {conv: 8, kernel: 1}]}", "kernel: 3}", "kernel: 3, groups: 8}",
         "follows conv without an activation function: the two are one linear map"),
    ],
    "A108": [
        ("{input: 3x6x6, layers: [{conv: 12, kernel: 1}]}", "12", "16", "12 channels are not divisible by 8"),
    ],
    "A109": [
        ("{input: 3x8x8, layers: [{conv: 4, kernel: 1, stride: 2}]}", "kernel: 1", "kernel: 2",
         "stride 2 exceeds the kernel span 1: 1 of 2 rows and 1 of 2 columns are never read"),
    ],
    "A110": [
        ("{input: 3x32x32, layers: [{conv: 4, kernel: 3}, relu, {conv: 4, kernel: 3, dilation: 4}]}", "dilation: 4", "dilation: 3",
         "kernel elements are 4 pixels apart, but their inputs cover only 3"),
    ],
    "A112": [
        ("{input: 3x16x16, layers: [{conv: 4, kernel: 33, padding: 16}, {conv: 4, kernel: 3, padding: 1}]}", "kernel: 33, padding: 16", "kernel: 31, padding: 15",
         "the receptive field of 35 pixels exceeds the image, 3×16×16"),
    ],
    "A113": [
        ("{input: 3x9x9, layers: [{add: {a: [{conv: 3, kernel: 3, padding: 1}], b: [{conv: 3, kernel: 2, padding: [[0, 1], [0, 1]]}]}}]}",
         "kernel: 2, padding: [[0, 1], [0, 1]]", "kernel: 1",
         "the paths do not align: their units are centered at 0, 1, 2, … and 0.5, 1.5, 2.5, …"),
    ],
    "A114": [
        ("{input: 8, layers: [{linear: 64}, relu, {linear: 64}, relu, {linear: 8}, relu, {linear: 4}]}", "{linear: 64}, relu, {linear: 8}", "{linear: 24}, relu, {linear: 64}",
         "4,160 of 5,292 parameters (79%) are in this layer"),
    ],
    "A115": [
        ("{input: 8, layers: [{linear: 4, name: a}, {linear: 2, name: b}, {relu: , from: a}]}", "from: a", "from: b",
         "the output 2 is never used"),
    ],
    "A116": [
        ("{input: 3x8x8, layers: [{dropout: 0.5}, {conv: 4, kernel: 3}, batchnorm, relu]}", "batchnorm", "layernorm",
         "dropout changes the variance that batchnorm estimates during training"),
    ],
    "A117": [
        ("{input: 8, layers: [{linear: 4}, softmax]}", ", softmax", "",
         "the last layer is a softmax, which cross-entropy losses of frameworks contain"),
    ],
    "A118": [
        ("{input: 32x8x8, layers: [{conv: 16, kernel: 3, groups: 16}]}", "conv: 16, kernel: 3, groups: 16", "conv: 32, kernel: 3, groups: 32",
         "16 groups for 32 input channels: each filter reads 2, which is not depthwise"),
    ],
    "A119": [
        ("{input: 512x8x8, layers: [flatten, {linear: 10}]}", "512x8x8", "512x7x7", "512×8×8 is flattened: linear has 327,690 parameters"),
    ],
    "A120": [
        ("{input: 3x8x8, layers: [{conv_transpose: 4, kernel: 5, stride: 2}]}", "kernel: 5", "kernel: 4",
         "kernel 5 is not divisible by stride 2: windows overlap unevenly"),
    ],
    "A121": [
        ("{input: 64x8x8, layers: [{conv: 128, kernel: 1}, relu, {conv: 128, kernel: 3, padding: 1}, relu, {conv: 64, kernel: 1}]}", "128", "32",
         "the bottleneck widens from 64 to 128 channels, and narrows to 64"),
    ],
    "A122": [
        ("{input: 3x8x8, layers: [{conv: 4, kernel: 3, padding: 3}]}", "padding: 3", "padding: 2",
         "the first windows contain only padding (padding 3, kernel span 3)"),
    ],
    "A123": [
        ("{input: 8, layers: [{linear: 4, name: fc}, relu, {linear: 4, name: FC}]}", "name: FC", "name: head",
         "the name differs from fc by case only"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_a_rule_finds_one_network_of_a_pair_and_not_the_other(code: str) -> None:
    if code == "A111":  # its pair differs in an option
        text = "{input: 3x64x64, layers: [{conv: 4, kernel: 7}, {maxpool: 2}]}"
        assert [said for _, said in found(text, code, LintOptions(objects=9))] == [
            "the largest receptive field is 8 pixels, objects are 9"
        ]
        assert found(text, code, LintOptions(objects=8)) == found(text, code) == []
        return
    for text, old, new, said in PAIRS[code]:
        assert text.count(old) >= 1
        assert [finding[1] for finding in found(text, code)] == [said]
        assert found(text.replace(old, new), code) == []


def test_every_rule_has_a_source_a_reason_and_a_name_of_its_own() -> None:
    assert len(CODES) == len(RULES) == len({rule.name for rule in RULES})
    for rule in RULES:
        assert re.fullmatch(r"A1\d\d", rule.code)
        assert re.fullmatch(r"[a-z][a-z0-9-]+", rule.name)
        assert rule.reason.endswith(".")
        assert rule.source


@st.composite
def chains(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """Draw kernels, strides and dilations, in which no stride exceeds a kernel (that is rule A109)."""
    layer = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 5)).filter(
        lambda drawn: drawn[1] <= drawn[0]
    )
    return draw(st.lists(layer, min_size=1, max_size=4))


@given(chains())
def test_the_first_gridding_is_where_a_unit_first_has_holes(chain: list[tuple[int, int, int]]) -> None:
    """By the pixels that a unit reads, each followed by hand."""
    layers = ", ".join(
        f"{{conv: 1, kernel: {k}, stride: {s}, dilation: {d}, name: c{n}}}" for n, (k, s, d) in enumerate(chain)
    )
    try:
        flagged = [path for path, _ in found(f"{{input: 1x900, layers: [{layers}]}}", "A110")]
    except ArchcalcError:
        assume(False)  # noqa: FBT003
        raise
    pixels = [{0}, {1}]  # of two neighboring units: their shift says where all others look
    first = None
    for number, (kernel, stride, dilation) in enumerate(chain):
        shift = min(pixels[1]) - min(pixels[0])

        def at(unit: int, of: frozenset[int] = frozenset(pixels[0]), by: int = shift) -> set[int]:
            return {pixel + unit * by for pixel in of}

        pixels = [set().union(*(at(unit * stride + dilation * k) for k in range(kernel))) for unit in (0, 1)]
        if len(pixels[0]) != max(pixels[0]) - min(pixels[0]) + 1:
            first = f"c{number}"
            break
    assert (flagged[0] if flagged else None) == first


def test_a_spec_allows_a_finding_with_its_reason_and_for_some_layers() -> None:
    text = "{input: 3x8x8, ALLOW layers: [{conv: 4, kernel: 1, stride: 2, name: a}, {conv: 4, kernel: 1, stride: 2, name: b}]}"

    def allowed(written: str) -> list[str | None]:
        table = archcalc.loads(text.replace("ALLOW", written)).analyze()
        return [remark.allowed for remark in lint(table, (CODES["A109"],))]

    assert allowed("") == [None, None]
    assert allowed("allow: [A109],") == ["", ""]
    assert allowed("allow: {A109: 'section 3'},") == ["section 3", "section 3"]
    assert allowed("allow: {A109: {a: 'Table 1'}},") == ["Table 1", None]
    assert allowed("allow: {A109: {'[ab]': both}, A101: x},") == ["both", "both"]
    with pytest.raises(SpecError, match=r"unknown rule 'A999'"):
        allowed("allow: [A999],")
    for wrong in ("allow: A109,", "allow: [[A109]],", "allow: {A109: {a: [b]}},"):
        with pytest.raises(SpecError, match=r"allow"):
            allowed(wrong)


def test_rules_are_selected_by_code_name_and_beginning() -> None:
    assert [rule.code for rule in chosen("gridding,a101")] == ["A101", "A110"]
    assert {rule.code for rule in chosen()} == {rule.code for rule in RULES if rule.usual}
    assert {rule.code for rule in chosen("all", "A1")} == set()
    with pytest.raises(UsageError, match="unknown rule 'gridin'"):
        chosen("gridin")


def argued(names: list[str]) -> None:
    """Check that what is found in some networks is argued, and that nothing is argued that is not found."""
    found_in = defaultdict(set)
    files = {entry.name: entry.file for entry in entries()}
    for name in names:
        for remark in lint(archcalc.load(name).analyze(), chosen()):
            found_in[remark.rule.code].add(files[name])
    for code, there in found_in.items():
        assert there <= set(ARGUED[code][1]), code


def test_what_is_found_in_some_networks_is_argued() -> None:
    argued(
        [
            "alexnet",
            "dla34",
            "fcn8s",
            "googlenet",
            "mobilenet_v3_large",
            "resnet50",
            "sppnet",
            "swin_t",
            "tcn",
            "unet",
            "vit_b_16",
            "xception",
        ]
    )


@pytest.mark.long
def test_what_is_found_in_all_networks_is_argued() -> None:
    argued([entry.name for entry in entries()])
    known = {entry.file for entry in entries()}
    assert {file for _, files in ARGUED.values() for file in files} <= known


def test_centers_that_depend_on_letters_are_said_to() -> None:
    branches = (
        "{a: [{conv: 3, kernel: 5, padding: same, stride: 3}], b: [{conv: 3, kernel: 4, padding: same, stride: 3}]}"
    )
    (finding,) = found(f"{{input: 3xHxW, layers: [{{add: {branches}}}]}}", "A113")
    assert finding[1] == "the paths do not align: their units are centered at places that depend on the input size"


def test_between_kernel_elements_nothing_is_unread_where_every_unit_sees_the_whole_image() -> None:
    whole = "{input: 3x16x16, layers: [global_avgpool, {upsample: 16}, {conv: 4, kernel: 3, dilation: 4}]}"
    assert found(whole, "A110") == []
    assert found(whole.replace("global_avgpool, ", ""), "A110") == []
    assert found(whole.replace("global_avgpool, {upsample: 16}, ", ""), "A110") != []


def test_objects_and_images_are_of_networks_with_one_image() -> None:
    vectors = "{input: 8, layers: [{linear: 4}]}"
    assert found(vectors, "A111", LintOptions(objects=9)) == []
    tokens = "{input: 3x8x8, layers: [tokens, {attention: 1}, {conv: 4, kernel: 3}]}"
    assert found(tokens, "A112") == []
    two = "{input: {a: 3x8x8, b: 3x8x8}, layers: [{add: [a, b]}, {conv: 4, kernel: 3}]}"
    assert found(two, "A112") == []
