"""What a division leaves over where windows do not fit evenly: padding that is unused, or input that is never read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.network.table import Row

LINES = {"H": "row", "W": "column", "L": "step", "D": "plane"}
"""What one place along an axis is called."""


class LeftOver(NamedTuple):
    """Along one axis: what is divided by what, the remainder, and how much of it is input that no window reads."""

    axis: str
    dividend: int
    divisor: int
    remainder: int
    unread: int


def sentences(found: Iterable[LeftOver]) -> list[str]:
    """Say what divisions leave over, in two grades; axes that agree together.

    >>> sentences([LeftOver("H", 213, 4, 1, 1), LeftOver("W", 213, 4, 1, 1)])
    ['213/4 = 53 remainder 1: the last row and column of the input are never read']
    >>> sentences([LeftOver("W", 223, 2, 1, 0)])
    ['223/2 = 111 remainder 1: the last column of the padding is unused, which is harmless']
    >>> sentences([LeftOver("W", 216, 4, 0, 0)])
    ['216/4 = 54 exactly']
    """
    alike: dict[tuple[int, ...], list[str]] = {}
    for left in found:
        alike.setdefault(tuple(left[1:]), []).append(left.axis)
    return [_sentence(LeftOver(axes[0], *numbers), axes) for numbers, axes in alike.items()]


def _sentence(left: LeftOver, axes: Sequence[str]) -> str:
    division = f"{left.dividend}/{left.divisor} = {left.dividend // left.divisor}"
    if not left.remainder:
        return f"{division} exactly"
    lines, where = left.unread or left.remainder, "input" if left.unread else "padding"
    what = " and ".join(LINES[axis] if lines == 1 else f"{lines} {LINES[axis]}s" for axis in axes)
    verb = "is" if lines == 1 and len(axes) == 1 else "are"
    end = "never read" if left.unread else "unused, which is harmless"
    return f"{division} remainder {left.remainder}: the last {what} of the {where} {verb} {end}"


def left_over(row: Row) -> Iterator[LeftOver]:
    """Yield, for each axis along which a layer's windows slide, what the division leaves over."""
    x = row.inputs[0]
    for window, size, axis in zip(row.geometry.windows if row.geometry else (), x.spatial, x.layout[1:], strict=False):
        total = size - window.span + window.padding
        left, step, after = window.left_over(size), window.stride, window.after
        plain = not (window.same or window.ceil) and window.period == 1
        if (
            plain
            and isinstance(total, int)
            and isinstance(left, int)
            and isinstance(step, int)
            and isinstance(after, int)
        ):
            yield LeftOver(axis, total, step, left, max(0, left - after))
