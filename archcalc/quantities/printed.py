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


LONGEST = 60
"""A printed number has at most this many characters."""


class Agreement(StrEnum):
    """How an exact value agrees with a printed figure."""

    EXACT = "exact"
    ROUNDS = "rounds"
    TRUNCATES = "truncates"
    WRONG = "wrong"


class Figure(NamedTuple):
    """A printed number: ``digits`` times ten to the ``power`` units, the last digit being uncertain unless it is whole.

    >>> read_figure("3.8e9")
    Figure(digits=38, power=8, unit=1)
    """

    digits: int
    power: int
    unit: int = 1

    @property
    def value(self) -> int:
        """The number as it stands there, rounded down to a whole one.

        >>> read_figure("3.8e9").value, read_bytes("1.5 KiB").value
        (3800000000, 1536)
        """
        times, over = self._step
        return self.digits * times // over

    @property
    def _step(self) -> tuple[int, int]:
        """What one of the last digit stands for: so many over so many."""
        return self.unit * 10 ** max(0, self.power), 10 ** max(0, -self.power)

    def agrees(self, exact: int) -> Agreement:
        """Say how an exact value agrees: exact, rounds, truncates, or wrong.

        >>> print(read_figure("60M").agrees(60965224), read_figure("61M").agrees(60965224))
        truncates rounds
        """
        times, over = self._step
        wanted, printed = exact * over, self.digits * times
        if printed == wanted:
            return Agreement.EXACT
        if times == 1:
            return Agreement.WRONG
        if abs(2 * (wanted - printed)) <= times:
            return Agreement.ROUNDS
        return Agreement.TRUNCATES if wanted // times == self.digits else Agreement.WRONG


def read_figure(printed: str) -> Figure:
    """Read a printed number.

    Raises:
        Refusal: it is no number.
    """
    match = _NUMBER.fullmatch(printed.strip()) if len(printed) <= LONGEST else None
    if match is None:
        raise Refusal(f"invalid number '{printed}'", "for example 60965224, 60,965,224, 60M or 3.8e9")
    digits, power = _digits(match)
    return Figure(digits, power) if power >= 0 else _whole(digits, power, printed)


def _digits(match: re.Match[str]) -> tuple[int, int]:
    """Return the digits of a number, and the power of ten of the last of them."""
    part = match["part"] or ""
    power = int(match["power"] or 0) + SUFFIXES[match["suffix"]] - len(part)
    return int(match["sign"] + match["whole"].replace(",", "") + part), power


def _whole(digits: int, power: int, printed: str) -> Figure:
    """Return a figure with digits behind the point of its last unit, such as 149.50; they have to be zeros."""
    if digits % 10**-power:
        raise Refusal(f"invalid count '{printed}'", "a count is an integer")
    return Figure(digits // 10**-power, 0)


UNITS: dict[str, int] = {
    prefix + ending: base**power
    for power, prefix in enumerate(("", "K", "M", "G", "T"))
    for ending, base in (("B", 1000), ("iB", 1024))
}
"""Bytes of each unit: GB are 10⁹, GiB 2³⁰."""

_SIZES = {unit.lower(): size for unit, size in UNITS.items()}
_BYTES = re.compile(r"(?P<number>\d.*?)(?P<unit>[KMGT]?i?B)", re.IGNORECASE)


def read_bytes(printed: str) -> Figure:
    """Read a printed number of bytes, in powers of ten or of two.

    >>> read_bytes("8GiB").value, read_bytes("500 MB").value, read_bytes("1.5e9").value
    (8589934592, 500000000, 1500000000)
    >>> print(read_bytes("58.13 MiB").agrees(60950432))
    rounds

    Raises:
        Refusal: it is no number.
    """
    match = _BYTES.fullmatch(printed.strip())
    if match is None or match["unit"].lower() not in _SIZES:
        return read_figure(printed)
    number = _NUMBER.fullmatch(match["number"].rstrip())
    if number is None or number["suffix"]:
        raise Refusal(f"invalid number of bytes '{printed}'", "for example 500 MB, 8GiB or 1.5e9")
    digits, power = _digits(number)
    return Figure(digits, power, _SIZES[match["unit"].lower()])
