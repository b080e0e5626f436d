"""One habit explains many cells: the one that explains most comes first, and is said once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.quantities.printed import Agreement
from archcalc.studies.homework.explaining import again, pairs, shows, telling, together
from archcalc.studies.homework.mistakes import BY_NAME, MISTAKES
from archcalc.studies.homework.slips import SLIPS
from archcalc.studies.homework.verdicts import Explanation, Habit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from archcalc.network.table import Row
    from archcalc.studies.homework.answering import Answering
    from archcalc.studies.homework.explaining import CellQuestion
    from archcalc.studies.homework.mistakes import Mistake

    Place = tuple[str, str]
    Why = Mapping[Place, Sequence[Explanation]]

LEAST = 2
"""A habit shows in so many cells at least."""

OTHER_NETWORK = "other-network"

_ORDER = {name: number for number, name in enumerate([*(m.name for m in MISTAKES), *(slip.name for slip in SLIPS)])}


def habits(
    questions: Sequence[CellQuestion], why: Why, bases: Sequence[Answering], others: Iterable[Answering], asked: str
) -> tuple[list[Habit], dict[Place, list[Explanation]]]:
    """Return the habits of a table, the one that explains most cells first, and the reasons of each cell in context.

    Each cell belongs to one habit. Once one is known, it may have been made together with another mistake.
    """
    by_place = {(q.target.path, q.column): q for q in questions}
    reasons = {place: list(found) for place, found in why.items()}
    left = set(why)
    spared = _Spared(questions, bases)
    found: list[Habit] = []
    network = _other_network(by_place, left, others, asked)
    while True:
        best = _best({place: ways for place, ways in reasons.items() if place in left}, spared)
        if network and (best is None or len(network.cells) > len(best.cells)):
            best, network = network, None
        elif network and best and set(network.cells) == set(best.cells):
            best, network = best._replace(text=f"{best.text} Or: {network.text}"), None
        if best is None:
            return found, in_context(reasons, found)
        found.append(best)
        left -= set(best.cells)
        network = network if network and set(network.cells) <= left else None
        if best.mistake in BY_NAME and len(found) == 1:
            for place in left:
                reasons[place] = [*together(by_place[place], bases, BY_NAME[best.mistake]), *reasons[place]]


def spread(
    found: Sequence[Habit], late: Sequence[CellQuestion], bases: Sequence[Answering]
) -> tuple[list[Habit], dict[Place, list[Explanation]]]:
    """Return the habits with the cells that were not looked at before, and the reasons of these cells."""
    why = {(q.target.path, q.column): again(q, bases, found) for q in late}
    more = {
        habit.mistake: [place for place, ways in why.items() if ways and ways[0].mistake == habit.mistake]
        for habit in found
    }
    return [habit._replace(cells=tuple(sorted({*habit.cells, *more[habit.mistake]}))) for habit in found], why


def _best(why: Why, spared: _Spared) -> Habit | None:
    """Return the habit that explains most of what is left, made most consistently, the likeliest of them."""
    cells: dict[str, list[Place]] = {}
    texts: dict[str, str] = {}
    for place, reasons in why.items():
        for reason in reasons:
            cells.setdefault(reason.mistake, []).append(place)
            texts[reason.mistake] = reason.text
    most = max((len(places) for places in cells.values()), default=0)
    if most < LEAST:
        return None
    ties = [name for name, places in cells.items() if len(places) == most]
    missed = {name: spared.count(name, cells[name]) for name in ties}
    name = min(ties, key=lambda name: (missed[name], _ORDER[name]))
    return Habit(name, texts[name], tuple(sorted(cells[name])), everywhere=missed[name] == 0)


class _Spared:
    """The answered cells where a mistake would show, and was not made."""

    def __init__(self, questions: Sequence[CellQuestion], bases: Sequence[Answering]) -> None:
        self._questions, self._bases = questions, bases
        self._places: dict[str, set[Place]] = {}

    def count(self, name: str, hit: Iterable[Place]) -> int:
        """Count them, but for those that are explained otherwise."""
        if name not in BY_NAME:
            return len(self._questions)
        if name not in self._places:
            self._places[name] = set(self._of(BY_NAME[name]))
        return len(self._places[name].difference(hit))

    def _of(self, mistake: Mistake) -> Iterator[Place]:
        for q in self._questions:
            if q.column in mistake.columns and not q.given.blank:
                values = self._bases[0].follows(q.target, q.column, (mistake,))
                if any(value not in q.rights for value in values) and not shows(q, self._bases, mistake):
                    yield q.target.path, q.column


def _other_network(
    by_place: Mapping[Place, CellQuestion], wrong: Iterable[Place], others: Iterable[Answering], asked: str
) -> Habit | None:
    """Return the other network that a table is about: all of its answers that differ are right there."""
    best: Habit | None = None
    for other in others:
        rows = {row.path: row for row in other.table}
        hit = [place for place in wrong if _right_there(by_place[place], other, rows.get(place[0]))]
        name = other.table.spec.name
        if len(hit) >= LEAST and 5 * len(hit) >= 4 * len(list(wrong)) and (best is None or len(hit) > len(best.cells)):
            text = f"These values belong to {name}: the task is about {asked}."
            best = Habit(f"{OTHER_NETWORK}:{name}", text, tuple(sorted(hit)), everywhere=True)
    return best


def _right_there(q: CellQuestion, other: Answering, row: Row | None) -> bool:
    value = other.exact(q.target._replace(rows=(row,)), q.column) if row and len(q.target.rows) == 1 else None
    return value is not None and q.given.says(value, q.order) != Agreement.WRONG


def two_at_once(
    left: Sequence[CellQuestion], bases: Sequence[Answering]
) -> tuple[list[Habit], dict[Place, list[Explanation]]]:
    """Return the pairs of mistakes behind what no single one explains: habits of two, and the reasons of each cell.

    A pair is taken where it cannot be chance: behind a large number, or where it explains several cells.
    """
    found = {(q.target.path, q.column): pairs(q, bases) for q in left}
    cells: dict[str, list[Place]] = {}
    for place, reasons in found.items():
        for reason in reasons:
            cells.setdefault(reason.mistake, []).append(place)
    chance = {(q.target.path, q.column): not telling(q) for q in left}
    kept = {
        place: [r for r in reasons if not chance[place] or len(cells[r.mistake]) > LEAST]
        for place, reasons in found.items()
    }
    why = {place: sorted(reasons, key=lambda r: -len(cells[r.mistake])) for place, reasons in kept.items()}
    twos: dict[str, list[Place]] = {}
    for place, reasons in why.items():
        if reasons and len(cells[reasons[0].mistake]) > LEAST:
            twos.setdefault(reasons[0].mistake, []).append(place)
    texts = {reason.mistake: reason.text for reasons in why.values() for reason in reasons}
    return [Habit(name, texts[name], tuple(places)) for name, places in twos.items() if len(places) > LEAST], why


def in_context(why: Why, found: Sequence[Habit]) -> dict[Place, list[Explanation]]:
    """Return the explanations of each cell with its habit first, then those of the table's other habits."""
    rank = {habit.mistake: number for number, habit in enumerate(found)}
    own = {place: habit for habit in found for place in habit.cells}
    result: dict[Place, list[Explanation]] = {}
    for place, reasons in why.items():
        habit = own.get(place)
        kept = sorted(
            reasons, key=lambda r: (habit is None or r.mistake != habit.mistake, rank.get(r.mistake, len(rank)))
        )
        if habit and all(reason.mistake != habit.mistake for reason in kept):
            kept.insert(0, Explanation(habit.mistake, habit.text))
        result[place] = kept
    return result
