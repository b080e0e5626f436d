"""Printed figures: how a paper writes a number, and when an exact value agrees with it.

A printed figure agrees if the exact value rounds or truncates to its digits; the literature does both (AlexNet's
60M, ResNet's 3.8e9).
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from archcalc.errors import Refusal

SUFFIXES = {"": 0, "K": 3, "k": 3, "M": 6, "G": 9, "B": 9, "T": 12}
"""The power of ten that a letter behind a number stands for."""

_NUMBER = re.compile(
    r"(?P<sign>-?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?(?:[eE](?P<power>\d{1,2}))?(?P<suffix>[KkMGBT]?)"
)


class Agreement(StrEnum):
    """How an exact value agrees with a printed figure."""

    EXACT = "exact"
    ROUNDS = "rounds"
    TRUNCATES = "truncates"
    WRONG = "wrong"


class Figure(NamedTuple):
    """A printed number: ``digits`` times ten to the ``power``, the last digit being uncertain unless it is whole.

    >>> read_figure("3.8e9")
    Figure(digits=38, power=8)
    """

    digits: int
    power: int

    def agrees(self, exact: int) -> Agreement:
        """Say how an exact value agrees: exact, rounds, truncates, or wrong.

        >>> print(read_figure("60M").agrees(60965224), read_figure("61M").agrees(60965224))
        truncates rounds
        """
        unit = 10**self.power
        if self.digits * unit == exact:
            return Agreement.EXACT
        if unit == 1:
            return Agreement.WRONG
        if abs(2 * (exact - self.digits * unit)) <= unit:
            return Agreement.ROUNDS
        return Agreement.TRUNCATES if exact // unit == self.digits else Agreement.WRONG


def read_figure(printed: str) -> Figure:
    """Read a printed number.

    Raises:
        Refusal: it is no number.
    """
    match = _NUMBER.fullmatch(printed.strip())
    if match is None:
        raise Refusal(f"'{printed}' is no figure", "as in 60965224, 60,965,224, 60M or 3.8e9")
    part = match["part"] or ""
    digits = int(match["sign"] + match["whole"].replace(",", "") + part)
    power = int(match["power"] or 0) + SUFFIXES[match["suffix"]] - len(part)
    return Figure(digits, power) if power >= 0 else _whole(digits, power, printed)


def _whole(digits: int, power: int, printed: str) -> Figure:
    """Return a figure with digits behind the point of its last unit, such as 149.50; they have to be zeros."""
    if digits % 10**-power:
        raise Refusal(f"'{printed}' is no whole number", "counts are whole")
    return Figure(digits // 10**-power, 0)
