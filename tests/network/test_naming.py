"""Names and paths: by written position, the same in every variant."""

from __future__ import annotations

import pytest

import archcalc


def _paths(layers: str, more: str = "", shape: str = "8x16x16") -> list[str]:
    text = f"input: {shape}\n{more}\nlayers:\n{layers}"
    return [row.path for row in archcalc.loads(text).analyze()]


def test_unnamed_layers_are_called_by_their_kind_and_numbered_where_it_recurs() -> None:
    assert _paths("  [{conv: 8, kernel: 1}, relu, {conv: 8, kernel: 1}, relu]") == ["conv", "relu", "conv_2", "relu_2"]


def test_numbers_count_written_positions_whatever_when_says() -> None:
    layers = "  [{conv: 8, kernel: 1, when: in_channels != 8}, {conv: 8, kernel: 1}]"
    assert _paths(layers) == ["conv_2"]


def test_a_written_name_is_not_given_a_second_time() -> None:
    assert _paths("  [{relu, name: relu_2}, relu, relu]") == ["relu_2", "relu", "relu_3"]


def test_a_hash_is_the_number_of_the_copy() -> None:
    layers = "  - {layers: [{conv: 8, kernel: 1, name: conv3_#}, relu], repeat: 2}\n  - relu"
    assert _paths(layers) == ["conv3_1", "relu/1", "conv3_2", "relu/2", "relu_2"]


def test_copies_of_a_named_layer_are_numbered_below_it() -> None:
    assert _paths("  [{conv: 8, kernel: 1, name: a, repeat: 2}]") == ["a/1", "a/2"]
    assert _paths("  [{relu, repeat: 2}]") == ["relu/1", "relu/2"]


def test_copies_within_copies_carry_both_numbers() -> None:
    layers = "  - {layers: [{layers: [{relu, name: r#}, tanh], repeat: 2}], repeat: 2}"
    expected = ["r1/1", "tanh/1/1", "r2/1", "tanh/1/2", "r1/2", "tanh/2/1", "r2/2", "tanh/2/2"]
    assert _paths(layers) == expected


def test_a_named_group_adds_a_level_and_an_unnamed_one_does_not() -> None:
    assert _paths("  [{layers: [relu], name: stem}, {layers: [relu, tanh]}, relu]") == [
        "stem/relu",
        "relu",
        "tanh",
        "relu_2",
    ]


def test_the_only_unnamed_merge_of_a_list_adds_no_level() -> None:
    assert _paths("  [{add: {main: [relu], skip: []}}]") == ["main/relu", "add"]


def test_several_unnamed_merges_of_a_list_add_one_each() -> None:
    layers = "  [{add: {main: [relu], skip: []}}, {add: {main: [relu], skip: []}}]"
    assert _paths(layers) == ["add/main/relu", "add", "add_2/main/relu", "add_2"]


def test_a_named_merge_adds_a_level_and_its_value_is_what_it_puts_out() -> None:
    layers = (
        "  [{add: {main: [relu], skip: []}, name: joined}, {identity, from: joined/main}, {add: [joined, identity]}]"
    )
    assert _paths(layers) == ["joined/main/relu", "joined", "identity", "add"]


def test_branches_of_a_repeated_merge_carry_the_copy() -> None:
    layers = "  - {layers: [{add: {main: [relu], skip: []}}], repeat: 2}"
    assert _paths(layers) == ["main/1/relu", "add/1", "main/2/relu", "add/2"]


def test_a_block_adds_a_level_with_its_own_names() -> None:
    blocks = "blocks: {cr: {args: [width], layers: [{conv: width, kernel: 1}, relu]}}"
    assert _paths("  [{cr: 8}, {cr: 4, name: stem}, {cr: 4, repeat: 2, name: x}]", blocks) == [
        "cr/conv",
        "cr/relu",
        "stem/conv",
        "stem/relu",
        "x/1/conv",
        "x/1/relu",
        "x/2/conv",
        "x/2/relu",
    ]


def test_use_is_called_by_the_argument_and_other_networks_by_their_name() -> None:
    more = "args: {act: relu}"
    assert _paths("  [{use: act}, {use: act}]", more) == ["act", "act_2"]
    paths = _paths("  [{network: lenet5-modern, until: C3}, relu]", shape="1x32x32")
    assert paths == [*(f"lenet5-modern/{name}" for name in ("C1", "tanh", "S2", "C3")), "relu"]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("{relu, name: a//b}", "invalid layer name 'a//b': a name is missing before or after '/'"),
        ("{relu, name: /b}", "invalid layer name '/b': a name is missing before or after '/'"),
        ('{relu, name: "a\\tb"}', "invalid layer name 'a\tb': it contains characters that cannot be printed"),
        ("{relu, name: input}", "invalid layer name 'input': reserved for the input of the block or file"),
        ("{relu, name: r#}", "'#' in the name 'r#' requires repeat"),
    ],
)
def test_names_that_no_path_can_hold_are_refused(layer: str, message: str) -> None:
    with pytest.raises(archcalc.SpecError) as caught:
        _paths(f"  [{layer}]")
    assert [mistake.message for mistake in caught.value.mistakes] == [message]


@pytest.mark.parametrize(
    "layers",
    [
        "[{relu, name: a}, {tanh, name: a}]",
        "[{layers: [{relu, name: a}]}, {tanh, name: a}]",
        "[{add: {a: [relu], b: []}}, {relu, name: a}]",
        "[{layers: [{relu, name: a}, {relu, name: a}], name: g}]",
    ],
)
def test_a_name_stands_once_in_a_list(layers: str) -> None:
    with pytest.raises(archcalc.SpecError) as caught:
        _paths(f"  {layers}")
    assert [mistake.message for mistake in caught.value.mistakes] == ["duplicate layer name 'a' in this list"]


def test_copies_can_be_counted_from_0() -> None:
    assert _paths('  [{layers: [{relu, repeat: 2, name: "#0"}, {tanh, repeat: 2, name: t#0}], name: b}]') == [
        "b/0",
        "b/1",
        "b/t0",
        "b/t1",
    ]
