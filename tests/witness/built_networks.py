"""A whole network as one module of PyTorch: each layer the module that it names, each merge an operator."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from archcalc.layers.base import Foreign
from archcalc.symbolic.known import number
from tests.witness.modules import made, spelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.network.graph import Node
    from archcalc.network.table import Table

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda torch, read: reduce(lambda a, b: a + b, read),
    "multiply": lambda torch, read: reduce(lambda a, b: a * b, read),
    "subtract": lambda torch, read: reduce(lambda a, b: a - b, read),
    "concat": lambda torch, read: torch.cat(read, 1 if read[0].dim() > 3 else -1),  # noqa: PLR2004 - maps, or tokens
    "tokens": lambda torch, read: read[0].flatten(2).transpose(1, 2),
    "abs": lambda torch, read: read[0].abs(),
}
"""Layers that are operators on tensors, without options."""

CHOOSING: dict[str, Callable[[Any, Any], Any]] = {
    "take": lambda layer, x: x[:, layer.index],
    "slice": lambda layer, x: x[:, slice(*layer.channels)] if x.dim() > 3 else x[..., slice(*layer.channels)],  # noqa: PLR2004
    "split": lambda layer, x: x.chunk(layer.parts, 1 if x.dim() > 3 else -1)[layer.part],  # noqa: PLR2004
    "permute": lambda layer, x: x.permute(0, *(axis + 1 for axis in layer.axes)),
}
"""The same for those that choose or move values as their options say."""


class NotBuilt(Exception):
    """A layer is neither a module of PyTorch nor an operator on tensors."""


def network(torch: Any, table: Table) -> Any:
    """Return a module that runs a table's network; layers that training alone runs are left out.

    Raises:
        NotBuilt: a layer is no module and no operator.
    """
    return _class(torch)(torch, table).eval()


def _class(torch: Any) -> Any:
    class Network(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, torch: Any, table: Table) -> None:
            super().__init__()
            self.graph = table.graph
            self.run = {row.node for row in table if not row.train_only}
            for node in self.graph.nodes:
                if node.index in self.run and node.owner is None:
                    self._own(node)
            for row in table:
                if row.params and row.counts.trainable == 0:
                    getattr(self, f"layer{row.node}").requires_grad_(False)  # noqa: FBT003 - PyTorch's own

        def _own(self, node: Node) -> None:
            foreign = spelled(node.layer, *self.graph.shapes_read(node)[:1])
            if isinstance(foreign, Foreign):
                self.add_module(f"layer{node.index}", made(torch, foreign))
            elif node.layer.kind not in {*OPERATORS, *CHOOSING}:
                raise NotBuilt(node.path)

        def forward(self, *images: Any, **named: Any) -> Any:
            values = dict(zip(self.graph.inputs.values(), images or named.values(), strict=True))
            for node in self.graph.nodes:
                if node.index in self.run:
                    values[node.index] = self._run(node, [values[index] for index in node.inputs])
            put_out = tuple(values[index] for index in sorted({*self.graph.results}))
            return put_out if len(put_out) > 1 else put_out[0]

        def _run(self, node: Node, read: list[Any]) -> Any:
            kind = node.layer.kind
            foreign = spelled(node.layer, *self.graph.shapes_read(node)[:1])
            if isinstance(foreign, Foreign):
                return _called(foreign, getattr(self, f"layer{node.index if node.owner is None else node.owner}"), *read)
            return OPERATORS[kind](torch, read) if kind in OPERATORS else CHOOSING[kind](node.layer, read[0])

    return Network


def _called(foreign: Foreign, module: Any, x: Any) -> Any:
    """Run a module as its layer says: with channels last, or with the same tensor several times."""
    put_out = module(*[x.movedim(1, -1) if foreign.channels_last else x] * foreign.times)
    put_out = put_out[0] if isinstance(put_out, tuple) else put_out
    return put_out.movedim(-1, 1) if foreign.channels_last else put_out


def images(torch: Any, table: Table) -> tuple[Any, ...]:
    """Return one input of each kind that a network reads; token numbers where the first layer looks them up."""
    nodes = table.graph.nodes
    looked_up = {index for node in nodes if node.layer.kind == "embedding" for index in node.inputs}
    return tuple(
        torch.zeros(1, *map(number, nodes[index].shape.sizes), dtype=torch.long if index in looked_up else torch.float)
        for index in table.graph.inputs.values()
    )
