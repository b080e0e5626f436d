"""Answers of another variant: of the network without a seed, or of another student's seed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.homework.asking import solved
from archcalc.studies.homework.derivation import COLUMNS
from archcalc.studies.homework.verdicts import Explanation, Habit, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archcalc.network.table import Table
    from archcalc.studies.homework.verdicts import Cell, Marking

    Numbers = tuple[int, ...]
    Place = tuple[str, str]

UNVARIED, OTHER_SEED = "unvaried-network", "other-seed"

LEAST = 3
"""This number of equal answers cannot be chance, if nearly all wrong answers are right in the other variant."""

_NUMBER = re.compile(r"\d+(?:,\d{3})*")


class Variant(NamedTuple):
    """Another variant of a network: its seed, and the numbers of its answers."""

    seed: int | None
    answers: Mapping[Place, Numbers]


def variant(table: Table, seed: int | None) -> Variant:
    """Return the answers of a variant, as the numbers that are in them.

    >>> import archcalc
    >>> variant(archcalc.load("alexnet").analyze(), None).answers["conv1", "output"]
    (55, 55, 96)
    """
    answers: dict[Place, Numbers] = {}
    for target, values in solved(table, COLUMNS):
        for column, value in zip(COLUMNS, values, strict=True):
            if value:
                answers[target.path, column] = (value,) if isinstance(value, int) else tuple(sorted(value))
    return Variant(seed, answers)


def numbers(text: str) -> Numbers:
    """Return the numbers in an answer, in their order of size.

    >>> numbers("96 x 55 x 55"), numbers("34,944")
    ((55, 55, 96), (34944,))
    """
    return tuple(sorted(int(found.replace(",", "")) for found in _NUMBER.findall(text)[:9]))


def borrowed(marked: Marking, variants: Iterable[Variant]) -> Marking:
    """Say of a marked table if its wrong answers are those of another variant: one habit then explains them.

    Four in five of the wrong answers have to be right there.
    """
    wrong = marked.wrong()
    if len(wrong) < LEAST:
        return marked
    found = [(_hits(wrong, other), other) for other in variants]
    places, other = max(found, key=lambda pair: len(pair[0]), default=((), None))
    if other is None or len(places) < LEAST or 5 * len(places) < 4 * len(wrong):
        return marked
    habit = _habit(places, other)
    rest = tuple(known for known in marked.habits if not set(known.cells) <= set(places))
    cells = tuple(_explained(cell, habit) for cell in marked.cells)
    return marked._replace(cells=cells, habits=(habit, *rest))


def _hits(wrong: Iterable[Cell], other: Variant) -> tuple[Place, ...]:
    return tuple(
        (cell.layer, cell.column)
        for cell in wrong
        if (value := other.answers.get((cell.layer, cell.column))) and numbers(cell.given) == value
    )


def _habit(places: tuple[Place, ...], other: Variant) -> Habit:
    if other.seed is None:
        text = "These values belong to the network without a seed: use the sizes of your own worksheet."
        return Habit(UNVARIED, text, places)
    text = "These values belong to another variant of the network: use the sizes of your own worksheet."
    return Habit(f"{OTHER_SEED}:{other.seed}", text, places)


def _explained(cell: Cell, habit: Habit) -> Cell:
    if cell.status != Status.WRONG or (cell.layer, cell.column) not in habit.cells:
        return cell
    return cell._replace(explanations=(Explanation(habit.mistake, habit.text),))


def seed_of(marked: Marking) -> int | None:
    """Return the other seed that a table's answers belong to; None where they are its own.

    >>> from archcalc.studies.homework.verdicts import Habit, Marking
    >>> seed_of(Marking("hw.csv", "alexnet", (), (Habit("other-seed:18", "", ()),)))
    18
    """
    found = [habit.mistake.partition(":")[2] for habit in marked.habits if habit.mistake.startswith(OTHER_SEED)]
    return int(found[0]) if found else None
