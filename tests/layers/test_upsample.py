"""Upsampling: sizes, fields, and letters."""

from __future__ import annotations

from archcalc.layers.pixel_shuffle import PixelShuffle
from archcalc.layers.space_to_depth import SpaceToDepth
from archcalc.layers.upsample import Upsample
from archcalc.quantities.reach import pixel
from archcalc.quantities.shape import grid
from archcalc.symbolic.equality import equal
from archcalc.symbolic.expr import Letter


def test_a_factor_may_be_given_for_each_axis_or_a_layer_for_all() -> None:
    assert Upsample((2, 3)).output(grid(5, (4, 4))) == grid(5, (8, 12))
    assert Upsample(to=grid(64, (9, 7))).output(grid(5, (4, 4))) == grid(5, (9, 7))


def test_a_map_that_keeps_its_size_keeps_its_field() -> None:
    x, before = grid(4, (6, 6)), pixel(2)
    assert Upsample(1).reach(x, before) == Upsample(to=x).reach(x, before) == before
    assert PixelShuffle(1).reach(x, before) == before
    halved = Upsample(2).reach(x, before)
    assert halved == PixelShuffle(2).reach(x, before)
    assert halved.axes is not None
    assert str(halved.axes[0].stride) == "1/2"


def test_blocks_are_seen_as_windows_side_by_side() -> None:
    reach = SpaceToDepth(2).reach(grid(4, (6, 6)), pixel(2))
    assert reach.axes is not None
    assert [(field.size, field.stride, field.padding) for field in reach.axes] == [(2, 2, 0)] * 2


def test_a_block_has_a_size_per_axis() -> None:
    clip = grid(3, (5, 4, 6))
    assert SpaceToDepth((1, 2, 2)).output(clip) == grid(12, (5, 2, 3))


def test_a_shuffle_and_its_opposite_cancel() -> None:
    x = grid(8, (6, 4))
    assert SpaceToDepth(2).output(PixelShuffle(2).output(x)) == x


def test_letters_go_through() -> None:
    height, factor = Letter("H"), Letter("r")
    assert Upsample(factor).output(grid(3, (height,))).spatial == (factor * height,)
    shuffled = PixelShuffle(2).output(grid(4 * height, (height, 5)))
    assert equal(shuffled.channels, height)
    assert equal(SpaceToDepth(2).output(grid(3, (2 * height, 4))).spatial[0], height)
