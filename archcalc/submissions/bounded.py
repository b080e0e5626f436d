"""Homework files: how their text is encoded."""

from __future__ import annotations


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
