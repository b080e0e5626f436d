"""The one topological walk: from a graph to its table. Its cost is linear in the edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.limits import CHARACTERS, spend
from archcalc.network.naming import slashed
from archcalc.network.patterns import compiled
from archcalc.network.table import Row, Table, Totals
from archcalc.quantities.counts import Counts, summed
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, count
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archcalc.layers.base import Geometry, Layer
    from archcalc.network.graph import Graph, Node
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.tensor import Tensor
    from archcalc.symbolic.expr import Int

_Measure = tuple[Counts, "Geometry | None", tuple["Tensor", ...]]


def walk(graph: Graph, freeze: Iterable[str] = ()) -> Table:
    """Compute every quantity of every layer; ``freeze`` are patterns of the layers that are not trained.

    Raises:
        UsageError: a pattern matches no layer, or is too long.
    """
    walker = _Walker(graph, tuple(freeze))
    rows = tuple(walker.row(node) for node in graph.nodes if not node.is_input)
    walker.check_patterns()
    return Table(
        spec=graph.spec,
        inputs={name: graph.nodes[index].shape for name, index in graph.inputs.items()},
        arguments=graph.arguments,
        rows=rows,
        totals=_totals(rows, max(walker.depths[index] for index in graph.results)),
        output=graph.nodes[graph.output].shape,
        graph=graph,
        groups=graph.groups,
        conditions=graph.conditions,
        remarks=graph.remarks,
    )


def _totals(rows: tuple[Row, ...], depth: int) -> Totals:
    run = summed([row.counts for row in rows if not row.train_only])
    heads = summed([row.counts for row in rows if row.train_only])
    return Totals(run, heads, depth)


class _Walker:
    """Carries reach and depth along the edges; measures equal layers that read equal shapes once."""

    def __init__(self, graph: Graph, freeze: tuple[str, ...]) -> None:
        self.graph = graph
        self.freeze = {pattern: compiled(pattern) for pattern in map(self._meant, freeze)}
        self.reaches: list[Reach] = []
        self.depths: list[int] = []
        self._measured: dict[int, _Measure] = {}
        self._reached: dict[tuple[int, ...], Reach] = {}
        self._frozen: set[str] = set()
        for node in graph.nodes:
            self._carry(node)

    def row(self, node: Node) -> Row:
        """Return the row of a layer."""
        layer, read, shape = node.fitted
        key = id(node.fitted)  # one object for equal layers that read equal shapes
        if key not in self._measured:
            self._measured[key] = _measure(layer, read, shape)
        counts, geometry, tensors = self._measured[key]
        owner = None if node.owner is None else self.graph.nodes[node.owner].path
        if self.freeze or node.owner is not None:
            counts = self._adjusted(counts, node)
        return Row(
            path=node.path,
            layer=layer,
            inputs=read,
            output=shape,
            counts=counts,
            reach=self.reaches[node.index],
            geometry=geometry,
            tensors=tensors,
            train_only=node.head,
            shares=owner,
            node=node.index,
        )

    def _adjusted(self, counts: Counts, node: Node) -> Counts:
        """Take out weights that another layer owns, and those that are not trained."""
        spend(len(self.freeze))
        hit = [pattern for pattern, expression in self.freeze.items() if expression.match(node.path)]
        self._frozen.update(hit)
        if node.owner is not None:
            owned = [tensor for tensor in node.layer.tensors(node.fitted.read[0]) if tensor.name not in node.tied]
            counts = counts._replace(**_owned(owned), idle=0)  # the owner counts them
        return counts._replace(trainable=0) if hit else counts

    def _meant(self, pattern: str) -> str:
        """Return a pattern as it is written, or with slashes for its dots if only that matches a layer.

        Raises:
            UsageError: it is too long.
        """
        if len(pattern) > CHARACTERS.value:
            raise UsageError(*CHARACTERS.exceeded("the pattern", len(pattern)))
        spelled = (pattern, slashed(pattern)) if "." in pattern else (pattern,)
        return next((one for one in spelled if self._has(one)), pattern)

    def _has(self, pattern: str) -> bool:
        spend(len(self.graph.nodes))
        return any(map(compiled(pattern).match, (node.path for node in self.graph.nodes)))

    def check_patterns(self) -> None:
        """Refuse patterns that matched nothing."""
        for pattern in self.freeze:
            if pattern not in self._frozen:
                raise UsageError(
                    f"'{pattern}' matches no layer of {self.graph.spec.name}",
                    "* does not match '/'; use ** for nested layers, for example **/conv",
                )

    def _carry(self, node: Node) -> None:
        """Append the reach and the weighted depth of a node."""
        layer, read, shape = node.fitted
        before = [self.reaches[index] for index in node.inputs]
        # Copies of what leaves the reach as it is read the very object that the copy before them read.
        key = (id(node.fitted), *map(id, before))
        reach = self._reached.get(key)
        if reach is None:
            reach = self._reached[key] = layer.reach_of(read, before, shape)
        self.reaches.append(reach)
        self.depths.append(max([self.depths[index] for index in node.inputs], default=0) + layer.weighted)


def _measure(layer: Layer, shapes: tuple[Shape, ...], output: Shape) -> _Measure:
    """Return what a layer counts, its geometry and its tensors; work counts once per region."""
    x = shapes[0]
    tensors, values = layer.tensors(x), simplify(output.elements * output.regions)
    counts = Counts(
        **_owned(tensors),
        macs=simplify(layer.macs_of(shapes) * output.regions),
        connections=simplify(layer.connections(x) * output.regions),
        activations=values if layer.makes_values else 0,
        neurons=values if layer.weighted else 0,
        idle=simplify(layer.idle(x)),
    )
    return counts, layer.geometry(x), tensors


def _owned(tensors: Sequence[Tensor]) -> dict[str, Int]:
    """Return the counts of the tensors that a layer owns."""
    weights, biases, buffers = (simplify(count(tensors, role)) for role in (WEIGHT, BIAS, BUFFER))
    return {"weights": weights, "biases": biases, "trainable": simplify(weights + biases), "buffers": buffers}
