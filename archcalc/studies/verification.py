"""Verifying a network against the figures that its file states, each with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal, UsageError, did_you_mean
from archcalc.network.inputs import read_shape
from archcalc.quantities.counts import summed
from archcalc.studies.figures import EXACT, ROUNDS, TRUNCATES, WRONG, read_figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.network.network import Network
    from archcalc.network.steps import Expectation
    from archcalc.network.table import Row, Table
    from archcalc.quantities.counts import Counts
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


def quantity(table: Table, name: str, of: str = "") -> Int | Shape:
    """Return a quantity of a table, or of one of its layers or blocks.

    Raises:
        UsageError: there is no such quantity, or no such layer.
    """
    if name not in QUANTITIES:
        hint = did_you_mean(name, QUANTITIES) or f"choose from {', '.join(QUANTITIES)}"
        raise UsageError(f"unknown quantity '{name}'", hint)
    return QUANTITIES[name](table, of)


def _rows(table: Table, of: str) -> list[Row]:
    return table.below(of) if of else list(table.rows)


def _counted(field: str) -> Callable[[Table, str], Int]:
    """Return the sum of one count: of a part, or of the whole network with its training heads aside."""

    def value(table: Table, of: str) -> Int:
        counts: Counts = table.part(of) if of else table.totals.counts
        return getattr(counts, field)  # type: ignore[no-any-return]

    return value


def _with_heads(field: str) -> Callable[[Table, str], Int]:
    def value(table: Table, of: str) -> Int:
        return getattr(summed([row.counts for row in _rows(table, of)]), field)  # type: ignore[no-any-return]

    return value


def _activations(table: Table, of: str) -> Int:
    """Return the values put out: of a layer always, of a block or a network by the layers that make new ones."""
    rows = _rows(table, of)
    return rows[0].activations if of and len(rows) == 1 else _counted("activations")(table, of)


def _output(table: Table, of: str) -> Shape:
    return _rows(table, of)[-1].output if of else table.output


def _weighted_depth(table: Table, of: str) -> int:
    if of:
        raise UsageError("weighted_depth is a figure of a whole network", "take `of` out")
    return table.totals.weighted_depth


QUANTITIES: dict[str, Callable[[Table, str], Int | Shape]] = {
    "params": _counted("params"),
    "weights": _counted("weights"),
    "biases": _counted("biases"),
    "trainable": _counted("trainable"),
    "buffers": _counted("buffers"),
    "macs": _counted("macs"),
    "connections": _counted("connections"),
    "neurons": _counted("neurons"),
    "activations": _activations,
    "output": _output,
    "weighted_depth": _weighted_depth,
    "params_with_heads": _with_heads("params"),
    "macs_with_heads": _with_heads("macs"),
}
"""What a figure may be about: the exact value of each, of a table or of the part of it at a path."""
