"""The window on one axis, against windows that are laid down one by one."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archcalc.errors import Refusal
from archcalc.quantities.window import Window, spread
from tests.known import known

SIZES = st.integers(1, 40)
WINDOWS = st.builds(
    Window,
    kernel=st.integers(1, 7),
    stride=st.integers(1, 6),
    before=st.integers(0, 4),
    after=st.integers(0, 4),
    dilation=st.integers(1, 3),
    ceil=st.just(value=False),
    same=st.just(value=False),
)


def _taps(window: Window) -> list[int]:
    """Return the offsets that a kernel reads, counted out."""
    return [tap * known(window.dilation) for tap in range(known(window.kernel))]


def _starts(window: Window, size: int) -> list[int]:
    """Lay windows down from the left padding on, as long as every tap lies in the padded input."""
    before, after = (known(pad) for pad in window.pads(size))
    cells = range(-before, size + after)
    return [start for start in cells[:: known(window.stride)] if all(start + tap in cells for tap in _taps(window))]


@given(WINDOWS, SIZES)
def test_positions_are_the_windows_that_fit(window: Window, size: int) -> None:
    assume(_starts(window, size))
    assert window.positions(size) == len(_starts(window, size))


@given(WINDOWS, SIZES)
def test_an_input_that_holds_no_window_is_refused(window: Window, size: int) -> None:
    if _starts(window, size):
        window.refuse_too_small(size)
    else:
        with pytest.raises(Refusal, match="is larger than"):
            window.refuse_too_small(size)


@given(WINDOWS)
def test_the_span_reaches_from_the_first_tap_to_the_last(window: Window) -> None:
    assert window.span == max(_taps(window)) + 1


@given(st.integers(1, 7), st.integers(1, 6), st.integers(1, 3), SIZES)
def test_same_padding_makes_a_window_for_every_stride_th_pixel(k: int, s: int, d: int, size: int) -> None:
    window = Window(k, s, dilation=d, same=True)
    before, after = window.pads(size)
    assert window.positions(size) == len(range(0, size, s))
    assert len(_starts(window, size)) == window.positions(size)
    assert known(after - before) in (0, 1)
    assert window.left_over(size) == 0


@given(st.integers(1, 7), st.integers(1, 6), st.integers(0, 3), SIZES)
def test_ceil_adds_the_window_that_begins_inside_and_reaches_over_the_end(k: int, s: int, p: int, size: int) -> None:
    assume(2 * p <= k)
    window = Window(k, s, p, p, ceil=True)
    cells = range(-p, size + p)
    begun = [start for start in range(-p, size, s) if start - s + k <= cells[-1]]
    assert max(0, known(window.positions(size))) == len(begun)


@given(WINDOWS, SIZES)
def test_what_is_left_over_is_never_covered(window: Window, size: int) -> None:
    starts = _starts(window, size)
    assume(starts)
    end = max(start + tap for start in starts for tap in _taps(window))
    assert window.left_over(size) == size + window.after - 1 - end


@pytest.mark.parametrize(
    ("window", "size", "message"),
    [
        (Window(11, 4), 7, "kernel 11 is larger than the input 7: ⌊(7 − 11 + 0)/4⌋ + 1 = 0"),
        (
            Window(3, 1, 1, 1, dilation=4),
            5,
            "kernel 3 with dilation 4 (span 9) is larger than the padded input 5 + 1 + 1: ⌊(5 − 9 + 2)/1⌋ + 1 = −1",
        ),
        (Window(5, 2, ceil=True), 1, "kernel 5 is larger than the input 1: ⌈(1 − 5 + 0)/2⌉ + 1 = −1"),
    ],
)
def test_the_refusal_names_both_numbers_and_the_formula(window: Window, size: int, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        window.refuse_too_small(size)
    assert caught.value.mistakes[0].message == message


def test_one_number_stands_for_every_axis() -> None:
    assert spread("kernel", 3, 3) == (3, 3, 3)
    assert spread("kernel", (1, 7), 2) == (1, 7)


@pytest.mark.parametrize(("rank", "axes"), [(1, "1 spatial axis"), (3, "3 spatial axes")])
def test_another_number_of_numbers_than_axes_is_refused(rank: int, axes: str) -> None:
    with pytest.raises(Refusal, match=f"kernel has 2 numbers, but the feature map has {axes}"):
        spread("kernel", (1, 7), rank)
