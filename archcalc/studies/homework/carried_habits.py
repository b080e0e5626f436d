"""A habit where the outputs are not asked: each layer takes what the mistake made of the layers before."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING

from archcalc.limits import spend
from archcalc.studies.homework.carrying import MadeBefore
from archcalc.studies.homework.derivation import OUTPUT
from archcalc.studies.homework.mistakes import BY_NAME
from archcalc.studies.homework.row_labels import TOTAL
from archcalc.studies.homework.verdicts import Explanation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.studies.homework.answering import Answering
    from archcalc.studies.homework.on_paper import OnPaper
    from archcalc.studies.homework.questions import CellQuestion

    Place = tuple[str, str]
    Why = Mapping[Place, Sequence[Explanation]]

MOST_HABITS = 6
"""Only the mistakes that explain the most single answers are carried on."""

WAYS = tuple(product((0, 1), (None, True, False)))
"""A mistake is carried on in its first ways, made everywhere, in pools alone, or in the other layers."""

LEAST = 2
"""A habit explains this many more answers at least."""


class CarriedHabits:
    """Looks for habits that were carried through unasked outputs, where a mistake already explains an answer.

    ``bases`` are what answers follow from with such a habit, by the name of the mistake.
    """

    def __init__(self, wrong: Sequence[CellQuestion], paper: OnPaper) -> None:
        self._wrong, self._paper = wrong, paper
        self._settled = _settled(paper)
        self.bases: dict[str, list[Answering]] = {}

    def with_reasons(self, why: Why) -> dict[Place, list[Explanation]]:
        """Return the reasons of the wrong answers, with those of carried habits."""
        found = {place: list(reasons) for place, reasons in why.items()}
        for name in self._able(why):
            mistake = BY_NAME[name]
            for answering in self._ways(name):
                new = [q.place for q in self._wrong if name not in _names(found[q.place]) and _told(q, answering, name)]
                if len(new) >= LEAST:
                    self.bases.setdefault(name, []).append(answering)
                    for place in new:
                        found[place].append(Explanation(name, mistake.text, mistake.also))
        return found

    def _able(self, why: Why) -> list[str]:
        """Return the mistakes that explain something and change outputs, where some of these are not on paper."""
        if all(q.target.rows[-1].node in self._settled for q in self._wrong if q.target.path != TOTAL):
            return []
        names = Counter(reason.mistake for reasons in why.values() for reason in reasons)
        able = [name for name, _ in names.most_common() if name in BY_NAME and OUTPUT in BY_NAME[name].columns]
        return able[:MOST_HABITS]

    def _ways(self, name: str) -> Iterator[Answering]:
        for way, pools in WAYS:
            spend(20 * len(self._paper.exact.table))
            yield self._paper.own.after(MadeBefore(mistake=BY_NAME[name], way=way, pools=pools, settled=self._settled))


def _settled(paper: OnPaper) -> frozenset[int]:
    """Return the nodes whose outputs are on paper."""
    asked = (target for target in paper.asked if target.path != TOTAL and paper.value(target, OUTPUT) is not None)
    return frozenset(target.rows[-1].node for target in asked)


def _names(reasons: Sequence[Explanation]) -> set[str]:
    return {reason.mistake for reason in reasons}


def _told(q: CellQuestion, answering: Answering, name: str) -> bool:
    """Whether a wrong answer follows from a habit, whether the mistake is made in its own row or not."""
    values = (v for made in ((), (BY_NAME[name],)) for v in answering.follows(q.target, q.column, made))
    return any(value not in q.rights and q.given.tells(value, q.order) for value in values)
