"""Markdown: the pipe tables in a text, and the lines around them."""

from __future__ import annotations

import re

_RULE = re.compile(r"\s*:?-+:?\s*")
_PIPE = re.compile(r"(?<!\\)\|")
_MARKS = re.compile(r"\*\*|__|`|&nbsp;")
_ESCAPED = re.compile(r"\\([\\`*\[\]<>|~_#])")


def rows(text: str) -> list[list[str]]:
    r"""Return the cells of the tables in a text; other lines are rows of one cell.

    >>> rows("network=alexnet\n\n| layer | output |\n|---|---:|\n| **conv1** | 55x55x96 |\n")
    [['network=alexnet'], ['layer', 'output'], ['conv1', '55x55x96']]
    """
    found = []
    for line in text.splitlines():
        cells = [_plain(cell) for cell in _PIPE.split(line.strip().removeprefix("|").removesuffix("|"))]
        if line.strip() and not ("-" in line and all(_RULE.fullmatch(cell) for cell in cells)):
            found.append(cells)
    return found


def _plain(cell: str) -> str:
    """Return a cell without bold type, code marks and escapes."""
    return _ESCAPED.sub(r"\1", _MARKS.sub("", cell)).strip()
