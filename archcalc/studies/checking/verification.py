"""Verifying a network against the figures that its file states, each with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal, UsageError
from archcalc.measures.quantities import quantity
from archcalc.network.inputs import read_shape
from archcalc.quantities.printed import EXACT, ROUNDS, TRUNCATES, WRONG, read_figure

if TYPE_CHECKING:
    from archcalc.network.network import Network
    from archcalc.network.steps import Expectation
    from archcalc.network.table import Table
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

DISPUTED, NOT_DISPUTED, UNDECIDED = "disputed", "disputed but agrees", "unknown"
"""The other outcomes: wrong in print as the file says, marked so without being wrong, and left open by letters."""


class Verdict(NamedTuple):
    """One published figure against the exact value, and how they agree."""

    network: str
    expectation: Expectation
    exact: Int | Shape
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
        exact = quantity(table, expectation.quantity, expectation.of)
        outcome = _agreement(expectation.printed, exact)
    except UsageError as error:
        mistake = error.mistakes[0]
        raise Refusal(mistake.message, mistake.hint).at(expectation.place) from None
    except Refusal as refusal:
        raise refusal.at(expectation.place) from None
    if expectation.disputed and outcome != UNDECIDED:
        outcome = DISPUTED if outcome == WRONG else NOT_DISPUTED
    return Verdict(table.spec.name, expectation, exact, outcome)


def _agreement(printed: str, exact: Int | Shape) -> str:
    if isinstance(exact, int):
        return read_figure(printed).agrees(exact)
    if hasattr(exact, "sizes"):
        return EXACT if read_shape(printed).sizes == exact.sizes else WRONG
    return UNDECIDED
