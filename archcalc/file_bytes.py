"""The content of files that a user names: read within bounds, and only if it is a file."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.limits import TABLE_SIZE, InputLimit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

STREAM = re.compile(r"/dev/(?:stdin|stdout|stderr|fd/(?P<number>\d+))")
"""Streams that the shell has opened: `<(…)` is one."""


def read_bytes(path: str, most: InputLimit = TABLE_SIZE, missing: str = "") -> bytes:
    """Return the content of a file; ``missing`` says what to do if there is none.

    >>> read_bytes("/dev/null")
    Traceback (most recent call last):
    archcalc.errors.UsageError: /dev/null is a device or a pipe
      name a file, or use - for standard input

    Raises:
        UsageError: the file does not exist, cannot be read, or is too large.
    """
    with _explained(path, missing), open_file(path, missing) as file:
        content = file.read(most.value + 1)
    return within(content, path, most)


def open_file(path: str, missing: str = "") -> BinaryIO:
    """Open a file, to read parts of it; ``missing`` says what to do if there is none.

    Raises:
        UsageError: the file does not exist, or cannot be read.
    """
    with _explained(path, missing):
        _require_file(path)
        return open(path, "rb")


@contextmanager
def _explained(path: str, missing: str) -> Iterator[None]:
    """Turn what the system says of a file into messages."""
    try:
        yield
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist", missing) from None
    except ValueError:
        raise UsageError(f"invalid file name {path}") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or 'unknown reason'}") from None


def _require_file(path: str) -> None:
    mode = os.stat(path).st_mode
    if S_ISDIR(mode):
        raise UsageError(f"{path} is a directory", "name a file in this directory")
    if not S_ISREG(mode) and not STREAM.fullmatch(path):
        raise UsageError(f"{path} is a device or a pipe", "name a file, or use - for standard input")


def standard_input(most: InputLimit = TABLE_SIZE) -> bytes:
    """Return what stands on standard input.

    Raises:
        UsageError: it is closed, or there is too much.
    """
    if sys.stdin is None:
        raise UsageError("standard input is closed", "name a file")
    return within(sys.stdin.buffer.read(most.value + 1), "<stdin>", most)


def within(content: bytes, name: str, most: InputLimit = TABLE_SIZE) -> bytes:
    """Return a content if it is not too large.

    Raises:
        UsageError: it is.
    """
    if len(content) > most.value:
        raise UsageError(*most.exceeded(name))
    return content
