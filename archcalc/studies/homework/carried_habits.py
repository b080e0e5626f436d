"""A habit where the outputs are not asked: each layer takes what the mistake made of the layers before."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archcalc.limits import spend
from archcalc.studies.homework.derivation import OUTPUT
from archcalc.studies.homework.mistakes import BY_NAME
from archcalc.studies.homework.row_labels import TOTAL
from archcalc.studies.homework.verdicts import Explanation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.studies.homework.mistake import Mistake
    from archcalc.studies.homework.on_paper import OnPaper
    from archcalc.studies.homework.questions import CellQuestion

    Place = tuple[str, str]
    Why = Mapping[Place, Sequence[Explanation]]

MOST_HABITS = 6
"""Only the mistakes that explain the most single answers are carried on."""

WAYS = 2
"""A mistake of several ways is carried on in the first ones."""

LEAST = 2
"""A habit explains this many more answers at least."""


def carried_on(wrong: Sequence[CellQuestion], why: Why, paper: OnPaper) -> dict[Place, list[Explanation]]:
    """Return the reasons of the wrong answers, with those of habits that were carried through unasked outputs.

    A habit is looked for where a single mistake already explains an answer.
    """
    found = {place: list(reasons) for place, reasons in why.items()}
    settled = _settled(paper)
    for mistake in _able(wrong, why, settled):
        for places in _ways(wrong, paper, mistake, settled):
            new = [place for place in places if mistake.name not in {reason.mistake for reason in found[place]}]
            for place in new if len(new) >= LEAST else ():
                found[place].append(Explanation(mistake.name, mistake.text, mistake.also))
    return found


def _settled(paper: OnPaper) -> frozenset[int]:
    """Return the nodes whose outputs are on paper."""
    asked = (target for target in paper.asked if target.path != TOTAL and paper.value(target, OUTPUT) is not None)
    return frozenset(target.rows[-1].node for target in asked)


def _able(wrong: Sequence[CellQuestion], why: Why, settled: frozenset[int]) -> list[Mistake]:
    """Return the mistakes that explain something and change outputs, where some of these are not on paper."""
    open_ = any(q.target.rows[-1].node not in settled for q in wrong if q.target.path != TOTAL)
    names = Counter(reason.mistake for reasons in why.values() for reason in reasons) if open_ else Counter()
    able = [BY_NAME[name] for name, _ in names.most_common() if name in BY_NAME and OUTPUT in BY_NAME[name].columns]
    return able[:MOST_HABITS]


def _ways(
    wrong: Sequence[CellQuestion], paper: OnPaper, mistake: Mistake, settled: frozenset[int]
) -> Iterator[list[Place]]:
    """Yield the wrong answers that a habit explains, in each of its ways."""
    for way in range(WAYS):
        spend(20 * len(paper.exact.table))
        after = paper.own.after(mistake, way, settled)
        yield [
            q.place
            for q in wrong
            if any(
                value not in q.rights and q.given.tells(value, q.order)
                for made in ((), (mistake,))
                for value in after.follows(q.target, q.column, made)
            )
        ]
