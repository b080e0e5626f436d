"""Draws the tables: right ones, those of habits, slips, and random numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tests.students.cases import (
    TOTAL,
    Acting,
    Case,
    Cell,
    Luck,
    Question,
    changed,
    direct,
    draw_net,
    draw_question,
    fill,
)
from tests.students.catalogue import catalogue
from tests.students.student import COLUMNS, Impossible, Row
from tests.students.writing import Hand, draw_hand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.students.catalogue import Habit
    from tests.students.network import Net

DEFAULT_SEED = 20261127
DEFAULT_COUNT = 200
KINDS = ["right", "right", "random", "slip", "two", "two", "two", *["one"] * 13]


Pen = Callable[[Random], Hand]


def plainly(lot: Random) -> Hand:
    """Draw a hand like any other, and write plainly instead: what is graded then does not depend on reading."""
    draw_hand(lot)
    return Hand()


def draw(seed: int = DEFAULT_SEED, count: int = DEFAULT_COUNT, pen: Pen = draw_hand) -> Iterator[Case]:
    """Draw the tables of a seed; each habit comes once before any comes again."""
    deck: list[str] = []
    for number in range(count):
        lot = Random(f"{seed}/{number}")
        kind = KINDS[number % len(KINDS)]
        if kind in {"one", "two"}:
            while len(deck) < 2:
                deck = [*Random(f"{seed}/{number}/deck").sample(sorted(catalogue()), len(catalogue())), *deck]
            ids = [deck.pop() for _ in range(1 if kind == "one" else 2)]
            case = habits(lot, number, ids, pen)
            deck += ids[len(case.acting) :]
            yield case
        else:
            yield {"right": right, "random": random_numbers, "slip": slip}[kind](lot, number, pen)


def _plain(lot: Random, pen: Pen) -> tuple[Question, Hand, dict[Cell, str]]:
    question, hand = draw_question(lot, draw_net(lot)), pen(lot)
    return question, hand, question.cells(question.right, hand)


def right(lot: Random, number: int, pen: Pen) -> Case:
    question, hand, cells = _plain(lot, pen)
    return Case(number, "right", question, hand, cells, dict(cells))


def habits(lot: Random, number: int, ids: list[str], pen: Pen) -> Case:
    """Draw networks until each habit changes something there that the other leaves alone."""
    chosen = [catalogue()[id_] for id_ in ids]
    for attempt in range(400):
        case = _habits(lot, number, chosen if attempt < 40 else chosen[:1], pen)
        if case is not None:
            return case
    raise AssertionError(ids)


def _habits(lot: Random, number: int, chosen: Sequence[Habit], pen: Pen) -> Case | None:
    net = draw_net(lot)
    needed = [_columns(net, habit) for habit in chosen]
    if not all(needed):
        return None
    asked = {"total": any(habit.total for habit in chosen), "flat": any("flatten" in habit.id for habit in chosen)}
    question = draw_question(lot, net, [lot.choice(some) for some in needed], **asked)
    table = Table(question, pen(lot), chosen, Luck(lot.random() < 0.6, lot.randrange(1000)))
    table = table._replace(luck=table.luck._replace(only=_only(lot, table)))
    try:
        cells = fill(*table)
        acting = [_acting(table, habit, cells) for habit in chosen]
    except Impossible:
        return None
    if any(not one.direct for one in acting):
        return None
    rights = question.cells(question.right, table.hand)
    return Case(number, "habits", question, table.hand, cells, rights, acting, carried=table.luck.carried)


class Table(NamedTuple):
    """A table that is being drawn: what is asked, who fills it, and how."""

    question: Question
    hand: Hand
    habits: Sequence[Habit]
    luck: Luck


@lru_cache(maxsize=4096)
def _columns(net: Net, habit: Habit) -> list[str]:
    """List the columns in which a habit shows."""
    everything = Question(net, COLUMNS, total=habit.total is not None)
    return sorted({column for _, column in direct(everything, Hand(), habit, Luck())})


def _only(lot: Random, table: Table) -> str:
    """Draw the one layer at which a habit acts, in one of six tables with one habit."""
    if len(table.habits) > 1 or table.habits[0].total or lot.random() > 1 / 6:
        return ""
    rows = sorted({name for name, _ in direct(table.question, table.hand, table.habits[0], table.luck)})
    return lot.choice(rows) if rows else ""


def _acting(table: Table, habit: Habit, cells: dict[Cell, str]) -> Acting:
    without = fill(*table._replace(habits=[one for one in table.habits if one is not habit]))
    own = changed(cells, without)
    plain = [cell for cell in direct(table.question, table.hand, habit, table.luck) if cell in own]
    alone = fill(*table._replace(habits=[habit]))
    columns = {column for _, column in plain}
    others = [other for other in catalogue().values() if other is not habit and columns <= other.columns]
    also = [other.id for other in others if _same(table._replace(habits=[other]), alone, plain)]
    return Acting(habit.id, habit.words, own, plain, also)


def _same(table: Table, cells: dict[Cell, str], some: list[Cell]) -> bool:
    """Whether these habits write the same into some cells; the first row that differs ends it."""
    asked = defaultdict(list)
    for name, column in some:
        asked[name].append(column)

    def watch(name: str, row: Row) -> None:
        if any(table.hand.write(column, row) != cells[name, column] for column in asked[name]):
            raise Impossible

    try:
        theirs = fill(*table, watch)
    except Impossible:
        return False
    return all(theirs[cell] == cells[cell] for cell in some)


def random_numbers(lot: Random, number: int, pen: Pen) -> Case:
    """Fill three to five cells with numbers that nobody computed."""
    question, hand, rights = _plain(lot, pen)
    cells = dict(rights)
    some = [cell for cell in rights if cell[0] != TOTAL and _size(question, cell) > 3]
    for name, column in lot.sample(some, min(len(some), lot.randint(3, 5))):
        row = question.right.rows[name]
        values = {"channels": row.channels, "side": row.side, "rf": row.rf, "activations": row.activations}
        values |= {"params": row.params, "macs": row.macs}
        drawn = {key: value and max(2, round(value * lot.uniform(0.3, 3))) for key, value in values.items()}
        cells[name, column] = hand.write(column, Row(**drawn))  # type: ignore[arg-type]
    return Case(number, "random", question, hand, cells, rights)


def _size(question: Question, cell: Cell) -> int:
    row = question.right.rows[cell[0]]
    return (row.side or row.channels) if cell[1] == "output" else getattr(row, cell[1]) or 0


def slip(lot: Random, number: int, pen: Pen) -> Case:
    """Draw a careless slip in a right table."""
    for _ in range(200):
        question, hand, rights = _plain(lot, pen)
        id_ = lot.choice(sorted(SLIPS))
        cells = SLIPS[id_](lot, question, dict(rights))
        wrong = changed(cells, rights)
        if wrong:
            return Case(
                number, "slip", question, hand, cells, rights, [Acting(id_, id_.replace("-", " "), wrong, wrong)]
            )
    raise AssertionError(number)


Cells = dict[Cell, str]


def _edited(lot: Random, cells: Cells, fits: str, put: object) -> Cells:
    some = [cell for cell, text in cells.items() if re.search(fits, text)]
    if some:
        cell = lot.choice(some)
        cells[cell] = re.sub(fits, put, cells[cell], count=1)  # type: ignore[call-overload]
    return cells


def _copied(lot: Random, question: Question, cells: Cells) -> Cells:
    names = [name for name in question.names if name != TOTAL]
    index = lot.randrange(1, len(names))
    for column in question.columns:
        if {(names[index], column), (names[index - 1], column)} <= set(cells):
            cells[names[index], column] = cells[names[index - 1], column]
    return cells


def _shifted(lot: Random, question: Question, cells: Cells) -> Cells:
    column = lot.choice(question.columns)
    names = [name for name in question.names if (name, column) in cells and name != TOTAL]
    start = lot.randrange(1, len(names)) if len(names) > 1 else 0
    old = dict(cells)
    for above, name in zip(names[start - 1 :], names[start:], strict=False):
        cells[name, column] = old[above, column]
    return cells


SLIPS = {
    "digits-transposed": lambda lot, question, cells: _edited(lot, cells, r"(\d)(?!\1)(\d)(?=\d)", r"\2\1"),
    "digit-dropped": lambda lot, question, cells: _edited(lot, cells, r"(?<=\d)\d(?=\d{3}$)", ""),
    "zero-too-many": lambda lot, question, cells: _edited(lot, cells, r"(?<=\d0)$", "0"),
    "k-for-m": lambda lot, question, cells: _edited(
        lot, cells, r"(?<=\d)[KMk]$", lambda found: {"K": "M", "M": "K", "k": "M"}[found[0]]
    ),
    "row-copied": _copied,
    "rows-shifted": _shifted,
}
