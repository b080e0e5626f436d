"""The rows of a printed summary, whichever program printed it."""

from __future__ import annotations

from typing import NamedTuple

LONGEST_NUMBER = 15
"""The digits that a number in a summary can have."""

Sizes = tuple[int, ...]


class PrintedRow(NamedTuple):
    """A row as it is printed; None is what the text does not state.

    ``shape`` and ``inputs`` are without the batch and have the channels first; ``channels`` can be
    known where other sizes are open. ``read`` are the rows whose outputs it
    reads. ``of_keras`` says that features come last, and that ``params`` include buffers; ``again`` that the parameters
    are counted in an earlier row.
    """

    path: str
    operation: str
    params: int | None = None
    shape: Sizes | None = None
    inputs: tuple[Sizes, ...] = ()
    kernel: Sizes | None = None
    read: tuple[str, ...] | None = None
    buffers: int = 0
    macs: int | None = None
    of_keras: bool = False
    again: bool = False
    channels: int | None = None


class Pasted(NamedTuple):
    """A summary: what printed it, what it calls the model, its rows, and the number of parameters that it states."""

    tool: str
    title: str
    rows: tuple[PrintedRow, ...]
    total: int | None = None
    remarks: tuple[str, ...] = ()


def number(text: str) -> int | None:
    """Return a printed number; None if it is none.

    >>> number("9,408"), number(" 64 "), number("--")
    (9408, 64, None)
    """
    digits = text.strip().replace(",", "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_NUMBER else None


def sizes(text: str) -> list[int | None] | None:
    """Return the sizes of a printed shape, the first one if there are several; None if it is none.

    >>> sizes("[-1, 64, 56, 56]"), sizes("[(None, 8, 8, 3)]"), sizes("--")
    ([None, 64, 56, 56], [None, 8, 8, 3], None)
    """
    opening = max(text.find("[["), text.find("[("), -1)
    inner = text[opening + 1 :].lstrip("[(") if opening >= 0 else text.strip().lstrip("[(")
    ends = [place for place in (inner.find("]"), inner.find(")")) if place >= 0]
    if not ends:
        return None
    parts = [part.strip() for part in inner[: min(ends)].split(",") if part.strip()]
    found = [None if part in OPEN else number(part) for part in parts]
    known = all(size is not None or part in OPEN for size, part in zip(found, parts, strict=True))
    return found if known and parts else None


OPEN = ("None", "-1", "?")
"""How a size is printed that is open."""


def without_batch(shape: list[int | None] | None, batch: int | None) -> Sizes | None:
    """Return sizes for one image: the first one is the batch, or a multiple of it; None if another one is open.

    >>> without_batch([None, 64, 8], None), without_batch([2, 64, 8], 2), without_batch([128, 49, 96], 2)
    ((64, 8), (64, 8), (64, 49, 96))
    """
    if not shape:
        return None
    first, rest = shape[0], tuple(size for size in shape[1:] if size is not None)
    if len(rest) != len(shape) - 1 or not all(rest):
        return None
    if first in (None, batch):
        return rest or (1,)
    return (first // batch, *rest) if batch and first % batch == 0 else None
