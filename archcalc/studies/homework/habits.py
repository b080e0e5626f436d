"""One habit explains many cells: the most consistent one comes first, and is said once."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from archcalc.studies.homework.explaining import again, pairs, together
from archcalc.studies.homework.mistakes import BY_NAME, MISTAKES
from archcalc.studies.homework.odds import DOUBTFUL, MOST, TOGETHER
from archcalc.studies.homework.row_labels import TOTAL
from archcalc.studies.homework.slips import SLIPS
from archcalc.studies.homework.verdicts import Explanation, Habit

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

    from archcalc.studies.homework.answering import Answering
    from archcalc.studies.homework.evidence import Evidence
    from archcalc.studies.homework.questions import CellQuestion

    Place = tuple[str, str]
    _Order = tuple[bool, int, bool]
    Why = Mapping[Place, Sequence[Explanation]]

LEAST = 2
"""A habit shows in so many cells at least."""

MOST_PAIRED = 40
"""Pairs of mistakes are tried in cells that come from this many rows in all, copies of a row counted once."""

MOST_SUMMED = 150
"""They are not tried in a sum of more different rows: all pairs in 500 rows take seconds."""

SHARE = 10
"""What the first habit was made together with is asked where it explains one in this number of the wrong answers."""

LOOSE = frozenset(slip.name for slip in SLIPS if not slip.lettered)
VAGUE = frozenset(slip.name for slip in SLIPS if slip.vague)

_ORDER = {name: number for number, name in enumerate([*(m.name for m in MISTAKES), *(slip.name for slip in SLIPS)])}


def habits(
    wrong: Sequence[CellQuestion],
    why: Why,
    bases: Callable[[str], Sequence[Answering]],
    evidence: Evidence,
    network: Habit | None,
) -> tuple[list[Habit], dict[Place, list[Explanation]]]:
    """Return the habits of a table, the most consistent one first, and the reasons of each cell in context.

    Each cell belongs to one habit. Once one is known, it may have been made together with another mistake.
    ``bases`` are what answers follow from where a mistake was made in the layers before; ``network`` is another network
    that the whole table is about.
    """
    by_place = {q.place: q for q in wrong}
    reasons = {place: list(found) for place, found in why.items()}
    left = set(why)
    evidence.look({reason.mistake for found in reasons.values() for reason in found})
    found: list[Habit] = []
    while True:
        best = _best({place: ways for place, ways in reasons.items() if place in left}, evidence)
        best, network = _chosen(best, network)
        if best is None:
            return found, in_context(reasons, found, evidence)
        found.append(best)
        left -= set(best.cells)
        network = network if network and set(network.cells) <= left else None
        if best.mistake in BY_NAME and len(found) == 1 and SHARE * len(best.cells) >= len(why):
            before, made = bases(best.mistake), BY_NAME[best.mistake]
            for place in left:
                reasons[place] = [*together(by_place[place], before, made), *reasons[place]]


def _chosen(best: Habit | None, network: Habit | None) -> tuple[Habit | None, Habit | None]:
    """Return the habit that comes next, and the other network if its turn is later."""
    if network and (best is None or len(network.cells) > len(best.cells)):
        return network, None
    if network and best and set(network.cells) == set(best.cells):
        parts = (*(best.parts or (best.mistake,)), network.mistake)
        return best._replace(text=f"{best.text} Or: {network.text}", parts=parts), None
    return best, network


def spread(
    found: Sequence[Habit], late: Sequence[CellQuestion], bases: Sequence[Answering]
) -> tuple[list[Habit], dict[Place, list[Explanation]]]:
    """Return the habits with the cells that were not looked at before, and the reasons of these cells."""
    why = {q.place: again(q, bases, found) for q in late}
    more = {
        habit.mistake: [place for place, ways in why.items() if ways and ways[0].mistake == habit.mistake]
        for habit in found
    }
    return [habit._replace(cells=tuple(sorted({*habit.cells, *more[habit.mistake]}))) for habit in found], why


def _best(why: Why, evidence: Evidence) -> Habit | None:
    """Return the habit that explains most of what is left for what speaks against it, the likeliest of them."""
    cells: dict[str, list[Place]] = {}
    said: dict[str, Explanation] = {}
    chance: dict[str, Fraction] = {}
    for place, reasons in why.items():
        for reason in reasons:
            cells.setdefault(reason.mistake, []).append(place)
            said[reason.mistake] = reason
            chance[reason.mistake] = chance.get(reason.mistake, Fraction(1)) * reason.chance
    able = [name for name, places in cells.items() if len(places) >= LEAST and chance[name] <= TOGETHER]
    if not able:
        return None
    against = {name: evidence.against(name, cells[name]) for name in able}
    weight = {name: Fraction(len(cells[name]) ** 2, (len(cells[name]) + against[name]) * _doubt(name)) for name in able}
    spared = {name: evidence.spared(name, cells[name]) for name in able}
    name = min(able, key=lambda name: (-weight[name], spared[name], _ORDER.get(name, len(_ORDER))))
    everywhere = name in BY_NAME and spared[name] == 0
    return said[name].habit(sorted(cells[name]), everywhere=everywhere)


def two_at_once(
    left: Sequence[CellQuestion], bases: Sequence[Answering], evidence: Evidence
) -> tuple[list[Habit], dict[Place, list[Explanation]]]:
    """Return the pairs of mistakes behind what no single one explains: habits of two, and the reasons of each cell.

    A pair is taken where it can hardly be chance and no right answer speaks against it, or where it explains several
    cells.
    """
    found = {q.place: pairs(q, bases) for q in _affordable(left, bases[0])}
    cells: dict[str, list[Place]] = {}
    for place, reasons in found.items():
        for reason in reasons:
            cells.setdefault(reason.mistake, []).append(place)
    why = {
        place: sorted(
            (
                r
                for r in ways
                if len(cells[r.mistake]) > LEAST or (r.chance <= MOST and not evidence.against(r.mistake, [place]))
            ),
            key=lambda r: -len(cells[r.mistake]),
        )
        for place, ways in found.items()
    }
    twos: dict[str, list[Place]] = {}
    for place, reasons in why.items():
        if reasons and len(cells[reasons[0].mistake]) > LEAST:
            twos.setdefault(reasons[0].mistake, []).append(place)
    said = {reason.mistake: reason for reasons in why.values() for reason in reasons}
    return [said[name].habit(places) for name, places in twos.items() if len(places) > LEAST], why


def _affordable(left: Sequence[CellQuestion], base: Answering) -> Iterator[CellQuestion]:
    """Yield the cells in which two mistakes at once are looked for."""
    rows = 0
    for q in left:
        behind = base.rows_behind(q.target, q.column)
        if behind > MOST_SUMMED:
            continue
        if rows >= MOST_PAIRED:
            return
        rows += behind
        yield q


def _doubt(name: str) -> int:
    """Return 2 for a slip that a number can be by chance, against which no right answer speaks; 4 for a vague one."""
    return 4 if name in VAGUE else 2 if name in LOOSE else 1


def in_context(why: Why, found: Sequence[Habit], evidence: Evidence) -> dict[Place, list[Explanation]]:
    """Return the explanations of each cell in their order.

    Its own habit comes first, then those of the table's other habits, then what no right answer speaks against.
    """
    rank = {habit.mistake: number for number, habit in enumerate(found)}
    own = {place: habit for habit in found for place in habit.cells}
    result: dict[Place, list[Explanation]] = {}
    for place, reasons in why.items():
        habit = own.get(place)
        doubtful = {r.mistake for r in reasons if r.mistake not in BY_NAME or evidence.against(r.mistake, [place])}
        strict = doubtful if place[0] != TOTAL else ()  # a total may come from elsewhere than from the rows
        telling = [r for r in reasons if r.mistake in rank or r.chance <= (DOUBTFUL if r.mistake in strict else MOST)]

        def order(reason: Explanation, habit: Habit | None = habit, doubtful: Container[str] = doubtful) -> _Order:
            name = reason.mistake
            known = rank.get(name, len(rank)) + (name in VAGUE)
            return habit is None or name != habit.mistake, known, name in doubtful

        kept = sorted(telling, key=order)
        if habit and all(reason.mistake != habit.mistake for reason in kept):
            kept.insert(0, Explanation(habit.mistake, habit.text, parts=habit.parts))
        result[place] = kept
    return result
