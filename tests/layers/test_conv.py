"""Convolution against its definition: a loop over everything that is multiplied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import Problem, Refusal
from archcalc.layers.conv import Conv
from archcalc.quantities.shape import grid
from tests.layers.counting import places


@given(
    st.integers(1, 3),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(5, 8), st.integers(5, 8)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
    st.integers(1, 2),
)
def test_macs_are_the_multiplications_of_the_loop(  # noqa: PLR0917, PLR0913 - all that a convolution has
    groups: int,
    per_group: tuple[int, int],
    size: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: int,
) -> None:
    x = grid(groups * per_group[0], size)
    conv = Conv(groups * per_group[1], kernel, stride, padding, dilation, groups)
    starts = [
        range(-p, n + p - d * (k - 1), s)
        for n, k, s, p, d in zip(size, kernel, stride, padding, (dilation, dilation), strict=True)
    ]
    products = outputs = 0
    for _group in range(groups):
        for _filter in range(per_group[1]):
            for _row in starts[0]:
                for _column in starts[1]:
                    outputs += 1
                    products += sum(1 for _channel in range(per_group[0]) for _tap in places(kernel))
    assert conv.output(x).elements == outputs
    assert conv.macs(x) == products
    assert conv.connections(x) == products + outputs


TABLE = ((0, 1), (1, 2), (0, 1, 2))


def test_a_table_says_which_maps_each_filter_reads() -> None:
    x = grid(3, (6, 6))
    conv = Conv(3, 5, table=TABLE)
    products = sum(1 for row in TABLE for _map in row for _place in places((2, 2)) for _tap in places((5, 5)))
    assert conv.output(x) == grid(3, (2, 2))
    assert (conv.macs(x), conv.connections(x)) == (products, products + 3 * 4)


@pytest.mark.parametrize(
    ("conv", "message"),
    [
        (Conv(3, 5, groups=3, table=TABLE), "table and groups cannot be combined"),
        (Conv(6, 5, table=TABLE), "table has 3 rows, but the layer has 6 filters"),
        (
            Conv(3, 5, table=(*TABLE[:2], (3,))),
            "table contains input channel 3, but the input has 3 channels, counted from 0",
        ),
    ],
)
def test_a_table_that_does_not_fit_is_refused(conv: Conv, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        conv.output(grid(3, (6, 6)))
    assert list(caught.value.mistakes) == [Problem(message)]


def test_uneven_groups_are_refused() -> None:
    with pytest.raises(Refusal) as caught:
        Conv(6, 3, groups=2).output(grid(3, (6, 6)))
    assert list(caught.value.mistakes) == [
        Problem("groups 2 does not divide the 3 input channels (3 % 2 = 1)", "use a divisor of 3")
    ]
