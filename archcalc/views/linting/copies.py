"""Findings that differ in the numbers of copies alone, as one: what is said of one copy is said of all."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.studies.linting.lint import Remark

_PATH = re.compile(r"(?<![\w.-])[\d.-]*+[^\W\d][\w.-]*+(?:/[\w.-]++)+")
_COPY = re.compile(r"(?<=/)[1-9][0-9]{0,8}(?=/|$)")
"""The number of a copy; a name of more digits, or of other ones, is a name."""


class LikeRemarks(NamedTuple):
    """Findings that are alike: the first of them, how many there are, and their paths and texts as one."""

    first: Remark
    times: int
    path: str
    text: str


def alike(remarks: Iterable[Remark]) -> Iterator[LikeRemarks]:
    """Yield findings that differ in the numbers of copies alone as one, where the first of them is."""
    found: dict[tuple[str, str | None, str, str], _Several] = {}
    for remark in remarks:
        path, numbers = _numbered(remark.finding.path)
        text, more = _numbered(remark.finding.text)
        key = (remark.rule.code, remark.allowed, path, text)
        if key not in found:
            found[key] = _Several(remark, [array("i") for _ in numbers + more])
        found[key].add(numbers + more)
    for (_, _, path, text), several in found.items():
        whole = f"{path}\0{text}"
        for column in several.columns:
            whole = whole.replace(MARK, _span(column), 1)
        there, _, said = whole.partition("\0")
        yield LikeRemarks(first=several.first, times=several.times, path=there, text=said)


class _Several:
    """The first of some findings, how many there are, and which numbers stand in each place where they differ."""

    def __init__(self, first: Remark, columns: Sequence[array[int]]) -> None:
        self.first, self.columns, self.times = first, columns, 0

    def add(self, numbers: Numbers) -> None:
        """Count one more, with its numbers."""
        self.times += 1
        for column, number in zip(self.columns, numbers, strict=True):
            column.append(number)


MARK = "\1"
"""A character that no path has, in place of the number of a copy."""

Numbers = tuple[int, ...]


def _numbered(text: str) -> tuple[str, Numbers]:
    """Return a text with a mark for each number of a copy in its paths, and the numbers.

    >>> text, numbers = _numbered("follows conv/12 without")
    >>> text.replace(MARK, "*"), numbers
    ('follows conv/* without', (12,))
    """
    if "/" not in text:
        return text, ()
    numbers: list[int] = []

    def marked(found: re.Match[str]) -> str:
        numbers.extend(map(int, _COPY.findall(found[0])))
        return _COPY.sub(MARK, found[0])

    return _PATH.sub(marked, text), tuple(numbers)


def _span(numbers: Sequence[int]) -> str:
    """Return numbers of copies in short.

    >>> _span([2, 3, 4, 3]), _span([5, 5]), _span([1, 7, 4])
    ('2–4', '5', '1 … 7')
    """
    least, most = min(numbers), max(numbers)
    if least == most:
        return str(least)
    return f"{least}–{most}" if len(set(numbers)) == most - least + 1 else f"{least} … {most}"
