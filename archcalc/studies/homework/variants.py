"""Other networks that a table may be about instead, as a whole or in one of its blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.quantities.printed import Agreement
from archcalc.studies.homework.odds import MOST, room
from archcalc.studies.homework.row_labels import TOTAL, family
from archcalc.studies.homework.verdicts import Explanation, Habit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from archcalc.network.table import Row, Table
    from archcalc.studies.homework.answering import Answering
    from archcalc.studies.homework.derivation import Value
    from archcalc.studies.homework.questions import CellQuestion
    from archcalc.studies.homework.reported import ToolTotal

    Place = tuple[str, str]

OTHER_NETWORK = "other-network"

LEAST = 2
"""A block of another variant shows in at least two answers."""


class Elsewhere(NamedTuple):
    """Where wrong answers may come from instead: other networks, and what tools report of this one.

    The networks are more where a total is wrong that nothing else explains: they are asked for with such totals.
    """

    networks: Callable[[Sequence[int]], Iterable[Table]] = lambda _: ()
    totals: Callable[[], Iterable[ToolTotal]] = tuple


NOWHERE_ELSE = Elsewhere()


class Recognized(NamedTuple):
    """What other networks explain: the whole table, or single answers; and where right answers are against them."""

    whole: Habit | None
    why: dict[Place, list[Explanation]]
    against: dict[str, set[Place]]


def recognized(
    wrong: Sequence[CellQuestion], right: Sequence[CellQuestion], others: Sequence[Answering], table: Table
) -> Recognized:
    """Compare the wrong answers with other networks.

    All the wrong ones of a block, two at least, or a total are enough; four in five of all are the whole table.
    """
    whole: Habit | None = None
    why: dict[Place, list[Explanation]] = {}
    against: dict[str, set[Place]] = {}
    for answering in others:
        other = _Other(answering, table)
        reason = other.reason
        hit = [q.place for q in wrong if other.has(q)]
        if len(hit) >= LEAST and 5 * len(hit) >= 4 * len(wrong) and (whole is None or len(hit) > len(whole.cells)):
            whole = Habit(reason.mistake, reason.text, tuple(sorted(hit)), everywhere=True)
        blocks = {_block(place) for place in hit}
        against[reason.mistake] = {q.place for q in right if _block(q.place) in blocks and other.differs(q)}
        for place in _kept(hit, wrong, against[reason.mistake], len(others)):
            why.setdefault(place, []).append(reason)
    return Recognized(whole, why, against)


def _kept(hit: Sequence[Place], wrong: Sequence[CellQuestion], against: set[Place], number: int) -> Iterator[Place]:
    """Yield the answers of blocks that are of the other network altogether, and totals that tell one of a number."""
    doubtful = {_block(place) for place in against}
    doubtful |= {_block(place) for q in wrong if (place := q.place) not in hit}
    blocks = [_block(place) for place in hit]
    totals = {q.place for q in wrong if q.target.path == TOTAL and number <= MOST * (room(q) or 0)}
    for place, block in zip(hit, blocks, strict=True):
        if place in totals or (block not in doubtful and blocks.count(block) >= LEAST):
            yield place


def _block(place: Place) -> str:
    return place[0].partition("/")[0]


class _Other:
    """Another network, and the answers that a table's questions have there."""

    def __init__(self, answering: Answering, table: Table) -> None:
        self._answering = answering
        name, asked = answering.table.spec.name, table.spec.name
        self.reason = Explanation(
            f"{OTHER_NETWORK}:{name}", f"These values belong to {name}: the task is about {asked}."
        )
        self._rows = _counterparts(table, answering.table)

    def has(self, q: CellQuestion) -> bool:
        """Whether the given answer is the one there, and no right one here."""
        value = self._value(q)
        return value is not None and value not in q.rights and q.given.tells(value, q.order)

    def differs(self, q: CellQuestion) -> bool:
        """Whether the answer would be another one there."""
        value = self._value(q)
        return value is not None and value not in q.rights and q.given.says(value, q.order) == Agreement.WRONG

    def _value(self, q: CellQuestion) -> Value | None:
        """Return the answer to a question there; None where there are no such rows."""
        if q.target.path == TOTAL:
            return self._answering.exact(q.target._replace(rows=self._answering.inferred), q.column)
        rows = tuple(self._rows[row.path] for row in q.target.rows if row.path in self._rows)
        return self._answering.exact(q.target._replace(rows=rows), q.column) if rows else None


def _counterparts(table: Table, other: Table) -> dict[str, Row]:
    """Return the rows of another network by the paths of this one: of the same name, or of the same place.

    The third convolution is the third convolution, where both have as many.
    """
    named = {row.path: row for row in other}
    found = {row.path: named[row.path] for row in table if row.path in named}
    here, there = _by_family(table), _by_family(other)
    for kind, rows in here.items():
        if len(rows) == len(there.get(kind, ())):
            found = {row.path: twin for row, twin in zip(rows, there[kind], strict=True)} | found
    return found


def _by_family(table: Table) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in table:
        if not row.train_only:
            found.setdefault(family(row), []).append(row)
    return found
