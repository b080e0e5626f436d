"""Transposed convolution against its definition: every input spread over the output, tap by tap."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archcalc.errors import Problem, Refusal
from archcalc.layers.conv_transpose import ConvTranspose
from archcalc.quantities.reach import pixel
from archcalc.quantities.shape import grid
from archcalc.quantities.tensor import BUFFER
from archcalc.symbolic.equality import equal
from archcalc.symbolic.expr import Letter
from tests.known import known
from tests.layers.counting import places

if TYPE_CHECKING:
    from archcalc.layers.base import Layer
    from archcalc.symbolic.expr import Int

PAIRS = st.tuples(st.integers(1, 4), st.integers(1, 4))


@given(st.integers(1, 2), PAIRS, PAIRS, PAIRS, PAIRS, PAIRS)
def test_size_and_macs_are_those_of_spreading_every_input(  # noqa: PLR0917, PLR0913 - all that it has
    groups: int,
    per_group: tuple[int, int],
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
) -> None:
    x = grid(groups * per_group[0], size)
    layer = ConvTranspose(groups * per_group[1], kernel, stride, dilation=dilation, groups=groups)
    reached: set[tuple[int, int]] = set()
    products = 0
    for _group in range(groups):
        for _channel, _filter in places(per_group):
            for place, tap in product(places(size), places(kernel)):
                products += 1
                row, column = (i * s + k * d for i, s, k, d in zip(place, stride, tap, dilation, strict=True))
                reached.add((row, column))
    spatial = tuple(max(axis) + 1 for axis in zip(*reached, strict=True))
    assert layer.output(x) == grid(groups * per_group[1], spatial)
    assert layer.macs(x) == products
    assert layer.connections(x) == products + groups * per_group[1] * spatial[0] * spatial[1]


@given(
    st.integers(1, 12), st.integers(1, 5), st.integers(1, 4), st.integers(0, 2), st.integers(0, 3), st.integers(1, 3)
)
def test_it_undoes_a_convolution_of_the_same_options(  # noqa: PLR0917, PLR0913
    size: int, kernel: int, stride: int, padding: int, more: int, dilation: int
) -> None:
    assume(more < stride)
    layer = ConvTranspose(1, kernel, stride, padding, more, dilation)
    try:
        (large,) = layer.output(grid(1, (size,))).spatial
    except Refusal:
        return
    starts = range(-padding, known(large) + padding - dilation * (kernel - 1), stride)
    assert len(starts) == size


@given(st.integers(1, 5), st.integers(0, 2), st.integers(1, 2))
def test_with_a_stride_of_1_a_unit_sees_the_inputs_that_reach_it(kernel: int, padding: int, dilation: int) -> None:
    size = 12
    layer = ConvTranspose(1, kernel, padding=padding, dilation=dilation)
    reach = layer.reach(grid(1, (size,)), pixel(1))
    assert reach.axes is not None
    field = reach.axes[0]
    unit = 6 - padding
    seen = [i for i in range(-20, 40) if unit + padding in {i + dilation * tap for tap in range(kernel)}]
    assert (known(field.first) + unit, known(field.last) + unit) == (min(seen), max(seen))


def test_with_a_larger_stride_the_field_depends_on_the_phase() -> None:
    axes = ConvTranspose(1, 3, stride=(1, 2)).reach(grid(1, (8, 8)), pixel(2)).axes
    assert axes is not None
    assert [(axis.sizes, str(axis.stride)) for axis in axes] == [((3,), "1"), ((2, 1), "1/2")]


def test_where_the_kernel_is_less_than_the_stride_some_units_see_nothing() -> None:
    axes = ConvTranspose(1, 1, stride=3).reach(grid(1, (8,)), pixel(1)).axes
    assert axes is not None
    assert [axes[0].interval(unit) for unit in range(4)] == [(0, 0), None, None, (1, 1)]


def test_letters_leave_the_phases_open() -> None:
    axes = ConvTranspose(1, 3, stride=Letter("S")).reach(grid(1, (8,)), pixel(1))
    assert (axes.axes, axes.word) == (None, "unknown")


def test_no_input_is_left_over() -> None:
    (window,) = ConvTranspose(1, 3, stride=4).geometry(grid(1, (9,))).windows
    assert window.left_over(9) == 0


def test_fixed_weights_are_buffers() -> None:
    tensors = ConvTranspose(21, 4, stride=2, fixed=True).tensors(grid(21, (16, 16)))
    assert [(tensor.role, tensor.elements) for tensor in tensors] == [(BUFFER, 21 * 21 * 16), (BUFFER, 21)]


def test_without_a_bias_only_weights_connect() -> None:
    layer = ConvTranspose(2, 3, bias=False)
    assert layer.connections(grid(1, (4,))) == layer.macs(grid(1, (4,))) == 2 * 3 * 4


def test_letters_go_through() -> None:
    height, width = Letter("H"), Letter("W")
    layer: Layer = ConvTranspose(8, 4, stride=2, padding=1)
    output = layer.output(grid(16, (height, width)))
    expected: list[Int] = [8, 2 * height, 2 * width]
    assert [equal(a, b) for a, b in zip(output.sizes, expected, strict=True)] == [True] * 3
    assert equal(layer.macs(grid(16, (height, width))), 16 * 8 * 16 * height * width)


@pytest.mark.parametrize(
    ("layer", "channels", "message", "hint"),
    [
        (
            ConvTranspose(2, 3, stride=2, output_padding=2),
            1,
            "output_padding 2 must be smaller than stride 2 or dilation 1",
            "use a smaller output_padding",
        ),
        (
            ConvTranspose(2, 3, stride=2, padding=4),
            1,
            "the padding removes the whole output: (3 − 1)·2 − 8 + 3 + 0 = −1",
            "use less padding or a larger input",
        ),
        (ConvTranspose(3, 3, groups=2), 4, "groups 2 does not divide the 3 filters (3 % 2 = 1)", "use a divisor of 3"),
        (
            ConvTranspose(4, 3, groups=2),
            3,
            "groups 2 does not divide the 3 input channels (3 % 2 = 1)",
            "use a divisor of 3",
        ),
        (
            ConvTranspose(4, (3, 3)),
            3,
            "kernel has 2 numbers, but the feature map has 1 spatial axis",
            "use one number for all axes, or one per axis",
        ),
    ],
)
def test_what_cannot_work_is_refused(layer: ConvTranspose, channels: int, message: str, hint: str) -> None:
    with pytest.raises(Refusal) as caught:
        layer.output(grid(channels, (3,)))
    assert list(caught.value.mistakes) == [Problem(message, hint)]


@pytest.mark.parametrize(
    ("padding", "kernel", "expected"), [("same", 3, 10), ("same", 1, 10), ("valid", 3, 11), ("valid", 1, 10)]
)
def test_words_of_tensorflow_give_its_sizes(padding: str, kernel: int, expected: int) -> None:
    """Five inputs, two apart, as `tf.keras.layers.Conv2DTranspose` spreads them."""
    assert ConvTranspose(4, kernel, 2, padding=padding).output(grid(3, (5, 5))).spatial == (expected, expected)
