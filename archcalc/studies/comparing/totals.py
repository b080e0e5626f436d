"""What is counted of a whole network when it is compared with others: the totals, and layers by kind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from archcalc.measures.quantities import quantity
from archcalc.symbolic.known import simplify
from archcalc.symbolic.ratio import ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.network.table import Table
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number

    Value = Int | tuple[Int, ...] | str | Shape

BYTES = 4
"""Bytes of a number of type float32, in which memory is counted."""

LAYERS = "layers"
"""The number of layers; ``layers.conv`` is that of one kind."""


class Total(NamedTuple):
    """One quantity of each network.

    A value is an integer or an expression; one for each axis, where the axes differ; or a word.
    """

    quantity: str
    values: tuple[Value, ...]

    def difference(self, which: int = 1) -> Int | None:
        """Return how much more a network has than the first; nothing for what is no single number."""
        first, other = self.values[0], self.values[which]
        return simplify(other - first) if _is_number(first) and _is_number(other) else None  # type: ignore[operator]

    def ratio(self, which: int = 1) -> Number | None:
        """Return a network's value over that of the first, where that is a number other than zero."""
        first, other = self.values[0], self.values[which]
        return ratio(other, first) if isinstance(first, int) and isinstance(other, int) and first else None


def _is_number(value: Value) -> bool:
    return not isinstance(value, tuple | str)


def totals(tables: Sequence[Table]) -> tuple[Total, ...]:
    """Return the totals of some networks side by side.

    >>> import archcalc
    >>> found = totals([archcalc.load(name).analyze() for name in ("vgg16", "googlenet")])
    >>> found[0].quantity, found[0].values
    ('params', (138357544, 6998552))
    """
    counted = [_layers(table) for table in tables]
    kinds = dict.fromkeys(kind for counts in counted for kind in counts)
    return (
        *(Total(name, tuple(map(value, tables))) for name, value in QUANTITIES.items()),
        Total(LAYERS, tuple(counts.total() for counts in counted)),
        *(Total(f"{LAYERS}.{kind}", tuple(counts[kind] for counts in counted)) for kind in kinds),
    )


def _layers(table: Table) -> Counter[str]:
    """Count the layers that inference runs by their kinds: those with weights first, of these the most frequent."""
    run = [row for row in table if not row.train_only]
    counts = Counter(row.kind for row in run)
    run.sort(key=lambda row: (not row.layer.weighted, -counts[row.kind]))
    return Counter(row.kind for row in run)


def memory(table: Table) -> Int:
    """Return the bytes that the parameters take as float32."""
    return simplify(BYTES * table.totals.params)


def receptive_field(table: Table) -> Value:
    """Return the field of the last layer that has one along its axes, or the word for what the last layer sees.

    Tokens that attention has mixed see everything.
    """
    rows = [row for row in table if not row.train_only]
    last = next((row for row in reversed(rows) if row.reach.axes is not None), rows[-1])
    if last.reach.axes is None or (last.reach.everything and not last.output.is_map):
        return last.reach.word or "all"
    sizes = tuple(field.size for field in last.reach.axes)
    return sizes[0] if all(size == sizes[0] for size in sizes) else sizes


def _quantity(name: str) -> Callable[[Table], Value]:
    return lambda table: quantity(table, name)


QUANTITIES: dict[str, Callable[[Table], Value]] = {
    "params": _quantity("params"),
    "macs": _quantity("macs"),
    "activations": _quantity("activations"),
    "memory": memory,
    "weighted_depth": _quantity("weighted_depth"),
    "receptive_field": receptive_field,
    "weights": _quantity("weights"),
    "biases": _quantity("biases"),
    "buffers": _quantity("buffers"),
    "neurons": _quantity("neurons"),
    "connections": _quantity("connections"),
    "params_with_heads": _quantity("params_with_heads"),
    "macs_with_heads": _quantity("macs_with_heads"),
}
"""What is compared of whole networks, but for layers by kind."""
