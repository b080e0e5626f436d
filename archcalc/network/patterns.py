"""Patterns over paths: `*` stops at a slash, `**` crosses it, `?` is one character."""

from __future__ import annotations

import re
from functools import lru_cache

_END = r"(?:/|\Z)"
"""A path that continues below what is meant is meant too."""


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern matches a path, or a block that contains it.

    >>> matches("conv*", "conv1_1"), matches("conv2_x", "conv2_x/1/main/conv"), matches("*", "a/b")
    (True, True, True)
    >>> matches("*/conv", "3a/1x1/conv"), matches("**/conv", "3a/1x1/conv")
    (False, True)
    """
    return compiled(pattern).match(path) is not None


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the expression that matches, from its beginning, what a pattern matches.

    It never tries a star again: the first place where a text follows one leaves the most for what comes after. Where a
    name lacks a text, it lacks it from each of its characters on, so `**` goes on after the next slash.
    """
    parts = [[_fixed(text) for text in part.split("*")] for part in pattern.split("**")]
    parts[-1][-1] += _END
    first, *others = parts
    anywhere = (f"(?>(?:[^/]*+/)*?{_gaps(texts)})" for texts in others)
    return re.compile(f"{first[0]}{_gaps(first[1:])}{''.join(anywhere)}")


def _fixed(text: str) -> str:
    return "".join("[^/]" if sign == "?" else re.escape(sign) for sign in text)


def _gaps(texts: list[str]) -> str:
    """Return an expression for texts with anything but slashes before each."""
    return "".join(f"(?>[^/]*?{text})" for text in texts)
