"""What the rows of one paper say for and against a mistake: right ones included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.quantities.printed import Agreement
from archcalc.studies.homework.mistakes import of_column
from archcalc.studies.homework.row_labels import TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archcalc.studies.homework.answering import Answering
    from archcalc.studies.homework.derivation import Value
    from archcalc.studies.homework.questions import CellQuestion

    Place = tuple[str, str]


class Evidence:
    """The answers where a mistake would show and was not made, by the names of the mistakes.

    Who has the + 1 in every other row does not forget it here. A wrong answer says less: the mistake may have been
    made there together with another one. A mistake of several ways shows where all of them do.
    """

    def __init__(
        self, right: Sequence[CellQuestion], wrong: Sequence[CellQuestion], bases: Sequence[Answering]
    ) -> None:
        self._questions, self._bases = (*right, *wrong), bases
        self._right = {q.place for q in right}
        self._likeness = {q.place: (q.column, _kind(q)) for q in self._questions}
        self._against: dict[str, set[Place]] = {}
        self._shows: dict[str, set[Place]] = {}
        self._known: set[str] = set()

    def look(self, names: Iterable[str]) -> None:
        """Go through the answers once, for some mistakes."""
        wanted = set(names) - self._known
        self._known |= wanted
        columns = {q.column for q in self._questions}
        shown = {column: [m.name for m in of_column(column) if m.name in wanted] for column in columns}
        for q in self._questions if wanted else ():
            if shown[q.column]:
                made = self._bases[0].mistaken(q.target, q.column)
                for name in shown[q.column]:
                    self._note(q, name, made.get(name, ()))

    def _note(self, q: CellQuestion, name: str, values: Sequence[Value]) -> None:
        """Note whether a mistake would show in an answer, and whether a right one speaks against it."""
        if values and all(value not in q.rights for value in values):
            self._shows.setdefault(name, set()).add(q.place)
            if q.place in self._right and all(_differs(q, value) for value in values):
                self._against.setdefault(name, set()).add(q.place)

    def record(self, against: Mapping[str, set[Place]]) -> None:
        """Take note of what was seen elsewhere, for example against another variant."""
        self._known |= against.keys()
        self._against.update(against)

    def against(self, name: str, hit: Iterable[Place]) -> int:
        """Count the right answers that speak against a mistake in some answers; of two at once, against both of them.

        They are those in the same column, of layers of the same kind: who knows the biases of convolutions may forget
        those of other layers.
        """
        parts = name.split(" + ")
        self.look(parts)
        like = {self._likeness[place] for place in hit}
        return sum(self._likeness[place] in like for part in parts for place in self._against.get(part, ()))

    def spared(self, name: str, hit: Iterable[Place]) -> int:
        """Count the answers where it would show, but for those that it explains."""
        self.look([name])
        return len(self._shows.get(name, set()).difference(hit))


def _kind(q: CellQuestion) -> str:
    return TOTAL if q.target.path == TOTAL else q.target.rows[-1].layer.kind


def _differs(q: CellQuestion, value: Value) -> bool:
    """Whether the answer would be another one."""
    return value not in q.rights and q.given.says(value, q.order) == Agreement.WRONG
