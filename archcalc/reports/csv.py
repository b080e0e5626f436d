"""CSV: a line for each entry of the record, unfolded, with exact integers; names are those of the JSON."""

from __future__ import annotations

import csv
import io
from itertools import chain
from typing import TYPE_CHECKING, Any

from archcalc.errors import printable
from archcalc.reports.lines import FORMULA, lines, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    return "".join(pieces(page))


def pieces(page: Page) -> Iterator[str]:
    """Yield what :func:`render` returns, line by line."""
    headings, rows, _ = lines(page)
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for texts in _texts(chain([headings], rows), len(headings)):
        writer.writerow(texts)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _texts(rows: Iterable[list[Any]], columns: int) -> Iterator[list[str]]:
    """Yield rows as texts; what copies of a layer have in common is one object, and written once."""
    above: list[Any] = [None] * columns
    texts = [cell(None)] * columns
    for row in rows:
        texts = [same if value is old else cell(value) for value, old, same in zip(row, above, texts, strict=True)]
        above = row
        yield texts


def cell(value: Any) -> str:  # noqa: ANN401 - whatever a record holds
    """Return a value as text; a quote in front keeps a text from being taken for a formula.

    >>> cell("=1+1"), cell("a;=1+1"), cell(-1)
    ("'=1+1", "a;'=1+1", '-1')
    """
    return written(value) if isinstance(value, int | float) else FORMULA.sub("'", printable(written(value)))
