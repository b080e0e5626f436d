"""Somebody's files, within bounds: how large they may be, and how their text is encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 2_000_000
"""A homework is a short table."""


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """Read a file.

    Raises:
        UsageError: there is none, it cannot be read, or it is too large.
    """
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a directory", "name the files in this directory") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or 'unknown reason'}") from None
    return within(content, str(path), most)


def within(content: bytes, name: str, most: int = MOST_BYTES) -> bytes:
    """Return a file's content if it is not too large.

    Raises:
        UsageError: it is.
    """
    if len(content) > most:
        raise UsageError(f"{name} is larger than {most // 1_000_000} MB", "use a smaller file")
    return content


def decoded(content: bytes) -> str:
    r"""Return the text of a file as spreadsheets and editors save it: UTF-8, UTF-16, or Windows' own.

    >>> decoded(b"\xef\xbb\xbfa;b"), decoded("a×b".encode("utf-16")), decoded("a×b".encode("cp1252"))
    ('a;b', 'a×b', 'a×b')
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    if b"\0" in content[:200]:
        return content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
