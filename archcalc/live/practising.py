"""Homework on the page: the rows to fill, each answer marked, and hints when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.errors import UsageError, printable
from archcalc.live.specs import asked, word
from archcalc.reports.html import fragment
from archcalc.studies.homework.asking import columns
from archcalc.studies.homework.marking import mark
from archcalc.studies.homework.row_labels import TOTAL
from archcalc.studies.homework.rules import PLAIN_RULES
from archcalc.studies.homework.sheet import sheet
from archcalc.studies.homework.verdicts import Status
from archcalc.submissions import records
from archcalc.views.homework.marking import SPOKEN, tally
from archcalc.views.homework.reasons import why
from archcalc.views.homework.revealing import rules, worked
from archcalc.views.homework.worksheet import NOT_ASKED, WorksheetOptions
from archcalc.views.homework.worksheet import worksheet as worksheet_page
from archcalc.views.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.network.table import Table
    from archcalc.studies.homework.verdicts import Cell, Marking

MISTAKE, FORMULA, SOLUTION = 1, 2, 3
"""What a hint tells: the likely mistake, then the formula and the direction, then the worked solution."""


def worksheet(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows of a worksheet, with what is given of each, and the columns to fill."""
    table, wanted = asked(request).table, columns(word(request, "columns"))
    lines = worksheet_page(table, WorksheetOptions(wanted)).record["layers"]
    found = [_row(line, wanted) for line in lines if line["layer"] not in table.inputs]
    return {"rows": found, "columns": list(wanted), "verdicts": {str(status): said for status, said in SPOKEN.items()}}


def _row(line: Mapping[str, str], wanted: Sequence[str]) -> dict[str, Any]:
    told = {"layer": printable(line["layer"]), "kind": line["type"], "given": printable(line["given"])}
    return {**told, "asked": [column for column in wanted if line[column] != NOT_ASKED]}


def marked(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of each answer that was given; the right answers and the mistakes are not told.

    >>> spec = {"text": "{input: 8, layers: [{linear: 4, name: fc}]}"}
    >>> marked({"spec": spec, "answers": [{"layer": "fc", "params": "32"}]})["cells"]
    [{'layer': 'fc', 'column': 'params', 'status': 'wrong'}]
    """
    found = _marking(request)
    return {"cells": [_cell(cell) for cell in found.cells if cell.status is not Status.BLANK], "score": tally(found)}


def _cell(cell: Cell) -> dict[str, Any]:
    return {"layer": printable(cell.layer), "column": cell.column, "status": str(cell.status)}


def _marking(request: Mapping[str, Any]) -> Marking:
    table, answers = asked(request).table, request.get("answers")
    if not isinstance(answers, list) or not all(isinstance(row, dict) for row in answers):
        raise UsageError("the request has no answers")
    filled = sheet(records.rows(answers, "the answers"), "the answers")
    return mark(filled, table, PLAIN_RULES)


def hint(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a hint for a wrong answer; how much it tells is its ``level``, from 1 to 3."""
    table, level = asked(request).table, request.get("level")
    layer, column = word(request, "layer"), word(request, "column")
    wrong = [cell for cell in _marking(request).wrong() if (cell.layer, cell.column) == (layer, column)]
    if not wrong:
        return {"lines": [], "html": ""}
    if level == SOLUTION:
        rows = [] if layer == TOTAL else table.below(layer)[-1:]
        blocks = [block for row in rows for block in worked(table, row, [column])]
        return {"lines": [], "html": fragment(Page(tuple(blocks), dict, ""))}
    return {"lines": [printable(line) for line in _lines(table, wrong[0], level)], "html": ""}


def _lines(table: Table, cell: Cell, level: object) -> Iterator[str]:
    if level == MISTAKE:
        yield why(cell)
        return
    if cell.direction:
        yield f"your answer is {cell.direction}"
    if cell.layer != TOTAL:
        yield from rules(table, table.below(cell.layer)[-1], cell.column)
