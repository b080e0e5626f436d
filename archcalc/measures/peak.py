"""The most bytes of maps that are alive at once while a network runs, and at which layer."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from archcalc.errors import Undecided
from archcalc.layers.base import Storage
from archcalc.symbolic.expr import total
from archcalc.symbolic.known import number, simplify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.network.graph import Graph, Node
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


def peak_of(graph: Graph, *, batch: Int, width: int, inplace: bool) -> tuple[int, str] | None:
    """Return the most bytes of maps that are alive at once, and at which layer; None where letters leave it open.

    ``width`` are the bytes of a number; ``inplace`` says that functions may write over what they read.
    """
    nodes = [node for node in graph.nodes if not node.head]
    try:
        known = {id(shape): number(_bytes(shape, batch, width)) for shape in _different(nodes)}
    except Undecided:
        return None
    sizes = {node.index: known[id(node.shape)] for node in nodes}
    scratch = {node.index: _scratch(node, batch, width) for node in nodes}
    alive, best = 0, (0, "")
    homes = homes_of(graph, nodes, inplace=inplace)
    last = _last_use(graph, nodes, homes)
    for node in nodes:
        if homes[node.index] == node.index:
            alive += sizes[node.index]
        best = max(best, (alive + scratch[node.index], node.path), key=lambda found: found[0])
        alive -= sum(sizes[home] for home in last[node.index])
    return best


def _different(nodes: Iterable[Node]) -> Iterable[Shape]:
    """Return the output shapes, one for copies, whose shape is one object."""
    return {id(node.shape): node.shape for node in nodes}.values()


def _bytes(shape: Shape, batch: Int, width: int) -> Int:
    return simplify(shape.elements * shape.regions * batch * width)


def _scratch(node: Node, batch: Int, width: int) -> int:
    """Return the bytes of the tensors that a layer makes beside its output, and drops again."""
    made = () if node.is_input else node.layer.scratch(node.shape)
    if not made:
        return 0
    return number(total(own.elements * own.bytes(width) for own in made) * node.shape.regions * batch)


def homes_of(graph: Graph, nodes: Iterable[Node], *, inplace: bool) -> dict[int, int]:
    """Return for each node the node in whose memory its output lies: its own, or that of what it reads.

    A function of values writes over its input if that is allowed, and if only it reads what lies there.
    """
    readers = Counter(index for node in nodes for index in node.inputs)
    homes: dict[int, int] = {}
    shared: set[int] = set()
    for node in nodes:
        where = Storage.FRESH if len(node.inputs) != 1 else node.layer.storage()
        alone = inplace and where == Storage.IN_PLACE and homes[node.inputs[0]] not in shared
        same = where in (Storage.VIEW, Storage.DROPS) or alone
        homes[node.index] = homes[node.inputs[0]] if same else node.index
        if readers[node.index] > 1 or node.index in graph.results:
            shared.add(homes[node.index])
    return homes


def _last_use(graph: Graph, nodes: Iterable[Node], homes: dict[int, int]) -> dict[int, list[int]]:
    """Return for each node the memory that nobody reads behind it; inputs and results are kept to the end."""
    last = dict(homes)
    used: dict[int, int] = {}
    for node in nodes:
        used[last[node.index]] = node.index
        used |= {homes[index]: node.index for index in node.inputs}
    kept_on = {homes[index] for index in (*graph.inputs.values(), *graph.results) if index in homes}
    freed: dict[int, list[int]] = defaultdict(list)
    for home, index in used.items():
        if home not in kept_on:
            freed[index].append(home)
    return freed
