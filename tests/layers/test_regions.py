"""Regions: from there on everything counts as often as there are of them, but for parameters."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.layers.registry import build, find
from archcalc.layers.spp import SPP
from archcalc.quantities.reach import pixel
from archcalc.quantities.shape import Shape, grid
from archcalc.symbolic.expr import Letter

SIZED = ["roi_align", "roi_pool", "warp"]


@pytest.mark.parametrize("kind", SIZED)
def test_each_region_gets_the_size(kind: str) -> None:
    layer = build(find(kind), {"size": (7, 5), "regions": 20})
    assert layer.output(grid(8, (30, 40))) == Shape("CHW", (8, 7, 5), 20)
    assert layer.output(Shape("CHW", (8, 30, 40), 3)).regions == 60
    assert layer.reach(grid(8, (30, 40)), pixel(2)).word == "all"


@pytest.mark.parametrize("kind", SIZED)
def test_their_number_may_be_a_letter(kind: str) -> None:
    layer = build(find(kind), {"size": 7, "regions": Letter("n")})
    assert str(layer.output(grid(8, (30, 40)))) == "n × 8×7×7"


def test_a_pyramid_holds_a_value_for_each_bin_of_each_level() -> None:
    bins = [(level, row, column) for level in (1, 2, 3, 6) for row in range(level) for column in range(level)]
    layer = SPP((1, 2, 3, 6))
    assert layer.output(grid(256, (40, 31))) == Shape("F", (256 * len(bins),))
    assert layer.reach(grid(256, (40, 31)), pixel(2)).word == "all"
    assert layer.output(grid(2, (Letter("H"),))) == Shape("F", (2 * 12,))


def test_work_counts_once_per_region_and_parameters_once() -> None:
    text = "{input: 3x50x60, layers: [{roi_pool: 4, regions: REGIONS}, flatten, {linear: 10}]}"
    one, many = (archcalc.loads(text.replace("REGIONS", number)).analyze().totals.counts for number in ("1", "300"))
    assert many.params == one.params == 10 * (3 * 4 * 4 + 1)
    assert many.macs == 300 * 10 * 3 * 4 * 4
    assert many.activations == 300 * (3 * 4 * 4 + 10)
    assert many.neurons == 300 * 10
