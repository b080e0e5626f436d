"""Cropping against lists: the pixels that are left, and where they came from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archcalc.layers.crop import Crop
from archcalc.quantities.reach import pixel
from archcalc.quantities.shape import grid
from archcalc.symbolic.equality import equal
from archcalc.symbolic.expr import Letter
from tests.known import known


@given(st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_the_middle_has_as_much_before_it_as_behind_or_one_less(sizes: tuple[int, int]) -> None:
    size, left = sizes
    layer, x = Crop(left), grid(3, (size,))
    assert layer.output(x) == grid(3, (left,))
    reach = layer.reach(x, pixel(1))
    assert reach.axes is not None
    first = known(reach.axes[0].first)
    row = list(range(size))
    kept = row[first : first + left]
    before, after = row[: kept[0]], row[kept[-1] + 1 :]
    assert len(after) - len(before) in (0, 1)


def test_an_offset_says_where_it_begins_on_each_axis() -> None:
    reach = Crop((4, 2), offset=(1, 3)).reach(grid(1, (9, 9)), pixel(2))
    assert reach.axes is not None
    assert [(field.first, field.last) for field in reach.axes] == [(1, 1), (3, 3)]


def test_the_size_of_another_layer_is_taken_not_its_channels() -> None:
    assert Crop(to=grid(64, (56, 40))).output(grid(128, (64, 64))) == grid(128, (56, 40))


def test_letters_go_through() -> None:
    height = Letter("H")
    layer, x = Crop(to=grid(1, (height,))), grid(8, (height + 9,))
    assert layer.output(x) == grid(8, (height,))
    reach = layer.reach(x, pixel(1))
    assert reach.axes is not None
    assert equal(reach.axes[0].first, 4)
