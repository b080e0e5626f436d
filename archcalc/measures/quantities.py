"""The quantities of a table, of a layer or of a block: what figures, comparisons and budgets are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError, did_you_mean
from archcalc.quantities.counts import summed

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.network.table import Row, Table
    from archcalc.quantities.counts import Counts
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


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
