"""Mistakes planted in right tables: in one cell, or as a habit over a whole table; and numbers that are no mistake."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import archcalc
from archcalc.services.homework import table_of
from archcalc.studies.homework.answering import Answering
from archcalc.studies.homework.asking import ORDER, questions, solved, written
from archcalc.studies.homework.cell_reading import read_cell
from archcalc.studies.homework.explaining import neighbors, pairs, singles
from archcalc.studies.homework.headings import ColumnHeading
from archcalc.studies.homework.marking import Marker, mark
from archcalc.studies.homework.mistakes import of_column
from archcalc.studies.homework.odds import MOST
from archcalc.studies.homework.row_labels import TOTAL
from archcalc.studies.homework.rules import PLAIN_RULES
from archcalc.studies.homework.sheet import sheet
from archcalc.studies.homework.slips import SLIPS
from archcalc.studies.homework.verdicts import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

    from archcalc.network.table import Table
    from archcalc.studies.homework.derivation import Value
    from archcalc.studies.homework.mistake import Mistake
    from archcalc.studies.homework.questions import CellQuestion
    from archcalc.studies.homework.verdicts import Marking

NOISE = ("factor", "neighbour")


class Planted(NamedTuple):
    """A cell in which one mistake was made, and how it is explained."""

    network: str
    layer: str
    column: str
    mistake: str
    value: str
    status: str
    reasons: list[str]

    @property
    def found(self) -> bool:
        """Whether the mistake is among the explanations."""
        return self.status == Status.WRONG and self.mistake in self.reasons


@cache
def table_for(network: str) -> Table:
    """Return the table of a shipped network, or of a spec that is written in a test."""
    return archcalc.loads(network).analyze() if "\n" in network else table_of(network, None)


def right_rows(table: Table) -> list[list[str]]:
    """Return a table filled with every right answer."""
    rows = [[target.path, *map(written, values)] for target, values in solved(table, ORDER)]
    return [["layer", *ORDER], *rows]


def marker(network: str) -> Marker:
    """Return the marker of a table in which everything is right."""
    table = table_for(network)
    return Marker(sheet(right_rows(table), "hw.csv"), table, PLAIN_RULES)


def asked(right: Marker) -> list[CellQuestion]:
    """Return the questions of a table."""
    found = [right.question(target, column) for _, target in right.lines for column in right.columns]
    return [question for question in found if question is not None]


def filled(question: CellQuestion, value: Value) -> CellQuestion:
    """Return a question answered with a value."""
    return question._replace(given=read_cell(written(value), question.column, ColumnHeading(question.column)))


def in_cells(network: str) -> Iterator[Planted]:
    """Yield every mistake planted in every cell where it changes what stands there."""
    right = marker(network)
    for question in asked(right):
        for mistake in of_column(question.column):
            for value in right.exact.follows(question.target, question.column, (mistake,)):
                answered = filled(question, value)
                if value == question.exact or answered.given.says(question.exact, right.order) == "exact":
                    continue  # the same answer, or one that differs by axes of length 1
                reasons = [reason.mistake for reason in singles(answered, right.bases)]
                place = (network, question.target.path, question.column, mistake.name, written(value))
                yield Planted(*place, right.status(answered)[0], reasons)


def slipped(network: str) -> Iterator[Planted]:
    """Yield every slip of the pen planted in every cell where it changes what stands there."""
    right = marker(network)
    for question in asked(right):
        for slip in SLIPS:
            for value in slip.made(question.exact, question.around()):
                spelled = f"{value // 10 / 100:.2f}K" if slip.lettered and isinstance(value, int) else written(value)
                given = read_cell(spelled, question.column, ColumnHeading(question.column))
                answered = question._replace(given=given)
                if right.status(answered)[0] == Status.WRONG:
                    found = singles(answered, right.bases)
                    found += neighbors(answered) if all(reason.chance > MOST for reason in found) else []
                    reasons = [reason.mistake for reason in found]
                    if slip.last and slip.name not in reasons:
                        continue  # something else explains it
                    yield Planted(
                        network, question.target.path, question.column, slip.name, spelled, Status.WRONG, reasons
                    )


def early(network: str) -> Iterator[Marking]:
    """Yield tables whose first wrong map is carried on rightly to the end, for each mistake that makes one."""
    table = table_for(network)
    exact = Answering(table, PLAIN_RULES)
    rows = [target for target in questions(table) if target.path != TOTAL]
    for mistake in of_column("output"):
        values = ((t, v) for t in rows[:6] for v in exact.follows(t, "output", (mistake,)))
        first, value = next(((t, v) for t, v in values if v != exact.exact(t, "output")), (rows[0], ()))
        if not isinstance(value, tuple) or len(value) != len(first.rows[0].output.sizes):
            continue
        own = exact.given({first.rows[0].node: value})
        cells = [["layer", "output", "params", "macs"]]
        for target in rows:
            follows = [next(iter(own.follows(target, column)), None) for column in cells[0][1:]]
            follows[0] = value if target is first else follows[0]
            cells.append([target.path, *map(written, follows)])
        yield mark(sheet(cells, "hw.csv"), table)


def as_habit(network: str, mistake: Mistake) -> Marking | None:
    """Mark a table on which a mistake was made in every row, each row worked out from the one before it.

    None where it shows in fewer than two cells.
    """
    table = table_for(network)
    made = _carried(table, mistake)
    if len(made) < 2:
        return None
    rows = [["layer", *ORDER]]
    for target, values in solved(table, ORDER):
        if target.path != TOTAL:
            cells = [made.get((target.path, column), value) for column, value in zip(ORDER, values, strict=True)]
            rows.append([target.path, *map(written, cells)])
    marking = mark(sheet(rows, "hw.csv"), table)
    return marking if len(marking.wrong()) > 1 else None


def _carried(table: Table, mistake: Mistake) -> Mapping[tuple[str, str], Value]:
    """Return the answers that are not the true ones: the mistake's own, and what follows from them."""
    exact = Answering(table, PLAIN_RULES)
    paper: dict[str, dict[int, tuple[int, ...]]] = {"output": {}, "rf": {}}
    made: dict[tuple[str, str], Value] = {}
    rows = [target for target in questions(table) if target.path != TOTAL]
    own, stale = exact, False
    for column in ("output", "rf", *(c for c in ORDER if c not in ("output", "rf"))):
        for target in rows:
            if stale:
                own, stale = exact.given(paper["output"], paper["rf"]), False
            changes = (mistake,) if column in mistake.columns else ()
            value = next(iter(own.follows(target, column, changes)), None)
            value = next(iter(own.follows(target, column)), None) if value is None else value
            if value is not None and value != exact.exact(target, column):
                made[target.path, column] = value
                if column in paper and isinstance(value, tuple) and value:
                    paper[column][target.rows[0].node] = value
                    stale = True
    return made


def noise(network: str, random: Random, times: int) -> Iterator[tuple[str, str, bool]]:
    """Yield for wrong numbers that are no mistake their column, how they were made, and whether they are explained."""
    right = marker(network)
    for question in asked(right):
        for how in NOISE * times:
            value = _off(question.exact, question.column, how, random)
            if value is None or value in question.rights:
                continue
            answered = filled(question, value)
            if right.status(answered)[0] == Status.WRONG:
                reasons = singles(answered, right.bases) or pairs(answered, right.bases)
                yield question.column, how, any(reason.chance <= MOST for reason in reasons)


def _off(exact: Value, column: str, how: str, random: Random) -> Value | None:
    """Return a count times a factor or near it; a map with another side, a vector of another length."""
    if isinstance(exact, int):
        if column not in ("params", "macs") or exact == 0:
            return None
        near = exact + random.choice((-1, 1)) * random.randint(1, max(10, exact // 20))
        return int(exact * random.uniform(0.2, 5)) if how == "factor" else max(1, near)
    if column != "output" or not exact:
        return None
    near = exact[-1] + random.choice((-1, 1)) * random.randint(1, 10)
    side = max(1, int(exact[-1] * random.uniform(0.3, 3)) if how == "factor" else near)
    return (side,) if len(exact) == 1 else (exact[0], *[side] * (len(exact) - 1))
