"""What a size of a layer is: `fc6.in_features`, the question behind shapes that cannot be multiplied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archcalc.studies.solving.demands import size_of
from archcalc.studies.solving.solutions import Answer, Solution

if TYPE_CHECKING:
    from archcalc.network.network import Network, WhatIf
    from archcalc.network.table import Row, Table
    from archcalc.quantities.shape import Shape
    from archcalc.studies.solving.demands import Asking
    from archcalc.symbolic.expr import Int


@dataclass(frozen=True, kw_only=True)
class SizeAnswer(Answer):
    """What a size of a layer is: the row of the layer, and the size as a closed form in those of the input."""

    network: str
    row: Row
    size: Int
    form: Int
    flattened: Shape | None = None

    @property
    def holds(self) -> bool:
        """True: it has been computed."""
        return True


def computed_size(text: str, network: Network, asked: WhatIf, asking: Asking, lettered: Table) -> SizeAnswer:
    """Answer a question without a relation: the size at the input that there is, and in letters."""
    table = network.table(asked)
    row, size = size_of(table, asking)
    _, form = size_of(lettered, asking)
    name = f"{asking.path}.{asking.size}"
    solutions = (Solution({name: size}),) if isinstance(size, int) else ()
    return SizeAnswer(
        question=text, unknowns=(name,), solutions=solutions, how="computed",
        network=network.spec.title or network.spec.name, row=row, size=size, form=form,
        flattened=_flattened(table, row) if asking.size == "in_features" else None,
    )  # fmt: skip


def _flattened(table: Table, row: Row) -> Shape | None:
    """Return the map that was flattened into the vector which a layer reads, if it was."""
    nodes = table.graph.nodes
    before = nodes[nodes[row.node].inputs[0]]
    while before.shape.layout == "F" and len(before.inputs) == 1 and not before.layer.makes_values:
        before = nodes[before.inputs[0]]
    return before.shape if before.shape.is_map and row.inputs[0].layout == "F" else None
