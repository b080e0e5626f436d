"""Verifying a network against the figures that its file states, each with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal, UsageError
from archcalc.measures.quantities import find, sizes_of
from archcalc.network.inputs import read_shape
from archcalc.quantities.printed import EXACT, ROUNDS, TRUNCATES, WRONG

if TYPE_CHECKING:
    from archcalc.measures.quantities import Quantity, Value
    from archcalc.network.network import Network
    from archcalc.network.steps import Expectation
    from archcalc.network.table import Table

DISPUTED, NOT_DISPUTED, UNDECIDED = "disputed", "disputed but agrees", "unknown"
"""The other outcomes: wrong in print as the file says, marked so without being wrong, and left open by letters."""


class Verdict(NamedTuple):
    """One published figure against the exact value, and how they agree."""

    network: str
    expectation: Expectation
    exact: Value
    outcome: str

    @property
    def holds(self) -> bool:
        """Whether the figure agrees, or is rightly disputed."""
        return self.outcome in (EXACT, ROUNDS, TRUNCATES, DISPUTED)


def verify(network: Network) -> list[Verdict]:
    """Compare every figure that a network's file states with the exact value.

    >>> import archcalc
    >>> verdicts = verify(archcalc.load("lenet5"))
    >>> all(verdict.holds for verdict in verdicts)
    True

    Raises:
        SpecError: a figure names a quantity or a layer that there is not, or is no figure; with its place.
    """
    table = network.analyze()
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
    if expectation.disputed and outcome != UNDECIDED:
        outcome = DISPUTED if outcome == WRONG else NOT_DISPUTED
    return Verdict(table.spec.name, expectation, exact, outcome)


def _agreement(quantity: Quantity, printed: str, exact: Value) -> str:
    if isinstance(exact, int):
        return quantity.read(printed).agrees(exact)
    if isinstance(exact, str):
        return EXACT if printed == exact else WRONG
    if isinstance(exact, tuple):
        return EXACT if read_shape(printed).sizes == sizes_of(exact) else WRONG
    return UNDECIDED
