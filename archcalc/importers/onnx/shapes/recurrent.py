"""Recurrent operators: RNN, GRU and LSTM."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from archcalc.importers.onnx.calls import NodeCall
    from archcalc.importers.onnx.known import Size, Sizes

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
"""How many gates each has, the new state included."""


class Recurrence(NamedTuple):
    """The sizes of a recurrence: steps, batch, directions, features and states."""

    steps: Size
    batch: Size
    directions: int
    features: Size
    states: Size


def recurrence(call: NodeCall) -> Recurrence | None:
    """Return the sizes of a recurrence, if the number of axes of its input is known."""
    x, weights = call.of_rank(0, 3), call.of_rank(2, 3)
    if x is None:
        return None
    steps, batch, features = (x[1], x[0], x[2]) if call.integer("layout") else x
    states: Size = call.integer("hidden_size") or (weights[2] if weights else None)
    directions = 2 if call.text("direction", "forward") == "bidirectional" else 1
    return Recurrence(steps=steps, batch=batch, directions=directions, features=features, states=states)


def _recurrent(call: NodeCall) -> list[Sizes]:
    """Return the sizes of all states, of the last ones, and of the last cell."""
    found = recurrence(call)
    if found is None:
        return []
    steps, batch, directions, _, states = found
    if call.integer("layout"):
        last: Sizes = (batch, directions, states)
        return [(batch, steps, directions, states), last, last]
    last = (directions, batch, states)
    return [(steps, directions, batch, states), last, last]


RULES = dict.fromkeys(GATES, _recurrent)
"""The rules of this group by operator."""
