"""What a search for unknowns comes back with: solutions, whether they are all there are, and what lies nearest."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Span(NamedTuple):
    """All whole numbers from one to another, or those a step apart; None where there is no end."""

    low: int
    high: int | None
    step: int = 1

    def __repr__(self) -> str:
        step = "" if self.step == 1 else f", step={self.step}"
        return f"Span(low={self.low}, high={self.high}{step})"

    def __contains__(self, value: object) -> bool:
        """Whether a number lies in it.

        >>> 230 in Span(227, 258), 5 in Span(9, None), 20 in Span(16, None, 16)
        (True, False, False)
        """
        inside = isinstance(value, int) and value >= self.low and (self.high is None or value <= self.high)
        return inside and (value - self.low) % self.step == 0  # type: ignore[operator]


class Solution(NamedTuple):
    """What the unknowns must be: a number each, or a span of numbers that are all as good.

    ``exact`` says that the division is whole; where it is not, ``left_over`` is what it leaves over (None where
    that differs along a span).
    """

    values: Mapping[str, int | Span]
    exact: bool = True
    left_over: int | None = None


class TriedTotals(NamedTuple):
    """What is asked for, computed at one value of the unknowns; ``holds`` says whether all of it does."""

    values: Mapping[str, int]
    totals: Mapping[str, int]
    holds: bool


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The solutions of a question, in the order in which they are worth reading.

    ``complete`` says that there are no others in the range that ``how`` names, ``how`` why that is certain.
    ``nearest`` is what comes closest where nothing is exact; its values name also what would have to change.
    """

    question: str
    unknowns: tuple[str, ...]
    solutions: tuple[Solution, ...]
    complete: bool = True
    how: str = ""
    nearest: tuple[Solution, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether there is a solution."""
        return bool(self.solutions)


NOTHING: Mapping[str, int] = MappingProxyType({})


def in_spans(values: list[int]) -> list[int | Span]:
    """Return ascending numbers, those that follow each other as a span.

    >>> in_spans([1, 2, 3, 7])
    [Span(low=1, high=3), 7]
    """
    runs: list[list[int]] = []
    for value in values:
        if runs and runs[-1][-1] + 1 == value:
            runs[-1].append(value)
        else:
            runs.append([value])
    return [run[0] if len(run) == 1 else Span(run[0], run[-1]) for run in runs]


def span_or_number(low: int, high: int | None) -> int | Span:
    """Return a span, or the number that is all of it."""
    return low if low == high else Span(low, high)
