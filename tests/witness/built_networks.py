"""A whole network as one module of PyTorch: each layer the module that it names, each merge an operator."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from archcalc.layers.base import Foreign
from archcalc.symbolic.known import number
from tests.witness.modules import made, spelled, ways

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.network.graph import Graph, Node
    from archcalc.network.table import Table
    from archcalc.quantities.shape import Shape


def _channels(x: Shape) -> int:
    """Return the axis of the channels, after that of the batch."""
    return 1 if x.is_map else len(x.sizes)


OPERATORS: dict[str, Callable[[Any, Any, Shape, Any], Any]] = {
    "abs": lambda _torch, _layer, _x, read: read[0].abs(),
    "add": lambda _torch, _layer, _x, read: reduce(lambda a, b: a + b, read),
    "concat": lambda torch, _layer, x, read: torch.cat(read, _channels(x)),
    "multiply": lambda _torch, _layer, _x, read: reduce(lambda a, b: a * b, read),
    "permute": lambda _torch, layer, _x, read: read[0].permute(0, *(axis + 1 for axis in layer.axes)),
    "slice": lambda _torch, layer, x, read: read[0].movedim(_channels(x), 0)[slice(*layer.channels)].movedim(0, _channels(x)),
    "split": lambda _torch, layer, x, read: read[0].chunk(layer.parts, _channels(x))[layer.part],
    "subtract": lambda _torch, _layer, _x, read: reduce(lambda a, b: a - b, read),
    "take": lambda _torch, layer, _x, read: read[0][:, layer.index],
    "tokens": lambda _torch, _layer, _x, read: read[0].flatten(2).transpose(1, 2),
}  # fmt: skip
"""Layers that are operators on tensors: given the layer, the shape of the first tensor, and all tensors."""


class NotBuilt(Exception):
    """A layer is neither a module of PyTorch nor an operator on tensors."""


def network(torch: Any, table: Table) -> Any:
    """Return a module that runs a table's network; layers that training alone runs are left out.

    Raises:
        NotBuilt: a layer is no module and no operator.
    """
    graph, run = table.graph, {row.node for row in table if not row.train_only}
    modules = {f"layer{index}": module for index, module in _modules(torch, graph, run).items()}

    class Network(torch.nn.Module):  # type: ignore[misc]
        def forward(self, *images: Any, **named: Any) -> Any:
            return _forward(torch, graph, modules, run, images or tuple(named.values()))

    made_of = Network()
    for name, module in modules.items():
        made_of.add_module(name, module)
    for row in table:
        if row.params and not row.counts.trainable:
            modules[f"layer{row.node}"].requires_grad_(requires_grad=False)
    return made_of.eval()


def _modules(torch: Any, graph: Graph, run: set[int]) -> dict[int, Any]:
    """Return the modules by the index of their nodes; shared ones stand where they are owned."""
    found = {}
    for node in (graph.nodes[index] for index in sorted(run)):
        foreign = spelled(node.layer, graph.shapes_read(node)[0])
        if isinstance(foreign, Foreign) and node.owner is None:
            found[node.index] = made(torch, foreign)
        elif not isinstance(foreign, Foreign) and node.layer.kind not in OPERATORS:
            raise NotBuilt(node.path)
    return found


def _forward(torch: Any, graph: Graph, modules: dict[str, Any], run: set[int], images: tuple[Any, ...]) -> Any:
    values = dict(zip(graph.inputs.values(), images, strict=True))
    for index in sorted(run):
        node = graph.nodes[index]
        values[index] = _run(torch, graph, node, modules, [values[read] for read in node.inputs])
    results = tuple(values[index] for index in sorted({*graph.results}))
    return results if len(results) > 1 else results[0]


def _run(torch: Any, graph: Graph, node: Node, modules: dict[str, Any], read: list[Any]) -> Any:
    x = graph.shapes_read(node)[0]
    foreign = spelled(node.layer, x)
    if not isinstance(foreign, Foreign):
        return OPERATORS[node.layer.kind](torch, node.layer, x, read)
    return _called(foreign, modules[f"layer{node.index if node.owner is None else node.owner}"], *read)


def _called(foreign: Foreign, module: Any, x: Any) -> Any:
    """Run a module as its layer says: with channels last, or with the same tensor several times."""
    there, back = ways(foreign)
    put_out = module(*[there(x)] * foreign.times)
    return back(put_out[0] if isinstance(put_out, tuple) else put_out)


def images(torch: Any, table: Table) -> tuple[Any, ...]:
    """Return one input of each kind that a network reads; token numbers where the first layer looks them up."""
    nodes = table.graph.nodes
    looked_up = {index for node in nodes if node.layer.kind == "embedding" for index in node.inputs}
    return tuple(
        torch.zeros(1, *map(number, nodes[index].shape.sizes), dtype=torch.long if index in looked_up else torch.float)
        for index in table.graph.inputs.values()
    )
