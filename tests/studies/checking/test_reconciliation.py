"""Other tools' totals, as they print them, reproduced from their counting rules.

The printed totals were read off the tools themselves: torchinfo 1.8.0, fvcore 0.1.5.post20221221 and thop
0.1.1.post2209072238 on torchvision 0.28's models; `pytest -m peers` asks those that are installed again.
"""

from __future__ import annotations

import pytest

import archcalc
from archcalc.errors import Undecided, UsageError
from archcalc.studies.checking.profiles import profile, tools
from archcalc.studies.checking.reconciliation import HEADS, reconcile

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

PRINTED = {
    "torchinfo": {
        "alexnet": (714682664, 61100840), "vgg16": (15483821032, 138357544), "resnet18": (1814083944, 11689512),
        "resnet50": (4089238376, 25557032), "googlenet": (1498391752, 13004888),
        "squeezenet1_0": (823270824, 1248424), "mobilenet_v2": (300809384, 3504872),
        "densenet121": (2834246312, 7978856), "efficientnet_b0": (385867108, 5288548),
        "vit_b_16": (173232616, 86567656), "up": (1126408, 880),
    },
    "fvcore": {
        "alexnet": (714197696, 61100840), "vgg16": (15470289408, 138357544), "resnet18": (1819065856, 11689512),
        "resnet50": (4111512576, 25557032), "googlenet": (1504878688, 13004888),
        "squeezenet1_0": (819093576, 1248424), "mobilenet_v2": (314193216, 3504872),
        "densenet121": (2865546752, 7978856), "efficientnet_b0": (401659392, 5288548),
        "vit_b_16": (16867412736, 86567656), "up": (325632, 880),
    },
    "thop": {
        "alexnet": (714206912, 61100840), "vgg16": (15470314496, 138357544), "resnet18": (1824033792, 11689512),
        "resnet50": (4133742592, 25557032), "googlenet": (1511332032, 6624904),
        "squeezenet1_0": (819094576, 1248424), "mobilenet_v2": (327486720, 3504872),
        "densenet121": (2897007104, 7978856), "efficientnet_b0": (415145024, 5288548),
        "vit_b_16": (11286254592, 58067176), "up": (1120256, 880),
    },
}  # fmt: skip
"""MACs and parameters that each tool prints for torchvision's networks, and for the small one above."""

CASES = [(tool, name) for tool, printed in PRINTED.items() for name in printed]


def table_of(name: str) -> archcalc.Table:
    """Return the table of one of these networks."""
    return (archcalc.loads(UP) if name == "up" else archcalc.load(f"torchvision/{name}")).analyze()


@pytest.mark.parametrize(("tool", "name"), CASES)
def test_the_tools_own_totals_come_out(tool: str, name: str) -> None:
    found = reconcile(table_of(name), tool)
    assert (found.macs, found.params) == PRINTED[tool][name]


@pytest.mark.parametrize(("tool", "name"), CASES)
def test_the_causes_add_up_to_the_gap(tool: str, name: str) -> None:
    found = reconcile(table_of(name), tool)
    assert sum(gap.macs for gap in found.gaps) == found.macs - found.ours[0]
    assert sum(gap.params for gap in found.gaps) == found.params - found.ours[1]
    assert sum(more for _, more in found.rows) == found.macs - found.ours[0]
    assert all(gap.why for gap in found.gaps)


def test_the_gap_of_a_transformer_is_attention() -> None:
    found = reconcile(table_of("vit_b_16"), "fvcore")
    assert found.gaps[0].why.startswith("attention")
    assert found.gaps[0].macs == -715_327_488


def test_heads_that_do_not_run_are_a_cause_of_their_own() -> None:
    assert [gap.params for gap in reconcile(table_of("googlenet"), "torchinfo").gaps if gap.why == HEADS] == [6_379_984]


def test_every_profile_names_its_version() -> None:
    assert {*PRINTED} == {*tools()}
    for tool in tools():
        found = profile(tool)
        assert (found.tool, found.heads in ("parameters", "neither")) == (tool, True)
        assert found.version[0].isdigit()


def test_what_cannot_be_reconciled_says_so() -> None:
    with pytest.raises(UsageError, match="unknown tool 'torchinf'\n  did you mean torchinfo"):
        profile("torchinf")
    with pytest.raises(Undecided):
        reconcile(archcalc.load("alexnet").analyze("3xHxW"), "fvcore")
