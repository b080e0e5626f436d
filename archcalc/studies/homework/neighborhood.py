"""What lies around a layer in a network: what it may be taken to read, and what its branch leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.graph import Graph, Node
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

FARTHEST = 16
"""A module is looked for along this many layers."""


class Neighborhood(NamedTuple):
    """The outputs around a layer.

    ``above`` is that of the row above, ``module`` what the branches of its module start from, ``merge`` what they are
    joined to, ``after`` the next map of another size; None where there is none, or where the layer reads it.
    ``inside`` are the channels of the module's rows, each once, and ``total`` their sum.
    """

    above: Shape | None = None
    module: Shape | None = None
    merge: Shape | None = None
    after: Shape | None = None
    inside: tuple[Int, ...] = ()
    total: Int = 0


NOWHERE = Neighborhood()


class Surroundings:
    """Finds what lies around the layers of a graph whose nodes have these output shapes."""

    def __init__(self, graph: Graph, shapes: Sequence[Shape]) -> None:
        self._nodes, self._shapes = graph.nodes, shapes
        self._readers: list[list[int]] = [[] for _ in graph.nodes]
        for node in graph.nodes:
            for index in node.inputs:
                self._readers[index].append(node.index)
        self._insides: dict[tuple[int, int], tuple[tuple[Int, ...], Int]] = {}

    def around(self, node: Node) -> Neighborhood:
        """Return what lies around a layer that has weights, windows or several inputs."""
        fork, merge = self._fork(node), node.index if node.layer.joins else self._merge(node)
        inside, total = self._inside(fork, merge)
        above = node.index - 1
        return Neighborhood(
            above=self._shapes[above] if above >= 0 and above not in node.inputs else None,
            module=None if fork is None or fork in node.inputs else self._shapes[fork],
            merge=None if merge is None or node.layer.joins else self._shapes[merge],
            after=self._after(node),
            inside=inside,
            total=total,
        )

    def _fork(self, node: Node) -> int | None:
        """Return the node from which the branches of a module start."""
        for _ in range(FARTHEST):
            if not node.inputs:
                return None
            index = node.inputs[0]
            if len(self._readers[index]) > 1:
                return index
            node = self._nodes[index]
        return None

    def _on(self, node: Node) -> Iterator[Node]:
        """Yield the layers on the one way from a layer."""
        for _ in range(FARTHEST):
            readers = self._readers[node.index]
            if len(readers) != 1:
                return
            node = self._nodes[readers[0]]
            yield node

    def _merge(self, node: Node) -> int | None:
        return next((later.index for later in self._on(node) if later.layer.joins), None)

    def _after(self, node: Node) -> Shape | None:
        """Return the next map of another size, which no other layer with weights makes."""
        own = self._shapes[node.index]
        for later in self._on(node):
            shape = self._shapes[later.index]
            if later.layer.weighted or not shape.is_map:
                return None
            if shape.spatial != own.spatial:
                return shape
        return None

    def _inside(self, fork: int | None, merge: int | None) -> tuple[tuple[Int, ...], Int]:
        if fork is None or merge is None or not fork < merge <= fork + 4 * FARTHEST:
            return (), 0
        if (fork, merge) not in self._insides:
            rows = [node for node in self._nodes[fork + 1 : merge] if node.layer.makes_values]
            channels = [self._shapes[node.index].channels for node in rows]
            self._insides[fork, merge] = tuple(dict.fromkeys(channels)), sum(channels[1:], channels[0]) if rows else 0
        return self._insides[fork, merge]
