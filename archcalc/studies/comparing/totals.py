"""What is counted of a whole network when it is compared with others: the totals, and layers by kind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from archcalc.measures.quantities import QUANTITIES
from archcalc.symbolic.known import simplify
from archcalc.symbolic.ratio import ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.measures.quantities import Value
    from archcalc.network.table import Table
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number

LAYERS = "layers"
"""The number of layers; ``layers.conv`` is that of one kind."""

OUTPUT = "output"
"""The one quantity that is no number, and is not compared."""


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
        *(Total(name, tuple(map(quantity.known, tables))) for name, quantity in QUANTITIES.items() if name != OUTPUT),
        Total(LAYERS, tuple(counts.total() for counts in counted)),
        *(Total(f"{LAYERS}.{kind}", tuple(counts[kind] for counts in counted)) for kind in kinds),
    )


def _layers(table: Table) -> Counter[str]:
    """Count the layers that inference runs by their kinds: those with weights first, of these the most frequent."""
    run = [row for row in table if not row.train_only]
    counts = Counter(row.kind for row in run)
    run.sort(key=lambda row: (not row.layer.weighted, -counts[row.kind]))
    return Counter(row.kind for row in run)
