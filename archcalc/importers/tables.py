"""A table as an importer would have made it: any network can be written down as a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.importers.document import Imported
from archcalc.importers.flow import Flow, Planned, Reference
from archcalc.layers.options import field_of

if TYPE_CHECKING:
    from archcalc.network.table import Row, Table
    from archcalc.quantities.shape import Shape


def of_table(table: Table) -> Imported:
    """Return the layers of a table with all their options, and the outputs of the network.

    >>> import archcalc
    >>> made = of_table(archcalc.load("lenet5").analyze())
    >>> made.flow.steps["C1"].kind, made.outputs
    ('conv', ['output'])
    """
    flow = Flow()
    flow.inputs = dict(table.inputs)
    for row in table:
        flow.steps[row.path] = Planned(
            path=row.path, kind=row.kind, options=_options(table, row), layer=row.layer, shares=row.shares,
            reads=table.reads(row)[: None if row.layer.joins else 1], train_only=row.train_only,
        )  # fmt: skip
    results = [table.graph.nodes[index].path for index in table.graph.results]
    return Imported(flow, [path for path in results if path in flow.steps], {"title": table.spec.title})


def _options(table: Table, row: Row) -> dict[str, Any]:
    """Return a layer's options; one that names a layer whose output is read, by that name."""
    found = {}
    for name, option in row.layer.declared.options.items():
        value = getattr(row.layer, field_of(name))
        if option.type.reads and value is not None:
            value = Reference(table.reads(row)[1])
        elif option.type.place and value is not None:
            value = Reference(_of_size(table, row, value))
        found[name] = value
    return found


def _of_size(table: Table, row: Row, shape: Shape) -> str:
    """Return the last layer or input before a row that outputs a shape; it gives the same size as any other of them."""
    nodes = table.graph.nodes[: row.node]
    return next(node.path for node in reversed(nodes) if node.shape == shape and not node.head)
