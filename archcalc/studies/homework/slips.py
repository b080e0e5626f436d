"""Slips of the pen: the answer was found, and something else stands there."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from archcalc.studies.homework.derivation import Value


LEAST_DIGITS = 3
FACTORS = (2, 3, 4, 8, 16, 1024)


class Around(NamedTuple):
    """What stands around an answer: the rows above and below on the same paper, and the other counts of its row.

    ``merged`` are the sums with the next rows, ``parts`` what a sum may have left out, ``rounded`` the sums of rounded
    rows, ``shifted`` the right answers of the rows above and below.
    """

    above: Sequence[Value] = ()
    below: Sequence[Value] = ()
    beside: Sequence[Value] = ()
    merged: Sequence[int] = ()
    parts: Sequence[int] = ()
    rounded: Sequence[int] = ()
    shifted: Sequence[Value] = ()


class Slip(NamedTuple):
    """A slip: its name, a sentence, and the values it makes of the right one.

    ``lettered`` says that it shows only in numbers with a letter, ``last`` that it is said only where nothing
    else explains the answer, ``habitual`` that it takes several answers, ``vague`` that it names nothing, so that it is
    said after what does.
    """

    name: str
    text: str
    made: Callable[[Value, Around], Iterator[Value]]
    lettered: bool = False
    last: bool = False
    habitual: bool = False
    vague: bool = False


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


def dropped(value: Value, around: Around) -> Iterator[Value]:
    """Yield a number of three digits or more without one of them, or with one of them twice; also within a shape.

    >>> list(dropped(123, Around()))
    [23, 1123, 13, 1223, 12, 1233]
    """
    if not isinstance(value, int):
        yield from _within(value, dropped, around)
        return
    digits = str(value)
    for place, digit in enumerate(digits) if len(digits) >= LEAST_DIGITS else ():
        less, more = int(digits[:place] + digits[place + 1 :]), int(digits[:place] + digit + digits[place:])
        yield from (made for made in (less, more) if 10 * made != value and made != 10 * value)  # else see `tens`


def _within(
    sizes: tuple[int, ...], slip: Callable[[Value, Around], Iterator[Value]], around: Around
) -> Iterator[Value]:
    """Yield a shape with a slip in one of its numbers."""
    for place, size in enumerate(sizes):
        for other in slip(size, around):
            if isinstance(other, int) and other:
                yield (*sizes[:place], other, *sizes[place + 1 :])


def thousands(value: Value, around: Around) -> Iterator[Value]:  # noqa: ARG001
    """Yield a count in powers of 1024, and one that was taken for such.

    >>> list(thousands(34944, Around()))
    [34125, 35782]
    """
    power = 1
    while isinstance(value, int) and value >= 1024**power:
        yield value * 1000**power // 1024**power
        yield value * 1024**power // 1000**power
        power += 1


def tens(value: Value, around: Around) -> Iterator[Value]:
    """Yield a number with zeros too many or too few; also within a shape, where they are few.

    >>> list(tens((10,), Around()))
    [(100,), (1,), (1000,)]
    """
    if isinstance(value, int):
        yield from _tens(value, (1, 2, 3, 6))
    else:
        yield from _within(value, lambda size, _: _tens(size, (1, 2)), around)


def _tens(value: Value, powers: Iterable[int]) -> Iterator[Value]:
    for power in powers if isinstance(value, int) and value else ():
        yield value * 10**power
        if value % 10**power == 0:
            yield value // 10**power


def factors(value: Value, around: Around) -> Iterator[Value]:
    """Yield a count with a small factor too many or too few, but not a sum.

    >>> list(factors(6, Around()))
    [12, 3, 18, 2, 24, 48, 96, 6144]
    """
    if not around.parts:
        yield from _multiples(value)


def of_sums(value: Value, around: Around) -> Iterator[Value]:
    """Yield a sum with a small factor too many or too few."""
    if around.parts:
        yield from _multiples(value)


def _multiples(value: Value) -> Iterator[Value]:
    if isinstance(value, int) and value:
        for factor in FACTORS:
            yield value * factor
            if value % factor == 0:
                yield value // factor


def units(value: Value, around: Around) -> Iterator[Value]:  # noqa: ARG001
    """Yield a count with another letter: K for M, and M for G."""
    if isinstance(value, int) and value:
        yield value * 1000
    if isinstance(value, int) and value >= 1000**2:
        yield value // 1000


def _differences(value: Value, parts: Sequence[int]) -> Iterator[Value]:
    return (value - part for part in parts if isinstance(value, int))


SLIPS = (
    Slip("digits-swapped", "Check whether two digits are swapped.", swapped),
    Slip("digit-dropped", "Check whether a digit is missing, or is there twice.", dropped),
    Slip("other-column", "Check the heading of this column: which quantity does it ask for?",
         lambda _, around: iter(around.beside)),
    Slip("rows-merged", "Each layer has a row of its own: count only the layer of this row.",
         lambda _, around: iter(around.merged)),
    Slip("row-left-out", "Check if the sum contains every row.",
         lambda value, around: chain(_differences(value, around.parts), around.parts)),
    Slip("row-twice", "Check if the sum contains a row twice.",
         lambda value, around: _differences(value, [-part for part in around.parts])),
    Slip("rows-shifted", "Check whether each answer is in the row of its layer.",
         lambda _, around: iter(around.shifted), habitual=True),
    Slip("K-is-1024", "K, M and G are powers of 1,000, not of 1,024.", thousands, lettered=True),
    Slip("unit-exchanged", "Check the unit: K is a thousand, M a million and G a billion.", units, lettered=True),
    Slip("zeros", "Check the order of magnitude: the number of zeros does not fit.", tens),
    Slip("rounded-rows-added", "Add the exact values, and round the sum: here the rows are rounded first.",
         lambda _, around: iter(around.rounded)),
    Slip("sum-multiplied", "Add the rows as they are: this sum has a factor that the rows do not have.", of_sums),
    Slip("simple-factor", "One factor of the product does not fit: check each of them.", factors, vague=True),
    Slip("row-above-copied", "Compare this value with the row above.", lambda _, around: iter(around.above), last=True),
    Slip("row-below", "Compare this value with the row below.", lambda _, around: iter(around.below), last=True),
)  # fmt: skip
"""All slips, the likeliest first."""
