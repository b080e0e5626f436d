"""Why a cell is wrong: the mistakes that make its very number, the single ones first, then two at once."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from archcalc.limits import spend
from archcalc.studies.homework.derivation import COUNTS, OUTPUT, Value
from archcalc.studies.homework.mistakes import BY_NAME, of_column
from archcalc.studies.homework.slips import SLIPS, Around
from archcalc.studies.homework.verdicts import Explanation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from archcalc.studies.homework.answering import Answering
    from archcalc.studies.homework.cell_reading import Given
    from archcalc.studies.homework.mistakes import Mistake
    from archcalc.studies.homework.row_labels import Target
    from archcalc.studies.homework.slips import Slip
    from archcalc.studies.homework.verdicts import Habit

LEAST_FOR_PAIRS = 2_000

"""Two mistakes at once are looked for behind larger counts only: among small ones every number has a pair."""

PAIRED = frozenset({
    "forgot-plus-one", "forgot-padding", "padding-once", "ceil-for-floor", "channels-of-input", "channels-left-out",
    "channels-divided-by-groups", "axes-swapped",
})  # fmt: skip
"""The mistakes that are looked for two at a time behind a shape: among all of them, every small size has a pair."""


_SLIPS = {slip.name: slip for slip in SLIPS}


class CellQuestion(NamedTuple):
    """A cell in its place: what is asked, what was given, what is right, and what follows from the paper."""

    target: Target
    column: str
    given: Given
    exact: Value
    follows: tuple[Value, ...] = ()
    around: Callable[[], Around] = Around
    order: str = ""

    @property
    def rights(self) -> tuple[Value, ...]:
        """The answers that are none of a mistake: the right one, and those that follow."""
        return (self.exact, *self.follows)


def singles(question: CellQuestion, bases: Sequence[Answering]) -> list[Explanation]:
    """Return the single mistakes and the slips that make the given value, the likeliest first."""
    spend(20)
    ways = {id(way): way for base in bases for way in [base.mistaken(question.target, question.column)]}.values()
    found = [
        Explanation(mistake.name, mistake.text, mistake.also)
        for mistake, *values in zip(of_column(question.column), *ways, strict=True)
        if any(_told(question, made) for made in values)
    ]
    around = question.around()
    found += [Explanation(slip.name, slip.text) for slip in SLIPS if _slipped(question, slip, around)]
    return found


def again(question: CellQuestion, bases: Sequence[Answering], known: Iterable[Habit]) -> list[Explanation]:
    """Return those of the known habits that make the given value."""
    spend(5)
    return [
        Explanation(habit.mistake, habit.text)
        for habit in known
        if (habit.mistake in _SLIPS and _slipped(question, _SLIPS[habit.mistake], question.around()))
        or (habit.mistake in BY_NAME and question.column in BY_NAME[habit.mistake].columns
            and shows(question, bases, BY_NAME[habit.mistake]))
    ]  # fmt: skip


def pairs(question: CellQuestion, bases: Sequence[Answering]) -> list[Explanation]:
    """Return the pairs of mistakes that make the given value; :func:`telling` says whether that can be chance."""
    if question.column not in (*COUNTS, OUTPUT):
        return []
    able = [
        mistake
        for mistake in of_column(question.column)
        if (question.column != OUTPUT or mistake.name in PAIRED) and _changes(question, bases, mistake)
    ]
    return [
        Explanation(f"{one.name} + {other.name}", f"{one.text} Also: {other.text}")
        for one, other in combinations(able, 2)
        if _made(question, bases[:1], (one, other))
    ]


def together(question: CellQuestion, bases: Sequence[Answering], habit: Mistake) -> list[Explanation]:
    """Return the mistakes that make the given value together with a habit of the whole table."""
    if habit not in of_column(question.column):
        return []
    return [
        Explanation(other.name, f"{other.text} Also: {habit.text}", (f"{habit.name} + {other.name}",))
        for other in of_column(question.column)
        if other is not habit and (_made(question, bases, (habit, other)) or _made(question, bases, (other, habit)))
    ]


def shows(question: CellQuestion, bases: Sequence[Answering], mistake: Mistake) -> bool:
    """Whether a given value is the one that a mistake makes."""
    return _made(question, bases, (mistake,))


def telling(question: CellQuestion) -> bool:
    """Whether few enough numbers come of two mistakes that it cannot be chance."""
    count = question.given.number()
    if question.column in COUNTS:
        return count is not None and count >= LEAST_FOR_PAIRS
    return question.column == OUTPUT


def _changes(question: CellQuestion, bases: Sequence[Answering], mistake: Mistake) -> bool:
    values = bases[0].follows(question.target, question.column, (mistake,))
    return any(value not in question.rights for value in values)


def _made(question: CellQuestion, bases: Iterable[Answering], mistakes: Sequence[Mistake]) -> bool:
    return any(_told(question, base.follows(question.target, question.column, mistakes)) for base in bases)


def _told(question: CellQuestion, values: Iterable[Value]) -> bool:
    """Whether the given value is one of these, and none that is right."""
    rights = question.rights
    return any(value not in rights and question.given.tells(value, question.order) for value in values)


def _slipped(question: CellQuestion, slip: Slip, around: Around) -> bool:
    if slip.lettered and not any(reading.shortened for reading in question.given.counts):
        return False
    return _told(question, (value for right in question.rights for value in slip.made(right, around)))
