"""What people type: sizes per axis, options within the kind, rows for blocks, and what is wrong with them."""

from __future__ import annotations

import pytest

import archcalc

BLOCK = "blocks: {b: {args: {w: , s: }, layers: [{conv: w, kernel: 1, name: c}, {concat: [s, c]}]}}"


def refusal(text: str) -> str:
    """Return the mistakes of a spec with their hints."""
    with pytest.raises(archcalc.SpecError) as caught:
        archcalc.loads(text).analyze()
    return "; ".join(f"{mistake.message} ({mistake.hint})" for mistake in caught.value.mistakes)


@pytest.mark.parametrize("kernel", ["[3, 5]", "3x5", "3 × 5", "(3, 5)", "(3, 5,)", '"(n, 5)"'])
def test_a_size_for_each_axis(kernel: str) -> None:
    table = archcalc.loads(
        f"{{input: 2x9x9, args: {{n: 3}}, layers: [{{conv: 4, kernel: {kernel}, stride: 1}}]}}"
    ).analyze()
    assert table.output.sizes == (4, 7, 5)


@pytest.mark.parametrize(
    "call", ["{conv: {filters: 4, kernel: 3, name: c}}", "{conv: {filters: 4}, kernel: 3, name: c}"]
)
def test_options_may_stand_within_the_kind(call: str) -> None:
    table = archcalc.loads(f"{{input: 2x9x9, layers: [{call}]}}").analyze()
    assert table["c"].output.sizes == (4, 7, 7)


def test_commas_within_parentheses_separate_nothing() -> None:
    text = "{input: 2x9x9, layers: [{conv: max(4, in_channels), kernel: (3, 3), padding: (1, 0)}, {conv: min(9, 8, 7), kernel: 1}]}"
    assert archcalc.loads(text).analyze().output.sizes == (7, 9, 7)


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        (
            "{conv: {filters: 4, kernel: 3}, kernel: 5}",
            "'kernel' is given twice: within conv and after it (keep one of",
        ),
        ("{conv: 8x8, kernel: 3}", "filters of conv: expected an integer ≥ 1, got [8, 8]"),
        ('{conv: "(8, 8) + 1", kernel: 3}', "'(8, 8)' is not a number"),
        ("{mean: [height, height]}", "expected depth, height, width, length or tokens, or a list of them, got"),
        ("{relu: 3}", "relu takes no value, got 3"),
        ("{conv: 4, kernel: 1, from: nowhere, when: in_channels > 3}", "unknown layer 'nowhere'"),
    ],
)
def test_what_is_wrong_is_said(layers: str, said: str) -> None:
    assert said in refusal(f"{{input: 2x9x9, layers: [{layers}]}}")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            "{b: [4, 2]}",
            "b requires the argument s (arguments of b: w, s\nto call it with a list, write args: [w, s] in",
        ),
        ("{b: 4, s: [input, input, input]}", ""),
        ("{b: 4, s: input/x}", "the input comes from a block without named outputs, and has no 'x'"),
    ],
)
def test_a_row_for_a_block_of_named_arguments(call: str, said: str) -> None:
    text = f"{{input: 2x9x9, {BLOCK}, layers: [{call}]}}"
    if said:
        assert said in refusal(text)
    else:
        assert archcalc.loads(text).analyze().output.channels == 3 * 2 + 4


def test_several_layers_are_not_one() -> None:
    block = "blocks: {b: {args: {s: }, layers: [{conv: 3, kernel: 1, from: s}]}}"
    assert "'s' is 2 layers (join them, for example {concat: s}, or choose one: s/0)" in refusal(
        f"{{input: 2x9x9, {block}, layers: [{{b: , s: [input, input]}}]}}"
    )


def test_a_layer_is_no_number_and_a_list_in_a_list_no_name() -> None:
    block = "blocks: {b: {args: {s: }, layers: [{concat: [s, input]}, {conv: s, kernel: 1}]}}"
    assert "got the layer input" in refusal(f"{{input: 2x9x9, {block}, layers: [{{b: , s: input}}]}}")
    nested = "blocks: {b: {args: {s: }, layers: [{concat: [[s], input]}]}}"
    assert "concat requires branches, or a list of names" in refusal(
        f"{{input: 2x9x9, {nested}, layers: [{{b: , s: 1}}]}}"
    )


def test_a_layer_that_is_left_out_may_read_what_is_not_there() -> None:
    text = "{input: 2x9x9, args: {n: 1}, layers: [{relu, name: r}, {conv: 4, kernel: 1, from: nowhere, when: n > 1}]}"
    assert [row.path for row in archcalc.loads(text).analyze()] == ["r"]


def test_many_steps_within_the_limits_are_run() -> None:
    assert len(archcalc.loads("{input: 2x2x2, layers: [{relu, repeat: 11000}]}").analyze()) == 11_000


def test_a_list_for_one_argument_is_told_from_a_row() -> None:
    spec = (
        "{{input: 3x8x8, blocks: {{b: {{args: {args}, layers: [{{conv: w, kernel: v}}]}}}}, layers: [{{b: {main}}}]}}"
    )
    said = "(b got one value, a list: write {b: 1, v: 2}, or args: [w, v] in the block)"
    assert refusal(spec.format(args="{w: 3, v: 4}", main="[1, 2]")).endswith(said)
    assert archcalc.loads(spec.format(args="[w, v]", main="[1, 2]")).analyze().totals.params == 13
    for args, main in (("{w: 3, v: 9}", "3"), ("{w: 3}", "[1, 2]"), ("{w: 3, v: 4}", "[1]")):
        assert "got one value" not in refusal(spec.format(args=args, main=main))
