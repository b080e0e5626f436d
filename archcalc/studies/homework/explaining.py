"""Why a cell is wrong: the mistakes that make its very number, the single ones first, then two at once."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import chain, combinations
from typing import TYPE_CHECKING

from archcalc.limits import spend
from archcalc.studies.homework.derivation import COUNTS, OUTPUT, Value
from archcalc.studies.homework.mistakes import BY_NAME, of_column
from archcalc.studies.homework.odds import HABITUAL, MOST, Odds, rounded
from archcalc.studies.homework.slips import SLIPS
from archcalc.studies.homework.verdicts import Explanation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.studies.homework.answering import Answering
    from archcalc.studies.homework.mistake import Mistake
    from archcalc.studies.homework.questions import CellQuestion
    from archcalc.studies.homework.slips import Around, Slip
    from archcalc.studies.homework.verdicts import Habit

PAIRED = frozenset({
    "forgot-plus-one", "forgot-padding", "padding-once", "ceil-for-floor", "channels-of-input", "channels-left-out",
    "channels-divided-by-groups", "axes-swapped",
})  # fmt: skip
"""The mistakes that are looked for two at a time behind a shape: among all of them, every small size has a pair."""

ALONE = frozenset({
    "bottleneck-width", "reads-other-row", "reads-own-width", "channels-of-merge", "half-the-filters", "macs-halved",
    "pointwise-free", "filters-twice", "activations-added", "macs-before-pool", "macs-after-pool",
})  # fmt: skip
"""The mistakes that are not looked for together with another one in a count: rare, and of many numbers."""

_SLIPS = {slip.name: slip for slip in SLIPS}


def singles(question: CellQuestion, bases: Sequence[Answering]) -> list[Explanation]:
    """Return the single mistakes and the slips that make the given value, the likeliest first.

    A rounded number tells something only where few mistakes as likely could have made another one near it.
    """
    spend(20)
    return _weighed(question, chain(_mistaken(question, bases), _slips_of(question)))


def _weighed(question: CellQuestion, ways: Iterable[tuple[Explanation, list[Value]]]) -> list[Explanation]:
    """Return the explanations whose values are the given one; of a rounded one also what it tells."""
    odds = Odds(question) if rounded(question) else None
    found = []
    for reason, values in ways:
        if odds:
            odds.add(values)
        if _told(question, values):
            found.append(reason._replace(chance=max(odds.chance, reason.chance)) if odds else reason)
    return found


def neighbors(question: CellQuestion) -> list[Explanation]:
    """Return the slips that are said last: of what nothing else explains."""
    return [reason for reason in _weighed(question, _slips_of(question, last=True)) if reason.chance <= MOST]


def _mistaken(question: CellQuestion, bases: Sequence[Answering]) -> Iterator[tuple[Explanation, list[Value]]]:
    """Yield each mistake that makes a difference in a column, with the values that it makes."""
    ways = {id(way): way for base in bases for way in [base.mistaken(question.target, question.column)]}.values()
    for mistake in of_column(question.column):
        values = [value for way in ways for value in way.get(mistake.name, ())]
        if values:
            yield _reason(mistake.name, mistake.text, mistake.also, habitual=mistake.habitual), values


@cache
def _reason(name: str, text: str, also: tuple[str, ...], *, habitual: bool) -> Explanation:
    """Return an explanation with what is known of its chance before any answer is."""
    return Explanation(name, text, also, chance=HABITUAL if habitual else Fraction(0))


def _slips_of(question: CellQuestion, *, last: bool = False) -> Iterator[tuple[Explanation, list[Value]]]:
    """Yield each slip with the values that it makes of what is right: those that are said last, or the others."""
    around = question.around()
    for slip in SLIPS:
        if slip.last == last and _able(question, slip):
            made = [value for right in question.rights for value in slip.made(right, around)]
            yield _reason(slip.name, slip.text, (), habitual=slip.habitual), made


def again(question: CellQuestion, bases: Sequence[Answering], known: Iterable[Habit]) -> list[Explanation]:
    """Return those of the known habits that make the given value."""
    spend(5)
    return [
        Explanation(habit.mistake, habit.text, parts=habit.parts)
        for habit in known
        if (habit.mistake in _SLIPS and _slipped(question, _SLIPS[habit.mistake], question.around()))
        or (habit.mistake in BY_NAME and question.column in BY_NAME[habit.mistake].columns
            and shows(question, bases, BY_NAME[habit.mistake]))
    ]  # fmt: skip


def pairs(question: CellQuestion, bases: Sequence[Answering]) -> list[Explanation]:
    """Return the pairs of mistakes that make the given value; the more pairs there are, the likelier each is chance."""
    if question.column not in (*COUNTS, OUTPUT):
        return []
    able = [
        mistake
        for mistake in of_column(question.column)
        if (mistake.name in PAIRED if question.column == OUTPUT else mistake.name not in ALONE)
        and _changes(question, bases, mistake)
    ]
    odds, found = Odds(question), []
    for one, other in combinations(able, 2):
        values = bases[0].follows(question.target, question.column, (one, other))
        odds.add(values)
        if _told(question, values):
            both = (one.name, other.name)
            found.append(Explanation(" + ".join(both), f"{one.text} Also: {other.text}", parts=both))
    return [reason._replace(chance=odds.chance) for reason in found]


def together(question: CellQuestion, bases: Sequence[Answering], habit: Mistake) -> list[Explanation]:
    """Return the mistakes that make the given value together with a habit of the whole table."""
    column = of_column(question.column)
    return _weighed(question, _with(question, bases, habit, column)) if habit in column else []


def _with(
    question: CellQuestion, bases: Sequence[Answering], habit: Mistake, others: Iterable[Mistake]
) -> Iterator[tuple[Explanation, list[Value]]]:
    for other in others:
        if other is not habit:
            both = Explanation(
                other.name,
                f"{other.text} Also: {habit.text}",
                also=(f"{habit.name} + {other.name}",),
                parts=(other.name, habit.name),
            )
            values = [v for way in ((habit, other), (other, habit)) for v in _all(question, bases, way)]
            yield both, values


def shows(question: CellQuestion, bases: Sequence[Answering], mistake: Mistake) -> bool:
    """Whether a given value is the one that a mistake makes."""
    return _made(question, bases, (mistake,))


def _changes(question: CellQuestion, bases: Sequence[Answering], mistake: Mistake) -> bool:
    values = bases[0].follows(question.target, question.column, (mistake,))
    return any(value not in question.rights for value in values)


def _made(question: CellQuestion, bases: Iterable[Answering], mistakes: Sequence[Mistake]) -> bool:
    return _told(question, _all(question, bases, mistakes))


def _all(question: CellQuestion, bases: Iterable[Answering], mistakes: Sequence[Mistake]) -> Iterator[Value]:
    return (value for base in bases for value in base.follows(question.target, question.column, mistakes))


def _told(question: CellQuestion, values: Iterable[Value]) -> bool:
    """Whether the given value is one of these, and none that is right."""
    rights = question.rights
    return any(value not in rights and question.given.tells(value, question.order) for value in values)


def _able(question: CellQuestion, slip: Slip) -> bool:
    return not slip.lettered or any(reading.shortened for reading in question.given.counts)


def _slipped(question: CellQuestion, slip: Slip, around: Around) -> bool:
    made = (value for right in question.rights for value in slip.made(right, around))
    return _able(question, slip) and _told(question, made)
