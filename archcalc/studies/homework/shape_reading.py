"""What people mean by the shapes and receptive fields that they write, channels first or last."""

from __future__ import annotations

import re
from typing import NamedTuple

from archcalc.studies.homework.number_reading import numbers, plain

FIRST, LAST = "channels first", "channels last"

WHOLE = frozenset(
    {"all", "everything", "global", "full", "whole", "whole image", "whole input", "entire image", "entire input"}
)
"""Words for a receptive field that is the whole input."""

MOST_SIZES = 6
_BATCH = frozenset({"none", "n", "b", "batch", "-1", "?"})
_NAMED = re.compile(r"\b([chwdlf])\s*[=:]\s*(\d+)")
_LEGEND = re.compile(r"\(\s*[chwdnlbf][chwdnlbf x,*]*\)\s*$")
_SQUARE = re.compile(r"\b(\d{1,6})\^2(?!\d)")
_CALLED = re.compile(r"(?:torch\.size|tensorshape|tf\.)+")
_WORD = (
    "(?:feature maps?|maps?|channels?|filters?|planes?|ch|kanäle|karten|canaux|cartes|canales|mapas|채널|通道|チャネル)"
)
_MAPS = re.compile(rf"(?P<maps>[1-9]\d{{0,8}}) ?{_WORD},?(?: of| von| de|:| @| x)? ?(?:size )?(?P<sizes>[\dx*,() ]+)")
_CHANNELS = re.compile(rf"(?P<sizes>[\dx*() ]+?)[ ,;x]*(?:with )?(?P<maps>[1-9]\d{{0,8}}) ?{_WORD}")
_SIZE = re.compile(r"[1-9]\d{0,8}")


class Sizes(NamedTuple):
    """One way to read a shape: its numbers in order, and the order of its axes where the text itself says it."""

    sizes: tuple[int, ...]
    order: str = ""

    def of_axes(self, number: int) -> Sizes:
        """Return the sizes without ones in front, the batch first, as far as there are more than a number of axes.

        >>> Sizes((1, 96, 55, 55)).of_axes(3).sizes, Sizes((1, 4096)).of_axes(1).sizes, Sizes((2, 4)).of_axes(1).sizes
        ((96, 55, 55), (4096,), (2, 4))
        """
        ones = next((place for place, size in enumerate(self.sizes) if size != 1), 0)
        return self._replace(sizes=self.sizes[max(0, min(ones, len(self.sizes) - number)) :])

    def in_order(self, order: str) -> tuple[int, ...]:
        """Return the sizes channels first, if they are written in the given order.

        >>> Sizes((55, 55, 96)).in_order(LAST)
        (96, 55, 55)
        """
        if (self.order or order) == LAST and len(self.sizes) > 1:
            return (self.sizes[-1], *self.sizes[:-1])
        return self.sizes

    @property
    def looks(self) -> str:
        """The order that it looks like: two equal sizes beside each other are height and width."""
        sizes = self.of_axes(3).sizes
        if self.order or len(sizes) != 3:  # noqa: PLR2004 - a map
            return self.order
        one, two, three = sizes
        return FIRST if two == three != one else LAST if one == two != three else ""


def shapes(text: str) -> tuple[Sizes, ...]:
    """Return every way to read a shape; nothing where it is none.

    >>> shapes("96@55×55")
    (Sizes(sizes=(96, 55, 55), order='channels first'),)
    >>> [reading.sizes for reading in shapes("(None, 55, 55, 96)")], [reading.sizes for reading in shapes("9,216")]
    ([(55, 55, 96)], [(9, 216), (9216,)])
    """
    simple = _LEGEND.sub("", plain(text).rpartition("=>")[2])
    simple = _SQUARE.sub(r"\1x\1", _CALLED.sub("", simple)).strip(" .")
    named = _NAMED.findall(simple)
    if len(named) > 1 and len(dict(named)) == len(named):
        return _by_names(dict(named))
    if "@" in simple:
        return _with_at(simple)
    spoken = _spoken(simple)
    if spoken:
        return spoken
    sizes = _sizes(simple)
    found = [Sizes(sizes)] if sizes else []
    found += [Sizes((reading.value,)) for reading in numbers(simple.strip("()[]{} ,"), sums=False) if reading.value > 0]
    return tuple(dict.fromkeys(found))


def _by_names(named: dict[str, str]) -> tuple[Sizes, ...]:
    """Return the shape of ``H=55, W=55, C=96``."""
    order = [letter for letter in "cfdhwl" if letter in named]
    return (Sizes(tuple(int(named[letter]) for letter in order), FIRST),) if len(order) == len(named) else ()


def _spoken(simple: str) -> tuple[Sizes, ...]:
    """Return the shape of ``96 maps of 55x55`` and ``55x55, 96 channels``, which name their channels."""
    match = _MAPS.fullmatch(simple) or _CHANNELS.fullmatch(simple)
    spatial = _sizes(match["sizes"]) if match else ()
    return (Sizes((int(match["maps"]), *spatial), FIRST),) if match and spatial else ()


def _with_at(simple: str) -> tuple[Sizes, ...]:
    """Return the shape of LeNet-5's ``6@28x28``, also the other way round."""
    left, _, right = simple.partition("@")
    ahead, behind = _sizes(left), _sizes(right)
    if ahead and behind and len(ahead) == 1:
        sizes = behind if len(behind) > 1 else behind * 2
        return (Sizes((*ahead, *sizes), FIRST),)
    return (Sizes((*ahead, *behind), LAST),) if ahead and behind and len(behind) == 1 else ()


def _sizes(simple: str) -> tuple[int, ...]:
    """Return the numbers of a list, without a batch at its head; nothing where it holds anything else."""
    words = [word for word in re.split(r"[x*,;\s]+", simple.strip("()[]{}<> ")) if word]
    while words and words[0] in _BATCH:
        words = words[1:]
    if not words or len(words) > MOST_SIZES or not all(_SIZE.fullmatch(word) for word in words):
        return ()
    return tuple(int(word) for word in words)


def is_shape(text: str) -> bool:
    """Whether a text is a shape of several sizes, and no number.

    >>> is_shape("55x55x96"), is_shape("34,944")
    (True, False)
    """
    return any(len(reading.sizes) > 1 for reading in shapes(text)) and not numbers(text, sums=False)


def same_sizes(given: tuple[int, ...], exact: tuple[int, ...]) -> bool:
    """Whether two shapes are the same but for axes of length 1, which say nothing (and may be the batch).

    >>> same_sizes((1, 1, 4096), (4096,)), same_sizes((55, 55), (96, 55, 55))
    (True, False)
    """
    return [size for size in given if size != 1] == [size for size in exact if size != 1]


def fields(text: str) -> tuple[tuple[int, ...], ...]:
    """Return every way to read a receptive field: one number for all axes, or one for each.

    >>> fields("195x195"), fields("195"), fields("11 px")
    (((195,),), ((195,),), ((11,),))
    """
    found = [reading.sizes for reading in shapes(re.sub(r"\s*(px|pixels?)\b", "", plain(text)))]
    return tuple(dict.fromkeys(sizes[:1] if len(set(sizes)) == 1 else sizes for sizes in found))


def is_whole(text: str) -> bool:
    """Whether a receptive field is said to be the whole input."""
    return plain(text).strip(". ").removeprefix("the ") in WHOLE
