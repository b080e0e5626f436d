"""Convolution against its definition: a loop over everything that is multiplied."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

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
