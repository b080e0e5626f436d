"""Patterns over paths: `*` stops at a slash, `**` crosses it, `?` is one character."""

from __future__ import annotations

import re
from functools import lru_cache

_SIGNS = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern matches a path, or something that the path lies in.

    >>> matches("conv*", "conv1_1"), matches("conv2_x", "conv2_x/1/main/conv"), matches("*", "a/b")
    (True, True, True)
    >>> matches("*/conv", "3a/1x1/conv"), matches("**/conv", "3a/1x1/conv")
    (False, True)
    """
    return _compiled(pattern).fullmatch(path) is not None


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*|\*|\?)", pattern)
    around = "".join(_SIGNS.get(part, re.escape(part)) for part in parts)
    return re.compile(f"{around}(?s:/.*)?")
