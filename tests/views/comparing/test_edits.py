"""The edit as a tree that folds, and in words."""

from __future__ import annotations

import re
from itertools import count

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import archcalc
from archcalc.studies.comparing.differences import diff
from archcalc.studies.comparing.edits import Script, edit_script
from archcalc.symbolic.expr import Letter
from archcalc.views.comparing import edits
from archcalc.views.comparing.edit_tree import Fold, tree
from archcalc.views.comparing.edits import deepest, edit_text, entry, lines, spelled, sums
from archcalc.views.page import Label, Line
from archcalc.views.spelling import Spelling


def of(one: str, other: str, size: str = "4x8x8") -> Script:
    nets = [archcalc.loads(f"{{input: {size}, layers: {layers}}}") for layers in (one, other)]
    found = diff(*nets).script
    assert found is not None
    return found


def shipped(one: str, other: str) -> Script:
    return edit_script(archcalc.load(one).analyze(), archcalc.load(other).analyze())


def spoken(script: Script, depth: int | None = None) -> list[str]:
    """Return the lines with their names and what is done."""
    cell = Spelling().cell
    return [f"{'  ' * line.level}{cell(line.cells[0])}: {cell(line.cells[1])}" for line in lines(tree(script), depth)]


LAYER = st.one_of(
    st.builds("{{conv: {}, kernel: 3, stride: {}, padding: {}}}".format, *map(st.integers, (1, 1, 0), (3, 2, 1))),
    st.sampled_from(["relu", "batchnorm", "lrn", "{maxpool: 2, stride: 1}", "{softmax: }", "{dropout: 0.5}"]),
)


def _of_one_size(row: str) -> str:
    """Let every layer keep the size of its map: branches have to meet."""
    return re.sub(r"stride: \d, padding: \d", "stride: 1, padding: 1", row).replace("{maxpool: 2, ", "{maxpool: 1, ")


def _around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Draw what holds layers: a block, copies of one, branches, a head."""
    row = st.lists(inner, min_size=1, max_size=3).map(", ".join)
    kept = row.map(_of_one_size)
    return st.one_of(
        st.builds("{{layers: [{1}], name: b{0}}}".format, st.integers(0, 2), row),
        st.builds("{{layers: [{2}], name: r{0}, repeat: {1}}}".format, st.integers(0, 2), st.integers(1, 3), row),
        st.builds("{{concat: {{one: [{1}], two: [{2}]}}, name: c{0}}}".format, st.integers(0, 2), kept, kept),
        st.builds("{{layers: [{1}], name: h{0}, train_only: true}}".format, st.integers(0, 2), row),
    )


def _apart(row: str) -> str:
    """Give a name that stands twice the next number that is free: the network would be refused."""
    seen: set[str] = set()

    def free(found: re.Match[str]) -> str:
        name = next(name for number in count(int(found[2])) if (name := f"{found[1]}{number}") not in seen)
        seen.add(name)
        return name

    return re.sub(r"(?<=name: )([a-z])(\d+)", free, row)


NESTED = st.lists(st.recursive(LAYER, _around, max_leaves=6), min_size=1, max_size=4).map(", ".join).map(_apart)


@given(NESTED, NESTED)
def test_lines_add_up_to_the_differences_of_the_totals_at_every_depth(one: str, other: str) -> None:
    try:
        tables = [archcalc.loads(f"{{input: 2x999x999, layers: [{row}]}}").analyze() for row in (one, other)]
    except archcalc.SpecError:
        assume(False)  # noqa: FBT003 - windows that find no room
    found = diff(*tables)
    assert found.script is not None
    top = tree(found.script)
    for depth in range(deepest(top) + 1):
        drawn = list(lines(top, depth))
        for column, quantity in enumerate(("params", "macs", "activations"), 2):
            more = [total.difference() for total in found.totals if total.quantity == quantity]
            assert [sum(below(drawn, 0, len(drawn), column))] == more
            assert [sums(found.script).cells[column] or 0] == more


def below(drawn: list[Line], start: int, end: int, column: int) -> list[int]:
    """Return the counts of the lines of one level, after checking that those below each of them add up to it."""
    if start == end:
        return []
    level = drawn[start].level
    heads = [at for at in range(start, end) if drawn[at].level == level]
    counts = []
    for head, after in zip(heads, [*heads[1:], end], strict=True):
        label, count = drawn[head].cells[0], drawn[head].cells[column] or 0
        assert isinstance(label, Label)
        assert isinstance(count, int)
        if after > head + 1:
            assert sum(below(drawn, head + 1, after, column)) * label.times == count, label
        counts.append(count)
    return counts


def test_kept_layers_whose_input_changes_are_accounted_for() -> None:
    block = "[{{name: s, layers: [{{conv: 8, kernel: 3, padding: 1, stride: {}, name: a}}, {}]}}]"
    kept = "{conv: 8, kernel: 3, padding: 1, name: b}"
    script = of(block.format(2, kept), block.format(1, kept), "3x32x32")
    assert [line.cells[1:] for line in lines(tree(script))] == [
        ("layers: 1 changed", None, 608_256, 12_288),
        ("stride 2 → 1", None, 165_888, 6_144),
        ("kept", None, 442_368, 6_144),
    ]


def test_strides_that_move_are_found_in_their_blocks() -> None:
    assert spoken(shipped("resnet50", "torchvision/resnet50")) == [
        "= conv1 … conv2_x: 36 layers kept",
        "~ conv3_x/1/main: layers: 2 changed",
        "  ~ conv: stride 2 → 1",
        "  ~ conv_2: stride 1 → 2",
        "  = batchnorm: kept",
        "~ conv4_x/1/main: layers: 2 changed",
        "  ~ conv: stride 2 → 1",
        "  ~ conv_2: stride 1 → 2",
        "  = batchnorm: kept",
        "~ conv5_x/1/main: layers: 2 changed",
        "  ~ conv: stride 2 → 1",
        "  ~ conv_2: stride 1 → 2",
        "  = batchnorm: kept",
        "= global_avgpool … softmax: 4 layers kept",
    ]


@pytest.mark.parametrize(
    ("one", "other", "copies"),
    [
        ("resnet20", "resnet56", "4–9 ×6"),
        pytest.param("resnet110", "resnet1202", "19–200 ×182", marks=pytest.mark.long),
    ],
)
def test_inserted_copies_are_one_line(one: str, other: str, copies: str) -> None:
    assert spoken(shipped(one, other))[1:4] == [f"+ conv{stage}_x/{copies}: inserted: 7 layers" for stage in (2, 3, 4)]


def test_small_layers_go_with_the_one_before() -> None:
    assert spoken(shipped("vgg16", "vgg19"))[1] == "+ conv3_4 relu: inserted: conv 256, kernel 3, padding 1"


def test_copies_that_differ_in_size_are_one_line_without_a_number() -> None:
    found = spoken(shipped("densenet121", "densenet201"))
    assert found[1] == "+ block3/25–48: inserted: 168 layers"
    assert "  = 1–16/new/bottleneck ×16 (one copy below): 7 layers kept" in found
    assert "    = conv: reads 512 → 896" in found


def test_copies_that_are_changed_alike_are_shown_once() -> None:
    found = spoken(shipped("resnet50", "torchvision/wide_resnet50_2"))
    at = found.index("  ~ 2–3/main ×2 (one copy below): layers: 2 changed")
    assert found[at + 1 : at + 5] == [
        "    ~ conv: filters 64 → 128", "    ~ conv_2: filters 64 → 128", "    = conv_3: reads 64 → 128",
        "    = others: 2 layers kept",
    ]  # fmt: skip


def test_a_depth_closes_blocks() -> None:
    script = shipped("resnet50", "torchvision/resnet50")
    assert deepest(tree(script)) == 1
    assert len(spoken(script, 0)) == 5
    assert len(spoken(shipped("resnet18", "resnet50"))) <= edits.MOST_LINES


def test_what_is_long_even_when_closed_stays_closed() -> None:
    block = "{{layers: [{{conv: {0}, kernel: 1}}, {{conv: {0}, kernel: 1}}], name: b{1}}}"
    one, other = (f"[{', '.join(block.format(width, i) for i in range(61))}]" for width in (4, 8))
    found = spoken(of(one, other))
    assert len(found) == 61
    assert all(line.endswith("layers: 2 changed") for line in found)


def test_what_is_small_and_kept_has_no_line() -> None:
    assert spoken(of("[relu, {conv: 4, kernel: 1}]", "[relu, {conv: 8, kernel: 1}]")) == ["~ conv: filters 4 → 8"]


def test_one_layer_that_is_kept_says_so() -> None:
    assert spoken(of("[{conv: 4, kernel: 1}]", "[{conv: 4, kernel: 1}, tanh]")) == [
        "= conv: kept", "+ tanh: inserted: tanh",
    ]  # fmt: skip


def test_a_block_that_only_reads_more_is_kept() -> None:
    one = "[{conv: 4, kernel: 1}, {layers: [{conv: 4, kernel: 1}, relu, {conv: 4, kernel: 3}], name: b}]"
    other = one.replace("[{conv: 4", "[{conv: 8", 1)
    assert spoken(of(one, other)) == ["~ conv: filters 4 → 8", "= b/conv: reads 4 → 8"]
    two = one.replace("relu, {conv: 4, kernel: 3}", "relu")
    assert spoken(of(two, two.replace("[{conv: 4", "[{conv: 8", 1)))[1] == "= b/conv: reads 4 → 8"


def test_a_block_of_two_that_read_more_counts_them_as_kept() -> None:
    one = "[{conv: 4, kernel: 1}, {concat: {x: [{conv: 4, kernel: 1}, relu], y: [{conv: 4, kernel: 3, padding: 1}]}, name: c}]"
    found = spoken(of(one, one.replace("[{conv: 4", "[{conv: 8", 1)))
    assert found[1:] == ["= c: 3 layers kept", "  = x/conv: reads 4 → 8", "  = y/conv: reads 4 → 8"]


def test_a_layer_with_another_name_says_which() -> None:
    script = of("[{conv: 4, kernel: 1, name: a}]", "[{conv: 4, kernel: 3, name: b}]")
    assert edit_text(script.edits[0]) == "kernel 1 → 3, now b"
    assert entry(script.edits[0])["renamed"] == "b"


def test_removed_layers_are_described() -> None:
    assert spoken(of("[{conv: 4, kernel: 1}, {maxpool: 2}]", "[{conv: 4, kernel: 1}]"))[1] == (
        "− maxpool: removed: maxpool 2"
    )


def test_wires_are_told_by_names() -> None:
    layers = "[{{conv: 4, kernel: 1, name: a}}, {{conv: 4, kernel: 1, name: b}}, {{conv: 4, kernel: 1, name: c, from: {}}}, {{add: {{x: [], y: [{{identity: , from: b}}]}}}}]"
    script = of(layers.format("b"), layers.format("a"))
    assert edit_text(script.edits[2]) == "from b → a"
    assert entry(script.edits[2])["fields"] == {"from": [["b"], ["a"]]}


def test_values_are_spelled_as_in_a_spec() -> None:
    assert [spelled(value) for value in (3, Letter("N"), False, "same", None, (3, 5), (), ((0, 1), (2, 2)))] == [
        "3", "N", "false", "same", "none", "3×5", "", "(0, 1)×(2, 2)",
    ]  # fmt: skip
    assert spelled((1, 2, 3, 4, 5)) == "…"
    assert spelled(("conv1", "conv2")) == "conv1, conv2"


def test_a_table_of_connections_is_too_long_for_a_line() -> None:
    (edit,) = of("[{conv: 2, kernel: 1, table: [[0], [1]]}]", "[{conv: 2, kernel: 1}]", "2x4x4").edits
    assert edit_text(edit) == "table (0)×(1) → none"


def test_decimals_are_exact_in_the_record() -> None:
    (edit,) = of("[{dropout: 0.5}]", "[{dropout: 0.25}]").edits
    assert entry(edit) == {
        "action": "change", "path": "dropout", "kind": "dropout", "fields": {"p": ["1/2", "1/4"]}, "params": 0, "macs": 0,
        "activations": 0,
    }  # fmt: skip


def test_an_empty_tree_has_no_lines() -> None:
    assert (list(lines([])), deepest([]), Fold("x").only) == ([], 0, None)
