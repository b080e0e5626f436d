"""A quiz bank as a record: the words of each question, what is accepted, and what is said of known mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.studies.homework.derivation import FIELD, MACS
from archcalc.studies.homework.practice import Exercise
from archcalc.studies.homework.quiz_bank import JOINTS, quiz_bank, spellings
from archcalc.studies.homework.rules import IN_FLOPS
from archcalc.views.homework.practice import question

if TYPE_CHECKING:
    from archcalc.network.table import Table
    from archcalc.studies.homework.quiz_bank import BankQuestion
    from archcalc.views.homework.worksheet import WorksheetOptions
    from archcalc.views.page import Page

BANKS = ("moodle", "gift", "canvas")
"""The formats of learning platforms, by their names."""

SHAPE = " Separate the sizes with x, for example 3x32x32."
ORDERS = {"first": " The channels come first.", "last": " The channels come last."}
ONE_SIDE = " Write the length of one side in input pixels."
FLOPS = "How many FLOPs does it need, two for each MAC?"


def with_bank(page: Page, table: Table, how: WorksheetOptions, unvaried: Table | None = None) -> Page:
    """Return the page of a worksheet that can also be written as a quiz bank.

    >>> import archcalc
    >>> from archcalc.views.homework.worksheet import WorksheetOptions, worksheet
    >>> table, how = archcalc.load("alexnet").analyze(), WorksheetOptions(("params",))
    >>> with_bank(worksheet(table, how), table, how).apart["gift"]()["questions"][0]["name"]
    'alexnet conv1 params'
    """
    return page._replace(apart=dict.fromkeys(BANKS, lambda: bank(table, how, unvaried)))


def bank(table: Table, how: WorksheetOptions, unvaried: Table | None = None) -> dict[str, Any]:
    """Return the record of a quiz bank: a title, and the questions."""
    name = table.spec.name if how.seed is None else f"{table.spec.name} seed {how.seed}"
    found = quiz_bank(table, how.columns, how.rules, unvaried)
    return {"title": name, "questions": [_entry(table, one, name, how) for one in found]}


def _entry(table: Table, one: BankQuestion, name: str, how: WorksheetOptions) -> dict[str, Any]:
    channels = how.rules.channels
    right = spellings(one.value, one.column, channels)
    wrong = [(spellings(value, one.column, channels, JOINTS[:2]), said) for value, said in one.mistakes]
    return {
        "name": f"{name} {one.row.path} {one.column}",
        "text": _words(table, one, how),
        "points": float(how.rules.worth(one.column)),
        "numeric": isinstance(one.value, int),
        "right": right,
        "tolerance": one.tolerance,
        "wrong": [_wrong([text for text in texts if text not in right], said) for texts, said in wrong],
    }


def _wrong(answers: list[str], said: str) -> dict[str, Any]:
    return {"answers": answers, "feedback": said}


def _words(table: Table, one: BankQuestion, how: WorksheetOptions) -> str:
    asked = question(table, Exercise(one.row, how.rules.counted(one.column)))
    if one.column == MACS and how.rules.cost == IN_FLOPS:
        return f"{asked.rpartition('. ')[0]}. {FLOPS}"
    if one.column == FIELD:
        return asked + ONE_SIDE
    return asked if isinstance(one.value, int) else asked + SHAPE + ORDERS.get(how.rules.channels, "")
