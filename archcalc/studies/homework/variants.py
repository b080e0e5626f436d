"""Other networks that a table may be about instead, as a whole or in one of its blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.quantities.printed import Agreement
from archcalc.studies.homework.row_labels import TOTAL
from archcalc.studies.homework.verdicts import Explanation, Habit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.studies.homework.answering import Answering
    from archcalc.studies.homework.derivation import Value
    from archcalc.studies.homework.questions import CellQuestion

    Place = tuple[str, str]

OTHER_NETWORK = "other-network"

LEAST = 2
"""A block of another variant shows in at least two answers."""

TELLING = 100
"""A total is known by three digits."""


class Recognized(NamedTuple):
    """What other networks explain: the whole table, or single answers; and where right answers are against them."""

    whole: Habit | None
    why: dict[Place, list[Explanation]]
    against: dict[str, set[Place]]


def recognized(
    wrong: Sequence[CellQuestion], right: Sequence[CellQuestion], others: Iterable[Answering], asked: str
) -> Recognized:
    """Compare the wrong answers with other networks.

    All the wrong ones of a block, two at least, or a total are enough; four in five of all are the whole table.
    """
    whole: Habit | None = None
    why: dict[Place, list[Explanation]] = {}
    against: dict[str, set[Place]] = {}
    for other in others:
        name = other.table.spec.name
        reason = Explanation(f"{OTHER_NETWORK}:{name}", f"These values belong to {name}: the task is about {asked}.")
        hit = [q.place for q in wrong if _right_there(q, other)]
        if len(hit) >= LEAST and 5 * len(hit) >= 4 * len(wrong) and (whole is None or len(hit) > len(whole.cells)):
            whole = Habit(reason.mistake, reason.text, tuple(sorted(hit)), everywhere=True)
        blocks = {_block(place) for place in hit}
        against[reason.mistake] = {q.place for q in right if _block(q.place) in blocks and _differs_there(q, other)}
        for place in _kept(hit, wrong, against[reason.mistake]):
            why.setdefault(place, []).append(reason)
    return Recognized(whole, why, against)


def _kept(hit: Sequence[Place], wrong: Sequence[CellQuestion], against: set[Place]) -> Iterator[Place]:
    """Yield the answers of blocks that are of the other network altogether, and the totals."""
    doubtful = {_block(place) for place in against}
    doubtful |= {_block(place) for q in wrong if (place := q.place) not in hit}
    blocks = [_block(place) for place in hit]
    totals = {q.place for q in wrong if q.target.path == TOTAL and (q.given.number() or 0) >= TELLING}
    for place, block in zip(hit, blocks, strict=True):
        if place in totals or (block not in doubtful and blocks.count(block) >= LEAST):
            yield place


def _block(place: Place) -> str:
    return place[0].partition("/")[0]


def _right_there(q: CellQuestion, other: Answering) -> bool:
    value = _there(q, other)
    return value is not None and value not in q.rights and q.given.tells(value, q.order)


def _differs_there(q: CellQuestion, other: Answering) -> bool:
    value = _there(q, other)
    return value is not None and value not in q.rights and q.given.says(value, q.order) == Agreement.WRONG


def _there(q: CellQuestion, other: Answering) -> Value | None:
    """Return the answer to a question in another network; None where it has no such rows."""
    if q.target.path == TOTAL:
        return other.exact(q.target._replace(rows=other.inferred), q.column)
    rows = [other.rows[row.path] for row in q.target.rows if row.path in other.rows]
    return other.exact(q.target._replace(rows=tuple(rows)), q.column) if rows else None
