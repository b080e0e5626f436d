"""The content of files that a user names: read within bounds, and only if it is a file."""

from __future__ import annotations

import os
import re
import sys
from stat import S_ISDIR, S_ISREG

from archcalc.errors import UsageError

MEGABYTE = 1_000_000

STREAM = re.compile(r"/dev/(?:stdin|stdout|stderr|fd/(?P<number>\d+))")
"""Streams that the shell has opened: `<(…)` is one."""


def read_bytes(path: str, most: int, missing: str = "", large: str = "use a smaller file") -> bytes:
    """Return the content of a file; ``missing`` and ``large`` say what to do if there is none, or if it is too large.

    >>> read_bytes("/dev/null", MEGABYTE)
    Traceback (most recent call last):
    archcalc.errors.UsageError: /dev/null is a device or a pipe
      name a file, or use - for standard input

    Raises:
        UsageError: the file does not exist, cannot be read, or is too large.
    """
    try:
        _require_file(path)
        with open(path, "rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist", missing) from None
    except ValueError:
        raise UsageError(f"invalid file name {path}") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or 'unknown reason'}") from None
    return within(content, path, most, large)


def _require_file(path: str) -> None:
    mode = os.stat(path).st_mode
    if S_ISDIR(mode):
        raise UsageError(f"{path} is a directory", "name a file in this directory")
    if not S_ISREG(mode) and not STREAM.fullmatch(path):
        raise UsageError(f"{path} is a device or a pipe", "name a file, or use - for standard input")


def standard_input(most: int, large: str = "use a smaller file") -> bytes:
    """Return what stands on standard input.

    Raises:
        UsageError: it is closed, or there is too much.
    """
    if sys.stdin is None:
        raise UsageError("standard input is closed", "name a file")
    return within(sys.stdin.buffer.read(most + 1), "<stdin>", most, large)


def within(content: bytes, name: str, most: int, large: str = "use a smaller file") -> bytes:
    """Return a content if it is not too large.

    Raises:
        UsageError: it is.
    """
    if len(content) > most:
        raise UsageError(f"{name} is larger than {most // MEGABYTE} MB", large)
    return content
