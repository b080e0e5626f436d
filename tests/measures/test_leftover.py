"""What divisions leave over, against positions counted one by one."""

from __future__ import annotations

from itertools import product

import archcalc
from archcalc.measures.leftover import Grade, left_over, remarks, unread_input


def test_what_is_left_over_is_what_no_window_covers() -> None:
    for size, kernel, stride, pad in product(range(4, 9), range(1, 4), range(1, 4), range(2)):
        text = f"{{input: 1x{size}, layers: [{{conv: 1, kernel: {kernel}, stride: {stride}, padding: {pad}}}]}}"
        (row,) = archcalc.loads(text).analyze().rows
        (left,) = left_over(row)
        starts = range(-pad, size + pad - kernel + 1, stride)
        last = starts[-1] + kernel - 1
        assert left.unread == max(0, size - 1 - last)
        assert left.remainder == size + pad - 1 - last
        grade = Grade.UNREAD if last < size - 1 else Grade.UNUSED if last < size + pad - 1 else Grade.EXACT
        (remark,) = remarks([left])
        assert (left.grade, remark.grade) == (grade, grade)
        assert remark.text.endswith(grade)
        assert bool(unread_input(row)) == (grade is Grade.UNREAD and kernel >= stride)


def test_what_divides_nothing_leaves_nothing_to_say() -> None:
    network = archcalc.loads("{input: 2x5x5, layers: [{conv_transpose: 2, kernel: 3}, {maxpool: 2, ceil: true}]}")
    assert [list(left_over(row)) for row in network.analyze().rows] == [[], []]


def test_axes_are_told_apart_where_they_differ() -> None:
    (row,) = archcalc.loads("{input: 3x224x226, layers: [{conv: 8, kernel: 11, stride: 4}]}").analyze().rows
    assert unread_input(row) == [
        "conv: the last row of its input is never read ((224 − 11)/4 = 53, remainder 1)",
        "conv: the last 3 columns of its input are never read ((226 − 11)/4 = 53, remainder 3)",
    ]
