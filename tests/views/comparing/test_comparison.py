"""The page of `diff`."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.rooms import fetch
from archcalc.symbolic.expr import Letter
from archcalc.views.comparing.comparison import ComparisonOptions, called, comparison
from archcalc.views.comparing.stages import title
from archcalc.views.comparing.totals import decimal
from archcalc.views.page import Facts, Heading, Label, Line, Notes, PageTable, Share
from tests.cli.calls import FORMATS

if TYPE_CHECKING:
    from archcalc.studies.comparing.differences import Difference

N = Letter("N")


@cache
def of(*names: str, fail_on: tuple[str, ...] = ()) -> Difference:
    return archcalc.diff(*(archcalc.load(name) for name in names), fail_on=fail_on)


def tables(difference: Difference, options: ComparisonOptions | None = None) -> list[PageTable]:
    return [block for block in comparison(difference, options).blocks if isinstance(block, PageTable)]


def lines(table: PageTable) -> dict[str, Line]:
    return {line.cells[0].name: line for line in table.lines if isinstance(line.cells[0], Label)}


def said(difference: Difference, options: ComparisonOptions | None = None) -> list[str]:
    return [
        line for block in comparison(difference, options).blocks if isinstance(block, Notes) for line in block.lines
    ]


def record(difference: Difference) -> dict[str, Any]:
    """Return the record as JSON has it."""
    found: dict[str, Any] = json.loads(fetch("reports", "json").render(comparison(difference)))
    return found


def test_the_totals_stand_beside_each_other() -> None:
    found = lines(tables(of("vgg16", "googlenet"))[0])
    assert found["parameters"].cells[1:] == (138_357_544, 6_998_552, "÷19.8", -131_358_992)
    assert found["parameters with training-only heads"].cells[1:4] == (138_357_544, 13_378_280, "÷10.3")
    assert found["parameter memory"].cells[1:4] == ("553.4 MB", "28.0 MB", "÷19.8")
    assert found["in powers of two"].cells[1:3] == ("527.8 MiB", "26.7 MiB")
    assert found["weight layers"].cells[1:] == (16, 22, "1.4×", 6)
    assert found["concat"].cells[1:] == (None, 9, "", 9)
    assert found["flatten"].cells[1:] == (1, 1, "=", None)
    assert "parameters with training-only heads" not in lines(tables(of("vgg16", "alexnet"))[0])


def test_a_few_percent_are_percent() -> None:
    found = lines(tables(of("alexnet", "torchvision/alexnet"))[0])
    assert (found["parameters"].cells[3], found["MACs"].cells[3]) == ("+0.2%", "−1.4%")


def test_of_more_networks_each_has_a_column_and_nothing_else() -> None:
    totals, stages = tables(of("alexnet", "vgg16", "googlenet", "resnet50"))
    assert [column.heading for column in totals.columns] == ["", "alexnet", "vgg16", "googlenet", "resnet50"]
    assert lines(totals)["in powers of two"].cells[1:] == ("232.6 MiB", "527.8 MiB", "26.7 MiB", "97.5 MiB")
    assert len(stages.lines) == 7 * 5


def test_memory_has_units_that_fit() -> None:
    small = archcalc.loads("{input: '4', args: {n: 3}, layers: [{linear: n}]}")
    huge = archcalc.loads("{input: '50000', layers: [{linear: 20000}]}")
    found = lines(tables(archcalc.diff(small, huge))[0])
    assert found["parameter memory"].cells[1:3] == ("60 B", "4.0 GB")
    assert found["in powers of two"].cells[1:3] == ("60 B", "3.7 GiB")
    letters = lines(tables(archcalc.diff(small, small.analyze(arguments={"n": N})))[0])
    assert letters["parameter memory"].cells[1:3] == ("60 B", "20·N B")
    assert letters["parameters"].cells[3] == ""


def test_a_word_and_a_rectangle_are_shown_as_such() -> None:
    one, other = "{input: 1x9x9, layers: [{conv: 1, kernel: [3, 5]}]}", "{input: '4', layers: [{linear: 1}]}"
    found = lines(tables(archcalc.diff(archcalc.loads(one), archcalc.loads(other)))[0])
    assert [str(cell) for cell in found["receptive field"].cells[1:]] == ["Axes(sizes=(3, 5))", "all", "", "None"]


def test_stages_have_a_line_for_each_network_with_its_shares() -> None:
    difference = of("vgg16", "googlenet")
    table = tables(difference)[1]
    assert [title(stage) for stage in difference.stages][2::4] == ["56×56 · stride 4", "whole input"]
    assert table.lines[-3].cells == (Label("whole input"), "", "", "")
    assert table.lines[-2].cells == (
        Label("vgg16"), "3 linear", Share(123_633_664, 15_470_264_320), Share(123_642_856, 138_357_544),
    )  # fmt: skip
    assert table.lines[2].cells[1:] == ("–", "", "")
    assert table.lines[-5].cells[1] == "maxpool 2×2"
    assert str(table.lines[-4].cells[1]).endswith("3 maxpool 3×3, …")


def test_a_stage_of_different_maps_says_which_has_which() -> None:
    layers = "[{{conv: 4, kernel: [{}, 1], stride: [2, 1]}}, batchnorm]"
    nets = [archcalc.loads(f"{{input: 3x9x9, layers: {layers.format(kernel)}}}") for kernel in (1, 3)]
    found = [line.cells for line in tables(archcalc.diff(*nets))[1].lines]
    assert found[0][0] == Label("stride 2×1")
    assert [cells[1] for cells in found[1:]] == ["5×9: conv 1×1", "4×9: conv 3×1"]


def test_a_stage_without_weights_or_with_letters_has_no_shares() -> None:
    net = archcalc.loads("{input: 3x8x8, args: {n: 2}, layers: [relu, {conv: n, kernel: 2, stride: 2}, {upsample: 4}]}")
    table = tables(archcalc.diff(net, net.analyze(arguments={"n": N})))[1]
    assert table.lines[1].cells == (Label("text (a)"), "1 without weights", "", "")
    assert [line.cells[2:] for line in table.lines if line.cells[1] == "conv 2×2"] == [
        (Share(384, 384), Share(26, 26)),
        ("", ""),
    ]
    assert table.lines[0].cells[0] == Label("16×16 · stride 1/2")


def test_the_edit_is_shown_of_related_networks_or_on_request() -> None:
    unrelated, related = of("vgg16", "googlenet"), of("vgg16", "vgg19")
    assert any("use --edits to show it anyway" in line for line in said(unrelated))
    assert len(tables(unrelated)) == 2
    assert len(tables(unrelated, ComparisonOptions(edits=True))) == len(tables(related)) == 3
    assert len(tables(related, ComparisonOptions(edits=False))) == 2
    assert "layers: 40 kept, 6 inserted" in said(related)


def test_an_edit_that_may_not_be_the_shortest_says_so() -> None:
    difference = of("vgg16", "vgg19")
    assert difference.script is not None
    unsure = replace(difference, script=difference.script._replace(minimal=False))
    assert any("too large to prove" in line for line in said(unsure))
    assert not any("too large to prove" in line for line in said(difference))


def test_letters_have_closed_forms_and_sizes() -> None:
    net = archcalc.load("vgg16")
    difference = archcalc.diff(net, net.analyze(arguments={"classes": N}))
    facts = next(block for block in comparison(difference).blocks if isinstance(block, Facts))
    assert [(fact.name, str(fact.value)) for fact in facts.facts] == [
        ("parameters", "4097*N - 4097000"), ("MACs", "4096*N - 4096000"), ("activations", "N - 1000"),
    ]  # fmt: skip
    assert any(line.startswith("fewer parameters: vgg16 (b) for 1 ≤ N ≤ 999") for line in said(difference))
    letters = record(difference)["letters"]
    assert letters[0] == {
        "quantity": "params", "difference": "4097*N - 4097000", "letters": ["N"],
        "signs": [{"from": 1, "to": 999, "sign": -1}, {"from": 1000, "to": 1000, "sign": 0}, {"from": 1001, "to": None, "sign": 1}],
        "known_to": None,
    }  # fmt: skip


def test_what_is_undecided_is_null() -> None:
    one, other = archcalc.load("alexnet").analyze("3xHxW"), archcalc.load("vgg16").analyze("3xHxW", {"classes": N})
    found = record(archcalc.diff(one, other))["letters"][0]
    assert (found["quantity"], found["signs"]) == ("params", None)


def test_limits_are_shown_with_both_numbers() -> None:
    difference = of("resnet50", "torchvision/resnet50", fail_on=("macs > +5%", "params > +0"))
    (checks, *_) = tables(difference)
    assert checks.lines[0].cells == (
        Label("macs > +5%"), "torchvision/resnet50", 4_089_184_256, 3_857_973_248, "violated",
    )  # fmt: skip
    assert checks.lines[1].cells[-1] == "ok"
    found = record(difference)
    assert (found["holds"], found["checks"][0]) == (
        False, {"condition": "macs > +5%", "network": "torchvision/resnet50", "fails": True},
    )  # fmt: skip


def test_what_goes_in_is_said_once_or_for_each_and_arguments_that_differ() -> None:
    assert said(of("vgg16", "vgg19"))[0] == "input 3×224×224 · n3 3 → 4 · n4 3 → 4 · n5 3 → 4"
    assert said(of("alexnet", "lenet5"))[0] == "alexnet: input 3×227×227 · lenet5: input 1×32×32 · classes 1000 → 10"


def test_the_record_has_the_keys_that_others_rely_on() -> None:
    found = record(of("resnet50", "torchvision/resnet50"))
    assert list(found) == [
        "schema_version", "networks", "inputs", "headline", "totals", "stages", "edits", "related", "minimal",
    ]  # fmt: skip
    assert found["networks"] == ["resnet50", "torchvision/resnet50"]
    assert next(total for total in found["totals"] if total["quantity"] == "macs") == {
        "quantity": "macs", "values": [3_857_973_248, 4_089_184_256], "ratio": 4_089_184_256 / 3_857_973_248,
        "difference": 231_211_008,
    }  # fmt: skip
    assert found["stages"][0]["stride"] == [2, 2]
    assert found["stages"][-1]["stride"] is None
    changed = [edit for edit in found["edits"] if edit["action"] == "change"]
    assert changed[0] == {
        "action": "change", "path": "conv3_x/1/main/conv", "kind": "conv", "fields": {"stride": [2, 1]}, "params": 0,
        "macs": 77_070_336, "activations": 301_056,
    }  # fmt: skip


def test_a_stage_in_which_a_network_does_nothing_is_null() -> None:
    assert record(of("vgg16", "googlenet"))["stages"][0]["networks"][1] is None


def test_of_more_networks_the_record_has_values_only() -> None:
    found = record(of("alexnet", "vgg16", "lenet5"))
    assert found["totals"][0] == {"quantity": "params", "values": [60_965_224, 138_357_544, 60_000]}
    assert "edits" not in found
    two = archcalc.loads("{input: {a: 3x4x4, b: 3x4x4}, layers: [{add: {x: [], y: [{identity: , from: b}]}, from: a}]}")
    assert record(archcalc.diff(two, two))["inputs"][0] == {"a": [3, 4, 4], "b": [3, 4, 4]}


def test_a_ratio_is_a_number_where_there_is_one() -> None:
    assert decimal(N) is None


def test_names_tell_networks_apart() -> None:
    alexnet, lenet = (archcalc.load(name).analyze() for name in ("alexnet", "lenet5"))
    assert called([alexnet, lenet]) == ("alexnet", "lenet5")
    assert called([alexnet, alexnet]) == ("alexnet (a)", "alexnet (b)")
    assert called([alexnet] * 28)[25:] == ("alexnet (z)", "alexnet (27)", "alexnet (28)")
    assert comparison(archcalc.diff(alexnet, alexnet)).blocks[0] == Heading("alexnet (a) · alexnet (b)", "comparison")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_it(name: str) -> None:
    net = archcalc.load("alexnet")
    for difference in (of("vgg16", "vgg19", fail_on=("macs > +5%",)), archcalc.diff(net, net.analyze("3xHxW"))):
        assert fetch("reports", name).render(comparison(difference))


def test_csv_has_a_line_for_each_total_and_a_column_for_each_network() -> None:
    text = fetch("reports", "csv").render(comparison(of("vgg16", "googlenet")))
    header, params, *_ = text.splitlines()
    assert header == "quantity,vgg16,googlenet,ratio,difference"
    assert params.startswith("params,138357544,6998552,0.0505830")
    assert "buffers,0,0,,0" in text


def test_an_argument_that_is_a_list_of_layers_is_not_spelled() -> None:
    spec = "{{input: 3x8x8, args: {{body: [{}]}}, layers: [{{layers: body}}]}}"
    nets = [archcalc.loads(spec.format(f"{{conv: {width}, kernel: 1}}")) for width in (4, 8)]
    assert said(archcalc.diff(*nets))[0] == "input 3×8×8"
