"""Slips of the pen: the answer was found, and something else stands there."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archcalc.studies.homework.derivation import Value


class Around(NamedTuple):
    """What stands around an answer: the rows above and below in its column, and the other counts of its row."""

    above: Sequence[Value] = ()
    below: Sequence[Value] = ()
    beside: Sequence[Value] = ()


class Slip(NamedTuple):
    """A slip: its name, a sentence, and the values it makes of the right one.

    ``lettered`` says that it shows only where a letter stands for zeros.
    """

    name: str
    text: str
    made: Callable[[Value, Around], Iterator[Value]]
    lettered: bool = False


def swapped(value: Value, around: Around) -> Iterator[Value]:  # noqa: ARG001 - every slip is asked so
    """Yield a number with two neighboring digits exchanged; in a shape, with one of its numbers so.

    >>> list(swapped(1234, Around()))
    [2134, 1324, 1243]
    """
    if isinstance(value, int):
        yield from _swapped(str(value))
        return
    for place, size in enumerate(value):
        for other in _swapped(str(size)):
            yield (*value[:place], other, *value[place + 1 :])


def _swapped(digits: str) -> Iterator[int]:
    for place, (left, right) in enumerate(pairwise(digits)):
        if left != right and not (place == 0 and right == "0"):
            yield int(digits[:place] + right + left + digits[place + 2 :])


def thousands(value: Value, around: Around) -> Iterator[Value]:  # noqa: ARG001
    """Yield a count in powers of 1024, as far as there are so many.

    >>> list(thousands(34944, Around()))
    [34125]
    """
    power = 1
    while isinstance(value, int) and value >= 1024**power:
        yield value * 1000**power // 1024**power
        power += 1


def tens(value: Value, around: Around) -> Iterator[Value]:  # noqa: ARG001
    """Yield a count with zeros too many or too few."""
    if isinstance(value, int) and value:
        for power in (1, 2, 3, 6):
            yield value * 10**power
            if value % 10**power == 0:
                yield value // 10**power


SLIPS = (
    Slip("row-above-copied", "Compare this value with the row above.", lambda _, around: iter(around.above)),
    Slip("row-below", "Compare this value with the row below.", lambda _, around: iter(around.below)),
    Slip("other-column", "Compare this value with the other columns.", lambda _, around: iter(around.beside)),
    Slip("digits-swapped", "Check whether two digits are swapped.", swapped),
    Slip("K-is-1024", "K, M and G are powers of 1,000, not of 1,024.", thousands, lettered=True),
    Slip("zeros", "Check the order of magnitude: the number of zeros does not fit.", tens),
)
"""All slips, the likeliest first."""
