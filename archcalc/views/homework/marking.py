"""The page of `check`: the score, habits said once, and what is wrong with a reason that gives nothing away."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.limits import EXPLAINED
from archcalc.studies.homework.derivation import OUTPUT
from archcalc.studies.homework.on_paper import THE_ROWS
from archcalc.studies.homework.verdicts import Status
from archcalc.views.homework.reasons import direction, said_of, why
from archcalc.views.homework.revealing import rules, worked
from archcalc.views.language import ENGLISH
from archcalc.views.page import PLAIN, QUIET, STRONG, Column, Heading, Label, Line, Notes, Page, PageTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from archcalc.network import table as network
    from archcalc.studies.homework.verdicts import Cell, Explanation, Habit, Marking
    from archcalc.views.language import Language
    from archcalc.views.page import Block

SPOKEN = {
    Status.RIGHT: "correct",
    Status.ROUNDED: "rounded",
    Status.GIVEN_YOURS: "consistent",
    Status.WRONG: "wrong",
    Status.BLANK: "blank",
}
"""How each verdict reads, in the order in which they are counted."""

COLUMNS = {"layer": "layer", "column": "column", "given": "your answer", "why": "likely mistake"}
"""The headings of what is wrong."""

MOST_CELLS = 6


class MarkingOptions(NamedTuple):
    """How much is given away, formula and direction or the worked solution; and the language of the sentences."""

    hint: bool = False
    reveal: bool = False
    language: Language = ENGLISH


def marking(marked: Marking, table: network.Table, options: MarkingOptions | None = None) -> Page:
    """Return the page of a marked table.

    >>> import archcalc
    >>> from archcalc.studies.homework.verdicts import Marking
    >>> marking(Marking("hw.csv", "alexnet", ()), archcalc.load("alexnet").analyze()).blocks[0]
    Heading(text='AlexNet', aside='hw.csv')
    """
    options = options or MarkingOptions()
    language = options.language
    blocks: list[Block] = [
        Heading(table.spec.title or table.spec.name, marked.name),
        Notes((tally(marked, language),), PLAIN if marked.holds else STRONG),
    ]
    if marked.habits:
        blocks.append(Notes(tuple(habit_line(habit, language) for habit in marked.habits), STRONG))
    said = {place for habit in marked.habits for place in habit.cells}
    rest = [cell for cell in marked.wrong() if (cell.layer, cell.column) not in said]
    if rest:
        blocks.append(_wrong(rest, language))
    carried = tuple(_carried(marked, language))
    blocks += [Notes(carried, QUIET)] if carried else []
    blocks += [Notes(tuple(map(language.sentence, marked.remarks)), QUIET)] if marked.remarks else []
    blocks += _more(marked, table, options)
    return Page(tuple(blocks), lambda: record(marked), "cells")


def tally(marked: Marking, language: Language = ENGLISH) -> str:
    """Say the score, and how many answers are what.

    >>> from archcalc.studies.homework.verdicts import Marking
    >>> tally(Marking("hw.csv", "alexnet", ()))
    '0 of 0 points: no questions'
    """
    counts = Counter(cell.status for cell in marked.cells)
    parts = [
        language.text(f"labels.counted-{status}", f"{{count}} {word}", count=counts[status])
        for status, word in SPOKEN.items()
        if counts[status]
    ]
    return language.text(
        "labels.tally",
        "{score} of {most} points: {parts}",
        score=points(marked.score),
        most=points(marked.max_score),
        parts=", ".join(parts) or language.text("labels.no-questions", "no questions"),
    )


def points(score: Fraction) -> str:
    """Write points: whole, or with two digits behind the point.

    >>> from fractions import Fraction
    >>> points(Fraction(3)), points(Fraction(5, 2)), points(Fraction(1, 3))
    ('3', '2.5', '0.33')
    """
    hundredths = int(score * 100)
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)


def habit_line(habit: Habit, language: Language = ENGLISH) -> str:
    """Say a habit once, and which answers it explains."""
    start = language.text("labels.everywhere", "in all rows: ") if habit.everywhere else ""
    return language.text(
        "labels.habit",
        "{said} ({places}).",
        said=said_of(habit, language).removesuffix("."),
        places=start + places(habit.cells, language),
    )


def places(cells: Sequence[tuple[str, str]], language: Language = ENGLISH) -> str:
    """Name answers by their columns, the first layers of each.

    >>> places([("conv1", "params"), ("conv2", "params"), ("fc6", "macs")])
    'params of conv1 and conv2; macs of fc6'
    """
    by_column: dict[str, list[str]] = {}
    for layer, column in cells:
        by_column.setdefault(column, []).append(layer)
    return "; ".join(
        language.text("labels.places", "{column} of {layers}", column=column, layers=_some(layers, language))
        for column, layers in by_column.items()
    )


def _some(layers: Sequence[str], language: Language) -> str:
    return language.listed(layers, most=MOST_CELLS)


def _wrong(cells: Sequence[Cell], language: Language) -> PageTable:
    """Return the table of wrong answers."""
    columns = (Column(key, language.text(f"labels.{key}", heading)) for key, heading in COLUMNS.items())
    return PageTable(tuple(columns), tuple(Line((Label(c.layer), c.column, c.given, why(c, language))) for c in cells))


def _carried(marked: Marking, language: Language) -> Iterator[str]:
    """Yield for each first cause what was rightly worked out from it."""
    causes: dict[str, list[tuple[str, str]]] = {}
    for cell in marked.cells:
        if cell.status == Status.GIVEN_YOURS:
            causes.setdefault(cause_of(cell, language), []).append((cell.layer, cell.column))
    for cause, cells in causes.items():
        yield language.text(
            "labels.carried", "consistent with {cause}: {places}", cause=cause, places=places(cells, language)
        )


def cause_of(cell: Cell, language: Language = ENGLISH) -> str:
    """Say from what a carried answer follows.

    >>> from archcalc.studies.homework.verdicts import Cell, Status
    >>> cause_of(Cell("conv2", "macs", "448M", Status.GIVEN_YOURS, cause="conv1"))
    'your conv1'
    """
    if cell.cause == cell.layer:
        return language.text("labels.own-row", "the rest of its row")
    if cell.cause == THE_ROWS:
        return language.text("labels.rows-above", THE_ROWS)
    return language.text("labels.your", "your {layer}", layer=cell.cause)


def _more(marked: Marking, table: network.Table, options: MarkingOptions) -> Iterator[Block]:
    """Yield hints, or the worked solution, of the answers that are wrong."""
    known, language = {row.path: row for row in table}, options.language
    wrong = [cell for cell in marked.wrong() if cell.layer in known]
    if options.hint and not options.reveal:
        hints: dict[str, list[str]] = {}
        for cell in wrong:
            for place, rule in enumerate(rules(table, known[cell.layer], cell.column)):
                # What is too small is the answer: its parts were not asked for, and one of them may be right.
                own = place == 0 or cell.column == OUTPUT
                hints.setdefault(rule, []).append(f"{cell.layer}{direction(cell, language) if own else ''}")
        if hints:
            yield Notes(tuple(_hint(rule, cells, language) for rule, cells in hints.items()))
    if options.reveal:
        columns: dict[str, list[str]] = {}
        for cell in wrong[: EXPLAINED.value]:
            columns.setdefault(cell.layer, []).append(cell.column)
        for path, asked in columns.items():
            yield from worked(table, known[path], asked, language)


def _hint(rule: str, layers: Sequence[str], language: Language) -> str:
    """Say a formula, and where it is wanted."""
    where = _some(list(dict.fromkeys(layers)), language)
    return language.text("labels.hint", "{rule}   for {layers}", rule=rule, layers=where)


def record(marked: Marking) -> dict[str, Any]:
    """Return the record of a marked table, key by key as others rely on it."""
    return {
        "schema_version": 1,
        "file": marked.name,
        "network": marked.network,
        "score": number(marked.score),
        "max_score": number(marked.max_score),
        "habits": [
            {"mistake": h.mistake, "cells": [list(place) for place in h.cells], "text": h.text} for h in marked.habits
        ],
        "remarks": list(marked.remarks),
        "cells": [_cell(cell) for cell in marked.cells],
    }


def number(score: Fraction) -> int | float:
    """Return points as a number of JSON: whole where they are.

    >>> from fractions import Fraction
    >>> number(Fraction(4, 2)), number(Fraction(1, 3))
    (2, 0.33333)
    """
    return int(score) if score.denominator == 1 else round(float(score), 5)


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "layer": cell.layer,
        "column": cell.column,
        "given": cell.given,
        "status": cell.status,
        "explanations": [_explanation(reason) for reason in cell.explanations],
        **({"cause": cell.cause} if cell.cause else {}),
    }


def _explanation(reason: Explanation) -> dict[str, str]:
    return {"mistake": reason.mistake, "text": reason.text}
