"""Verifying a network against the figures that its file states, each with its source."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal, UsageError
from archcalc.measures.quantities import quantity
from archcalc.network.inputs import read_shape
from archcalc.quantities.printed import Agreement, read_figure

if TYPE_CHECKING:
    from archcalc.network.network import Network
    from archcalc.network.steps import Expectation
    from archcalc.network.table import Table
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


class Outcome(StrEnum):
    """What becomes of a printed figure: it agrees or not, or else the file or a letter has a word in it."""

    EXACT = Agreement.EXACT
    ROUNDS = Agreement.ROUNDS
    TRUNCATES = Agreement.TRUNCATES
    WRONG = Agreement.WRONG
    DISPUTED = "disputed"
    """Wrong in print, as the file says."""
    NOT_DISPUTED = "disputed but agrees"
    UNDECIDED = "unknown"
    """Left open by letters."""


class Verdict(NamedTuple):
    """One published figure against the exact value, and how they agree."""

    network: str
    expectation: Expectation
    exact: Int | Shape
    outcome: Outcome

    @property
    def holds(self) -> bool:
        """Whether the figure agrees, or is rightly disputed."""
        return self.outcome in (Outcome.EXACT, Outcome.ROUNDS, Outcome.TRUNCATES, Outcome.DISPUTED)


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
    if expectation.disputed and outcome is not Outcome.UNDECIDED:
        outcome = Outcome.DISPUTED if outcome is Outcome.WRONG else Outcome.NOT_DISPUTED
    return Verdict(table.spec.name, expectation, exact, outcome)


def _agreement(printed: str, exact: Int | Shape) -> Outcome:
    if isinstance(exact, int):
        return Outcome(read_figure(printed).agrees(exact))
    if hasattr(exact, "sizes"):
        return Outcome.EXACT if read_shape(printed).sizes == exact.sizes else Outcome.WRONG
    return Outcome.UNDECIDED
