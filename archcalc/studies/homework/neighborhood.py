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

MOST_STRIDES = 24
"""The strides of this many layers are remembered."""


class Neighborhood(NamedTuple):
    """The outputs around a layer.

    ``above`` is that of the row above, ``module`` what the branches of its module start from, ``merge`` what they are
    joined to, ``after`` the next map of another size; None where there is none, or where the layer reads it.
    ``inside`` are the channels of the module's rows, each once, and ``totals`` their sums: of all rows, and of those
    with weights. ``ends`` are the channels of the branches that were joined last before the layer. ``image`` is what
    enters the network. ``shortcut`` says that the layer alone makes a shortcut fit. ``strides`` are those of the layers
    before it.
    """

    above: Shape | None = None
    module: Shape | None = None
    merge: Shape | None = None
    after: Shape | None = None
    inside: tuple[Int, ...] = ()
    totals: tuple[Int, ...] = ()
    ends: tuple[Int, ...] = ()
    image: Shape | None = None
    shortcut: bool = False
    strides: tuple[int, ...] = ()

    @property
    def nearby(self) -> Neighborhood:
        """What matters but for a receptive field: the same in all copies of a block."""
        return self._replace(strides=()) if self.strides else self


NOWHERE = Neighborhood()


class Surroundings:
    """Finds what lies around the layers of a graph whose nodes have these output shapes."""

    def __init__(self, graph: Graph, shapes: Sequence[Shape]) -> None:
        self._nodes, self._shapes = graph.nodes, shapes
        self._readers: list[list[int]] = [[] for _ in graph.nodes]
        for node in graph.nodes:
            for index in node.inputs:
                self._readers[index].append(node.index)
        self._strides: list[tuple[int, ...]] = []
        for node in graph.nodes:
            before = self._strides[node.inputs[0]] if node.inputs else ()
            self._strides.append((*before, *_stride(node))[-MOST_STRIDES:])
        self._insides: dict[tuple[int, int], tuple[tuple[Int, ...], tuple[Int, ...]]] = {}

    def around(self, node: Node) -> Neighborhood:
        """Return what lies around a layer that has weights, windows or several inputs."""
        fork, merge = self._fork(node), node.index if node.layer.joins else self._merge(node)
        inside, totals = self._inside(fork, merge)
        above = node.index - 1
        return self.before(node)._replace(
            above=self._shapes[above] if above >= 0 and above not in node.inputs else None,
            module=None if fork is None or fork in node.inputs else self._shapes[fork],
            merge=None if merge is None or node.layer.joins else self._shapes[merge],
            after=self._after(node),
            inside=inside,
            totals=totals,
            ends=self._ends(node),
            shortcut=self._is_shortcut(node, fork),
        )

    def before(self, node: Node) -> Neighborhood:
        """Return what lies before a layer alone."""
        image = next((self._shapes[other.index] for other in self._nodes if other.is_input), None)
        return Neighborhood(image=image, strides=self._strides[node.inputs[0]] if node.inputs else ())

    def _ends(self, node: Node) -> tuple[Int, ...]:
        """Return the channels of the tensors that the last merge before a layer joins."""
        for _ in range(FARTHEST):
            node = self._nodes[node.inputs[0]] if node.inputs else node
            if node.layer.joins:
                return tuple(self._shapes[index].channels for index in node.inputs)
            if node.layer.weighted:
                break
        return ()

    def _is_shortcut(self, node: Node, fork: int | None) -> bool:
        """Whether a layer is the only one with weights from a fork to an addition."""
        later = list(self._on(node))
        merge = next((place for place, other in enumerate(later) if other.layer.joins), None)
        if fork is None or fork not in node.inputs or merge is None or later[merge].layer.kind != "add":
            return False
        return not any(other.layer.weighted for other in later[:merge])

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

    def _inside(self, fork: int | None, merge: int | None) -> tuple[tuple[Int, ...], tuple[Int, ...]]:
        if fork is None or merge is None or not fork < merge <= fork + 4 * FARTHEST:
            return (), ()
        if (fork, merge) not in self._insides:
            rows = [node for node in self._nodes[fork + 1 : merge] if node.layer.makes_values]
            channels = [self._shapes[node.index].channels for node in rows]
            own = [self._shapes[node.index].channels for node in rows if node.layer.weighted]
            totals = tuple(dict.fromkeys(sum(some[1:], some[0]) for some in (channels, own) if some))
            self._insides[fork, merge] = tuple(dict.fromkeys(channels)), totals
        return self._insides[fork, merge]


def _stride(node: Node) -> tuple[int, ...]:
    """Return the stride of a layer that has one, alike on all axes."""
    stride = getattr(node.layer, "stride", None)
    return (stride,) if isinstance(stride, int) and not node.is_input and node.layer.kind != "conv_transpose" else ()
