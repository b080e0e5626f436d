"""Verifying a network against the figures that its file states, each with its source."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal, UsageError
from archcalc.limits import work
from archcalc.measures.quantities import find, sizes_of
from archcalc.network.inputs import read_shape
from archcalc.network.network import require_network
from archcalc.quantities.printed import Agreement

if TYPE_CHECKING:
    from archcalc.measures.quantities import Quantity, Value
    from archcalc.network.network import Network
    from archcalc.network.steps import Expectation
    from archcalc.network.table import Table


class Outcome(StrEnum):
    """What becomes of a printed figure: it agrees or not, or else the file or a letter has a word in it."""

    EXACT = Agreement.EXACT
    ROUNDS = Agreement.ROUNDS
    TRUNCATES = Agreement.TRUNCATES
    WRONG = Agreement.WRONG
    COUNTED = "counted"
    """Exact, and counted from what the source describes; the source itself does not state it."""
    DISPUTED = "disputed"
    """Wrong in print, as the file says."""
    COUNTED_DIFFERENTLY = "counted differently"
    """Right by another convention, as the file says."""
    UNEXPLAINED = "unexplained"
    """Not the exact value, for an unknown reason."""
    AGREES = "agrees after all"
    """Said to differ by the file, but it does not."""
    UNDECIDED = "unknown"
    """Left open by letters."""


class Verdict(NamedTuple):
    """One published figure against the exact value, and how they agree."""

    network: str
    expectation: Expectation
    exact: Value
    outcome: Outcome

    @property
    def holds(self) -> bool:
        """Whether the figure agrees, or differs as the file says."""
        return self.outcome not in (Outcome.WRONG, Outcome.AGREES, Outcome.UNDECIDED)


@work()
def verify(network: Network) -> list[Verdict]:
    """Compare every published value in the file of a network with the computed value.

    >>> import archcalc
    >>> verdicts = verify(archcalc.load("lenet5"))
    >>> all(verdict.holds for verdict in verdicts)
    True

    Raises:
        SpecError: a published value has an unknown quantity or layer, or an invalid number; with its place.
    """
    table = require_network(network).analyze()
    return [_verdict(table, expectation) for expectation in network.spec.expect]


def _verdict(table: Table, expectation: Expectation) -> Verdict:
    try:
        quantity = find(expectation.quantity)
        exact = quantity.of(table, expectation.of)
        outcome = _agreement(quantity, expectation.printed, exact)
    except UsageError as error:
        mistake = error.mistakes[0]
        raise Refusal(mistake.message, mistake.hint).at(expectation.place) from None
    except Refusal as refusal:
        raise refusal.at(expectation.place) from None
    return Verdict(network=table.spec.name, expectation=expectation, exact=exact, outcome=_said(expectation, outcome))


def _said(expectation: Expectation, outcome: Outcome) -> Outcome:
    """Return the outcome in view of what the file says of the figure."""
    if expectation.differs and outcome is not Outcome.UNDECIDED:
        return Outcome(expectation.differs.replace("_", " ")) if outcome is Outcome.WRONG else Outcome.AGREES
    return Outcome.COUNTED if expectation.counted and outcome is Outcome.EXACT else outcome


def _agreement(quantity: Quantity, printed: str, exact: Value) -> Outcome:
    if isinstance(exact, int):
        return Outcome(quantity.read(printed).agrees(exact))
    if isinstance(exact, str):
        return Outcome.EXACT if printed == exact else Outcome.WRONG
    if isinstance(exact, tuple):
        return Outcome.EXACT if read_shape(printed).sizes == sizes_of(exact) else Outcome.WRONG
    return Outcome.UNDECIDED
