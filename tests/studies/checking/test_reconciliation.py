"""Other tools' totals, as they print them, reproduced from their counting rules.

The printed totals were read off the tools themselves: torchinfo 1.8.0, fvcore 0.1.5.post20221221 and thop
0.1.1.post2209072238 on torchvision 0.28's models; `pytest -m peers` asks those that are installed again.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.errors import Undecided, UsageError
from archcalc.layers.registry import find, kind_names
from archcalc.studies.checking.implementations import ABSENT, MODULE, torchvision, way
from archcalc.studies.checking.profiles import profile, tools
from archcalc.studies.checking.reconciliation import FROZEN, HEADS, MODULES, SHARED, UNREAD, reconcile

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.studies.checking.reconciliation import Reconciled

UP = """
input: 3x16x16
layers:
  - {conv: 8, kernel: 3, padding: 1}
  - relu
  - {conv_transpose: 4, kernel: 4, stride: 2, padding: 1}
  - batchnorm
  - relu
  - {conv_transpose: 4, kernel: 4, stride: 2, padding: 1, groups: 2}
"""

PRINTED: dict[str, dict[str, tuple[int | None, int]]] = {
    "torchinfo": {
        "alexnet": (714682664, 61100840), "vgg16": (15483821032, 138357544), "resnet18": (1814083944, 11689512),
        "resnet50": (4089238376, 25557032), "googlenet": (1498391752, 13004888),
        "squeezenet1_0": (823270824, 1248424), "mobilenet_v2": (300809384, 3504872),
        "densenet121": (2834246312, 7978856), "efficientnet_b0": (385867108, 5288548),
        "vit_b_16": (173232616, 86567656), "up": (1126408, 880),
        "mnasnet1_3": (526412248, 6282256),
        "swin_s": (48565480, 49606258),
    },
    "fvcore": {
        "alexnet": (714197696, 61100840), "vgg16": (15470289408, 138357544), "resnet18": (1819065856, 11689512),
        "resnet50": (4111512576, 25557032), "googlenet": (1504878688, 13004888),
        "squeezenet1_0": (819093576, 1248424), "mobilenet_v2": (314193216, 3504872),
        "densenet121": (2865546752, 7978856), "efficientnet_b0": (401659392, 5288548),
        "vit_b_16": (16867412736, 86567656), "up": (325632, 880),
        "mnasnet1_3": (541067136, 6282256),
        "swin_s": (8768572416, 49606258),
    },
    "thop": {
        "alexnet": (714206912, 61100840), "vgg16": (15470314496, 138357544), "resnet18": (1824033792, 11689512),
        "resnet50": (4133742592, 25557032), "googlenet": (1511332032, 6624904),
        "squeezenet1_0": (819094576, 1248424), "mobilenet_v2": (327486720, 3504872),
        "densenet121": (2897007104, 7978856), "efficientnet_b0": (415145024, 5288548),
        "vit_b_16": (11286254592, 58067176), "up": (1120256, 880),
        "mnasnet1_3": (555771840, 6282256),
        "swin_s": (5759857152, 33818440),
    },
    "ptflops": {
        "alexnet": (716441128, 61100840), "resnet18": (1825313768, 11689512), "googlenet": (1513907448, 13004888),
        "mobilenet_v2": (320300008, 3504872), "mnasnet1_3": (553944552, 6282256), "vit_b_16": (17606030584, 86567656),
        "swin_s": (6006156472, 49606258),
        "up": (360448, 880),
    },
    "ptflops-aten": {
        "alexnet": (714682664, 61100840), "resnet18": (1814074344, 11689512), "googlenet": (1498377192, 13004888),
        "mobilenet_v2": (300775272, 3504872), "mnasnet1_3": (526363432, 6282256), "vit_b_16": (16864992232, 86567656),
        "swin_s": (8762175976, 49606258),
        "up": (339968, 880),
    },
    "calflops": {
        "alexnet": (714188480, 61100840), "resnet18": (1814073344, 11689512), "googlenet": (1498376192, 13004888),
        "mobilenet_v2": (300774272, 3504872), "mnasnet1_3": (526362432, 6282256), "vit_b_16": (16848500736, 86567656),
        "swin_s": (8740875264, 49606258),
        "up": (251904, 880),
    },
    "torchsummary": {
        "alexnet": (None, 61100840), "resnet18": (None, 11689512), "googlenet": (None, 6624904),
        "mobilenet_v2": (None, 3504872), "mnasnet1_3": (None, 6282256),
        "swin_s": (None, 33818440),
    },
}  # fmt: skip
"""MACs and parameters that each tool prints for torchvision's networks, and for the small one above."""

CASES = [(tool, name) for tool, printed in PRINTED.items() for name in printed]


@cache
def table_of(name: str) -> archcalc.Table:
    """Return the table of one of these networks."""
    return (archcalc.loads(UP) if name == "up" else archcalc.load(f"torchvision/{name}")).analyze()


@cache
def reconciled(name: str, tool: str) -> Reconciled:
    """Return what comes of one of these networks and a tool, worked out once for all tests."""
    return reconcile(table_of(name), tool)


@pytest.mark.parametrize(("tool", "name"), CASES)
def test_the_tools_own_totals_come_out(tool: str, name: str) -> None:
    found = reconciled(name, tool)
    assert (found.macs, found.params) == PRINTED[tool][name]


@pytest.mark.parametrize(("tool", "name"), CASES)
def test_the_causes_add_up_to_the_gap(tool: str, name: str) -> None:
    found = reconciled(name, tool)
    macs, params = PRINTED[tool][name]
    more = 0 if macs is None else macs - found.ours[0]  # torchsummary has no MACs
    assert sum(gap.macs for gap in found.gaps) == more
    assert sum(gap.params for gap in found.gaps) == params - found.ours[1]
    assert sum(more for _, more in found.rows) == more
    assert all(gap.why for gap in found.gaps)


def test_of_a_network_without_layers_nothing_is_counted() -> None:
    found = reconcile(archcalc.loads("{input: 5, layers: []}").analyze(), "torchinfo")
    assert (found.macs, found.params) == (0, 0)


def test_the_gap_of_a_transformer_is_attention() -> None:
    found = reconciled("vit_b_16", "fvcore")
    assert found.gaps[0].why.startswith("attention")
    assert found.gaps[0].macs == -715_327_488


def test_heads_that_do_not_run_are_a_cause_of_their_own() -> None:
    assert [gap.params for gap in reconciled("googlenet", "torchinfo").gaps if gap.why == HEADS] == [6_379_984]
    frozen = archcalc.load("torchvision/googlenet").analyze(freeze=["aux*", "conv1"])
    without = reconcile(frozen, "ptflops")
    assert without.params == 6_624_904 - 9_408 - 128  # conv1 has 64 filters of 3 x 7 x 7, and its norm 2 x 64
    assert HEADS not in {gap.why for gap in without.gaps}


def test_the_parameters_of_a_head_that_does_not_work_on_the_input_are_unknown() -> None:
    small = archcalc.load("torchvision/inception_v3").analyze("3x96x96")
    found = reconcile(small, "fvcore")
    assert (found.macs, found.params) == (342_197_376, None)
    assert found.unknown == (("AuxLogits", "training-only head"),)
    assert reconcile(small, "thop").params == 23_834_568  # which does not count heads


def inline(layers: str, start: str = "8x10x10", freeze: tuple[str, ...] = ()) -> archcalc.Table:
    """Return the table of some layers."""
    return archcalc.loads(f"input: {start}\nlayers: {layers}").analyze(freeze=freeze)


TWICE = "[{conv: 8, kernel: 3, padding: 1, name: c}, {conv: 8, kernel: 3, padding: 1, share: c}]"


@pytest.mark.parametrize(
    ("tool", "params"),
    [("torchinfo", 584), ("fvcore", 584), ("thop", 584), ("ptflops", 584), ("calflops", 584), ("torchsummary", 1168)],
)
def test_shared_weights_are_counted_as_the_tool_counts_them(tool: str, params: int) -> None:
    found = reconcile(inline(TWICE), tool)
    assert found.params == params
    assert [gap.why for gap in found.gaps if gap.params] == ([SHARED] if params > 584 else [])


def test_some_tools_do_not_count_frozen_parameters() -> None:
    table = inline("[{conv: 8, kernel: 3, name: c}, {linear: 2, over: channels}]", freeze=("c",))
    assert [reconcile(table, tool).params for tool in ("torchinfo", "ptflops")] == [584 + 18, 18]
    assert [(gap.why, gap.params) for gap in reconcile(table, "ptflops").gaps if gap.params] == [(FROZEN, -584)]


@pytest.mark.parametrize(
    ("layers", "tool", "unknown"),
    [
        ("[{conv: 8, kernel: 3}, layernorm]", "fvcore", ["layernorm"]),  # with permutes, or a module of one's own
        ("[{linear: 4, over: channels}]", "torchinfo", ["linear"]),  # or a convolution of 1 x 1
        ("[{linear: 4, over: channels}]", "fvcore", []),  # which is the same there
        ("[tokens, {attention: 2}]", "thop", ["attention"]),
        ("[{conv: 4, kernel: 3, stride: 2, padding: same}]", "fvcore", ["conv"]),  # PyTorch refuses it
        ("[{conv: 4, kernel: 3, padding: [[0, 1], [0, 1]]}]", "fvcore", ["conv"]),
        ("[{conv_transpose: 4, kernel: 2, stride: 2, fixed: true}]", "fvcore", ["conv_transpose"]),  # or parameters
        ("[{roi_pool: 2, regions: 5}, relu, flatten, {linear: 3}]", "torchinfo", ["roi_pool", "relu", "flatten", "linear"]),
        ("[{adaptive_avgpool: 7}]", "thop", ["adaptive_avgpool"]),  # it multiplies fractions of floating point
        ("[{grid_attention: 2, grid: 5}]", "calflops", ["grid_attention"]),
    ],
)  # fmt: skip
def test_what_no_rule_knows_is_unknown_and_so_is_the_total(layers: str, tool: str, unknown: list[str]) -> None:
    found = reconcile(inline(layers), tool)
    assert [one.kind for one in found.unknown] == unknown
    assert (found.macs is None) == bool(unknown)


def test_a_total_of_parameters_can_be_known_where_that_of_macs_is_not() -> None:
    found = reconcile(inline("[{conv: 8, kernel: 3}, layernorm]"), "fvcore")
    assert (found.macs, found.params) == (None, 584 + 16)
    fixed = reconcile(inline("[{conv_transpose: 4, kernel: 2, stride: 2, fixed: true}]"), "fvcore")
    assert (fixed.macs, fixed.params) == (None, None)


@pytest.mark.parametrize(
    ("layers", "tool", "why"),
    [
        ("[relu]", "calflops", "the network has no parameters"),
        ("[relu]", "fvcore", ""),
        ("[{conv: 4, kernel: 3}, {upsample: [2, 3]}]", "calflops", "upsample: a factor for each axis is not supported"),
        ("[{conv: 4, kernel: 3}, {upsample: 2}]", "calflops", ""),
    ],
)
def test_a_tool_that_stops_prints_no_total(layers: str, tool: str, why: str) -> None:
    found = reconcile(inline(layers), tool)
    assert (found.stops, found.params is None) == (why, bool(why))


def test_torchsummary_stops_at_some_networks_of_torchvision() -> None:
    found = reconciled("densenet121", "torchsummary")
    assert (found.stops, found.params, found.passes) == ("a layer takes a list of tensors", None, None)


def test_a_layer_whose_output_is_not_used_is_not_traced() -> None:
    table = inline("[{conv: 4, kernel: 3, name: a}, {conv: 5, kernel: 3, from: input, name: b}]")
    found = reconcile(table, "fvcore")
    assert (found.macs, [gap.why for gap in found.gaps]) == (5 * 8 * 9 * 64, [UNREAD])
    assert reconcile(table, "thop").macs == 9 * 8 * 9 * 64


def test_the_size_of_a_pass_is_what_the_tool_prints() -> None:
    assert reconciled("alexnet", "torchsummary").passes == "8.38"
    assert reconciled("resnet18", "torchsummary").passes == "62.79"
    assert reconciled("googlenet", "torchsummary").passes == "94.11"
    assert reconciled("resnet18", "torchinfo").passes == "39.75"
    assert reconciled("resnet18", "fvcore").passes is None
    swin = reconcile(archcalc.load("torchvision/swin_t").analyze(), "torchsummary")
    assert (swin.params, swin.passes, swin.unknown) == (19_621_192, None, ())  # its blocks are not listed


def test_what_an_implementation_does_not_have_is_not_counted() -> None:
    table = archcalc.load("torchvision/vgg11").analyze()
    assert table.rows[-1].kind == "softmax"
    assert way(table, table.rows[-1]) == ABSENT
    assert way(archcalc.load("vgg11").analyze(), table.rows[-1]) == MODULE


def test_of_a_file_that_is_called_like_torchvisions_nothing_is_known(tmp_path: Path) -> None:
    folder = tmp_path / "torchvision"
    folder.mkdir()
    (folder / "densenet.yaml").write_text("input: 3x8x8\nlayers: [relu, global_avgpool]", encoding="utf-8")
    table = archcalc.load(str(folder / "densenet.yaml")).analyze()
    assert [way(table, row) for row in table] == [MODULE, MODULE]
    assert reconcile(table, "thop").model == MODULES


def test_every_profile_names_its_version_and_kinds_that_there_are() -> None:
    assert {*PRINTED} == {*tools()}
    for tool in tools():
        found = profile(tool)
        assert (found.tool, found.heads in ("parameters", "neither")) == (tool, True)
        assert found.version[0].isdigit()
        assert {kind for rule in found.rules for kind in rule.kinds} <= {*kind_names()}


def test_what_a_rule_asks_of_a_layer_is_a_fact_of_it() -> None:
    for rule in (rule for tool in tools() for rule in profile(tool).rules):
        for kind in rule.kinds:
            options = {*find(kind).declared.options}
            assert {*rule.when} <= {*options, *FACTS, *COUNTS}


FACTS = {"affine", "axes", "even_bins", "several_factors"}
COUNTS = {"input_positions"}


def test_every_way_of_calling_a_layer_has_a_rule() -> None:
    ways = {way for tool in tools() for rule in profile(tool).rules for way in rule.ways}
    assert {call.way for call in torchvision().calls} <= {*ways, ABSENT}


def test_what_cannot_be_reconciled_says_so() -> None:
    with pytest.raises(UsageError, match="unknown tool 'torchinf'\n  did you mean torchinfo"):
        profile("torchinf")
    with pytest.raises(Undecided):
        reconcile(archcalc.load("alexnet").analyze("3xHxW"), "fvcore")
