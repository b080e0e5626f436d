"""A table of one student with its verdict: who acts in it, and where."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tests.students.famous import FAMOUS
from tests.students.invented import INVENTED
from tests.students.network import Net, spec
from tests.students.student import COLUMNS, Impossible, Student
from tests.students.writing import Hand, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from tests.students.catalogue import Habit
    from tests.students.student import Row

Cell = tuple[str, str]
MOST_ROWS = 24
TOTAL = "total"


class Luck(NamedTuple):
    """How habits act in one table: see `Student`."""

    carried: bool = True
    lot: int = 0
    only: str = ""


@dataclass
class Acting:
    """A habit in a table: all cells that it changes, and those that it changes by itself, not by an earlier row."""

    id: str
    words: str
    cells: list[Cell]
    direct: list[Cell]
    also: list[str] = field(default_factory=list)  # habits that write the same numbers in these


@dataclass(frozen=True)
class Question:
    """What a table asks: rows and columns of a network."""

    net: Net
    columns: tuple[str, ...]
    total: bool
    flat: bool = True  # whether flattening has a row

    @cached_property
    def names(self) -> list[str]:
        nodes = [node for node in self.net.nodes if self.flat or node.kind != "flatten"]
        if len(nodes) > MOST_ROWS:
            nodes = [node for node in nodes if node.kind != "batchnorm"]
        return [node.name for node in nodes] + ([TOTAL] if self.total else [])

    @cached_property
    def right(self) -> Student:
        return Student(self.net)

    def cells(self, student: Student, hand: Hand) -> dict[Cell, str]:
        found: dict[Cell, str] = {}
        for name in self.names:
            for column in self.columns:
                if name == TOTAL:
                    if column in {"params", "macs"}:
                        found[name, column] = hand.count(student.total(column))
                elif column != "rf" or self.right.rows[name].rf is not None:
                    found[name, column] = hand.write(column, student.rows[name])
        return found


@dataclass
class Case:
    """One table: its kind (right, habits, slip, random), what is written, and what a teacher would note."""

    number: int
    kind: str
    question: Question
    hand: Hand
    cells: dict[Cell, str]
    rights: dict[Cell, str]
    acting: list[Acting] = field(default_factory=list)
    carried: bool = True

    def wrong(self) -> list[Cell]:
        return [cell for cell, text in self.cells.items() if text != self.rights[cell]]

    def text(self) -> str:
        return table(self.hand, self.question.names, self.question.columns, self.cells)

    def files(self) -> dict[str, str]:
        stem = f"{self.number:03}"
        return {f"{stem}.yaml": spec(self.question.net), f"{stem}{self.hand.suffix}": self.text()}

    def verdict(self) -> dict[str, object]:
        wrong = set(self.wrong())
        return {
            "table": f"{self.number:03}{self.hand.suffix}",
            "network": self.question.net.title,
            "kind": self.kind,
            "carried": self.carried,
            "habits": [vars(acting) for acting in self.acting],
            "wrong": sorted(wrong),
            "right": sorted(cell for cell in self.cells if cell not in wrong),
        }


def draw_net(lot: Random) -> Net:
    if lot.random() < 0.6:
        return lot.choice(FAMOUS)()
    while True:
        net = lot.choice(INVENTED)(lot)
        with suppress(Impossible):
            Student(net)
            return net


def draw_question(
    lot: Random, net: Net, needed: Sequence[str] = (), *, total: bool = False, flat: bool = False
) -> Question:
    """Draw two to four columns, one of them of those that are needed."""
    columns = {lot.choice(sorted(needed))} if needed else {"output"}
    columns |= set(lot.sample(COLUMNS, lot.choice([1, 2, 3])))
    if all(row.rf is None for row in Student(net).rows.values() if row.activations):
        columns.discard("rf")
    ordered = tuple(column for column in COLUMNS if column in columns)
    return Question(net, ordered, total or lot.random() < 0.6, flat or lot.random() < 0.4)


def fill(
    question: Question,
    hand: Hand,
    habits: Sequence[Habit],
    luck: Luck,
    watch: Callable[[str, Row], None] | None = None,
) -> dict[Cell, str]:
    """Fill the table of a question with some habits."""
    student = Student(question.net, habits, luck.carried, luck.lot, luck.only, question.right, watch)
    return question.cells(student, hand)


def changed(one: dict[Cell, str], other: dict[Cell, str]) -> list[Cell]:
    return [cell for cell in one if one[cell] != other[cell]]


def direct(question: Question, hand: Hand, habit: Habit, luck: Luck) -> list[Cell]:
    """List the cells that a habit changes when all that is read is right."""
    try:
        alone = fill(question, hand, [habit], luck._replace(carried=False))
    except Impossible:
        return []
    wrong = changed(alone, question.cells(question.right, hand))
    return [cell for cell in wrong if (cell[0] == TOTAL) == (habit.total is not None)]
