"""The page of `check`: the score, habits said once, and what is wrong with a reason that gives nothing away."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.limits import EXPLAINED
from archcalc.studies.homework.derivation import OUTPUT
from archcalc.studies.homework.on_paper import THE_ROWS
from archcalc.studies.homework.verdicts import Direction, Status
from archcalc.views.homework.revealing import rules, worked
from archcalc.views.page import PLAIN, QUIET, STRONG, Column, Heading, Label, Line, Notes, Page, PageTable
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from archcalc.network import table as network
    from archcalc.studies.homework.verdicts import Cell, Explanation, Habit, Marking
    from archcalc.views.page import Block

SPOKEN = {
    Status.RIGHT: "correct",
    Status.ROUNDED: "rounded",
    Status.GIVEN_YOURS: "consistent",
    Status.WRONG: "wrong",
    Status.BLANK: "blank",
}
"""How each verdict reads, in the order in which they are counted."""

COLUMNS = (
    Column("layer", "layer"),
    Column("column", "column"),
    Column("given", "your answer"),
    Column("why", "likely mistake"),
)

MOST_REASONS, MOST_CELLS = 3, 6

DIRECTED = frozenset({"simple-factor", "zeros"})
"""Reasons that name only the size of what is wrong."""

UNEXPLAINED = "no known mistake gives this value"


class MarkingOptions(NamedTuple):
    """How much is given away: formula and direction, or the worked solution."""

    hint: bool = False
    reveal: bool = False


def marking(marked: Marking, table: network.Table, options: MarkingOptions | None = None) -> Page:
    """Return the page of a marked table.

    >>> import archcalc
    >>> from archcalc.studies.homework.verdicts import Marking
    >>> marking(Marking("hw.csv", "alexnet", ()), archcalc.load("alexnet").analyze()).blocks[0]
    Heading(text='AlexNet', aside='hw.csv')
    """
    options = options or MarkingOptions()
    blocks: list[Block] = [
        Heading(table.spec.title or table.spec.name, marked.name),
        Notes((tally(marked),), PLAIN if marked.holds else STRONG),
    ]
    if marked.habits:
        blocks.append(Notes(tuple(map(habit_line, marked.habits)), STRONG))
    said = {place for habit in marked.habits for place in habit.cells}
    rest = [cell for cell in marked.wrong() if (cell.layer, cell.column) not in said]
    if rest:
        blocks.append(PageTable(COLUMNS, tuple(_line(cell) for cell in rest)))
    carried = tuple(_carried(marked))
    blocks += [Notes(carried, QUIET)] if carried else []
    blocks += [Notes(marked.remarks, QUIET)] if marked.remarks else []
    blocks += _more(marked, table, options)
    return Page(tuple(blocks), lambda: record(marked), "cells")


def tally(marked: Marking) -> str:
    """Say the score, and how many answers are what.

    >>> from archcalc.studies.homework.verdicts import Marking
    >>> tally(Marking("hw.csv", "alexnet", ()))
    '0 of 0 points: no questions'
    """
    counts = Counter(cell.status for cell in marked.cells)
    parts = [f"{counts[status]} {word}" for status, word in SPOKEN.items() if counts[status]]
    return f"{points(marked.score)} of {points(marked.max_score)} points: {', '.join(parts) or 'no questions'}"


def points(score: Fraction) -> str:
    """Write points: whole, or with two digits behind the point.

    >>> from fractions import Fraction
    >>> points(Fraction(3)), points(Fraction(5, 2)), points(Fraction(1, 3))
    ('3', '2.5', '0.33')
    """
    hundredths = int(score * 100)
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)


def habit_line(habit: Habit) -> str:
    """Say a habit once, and which answers it explains."""
    start = "in all rows: " if habit.everywhere else ""
    return f"{habit.text.removesuffix('.')} ({start}{places(habit.cells)})."


def places(cells: Sequence[tuple[str, str]]) -> str:
    """Name answers by their columns, the first layers of each.

    >>> places([("conv1", "params"), ("conv2", "params"), ("fc6", "macs")])
    'params of conv1 and conv2; macs of fc6'
    """
    by_column: dict[str, list[str]] = {}
    for layer, column in cells:
        by_column.setdefault(column, []).append(layer)
    return "; ".join(f"{column} of {_some(layers)}" for column, layers in by_column.items())


def _some(layers: Sequence[str]) -> str:
    return listed(layers, most=MOST_CELLS)


def _line(cell: Cell) -> Line:
    return Line((Label(cell.layer), cell.column, cell.given, why(cell)))


def why(cell: Cell) -> str:
    """Say why a cell is wrong: the likeliest reasons, or that none is known; then not in which direction it is off.

    >>> from archcalc.studies.homework.verdicts import Cell, Direction, Status
    >>> why(Cell("conv1", "params", "7", Status.WRONG, direction=Direction.TOO_SMALL))
    'no known mistake gives this value'
    """
    if cell.explanations:
        return " Or: ".join(_reason(cell, reason) for reason in cell.explanations[:MOST_REASONS])
    return cell.direction if cell.direction is Direction.UNREADABLE else UNEXPLAINED


def _reason(cell: Cell, reason: Explanation) -> str:
    """Say a reason; one that names no step of the calculation says in which direction the answer is off."""
    return f"{reason.text.removesuffix('.')}{_direction(cell)}." if reason.mistake in DIRECTED else reason.text


def _carried(marked: Marking) -> Iterator[str]:
    """Yield for each first cause what was rightly worked out from it."""
    causes: dict[str, list[tuple[str, str]]] = {}
    for cell in marked.cells:
        if cell.status == Status.GIVEN_YOURS:
            causes.setdefault(cause_of(cell), []).append((cell.layer, cell.column))
    for cause, cells in causes.items():
        yield f"consistent with {cause}: {places(cells)}"


def cause_of(cell: Cell) -> str:
    """Say from what a carried answer follows.

    >>> from archcalc.studies.homework.verdicts import Cell, Status
    >>> cause_of(Cell("conv2", "macs", "448M", Status.GIVEN_YOURS, cause="conv1"))
    'your conv1'
    """
    if cell.cause == cell.layer:
        return "the rest of its row"
    return cell.cause if cell.cause == THE_ROWS else f"your {cell.cause}"


def _more(marked: Marking, table: network.Table, options: MarkingOptions) -> Iterator[Block]:
    """Yield hints, or the worked solution, of the answers that are wrong."""
    known = {row.path: row for row in table}
    wrong = [cell for cell in marked.wrong() if cell.layer in known]
    if options.hint and not options.reveal:
        hints: dict[str, list[str]] = {}
        for cell in wrong:
            for place, rule in enumerate(rules(table, known[cell.layer], cell.column)):
                # What is too small is the answer: its parts were not asked for, and one of them may be right.
                own = place == 0 or cell.column == OUTPUT
                hints.setdefault(rule, []).append(f"{cell.layer}{_direction(cell) if own else ''}")
        if hints:
            yield Notes(tuple(f"{rule}   for {_some(list(dict.fromkeys(cells)))}" for rule, cells in hints.items()))
    if options.reveal:
        columns: dict[str, list[str]] = {}
        for cell in wrong[: EXPLAINED.value]:
            columns.setdefault(cell.layer, []).append(cell.column)
        for path, asked in columns.items():
            yield from worked(table, known[path], asked)


def _direction(cell: Cell) -> str:
    return f" ({cell.direction})" if cell.direction in (Direction.TOO_LARGE, Direction.TOO_SMALL) else ""


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
