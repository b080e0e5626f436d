"""A page as plain lines: a heading for each value of its entries, nested ones unfolded, and how a value is written."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.symbolic.expr import Expr
from archcalc.symbolic.printing import text
from archcalc.views.page import Names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.views.page import Page

FORMULA = re.compile(r"""(?:^|(?<=;))(?=[\s"]*[=+\-@＝＋－＠])""")
"""Where a spreadsheet would begin a formula: at the start of a text, and after a semicolon, which may end a cell."""


class Lines(NamedTuple):
    """Headings, and the values below them: ``entries`` rows, one for each entry, to be gone through once."""

    headings: list[str]
    rows: Iterable[list[Any]]
    entries: int


def lines(page: Page) -> Lines:
    """Return the entries of a page's record; what is nested gets a heading for each of its parts.

    >>> from archcalc.views.page import Page
    >>> found = lines(Page((), lambda: {"layers": [{"path": "fc", "field": {"size": [3, 3]}}]}, "layers"))
    >>> found.headings, list(found.rows), found.entries
    (['path', 'field.size'], [['fc', [3, 3]]], 1)
    """
    entries = page.entries
    headings: dict[str, None] = {}
    count = 0
    for entry in entries:
        headings.update(dict.fromkeys(_flat(entry)))
        count += 1
    rows = ([flat.get(key, "") for key in headings] for flat in map(_flat, entries))
    return Lines(list(headings), rows, count)


def _flat(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with the parts of what is nested in it, in its place."""
    found: dict[str, Any] = {}
    for key, value in entry.items():
        if isinstance(value, dict):
            found.update({f"{key}.{part}": item for part, item in value.items()})
        else:
            found[key] = value
    return found


def written(value: Any) -> str:  # noqa: ANN401 - whatever a record holds
    """Return a value as text: a list as specs write shapes, names with commas, what has no such spelling as JSON.

    >>> written([3, 227, 227]), written([[0, 1]]), written(True)
    ('3x227x227', '[[0, 1]]', 'true')
    """
    match value:
        case bool():
            return str(value).lower()
        case int():  # most of them: nothing else is looked for
            pass
        case Expr():
            return text(value)
        case None | Names():
            return ", ".join(value or ())
        case list() if any(item is None or isinstance(item, list | dict) for item in value):
            return json.dumps(value, default=text)
        case list():
            return "x".join(_size(item) for item in value)
    return str(value)


def _size(size: Any) -> str:  # noqa: ANN401
    spelled = written(size)
    return spelled if spelled.isalnum() else f"({spelled})"
