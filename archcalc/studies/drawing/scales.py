"""Scales: how long a number is drawn, and the round numbers that an axis names."""

from __future__ import annotations

import math
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

KNEE = 8
"""Where a logarithmic length bends: below, it grows nearly like the number itself, and 1 is still seen."""


def logarithmic(size: int, longest: int, length: float) -> float:
    """Return how long a size is drawn, if the longest gets a length: as log(1 + n/8).

    >>> logarithmic(224, 224, 150.0), round(logarithmic(56, 224, 150.0), 1)
    (150.0, 92.6)
    """
    return length * math.log1p(size / KNEE) / math.log1p(max(longest, 1) / KNEE)


def linear(size: int, longest: int, length: float) -> float:
    """Return how long a size is drawn, if the longest gets a length: in proportion.

    >>> linear(56, 224, 150.0)
    37.5
    """
    return length * size / max(longest, 1)


def ticks(largest: float, most: int = 6) -> list[float]:
    """Return round numbers from zero to just beyond the largest: steps of 1, 2 or 5 times a power of ten.

    >>> ticks(7.3)
    [0, 2, 4, 6, 8]
    """
    step = next(step for step in _steps(largest / most) if math.ceil(largest / step) < most)
    return [number * step for number in range(math.ceil(largest / step) + 1)]


def _steps(least: float) -> Iterator[float]:
    power = math.floor(math.log10(least)) if least > 0 else 0
    for exponent in count(power):
        yield from (factor * 10**exponent for factor in (1, 2, 5))


def decades(smallest: float, largest: float) -> list[int]:
    """Return the powers of ten, and their double and fivefold, from just below the smallest to just above the largest.

    >>> decades(700_000, 3_000_000)
    [500000, 1000000, 2000000, 5000000]
    """
    first = math.floor(math.log10(max(smallest, 1)))
    last = math.ceil(math.log10(max(largest, 1))) + 1
    found = [factor * 10**exponent for exponent in range(first, last) for factor in (1, 2, 5)]
    start = max(index for index, number in enumerate(found) if number <= max(smallest, 1))
    end = min((index for index, number in enumerate(found) if number >= largest), default=len(found) - 1)
    return found[start : max(end, start + 1) + 1]


def short(number: float) -> str:
    """Write a round number for an axis.

    >>> short(25_000_000), short(500), short(1_500_000_000), short(0.25)
    ('25M', '500', '1.5G', '0.25')
    """
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "K")):
        if number >= size:
            return f"{number / size:g}{letter}"
    return f"{number:g}"
