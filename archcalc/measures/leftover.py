"""What a division leaves over where windows do not fit evenly: padding that is unused, or input that is never read."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from archcalc.quantities.window import travel
from archcalc.symbolic.printing import with_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.layers.base import Geometry
    from archcalc.network.table import Row
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

LINES = {"H": "row", "W": "column", "L": "step", "D": "plane", "T": "token"}
"""What one place along an axis is called."""


class Grade(StrEnum):
    """How bad it is what a division leaves over, and what is then said of the last places."""

    EXACT = "exactly"
    UNUSED = "unused, which is harmless"
    UNREAD = "never read"


class LeftOver(NamedTuple):
    """Along one axis: the sizes that are divided, and what the padding behind the input makes up for.

    >>> left = LeftOver("W", size=224, span=11, padding=0, after=0, stride=4)
    >>> left.dividend, left.remainder, left.grade.name
    (213, 1, 'UNREAD')
    """

    axis: str
    size: int
    span: int
    padding: int
    after: int
    stride: int

    @property
    def dividend(self) -> int:
        """How far the window can move."""
        return travel(self.size, self.span, self.padding)  # type: ignore[return-value] # of whole numbers

    @property
    def remainder(self) -> int:
        """How many places at the end of the padded input no window reaches."""
        return self.dividend % self.stride

    @property
    def unread(self) -> int:
        """How many of them are input, not padding."""
        return max(0, self.remainder - self.after)

    @property
    def grade(self) -> Grade:
        """Whether nothing is left over, only padding, or input."""
        return Grade.UNREAD if self.unread else Grade.UNUSED if self.remainder else Grade.EXACT

    @property
    def skips(self) -> bool:
        """Whether windows are smaller than their stride: places are skipped everywhere, not just at the end."""
        return self.span < self.stride

    def division(self, *, worked: bool) -> str:
        """Write the division: with the sizes that are subtracted, or ``worked``, with the dividend."""
        line = str(self.dividend) if worked else f"({with_numbers(travel, *self[1:4], zeros=False)})"
        quotient = f"{line}/{self.stride} = {self.dividend // self.stride}"
        return f"{quotient}, remainder {self.remainder}" if self.remainder else f"{quotient} {Grade.EXACT}"


class LeftOverRemark(NamedTuple):
    """What is said of axes along which the same is left over."""

    text: str
    grade: Grade


def remarks(found: Iterable[LeftOver]) -> list[LeftOverRemark]:
    """Say what divisions leave over, in two grades; axes that agree together.

    >>> found = [LeftOver(axis, 224, 11, 0, 0, 4) for axis in "HW"]
    >>> [remark.text for remark in remarks(found)]
    ['213/4 = 53, remainder 1: the last row and column of the input are never read']
    >>> [remark.text for remark in remarks([LeftOver("W", 224, 7, 6, 3, 2), LeftOver("W", 227, 11, 0, 0, 4)])]
    ['223/2 = 111, remainder 1: the last column of the padding is unused, which is harmless', '216/4 = 54 exactly']
    """
    return [LeftOverRemark(_worked(left, axes), left.grade) for left, axes in _alike(found)]


def unread_input(row: Row) -> list[str]:
    """Say along which axes a layer leaves the end of its input unread; places that are skipped everywhere aside.

    >>> import archcalc
    >>> unread_input(archcalc.load("alexnet").analyze((3, 224, 224))["conv1"])
    ['conv1: the last row and column of its input are never read ((224 − 11)/4 = 53, remainder 1)']
    """
    return [f"{row.path}: {text}" for text in _unread(row.geometry, row.inputs[0])] if row.geometry else []


@lru_cache(maxsize=1024)
def _unread(geometry: Geometry, x: Shape) -> tuple[str, ...]:
    found = [left for left in _along(geometry, x) if left.grade is Grade.UNREAD and not left.skips]
    return tuple(f"{_last(left, axes, 'its input')} ({left.division(worked=False)})" for left, axes in _alike(found))


def _alike(found: Iterable[LeftOver]) -> Iterator[tuple[LeftOver, list[str]]]:
    """Yield what is left over along some axes, and which."""
    alike: dict[tuple[int, ...], list[LeftOver]] = {}
    for left in found:
        alike.setdefault(tuple(left[1:]), []).append(left)
    yield from ((same[0], [left.axis for left in same]) for same in alike.values())


def _worked(left: LeftOver, axes: Sequence[str]) -> str:
    division = left.division(worked=True)
    whose = "the input" if left.unread else "the padding"
    return f"{division}: {_last(left, axes, whose)}" if left.remainder else division


def _last(left: LeftOver, axes: Sequence[str], whose: str) -> str:
    """Say of the last places along some axes that nothing reads them."""
    count = left.unread or left.remainder
    what = " and ".join(LINES[axis] if count == 1 else f"{count} {LINES[axis]}s" for axis in axes)
    return f"the last {what} of {whose} {'is' if count == len(axes) == 1 else 'are'} {left.grade}"


def left_over(row: Row) -> tuple[LeftOver, ...]:
    """Return, for each axis along which a layer's windows slide and are rounded down, what the division leaves over."""
    return _along(row.geometry, row.inputs[0]) if row.geometry else ()


@lru_cache(maxsize=1024)
def _along(geometry: Geometry, x: Shape) -> tuple[LeftOver, ...]:
    return tuple(_divided(geometry, x))


def _divided(geometry: Geometry, x: Shape) -> Iterator[LeftOver]:
    for window, size, axis in zip(geometry.windows, x.lengths, x.length_axes, strict=False):
        given: tuple[Int, ...] = (size, window.span, window.padding, window.after, window.stride)
        numbers = tuple(number for number in given if isinstance(number, int))
        if window.rounds_down and len(numbers) == len(given):
            yield LeftOver(axis, *numbers)
