"""JSON: the graph with its edges in the node-link form of networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.foreign.expressing import require_numbers
from archcalc.layers.options import field_of
from archcalc.quantities.shape import Shape
from archcalc.reports import json
from archcalc.symbolic.known import number
from archcalc.symbolic.ratio import Ratio
from archcalc.views.page import Page

if TYPE_CHECKING:
    from archcalc.network.graph import Node
    from archcalc.network.table import Row, Table

MEANING = "the graph, as networkx reads it (node_link_graph)"
SUFFIXES = (".json",)


def render(table: Table) -> str:
    """Write the layers of a network as nodes, with an edge for each tensor that a layer reads.

    >>> import archcalc
    >>> from json import loads
    >>> graph = loads(render(archcalc.load("lenet5-modern").analyze()))
    >>> graph["edges"][0]
    {'source': 'input', 'target': 'C1', 'key': 0}

    Raises:
        UsageError: a size is not a number.
    """
    require_numbers(table)
    rows = {row.node: row for row in table}
    nodes = table.graph.nodes
    totals = {"params": table.totals.params, "macs": table.totals.macs}
    found = {
        "directed": True,
        "multigraph": True,
        "graph": {"name": table.spec.name, "title": table.spec.title, **totals,
                  "outputs": [nodes[index].path for index in table.graph.results]},
        "nodes": [_node(node, rows.get(node.index)) for node in nodes],
        "edges": [{"source": nodes[index].path, "target": node.path, "key": key}
                  for node in nodes for key, index in enumerate(node.inputs)],
    }  # fmt: skip
    return json.render(Page((), lambda: found))


def _node(node: Node, row: Row | None) -> dict[str, object]:
    found: dict[str, object] = {"id": node.path, "kind": node.layer.kind, "output": list(node.shape.sizes)}
    found["layout"] = node.shape.layout
    if row is None:
        return found
    options = {name: _plain(getattr(row.layer, field_of(name))) for name in row.layer.declared.options}
    found |= {"options": options, "params": row.params, "macs": row.macs, "train_only": row.train_only}
    return found | ({"shares": row.shares} if row.shares else {})


def _plain(value: Any) -> object:  # noqa: ANN401 - the value of an option
    match value:
        case Shape():
            return list(value.sizes)
        case Ratio():
            return number(value.numerator) / number(value.denominator)
        case tuple() | list():
            return [_plain(item) for item in value]
    return value
