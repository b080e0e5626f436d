"""ZIP archives of models: their directory within bounds, and one member."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.limits import HEADER_SIZE

if TYPE_CHECKING:
    from typing import BinaryIO

AGAIN = "the file is damaged or incomplete; get it again"
END, END_SIZE, LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
"""How the last record of an archive begins, its size, and that of the comment after it."""

FAR = 0xFFFFFFFF
FAR_END, FAR_LOCATOR_SIZE = b"PK\x06\x06", 20
"""In large archives the record before it has the size of the directory."""


def bound_directory(file: BinaryIO, name: str, expected: str) -> None:
    """Refuse an archive whose directory is larger than the limit, before Python's reader loads all of it.

    Raises:
        UsageError: it is, or the end of the archive is missing; ``expected`` is what the file should be.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - END_SIZE - LONGEST_COMMENT - FAR_LOCATOR_SIZE))
    tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_SIZE:
        raise UsageError(f"{name} is not a valid {expected}: the end of the archive is missing", AGAIN)
    (directory,) = struct.unpack_from("<L", tail, at + 12)
    if directory == FAR and at >= FAR_LOCATOR_SIZE:
        directory = _far_directory(file, struct.unpack_from("<Q", tail, at - FAR_LOCATOR_SIZE + 8)[0])
    if directory > HEADER_SIZE.value:
        raise UsageError(*HEADER_SIZE.exceeded(f"the directory of {name}", directory))


def _far_directory(file: BinaryIO, place: int) -> int:
    """Return the size of the directory of a large archive, as its record at some place has it."""
    file.seek(min(place, file.seek(0, os.SEEK_END)))
    record = file.read(56)
    return int(struct.unpack_from("<Q", record, 40)[0]) if len(record) == 56 and record.startswith(FAR_END) else FAR  # noqa: PLR2004
