"""CSV: a line for each entry of the record, unfolded, with exact integers; names are those of the JSON."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from archcalc.reports.lines import FORMULA, lines, written

if TYPE_CHECKING:
    from archcalc.views.page import Page

SUFFIX = ".csv"


def render(page: Page) -> str:
    """Write the entries of a page's record; what is nested gets a column for each of its parts.

    A list is written as specs write shapes, ``3x227x227``; a list of lists as JSON.

    >>> from archcalc.views.page import Page
    >>> entry = {"path": "fc", "input": [3, 8, 8], "receptive_field": {"size": [3, 3]}}
    >>> print(render(Page((), lambda: {"layers": [entry]}, "layers")), end="")
    path,input,receptive_field.size
    fc,3x8x8,3x3
    """
    headings, rows = lines(page)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(map(_cell, row) for row in rows)
    return out.getvalue()


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a record holds
    """Return a value as text; a quote in front keeps a text from being taken for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else written(value)
