"""What is asked of a network as closed forms in what is turned, and where they hold by the law that they rise."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ArchcalcError
from archcalc.measures.validity import least_sizes
from archcalc.studies.solving.laws import law_of
from archcalc.studies.solving.monotone import first, rises
from archcalc.studies.solving.solutions import Span
from archcalc.studies.solving.supposed import supposed_of
from archcalc.symbolic.expr import evaluate, letters
from archcalc.symbolic.relations import LOWER, UPPER
from archcalc.symbolic.supposing import condition, supposing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.studies.solving.demands import Demand
    from archcalc.studies.solving.laws import Law
    from archcalc.studies.solving.trying import Trial
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.supposing import Condition


class Closed(NamedTuple):
    """The closed form of each demand, and the least value of each letter at which the network can work.

    ``fits`` is the law of the values at which it works, of each letter of which it is known, ``alone`` are the
    conditions that it follows from, ``between`` those that couple letters.
    """

    demands: Sequence[Demand]
    forms: Sequence[Int]
    least: Mapping[str, int]
    fits: Mapping[str, Law] = MappingProxyType({})
    alone: Mapping[str, Sequence[Condition]] = MappingProxyType({})
    between: Sequence[Condition] = ()

    @property
    def coupled(self) -> bool:
        """Whether something depends on several letters at once."""
        return bool(self.between) or any(len(letters(form)) > 1 for form in self.forms)

    @property
    def settled(self) -> list[tuple[Demand, int]]:
        """The demands about what does not depend on any letter, and what it is."""
        rows = zip(self.demands, self.forms, strict=True)
        return [(demand, form) for demand, form in rows if isinstance(form, int)]

    def about(self, letter: str) -> Closed:
        """Return what depends on one letter."""
        rows = [row for row in zip(self.demands, self.forms, strict=True) if letter in letters(row[1])]
        return self._replace(demands=[demand for demand, _ in rows], forms=[form for _, form in rows])

    @property
    def conditions(self) -> list[Condition]:
        """The demands as conditions on letters."""
        rows = zip(self.demands, self.forms, strict=True)
        return [condition(form, demand.relation, demand.bound) for demand, form in rows]

    def law(self, letter: str) -> Law | None:
        """Return the values of a letter at which the network works and everything holds; None if it is not known."""
        return law_of([*self.alone.get(letter, ()), *self.about(letter).conditions])

    def rises(self, letter: str) -> bool:
        """Whether it is proved that nothing here falls as a letter grows."""
        return all(isinstance(form, int) or rises(form, self.least.get(letter, 1)) for form in self.forms)

    def where(self, letter: str, limits: Span) -> Span | None:
        """Return the values of a letter within limits at which everything holds; for what rises."""
        low, high = max(limits.low, self.least.get(letter, 1)), limits.high
        for demand, form in zip(self.demands, self.forms, strict=True):
            if high is not None and high < low:
                return None
            start, end = _ends(demand, form, letter, Span(low, high))
            if start is None:
                return None
            low, high = start, high if end is None else end - 1
        return Span(low, high) if high is None or low <= high else None

    def beside(self, letter: str, limits: Span) -> list[int]:
        """Return the values of a letter next to where the first demand that cannot hold would do so."""
        low = max(limits.low, self.least.get(letter, 1))
        for demand, form in zip(self.demands, self.forms, strict=True):
            start = _reached(demand, form, letter, Span(low, limits.high))
            if start is None:
                return [] if limits.high is None else [limits.high]
            if not demand.holds(_value(form, letter, start)):
                return [start - 1, start] if start > low else [start]
        return [low]


def closed_forms(trial: Trial) -> Closed | None:
    """Return the closed forms of what is demanded; None where letters leave something open."""
    dial = trial.dial
    try:
        with supposing() as noted:
            table = dial.table(trial.network, dial.letters())
            forms = [demand.measure(table) for demand in trial.demands]
    except ArchcalcError:
        return None
    supposed = supposed_of(tuple(map(dial.letter, dial.unknowns)), table.graph, noted, training=False)
    laws = {letter: law_of(supposed.about(letter)) for letter in supposed.letters}
    fits = {letter: law for letter, law in laws.items() if law is not None}
    open_ = supposed.beyond({letter: law.least for letter, law in fits.items() if law.least})
    least = {letter: law.least for letter, law in fits.items() if law.least}
    alone = {letter: supposed.about(letter) for letter in supposed.letters}
    return Closed(
        demands=trial.demands, forms=forms, least=least_sizes(table) | least, fits=fits, alone=alone,
        between=open_.between,
    )  # fmt: skip


def _value(form: Int, letter: str, value: int) -> int:
    return form if isinstance(form, int) else evaluate(form, {letter: value})


def _reached(demand: Demand, form: Int, letter: str, limits: Span) -> int | None:
    """Return the least value at which a form has come to what is demanded; None if it never does."""
    upper = demand.relation in UPPER
    above = demand._replace(relation=">=" if demand.relation == "==" else demand.relation)
    return limits.low if upper else first(lambda n: above.holds(_value(form, letter, n)), limits.low, limits.high)


def _ends(demand: Demand, form: Int, letter: str, limits: Span) -> tuple[int | None, int | None]:
    """Return where a rising form begins to hold, and where it holds no longer; None where it never does so."""
    start = _reached(demand, form, letter, limits)
    if start is None or demand.relation in LOWER:
        return start, None
    below = demand._replace(relation="<=" if demand.relation == "==" else demand.relation)
    return start, first(lambda n: not below.holds(_value(form, letter, n)), start, limits.high)
