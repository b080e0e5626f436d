"""CSV as spreadsheets save it: commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice

from archcalc.errors import UsageError
from archcalc.limits import ROWS, InputLimit

DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATOR = re.compile(r"\Asep=(.)\r?\n", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]+")
_SAMPLE = 50


def rows(text: str, name: str, most: InputLimit = ROWS) -> list[list[str]]:
    r"""Return the cells of a CSV file, a list for each row; of too many rows, the headings and one more than allowed.

    >>> rows("layer;output\nconv1;55x55x96\n", "hw.csv")
    [['layer', 'output'], ['conv1', '55x55x96']]

    Raises:
        UsageError: it is no CSV.
    """
    stated = _SEPARATOR.match(text)
    body = text[stated.end() :] if stated else text
    delimiter = stated[1] if stated else _delimiter(body)
    try:
        read = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter)
        return list(islice((row for row in read if any(row)), most.value + 2))  # one more is refused like all of them
    except csv.Error as error:
        raise UsageError(f"{name} is not valid CSV: {error}", "save the spreadsheet as CSV again") from None


def _delimiter(text: str) -> str:
    """Return the sign that divides the most lines, and each of them into the most cells."""
    written = (found[0] for found in _LINE.finditer(text) if found[0].strip())
    lines = [_QUOTED.sub("", line) for line in islice(written, _SAMPLE)]
    return max(
        DELIMITERS, key=lambda sign: (sum(sign in line for line in lines), sum(line.count(sign) for line in lines))
    )
