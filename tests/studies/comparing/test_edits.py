"""The edit from one network to another: minimal on small ones, true to both, and in the words of the spec."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.studies.comparing import alignment
from archcalc.studies.comparing.edits import CHANGE, INSERT, KEEP, REMOVE, Script, edit_script
from archcalc.studies.comparing.likeness import differing, look, meaning
from archcalc.symbolic.expr import Letter, total

if TYPE_CHECKING:
    from archcalc.network.table import Row, Table

Cost = tuple[int, int, int]

layer = st.one_of(
    st.builds("{{conv: {}, kernel: {}, padding: same, bias: {}}}".format, st.sampled_from([4, 8]),
              st.sampled_from([1, 3]), st.sampled_from(["true", "false"])),
    st.builds("{{conv: 4, kernel: 1, name: {}}}".format, st.sampled_from("abc")),
    st.sampled_from(["relu", "batchnorm", "tanh"]),
)  # fmt: skip
networks = st.lists(layer, min_size=1, max_size=5, unique_by=lambda text: text.partition("name")[2] or text)


def table(layers: str, size: str = "4x6x6", **more: Any) -> Table:  # noqa: ANN401
    return archcalc.loads(f"{{input: {size}, layers: {layers}}}").analyze(**more)


def script(one: str, other: str, size: str = "4x6x6") -> Script:
    return edit_script(table(one, size), table(other, size))


def of_pair(old: Row, new: Row) -> Cost:
    options = len(differing(look(old), look(new)))
    return min(options, 1), options, 2 * (old.path != new.path) + (old.tensors != new.tensors)


def least(before: Table, after: Table) -> Cost:
    """Return the least cost over all ways to turn one list of layers into another."""

    @cache
    def rest(i: int, j: int) -> Cost:
        if i == len(before) and j == len(after):
            return (0, 0, 0)
        found = []
        if i < len(before):
            found.append(plus((1, 0, 0), rest(i + 1, j)))
        if j < len(after):
            found.append(plus((1, 0, 0), rest(i, j + 1)))
        if i < len(before) and j < len(after) and before.rows[i].kind == after.rows[j].kind:
            found.append(plus(of_pair(before.rows[i], after.rows[j]), rest(i + 1, j + 1)))
        return min(found)

    return rest(0, 0)


def plus(one: Cost, other: Cost) -> Cost:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


@given(networks, networks)
def test_no_script_costs_less(one: list[str], other: list[str]) -> None:
    before, after = table(f"[{', '.join(one)}]"), table(f"[{', '.join(other)}]")
    found = edit_script(before, after)
    assert found.minimal
    assert found.cost == least(before, after)


@given(networks, networks)
def test_a_script_holds_every_layer_of_both_in_order(one: list[str], other: list[str]) -> None:
    before, after = table(f"[{', '.join(one)}]"), table(f"[{', '.join(other)}]")
    edits = edit_script(before, after).edits
    assert [edit.before for edit in edits if edit.before] == list(before)
    assert [edit.after for edit in edits if edit.after] == list(after)
    assert all((edit.before is None) == (edit.action == INSERT) for edit in edits)
    assert all((edit.after is None) == (edit.action == REMOVE) for edit in edits)
    assert all(bool(edit.fields) == (edit.action == CHANGE) for edit in edits)
    for count in ("params", "macs", "activations"):
        more = getattr(after.totals.counts, count) - getattr(before.totals.counts, count)
        assert total(edit.more(count) for edit in edits) == more


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "densenet121", "torchvision/vit_b_16"])
def test_a_network_is_kept_as_it_is(name: str) -> None:
    found = edit_script(archcalc.load(name).analyze(), archcalc.load(name).analyze())
    assert {edit.action for edit in found.edits} == {KEEP}
    assert found.cost == (0, 0, 0)


def test_torchvision_strides_in_the_other_convolution() -> None:
    nets = (archcalc.load(name).analyze() for name in ("resnet50", "torchvision/resnet50"))
    changed = {edit.path: edit.fields for edit in edit_script(*nets).of(CHANGE)}
    assert changed == {
        f"conv{stage}_x/1/main/{conv}": {"stride": strides}
        for stage in (3, 4, 5)
        for conv, strides in (("conv", (2, 1)), ("conv_2", (1, 2)))
    }


def test_a_longer_network_has_blocks_inserted() -> None:
    found = edit_script(archcalc.load("resnet20").analyze(), archcalc.load("resnet32").analyze())
    assert {edit.action for edit in found.edits} == {KEEP, INSERT}
    assert {edit.path.split("/")[1] for edit in found.of(INSERT)} == {"4", "5"}
    assert found.related


def test_networks_of_other_families_are_not_related() -> None:
    assert not edit_script(archcalc.load("vgg16").analyze(), archcalc.load("googlenet").analyze()).related
    assert not script("[relu, batchnorm]", "[relu, batchnorm]").related  # nothing in it has weights but norms


def test_networks_are_related_whose_weights_fit_whatever_they_are_called() -> None:
    nets = [archcalc.load(name).analyze() for name in ("googlenet", "torchvision/googlenet")]
    assert edit_script(*nets).related
    assert not script("[{conv: 4, kernel: 1, name: a}]", "[{conv: 4, kernel: 3, name: b}]").related


def test_an_option_means_what_it_does() -> None:
    found = script("[{conv: 8, kernel: 3, padding: same}]", "[{conv: 8, kernel: [3, 3], padding: [[1, 1], 1]}]")
    assert found.of(KEEP)
    assert script("[{maxpool: 2}]", "[{maxpool: 2, stride: 2}]").of(KEEP)
    (edit,) = script("[{maxpool: 2}]", "[{maxpool: 2, stride: [1, 2]}]").edits
    assert edit.fields == {"stride": (2, (1, 2))}


def test_padding_is_said_as_it_is_meant() -> None:
    (edit,) = script("[{conv: 8, kernel: 3, padding: same}]", "[{conv: 8, kernel: 3, padding: [0, [1, 2]]}]").edits
    assert edit.fields == {"padding": ("same", (0, (1, 2)))}


def test_decimals_words_and_letters_are_compared() -> None:
    (edit,) = script("[{dropout: 0.5}]", "[{dropout: 0.1}]").edits
    assert {name: [str(value) for value in values] for name, values in edit.fields.items()} == {"p": ["1/2", "1/10"]}
    before = archcalc.loads("{input: '4', args: {n: 3}, layers: [{linear: 2*n}]}").analyze(arguments={"n": Letter("N")})
    after = archcalc.loads("{input: '4', args: {n: 3}, layers: [{linear: n + n}]}").analyze(
        arguments={"n": Letter("N")}
    )
    assert [edit.action for edit in edit_script(before, after).edits] == [KEEP]


def test_the_size_of_another_layer_is_no_option() -> None:
    layers = "[{conv: 4, kernel: 3, name: a}, {maxpool: 2}, {upsample: , to: a}]"
    found = edit_script(table(layers), table(layers, "4x12x12"))
    assert [edit.action for edit in found.edits] == [KEEP] * 3


def test_what_reads_more_channels_is_kept_and_refitted() -> None:
    found = script("[{conv: 8, kernel: 3}, {conv: 4, kernel: 3}]", "[{conv: 16, kernel: 3}, {conv: 4, kernel: 3}]")
    first, second = found.edits
    assert (first.action, first.fields, second.action, second.refitted) == (CHANGE, {"filters": (8, 16)}, KEEP, True)
    assert (first.refitted, second.more("params")) == (False, 4 * 8 * 9)


def test_a_merge_of_more_branches_is_changed() -> None:
    one = "[{concat: {a: [], b: [{conv: 4, kernel: 1}]}}]"
    other = "[{concat: {a: [], b: [{conv: 4, kernel: 1}], c: [{conv: 4, kernel: 1}]}}]"
    found = script(one, other)
    assert [(edit.action, edit.fields) for edit in found.edits if edit.action != KEEP] == [
        (INSERT, {}), (CHANGE, {"reads": (2, 3)}),
    ]  # fmt: skip


def test_training_heads_and_shared_weights_are_told() -> None:
    (edit,) = script("[{conv: 4, kernel: 1}]", "[{conv: 4, kernel: 1, train_only: true}]").edits[:1]
    assert edit.fields == {"train_only": (False, True)}
    one = "[{conv: 4, kernel: 1, name: a}, {conv: 4, kernel: 1, name: b}]"
    other = "[{conv: 4, kernel: 1, name: a}, {conv: 4, kernel: 1, name: b, share: a}]"
    assert script(one, other).edits[1].fields == {"shares": (False, True)}


def test_a_layer_that_reads_another_one_is_changed() -> None:
    layers = "[{{conv: 4, kernel: 1, name: a}}, {{conv: 4, kernel: 1, name: b}}, {{conv: 4, kernel: 1, name: c, from: {}}}, {{add: {{x: [], y: [{{identity: , from: b}}]}}}}]"
    found = script(layers.format("b"), layers.format("a"))
    assert [(edit.path, edit.fields) for edit in found.of(CHANGE)] == [("c", {"from": (("b",), ("a",))})]
    assert found.cost == (0, 0, 0)


def test_what_comes_in_between_is_no_rewiring() -> None:
    found = script("[{conv: 4, kernel: 1}, relu]", "[{conv: 4, kernel: 1}, batchnorm, relu]")
    assert [edit.action for edit in found.edits] == [KEEP, INSERT, KEEP]


def test_a_shortcut_that_joins_is_looked_through_no_further() -> None:
    plain = "[{conv: 4, kernel: 1}, relu, {conv: 4, kernel: 1}]"
    joined = "[{conv: 4, kernel: 1}, {add: {x: [], y: [{conv: 4, kernel: 1, name: new}]}}, relu, {conv: 4, kernel: 1}]"
    assert not script(plain, joined).of(CHANGE)


def test_inputs_stand_for_each_other_by_name_or_order() -> None:
    two = "{{input: {{{}: 3x4x4, {}: 3x4x4}}, layers: [{{add: {{x: [{{identity: , from: {}}}], y: [{{identity: , from: {}}}]}}, from: {}}}]}}"
    before = archcalc.loads(two.format("left", "right", "left", "right", "left")).analyze()
    swapped = archcalc.loads(two.format("left", "right", "right", "left", "left")).analyze()
    renamed = archcalc.loads(two.format("one", "other", "one", "other", "one")).analyze()
    assert len(edit_script(before, swapped).of(CHANGE)) == 2
    assert not edit_script(before, renamed).of(CHANGE)


def test_a_network_that_is_too_large_is_paired_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "MOST_CELLS", 3)
    monkeypatch.setattr(alignment.align, "__defaults__", (3,))
    found = script("[{conv: 4, kernel: 1}, relu]", "[{conv: 4, kernel: 3}, tanh, relu]")
    assert (found.minimal, [edit.action for edit in found.edits]) == (False, [CHANGE, INSERT, KEEP])


def test_a_layer_is_described_by_what_is_not_usual() -> None:
    assert meaning(look(table("[{conv: 8, kernel: [3, 1], bias: false}]").rows[0])) == {
        "filters": 8, "kernel": (3, 1), "bias": False,
    }  # fmt: skip
    assert meaning(look(table("[relu]").rows[0])) == {}


@pytest.mark.long
def test_a_thousand_layers_more_take_no_time_to_speak_of() -> None:
    found = edit_script(archcalc.load("resnet1202").analyze(), archcalc.load("resnet110").analyze())
    assert found.minimal
    assert found.cost == (3822, 0, 0)
