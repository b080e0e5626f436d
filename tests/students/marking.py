"""Grades the tables in process, and compares what is said with the verdicts."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import archcalc
from tests.students.verdicts import accepted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.studies.homework.verdicts import Cell as Graded
    from tests.students.cases import Acting, Case, Cell

NAMED, AMONG, UNKNOWN, ACCUSED, PASSED = "named", "among alternatives", "no known mistake", "accused", "passed"
WORST = (ACCUSED, UNKNOWN, AMONG, NAMED, PASSED)
HINTS = {"simple-factor"}
"""Sentences that are true of every product, and name nothing: neither a name nor an accusation, but for a sum."""

READ_AS_RIGHT = {"right", "rounded", "right-given-yours"}


@dataclass
class Found:
    """What grading says of one table: of each habit in it, and of the cells."""

    case: Case
    outcomes: list[tuple[Acting, str, str]] = field(default_factory=list)
    right_called_wrong: list[Cell] = field(default_factory=list)
    right_unread: list[Cell] = field(default_factory=list)
    explained: int = 0
    wrong: int = 0
    refused: str = ""

    @property
    def outcome(self) -> str:
        return min((outcome for _, outcome, _ in self.outcomes), key=WORST.index)


def grade(case: Case, folder: Path) -> Found:
    """Grade one table with archcalc's public call."""
    for name, text in case.files().items():
        (folder / name).write_text(text, encoding="utf-8")
    table = folder / f"{case.number:03}{case.hand.suffix}"
    try:
        marking = archcalc.check(table, str(table.with_suffix(".yaml"))).marking
    except archcalc.ArchcalcError as error:
        return Found(
            case, refused=str(error).splitlines()[0], outcomes=[(one, UNKNOWN, "refused") for one in case.acting]
        )
    return compare(case, {(cell.layer, cell.column): cell for cell in marking.cells})


def compare(case: Case, graded: dict[Cell, Graded]) -> Found:
    found = Found(case)
    wrong = set(case.wrong())
    for cell in case.cells:
        said = graded.get(cell)
        if cell in wrong:
            found.wrong += 1
            found.explained += bool(said and said.explanations)
        elif said is None or said.status == "blank":
            found.right_unread.append(cell)
        elif said.status not in READ_AS_RIGHT:
            found.right_called_wrong.append(cell)
    found.outcomes = [(one, *judge(case, one, graded)) for one in case.acting]
    return found


def judge(case: Case, acting: Acting, graded: dict[Cell, Graded]) -> tuple[str, str]:
    """Say how a habit was named in most of the cells that it changes by itself, and what was said there."""
    said = [graded[cell] for cell in map(tuple, acting.direct) if cell in graded]
    judged = [(cell, _of_cell(case, acting, cell)) for cell in said if cell.status == "wrong"]
    if not said:
        return UNKNOWN, "not graded"
    if not judged:
        return PASSED, ", ".join(sorted({str(cell.status) for cell in said}))
    votes = Counter(outcome for _, outcome in judged)
    outcome = max(WORST, key=lambda one: (votes[one], -WORST.index(one)))
    words = Counter(", ".join(why.mistake for why in cell.explanations[:3]) or "–" for cell, _ in judged)
    return outcome, "; ".join(f"{times}× {word}" for word, times in words.most_common(3))


def _of_cell(case: Case, acting: Acting, cell: Graded) -> str:
    here = [one for one in case.acting if one is acting or (cell.layer, cell.column) in one.cells]
    habits = [id_ for one in here for id_ in (one.id, *one.also)]
    names = [why.mistake for why in cell.explanations]
    if not names:
        return UNKNOWN
    if accepted(names[0], habits):
        return NAMED
    if any(accepted(name, habits) for name in names):
        return AMONG
    return UNKNOWN if names[0] in HINTS and cell.layer != "total" else ACCUSED


def report(cases: Iterable[Case]) -> str:
    """Grade tables, and report figures and failures."""
    with tempfile.TemporaryDirectory() as folder:
        found = [grade(case, Path(folder)) for case in cases]
    lines = [*figures(found), "", *by_habit(found), "", *other(found)]
    return "\n".join(lines)


def figures(found: list[Found]) -> list[str]:
    mistaken = [one for one in found if one.outcomes]
    tables = Counter(one.outcome for one in mistaken)
    habits = Counter(outcome for one in mistaken for _, outcome, _ in one.outcomes)
    chance = [one for one in found if one.case.kind == "random"]
    return [
        f"tables {len(found)}, right cells {sum(len(one.case.cells) - one.wrong for one in found):,}",
        f"right cells called wrong: {sum(len(one.right_called_wrong) for one in found)}",
        f"right cells not read: {sum(len(one.right_unread) for one in found)}",
        f"tables refused: {sum(bool(one.refused) for one in found)}",
        f"tables with a mistake {len(mistaken)}: " + ", ".join(f"{word} {tables[word]}" for word in reversed(WORST)),
        f"habits in them {sum(habits.values())}: " + ", ".join(f"{word} {habits[word]}" for word in reversed(WORST)),
        f"random numbers explained: {sum(one.explained for one in chance)} of {sum(one.wrong for one in chance)}",
    ]


def by_habit(found: list[Found]) -> list[str]:
    """List what was said of each habit that was not named."""
    lines = ["not named: habit (in how many layers), what it is, outcome: what was said"]
    for one in found:
        for acting, outcome, said in one.outcomes:
            if outcome != NAMED:
                lines.append(f"{acting.id} ({len(acting.direct)}), {acting.words}, {outcome}: {said}")
    return [lines[0], *sorted(lines[1:])]


def other(found: list[Found]) -> list[str]:
    """List one right cell of each table where some were called wrong or not read, and the refusals."""
    lines = [_first("called wrong", one, one.right_called_wrong) for one in found if one.right_called_wrong]
    lines += [_first("not read", one, one.right_unread) for one in found if one.right_unread]
    return lines + [f"refused: {one.refused[4:]}: {' | '.join(one.case.hand.headings)}" for one in found if one.refused]


def _first(what: str, one: Found, cells: list[Cell]) -> str:
    name, column = cells[0]
    heading, net = one.case.hand.heading(column), one.case.question.net.title
    return f"{what}: {len(cells)}×, for example {heading} = {one.case.cells[cells[0]]} ({net}, {name})"
