"""A marked table as Gradescope's autograder reads it: a test for each layer, what is said of it as its output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.studies.homework.verdicts import Status
from archcalc.views.homework.marking import cause_of, habit_line, number, tally
from archcalc.views.homework.reasons import why
from archcalc.views.language import ENGLISH
from archcalc.views.page import Notes, Page

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from archcalc.studies.homework.verdicts import Cell, Marking
    from archcalc.views.language import Language

GRADESCOPE = "gradescope"
"""The format, by its name."""

MADE_BY = "archcalc"
"""The mark in ``extra_data`` by which an older result of our own is known."""


def for_gradescope(page: Page, marked: Marking, language: Language = ENGLISH) -> Page:
    """Return the page of a marked table that can also be written for Gradescope."""
    return page._replace(apart={GRADESCOPE: lambda: results(marked, language)})


def unmarked(message: str) -> Page:
    """Return the page of a submission that cannot be read.

    >>> unmarked("hw.csv has no headings").apart[GRADESCOPE]()["score"]
    0
    """
    return Page((Notes((message,)),), apart={GRADESCOPE: lambda: unreadable(message)})


def results(marked: Marking, language: Language = ENGLISH) -> dict[str, Any]:
    """Return the content of ``results.json``.

    >>> from archcalc.studies.homework.verdicts import Marking
    >>> results(Marking("hw.csv", "alexnet", ()))["extra_data"]
    {'made_by': 'archcalc', 'network': 'alexnet'}
    """
    settled = {place for habit in marked.habits for place in habit.cells}
    by_layer: dict[str, list[Cell]] = {}
    for cell in marked.cells:
        by_layer.setdefault(cell.layer, []).append(cell)
    habits = [habit_line(habit, language) for habit in marked.habits]
    return {
        "score": number(marked.score),
        "output": "\n".join([tally(marked, language), *habits, *map(language.sentence, marked.remarks)]),
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"made_by": MADE_BY, "network": marked.network},
        "tests": [
            _test(layer, cells, place, settled, language) for place, (layer, cells) in enumerate(by_layer.items(), 1)
        ],
    }


def unreadable(message: str, most: float = 0) -> dict[str, Any]:
    """Return the result of a submission that cannot be read: no points, and why.

    >>> unreadable("hw.csv has no headings")["score"]
    0
    """
    test = {"name": "the table", "score": 0, "max_score": most, "status": "failed", "output": message}
    return {
        "score": 0,
        "output": message,
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"made_by": MADE_BY, "network": ""},
        "tests": [test] if most else [],
    }


def _test(
    layer: str, cells: Sequence[Cell], place: int, settled: Container[tuple[str, str]], language: Language
) -> dict[str, Any]:
    holds = all(cell.points == cell.worth for cell in cells)
    return {
        "name": layer,
        "number": str(place),
        "score": number(sum((cell.points for cell in cells), cells[0].points * 0)),
        "max_score": number(sum((cell.worth for cell in cells), cells[0].worth * 0)),
        "status": "passed" if holds else "failed",
        "output": "\n".join(filter(None, (_said(cell, settled, language) for cell in cells)))
        or language.text("labels.all-right", "all correct"),
    }


def _said(cell: Cell, settled: Container[tuple[str, str]], language: Language) -> str:
    """Say what a student is told of an answer; nothing where it is simply right, and a recurring mistake only once."""
    if cell.status == Status.BLANK:
        return f"{cell.column}: {language.text('labels.blank', 'blank')}" if cell.worth else ""
    match cell.status:
        case Status.WRONG if (cell.layer, cell.column) in settled:
            said = language.text("labels.recurring", "recurring mistake, see the summary")
        case Status.WRONG:
            said = why(cell, language)
        case Status.GIVEN_YOURS:
            said = language.text("labels.consistent", "consistent with {cause}", cause=cause_of(cell, language))
        case Status.ROUNDED:
            said = language.text("labels.rounded", "rounded")
        case _:
            return ""
    return f"{cell.column} {cell.given}: {said}"
