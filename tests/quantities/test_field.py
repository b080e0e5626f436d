"""Receptive fields, against ones that are pushed through a grid pixel by pixel."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from archcalc.quantities.field import Field
from archcalc.quantities.reach import ALL, NONE, Reach, pixel
from archcalc.quantities.sight import Bins, Blocks, Stretch
from archcalc.quantities.window import Window
from archcalc.symbolic.expr import Letter
from tests.known import known

WINDOWS = st.lists(
    st.builds(
        Window,
        kernel=st.integers(1, 4),
        stride=st.integers(1, 3),
        before=st.integers(0, 2),
        after=st.integers(0, 2),
        dilation=st.integers(1, 2),
        ceil=st.just(value=False),
        same=st.booleans(),
    ),
    max_size=4,
)

MARGIN = 400
"""More than four windows of stride 3 can look beyond the input."""


def _seen(windows: list[Window], size: int) -> list[set[int]]:
    """Return, for each unit of a chain of windows, the pixels it sees, padding included: counted, not computed."""
    units: dict[int, set[int]] = {index: {index} for index in range(-MARGIN, size + MARGIN)}
    count = size
    for window in windows:
        before, stride = known(window.pads(count)[0]), known(window.stride)
        taps = [tap * known(window.dilation) - before for tap in range(known(window.kernel))]
        units = {
            unit: set().union(*(units[unit * stride + tap] for tap in taps))
            for unit in units
            if all(unit * stride + tap in units for tap in taps)
        }
        count = known(window.positions(count))
    return [units[unit] for unit in range(count)]


@given(WINDOWS, st.integers(10, 30))
def test_a_unit_sees_from_first_to_last(windows: list[Window], size: int) -> None:
    reach, count = pixel(1), size
    for window in windows:
        assume(known(window.positions(count)) >= 1)
        reach, count = reach.through([window], [count]), known(window.positions(count))
    assert reach.axes is not None
    for unit, pixels in enumerate(_seen(windows, size)):
        assert reach.axes[0].interval(unit) == (min(pixels), max(pixels))


def _reach(*windows: Window) -> Reach:
    reach, count = pixel(1), 32
    for window in windows:
        reach, count = reach.through([window], [count]), known(window.positions(count))
    return reach


def test_a_merge_sees_the_hull_of_its_branches() -> None:
    joined = _reach(Window(1)).joined(_reach(Window(5, 1, 2, 2)))
    assert joined == Reach((Field(-2, 2),))
    assert joined.aligned


def test_branches_with_other_centres_are_misaligned() -> None:
    joined = _reach(Window(1)).joined(_reach(Window(2)))
    assert joined == Reach((Field(0, 1),), aligned=False)
    assert not joined.joined(_reach(Window(1))).aligned


def test_branches_with_other_strides_are_misaligned() -> None:
    assert not _reach(Window(1, 2)).joined(_reach(Window(1))).aligned


def test_a_global_path_joins_a_spatial_one() -> None:
    gated = _reach(Window(3)).joined(ALL)
    assert gated.axes == (Field(0, 2),)
    assert gated.everything


def test_what_reads_all_or_nothing_says_so_in_a_word() -> None:
    assert (ALL.word, NONE.word, pixel(2).word) == ("all", "none", "")
    assert ALL.through([Window(3)], [5]) is ALL
    assert NONE.joined(ALL) == ALL


def test_more_phases_than_any_map_has_rows_are_not_followed() -> None:
    assert Field().through(Stretch(4999, 5001), 4999) is None
    assert pixel(1).through([Stretch(4999, 5001)], [4999]).word == "unknown"


def test_letters_that_leave_a_drift_open_stand_for_the_first_units() -> None:
    assert Field(0, 2, 2).joined(Field(-1, 0), Letter("n")) == Field(-1, 2, 2)


def test_the_one_unit_of_a_stretched_axis_is_what_all_see() -> None:
    seen = Reach((Field(0, 7, 8), Field(0, 2, 1)))
    assert seen.stretched((1, 5), (5, 5)) == Reach((Field(0, 7, 0), Field(0, 2, 1)))
    assert ALL.stretched((1, 1), (5, 5)) == ALL
    assert Reach((Field(),)).stretched((5, 1), (5, 5)) == Reach(None, known=False)  # tokens, taken apart into heads


def test_a_sight_with_letters_has_a_period_where_one_size_divides_the_other() -> None:
    h = Letter("H")
    assert (Stretch(h, h).period, Stretch(h, h).advance) == (1, 1)
    assert (Bins(6 * h, h).period, Bins(6 * h, h).advance) == (1, 6)
    assert Stretch(h, 2 * h).period != 1
    assert (Bins(6 * h, h).ends(6 * h), Blocks(1).ends(5)) == ((0, 5), (0, 0))


@given(st.integers(1, 7), st.integers(1, 6), st.integers(1, 4), st.booleans())
def test_a_bin_sees_what_all_units_in_it_see(inputs: int, times: int, bins: int, smooth: bool) -> None:  # noqa: FBT001
    outputs = inputs * times + inputs % 2
    stretched = Field().through(Stretch(inputs, outputs, smooth=smooth), inputs)
    assert stretched is not None
    found = stretched.through(Bins(outputs, bins), outputs)
    assert found is not None
    for unit in range(bins):
        seen = [stretched.interval(read) for read in Bins(outputs, bins).reads(unit, outputs)]
        assert found.interval(unit) == (min(one[0] for one in seen if one), max(one[1] for one in seen if one))
