"""The stages of networks: every layer in one of them, by effective stride."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.studies.comparing.stages import Stage, stages
from archcalc.symbolic.expr import total
from archcalc.symbolic.ratio import Ratio


def of(*names: str) -> tuple[Stage, ...]:
    return stages([archcalc.load(name).analyze() for name in names])


def of_layers(layers: str, size: str = "3x8x8") -> tuple[Stage, ...]:
    return stages([archcalc.loads(f"{{input: {size}, layers: {layers}}}").analyze()])


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "unet", "se-resnet50", "torchvision/swin_t", "lenet5"])
def test_the_stages_of_a_network_are_all_of_it(name: str) -> None:
    table, found = archcalc.load(name).analyze(), of(name)
    parts = [part for stage in found for part in stage.parts if part]
    assert total(part.counts.macs for part in parts) == table.totals.macs
    assert total(part.counts.params for part in parts) == table.totals.params
    rows = [row for part in parts for row in part.rows]
    assert sorted(row.node for row in rows) == [row.node for row in table if not row.train_only]


def test_networks_are_aligned_by_stride() -> None:
    found = of("vgg16", "alexnet")
    assert [(stage.stride, [part and part.size for part in stage.parts]) for stage in found] == [
        ((1, 1), [(224, 224), None]),
        ((2, 2), [(112, 112), None]),
        ((4, 4), [(56, 56), (55, 55)]),
        ((8, 8), [(28, 28), (27, 27)]),
        ((16, 16), [(14, 14), (13, 13)]),
        ((32, 32), [(7, 7), (6, 6)]),
        ((), [(), ()]),
    ]
    assert [stage.size for stage in found] == [(224, 224), (112, 112), None, None, None, None, ()]


def test_a_path_down_and_up_again_ends_in_the_stage_where_it_began() -> None:
    found = of("unet")
    assert [stage.stride for stage in found] == [(s, s) for s in (1, 2, 4, 8, 16)]
    assert found[0].parts[0] is not None
    assert {row.path.partition("/")[0] for row in found[0].parts[0].rows} >= {"down1", "up1"}


def test_a_gate_stands_with_the_whole_image_and_attention_with_its_input() -> None:
    whole = of("se-resnet50")[-1].parts[0]
    assert whole is not None
    assert sum(row.kind == "sigmoid" for row in whole.rows) == 16
    (tokens, _) = of("torchvision/vit_b_16")
    assert tokens.stride == (16, 16)
    assert tokens.parts[0] is not None
    assert sum(row.kind == "attention" for row in tokens.parts[0].rows) == 12


def test_an_enlarged_map_is_finer_than_the_image() -> None:
    found = of_layers("[{upsample: 2}, {conv: 4, kernel: 3, stride: 3}]")
    assert [stage.stride for stage in found] == [(Ratio(1, 2),) * 2, (Ratio(3, 2),) * 2]


def test_a_vector_sees_the_whole_image() -> None:
    (stage,) = of_layers("[{linear: 4}]", "'8'")
    assert (stage.stride, stage.size) == ((), ())


def test_letters_are_sizes_and_strides_like_others() -> None:
    net = archcalc.loads(
        "{input: 3x64x64, args: {s: 2}, layers: [{conv: 4, kernel: 3, stride: s}, {conv: 4, kernel: 3}]}"
    )
    sized = stages([net.analyze("3xHxW")])
    assert str(sized[0].parts[0] and sized[0].parts[0].size) == "(floor((H - 1)/2), floor((W - 1)/2))"
    found = stages([net.analyze("3x64x64", {"s": net.analyze("3xHxW").inputs["input"].spatial[0]}), net.analyze()])
    assert [str(stage.stride) for stage in found] == ["(2, 2)", "(H, H)"]
