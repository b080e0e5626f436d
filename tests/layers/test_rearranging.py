"""Layers that only move values: their shapes, and what a unit sees behind them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import Refusal
from archcalc.layers.permute import Permute
from archcalc.layers.registry import build, find
from archcalc.layers.reshape import Reshape
from archcalc.layers.slice import Slice
from archcalc.layers.split import Split
from archcalc.quantities.field import Field
from archcalc.quantities.reach import Reach, pixel
from archcalc.quantities.shape import Shape, grid, vector


@given(st.integers(1, 5), st.integers(1, 4))
def test_the_parts_of_a_split_are_the_slices_of_the_whole(parts: int, each: int) -> None:
    x = grid(parts * each, (3, 4))
    for part in range(parts):
        assert Split(parts, part).output(x) == Slice((part * each, (part + 1) * each)).output(x)


@given(st.permutations(range(4)), st.permutations(range(4)))
def test_two_orders_after_each_other_are_one(first: list[int], second: list[int]) -> None:
    x = grid(2, (3, 5, 7))
    both = Permute(tuple(second)).output(Permute(tuple(first)).output(x))
    assert both == Permute(tuple(first[axis] for axis in second)).output(x)


def test_a_map_on_its_side_has_its_fields_in_the_other_order() -> None:
    before = Reach((Field(0, 2, 1), Field(0, 6, 2)))
    assert Permute((0, 2, 1)).reach(grid(3, (8, 8)), before).axes == before.axes[::-1]  # type: ignore[index]
    assert Permute((0, 1, 2)).reach(grid(3, (8, 8)), before) == before
    assert Permute((1, 0, 2)).reach(grid(3, (8, 8)), before).word == "all"
    assert Permute((1, 0)).reach(Shape("TF", (4, 6)), before).word == "all"


def test_a_shape_is_what_its_number_of_axes_says_or_its_layout() -> None:
    assert Reshape((30, 7, 7)).output(vector(1470)) == grid(30, (7, 7))
    assert Reshape((1470,)).output(grid(30, (7, 7))) == vector(1470)
    assert Reshape((49, 30), layout="TF").output(grid(30, (7, 7))) == Shape("TF", (49, 30))
    assert Reshape((49, 30)).output(grid(30, (7, 7))).layout == "CL"


def test_a_new_shape_mixes_what_units_saw() -> None:
    x = grid(4, (4, 4))
    assert Reshape((4, 4, 4)).reach(x, pixel(2)) == pixel(2)
    assert Reshape((64,)).reach(x, pixel(2)).word == "all"


@pytest.mark.parametrize("axes", [(0, -1), ("a", 1), 1])
def test_an_order_is_a_list_of_axes(axes: object) -> None:
    with pytest.raises(Refusal, match="expected a list of axis numbers, counted from 0, got"):
        build(find("permute"), {"axes": axes})
