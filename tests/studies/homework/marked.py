"""Marking tables that are written in the tests."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from archcalc.services.homework import relatives, reported_of, table_of
from archcalc.services.reading import rows_of
from archcalc.studies.homework.marking import mark
from archcalc.studies.homework.rules import PLAIN_RULES
from archcalc.studies.homework.sheet import sheet
from archcalc.studies.homework.variants import Elsewhere

if TYPE_CHECKING:
    from archcalc.studies.homework.rules import Rules
    from archcalc.studies.homework.sheet import Sheet
    from archcalc.studies.homework.verdicts import Cell, Marking


def written(table: str, name: str = "hw.txt") -> Sheet:
    """Read a table that stands in a test."""
    return sheet(rows_of(dedent(table).strip().encode(), name), name)


def marked(table: str, network: str, rules: Rules = PLAIN_RULES, name: str = "hw.txt") -> Marking:
    """Mark a table that stands in a test."""
    of = table_of(network, None)
    return mark(written(table, name), of, rules, Elsewhere(lambda _: relatives(network, None), lambda: reported_of(of)))


def cell(marking: Marking, layer: str, column: str) -> Cell:
    """Return one cell of a marked table."""
    return next(found for found in marking.cells if (found.layer, found.column) == (layer, column))


def statuses(marking: Marking) -> dict[tuple[str, str], str]:
    """Return the verdict on each cell."""
    return {(found.layer, found.column): found.status for found in marking.cells}


def reasons(marking: Marking, layer: str, column: str) -> list[str]:
    """Return the names of the mistakes that a cell is explained by."""
    return [reason.mistake for reason in cell(marking, layer, column).explanations]
