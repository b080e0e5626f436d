"""CSV: a line for each entry of the record, unfolded, with exact integers; names are those of the JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from archcalc.symbolic.expr import Expr
from archcalc.symbolic.printing import text

if TYPE_CHECKING:
    from archcalc.views.page import Page

SUFFIX = ".csv"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula; a quote in front keeps it a text."""


def render(page: Page) -> str:
    """Write the entries of a page's record; what is nested gets a column for each of its parts.

    A list is written as specs write shapes, ``3x227x227``; a list of lists as JSON.

    >>> from archcalc.views.page import Page
    >>> entry = {"path": "fc", "input": [3, 8, 8], "receptive_field": {"size": [3, 3]}}
    >>> print(render(Page((), lambda: {"layers": [entry]}, "layers")), end="")
    path,input,receptive_field.size
    fc,3x8x8,3x3
    """
    entries = [_flat(entry) for entry in page.entries]
    header = list(dict.fromkeys(key for entry in entries for key in entry))
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(header)
    lines.writerows([_cell(entry.get(key, "")) for key in header] for entry in entries)
    return out.getvalue()


def _flat(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with the parts of what is nested in it, in its place."""
    found: dict[str, Any] = {}
    for key, value in entry.items():
        nested = value if isinstance(value, dict) else None
        found |= {key: value} if nested is None else {f"{key}.{part}": item for part, item in nested.items()}
    return found


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a record holds
    match value:
        case bool():
            return str(value).lower()
        case int() | float() | Expr():
            return text(value) if isinstance(value, Expr) else str(value)
        case list() if any(isinstance(item, list | dict) for item in value):
            return json.dumps(value, default=text)
        case list():
            return "x".join(_size(item) for item in value)
    return f"'{value}" if str(value).startswith(FORMULA) else str(value)


def _size(size: Any) -> str:  # noqa: ANN401
    spelled = size if isinstance(size, str) else text(size)
    return spelled if spelled.isalnum() else f"({spelled})"
