"""The edit as a tree that folds, and in words."""

from __future__ import annotations

import archcalc
from archcalc.reports.base import Spelling
from archcalc.studies.comparing.differences import diff
from archcalc.studies.comparing.edits import Script, edit_script
from archcalc.symbolic.expr import Letter
from archcalc.views.comparing import edits
from archcalc.views.comparing.edit_tree import Fold, tree
from archcalc.views.comparing.edits import deepest, edit_text, entry, lines, spelled


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


def test_strides_that_move_are_found_in_their_blocks() -> None:
    assert spoken(shipped("resnet50", "torchvision/resnet50")) == [
        "= conv1 … conv2_x: 36 layers kept",
        "~ conv3_x/1/main: layers: 2 changed",
        "  ~ conv: stride 2 → 1",
        "  ~ conv_2: stride 1 → 2",
        "~ conv4_x/1/main: layers: 2 changed",
        "  ~ conv: stride 2 → 1",
        "  ~ conv_2: stride 1 → 2",
        "~ conv5_x/1/main: layers: 2 changed",
        "  ~ conv: stride 2 → 1",
        "  ~ conv_2: stride 1 → 2",
        "= global_avgpool … softmax: 4 layers kept",
    ]


def test_inserted_copies_are_one_line_and_small_layers_go_with_the_one_before() -> None:
    assert spoken(shipped("resnet110", "resnet1202"))[1:4] == [
        f"+ conv{stage}_x/19–200 ×182: inserted: 7 layers" for stage in (2, 3, 4)
    ]
    assert spoken(shipped("vgg16", "vgg19"))[1] == "+ conv3_4 relu: inserted: conv 256, kernel 3, padding 1"


def test_copies_that_differ_in_size_are_one_line_without_a_number() -> None:
    found = spoken(shipped("densenet121", "densenet201"))
    assert found[1] == "+ block3/25–48: inserted: 168 layers"
    assert "  = 1–16/new/bottleneck/conv ×16: reads 512 → 896" in found


def test_copies_that_are_changed_alike_are_shown_once() -> None:
    found = spoken(shipped("resnet50", "torchvision/wide_resnet50_2"))
    at = found.index("  ~ 2–3/main ×2 (one copy below): layers: 2 changed")
    assert found[at + 1 : at + 4] == [
        "    ~ conv: filters 64 → 128", "    ~ conv_2: filters 64 → 128", "    = conv_3: reads 64 → 128",
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
    }  # fmt: skip


def test_an_empty_tree_has_no_lines() -> None:
    assert (list(lines([])), deepest([]), Fold("x").only) == ([], 0, None)
