"""What PyTorch keeps until the backward pass of a whole network: every tensor once, parameters and buffers aside."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from archcalc.layers.backward import Training, ordered
from archcalc.layers.base import Storage
from archcalc.network.table import WithoutRule
from archcalc.symbolic.expr import total
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from archcalc.layers.backward import Kept, Own
    from archcalc.network.graph import Node
    from archcalc.network.table import Table
    from archcalc.symbolic.expr import Int


class ForBackward(NamedTuple):
    """The bytes that are kept, and the layers that are not in them because their rule is not known."""

    size: Int
    unknown: tuple[WithoutRule, ...] = ()


def for_backward(table: Table, *, batch: Int, width: int, in_place: bool) -> ForBackward:
    """Return what is kept for the backward pass; ``width`` are the bytes of a number.

    It is what ``torch.autograd.graph.saved_tensors_hooks`` reports, each storage once. Training heads are trained.

    >>> import archcalc
    >>> table = archcalc.loads("{input: 3x8x8, layers: [{conv: 4, kernel: 3}, relu, {maxpool: 2}]}").analyze()
    >>> for_backward(table, batch=1, width=4, in_place=False).size == 4 * (3 * 64 + 4 * 36) + 8 * 4 * 9
    True
    """
    keeping = _Keeping(table, batch, in_place=in_place)
    for node in table.graph.nodes:
        keeping.place(node)
    return ForBackward(keeping.bytes(width), tuple(keeping.unknown))


class _Doing(NamedTuple):
    """What a layer does in training: the values of memory it takes, none where its output lies in its input's."""

    room: Int | None
    turned: int
    needs: bool
    kept: Kept | None


def _worked_out(node: Node, run: Training) -> _Doing:
    where = Storage.FRESH if len(node.inputs) > 1 else node.layer.storage_in_training(run)
    needs = run.learns or any(run.needs)
    return _Doing(
        room=node.layer.room(run) if where == Storage.FRESH else None,
        turned=node.layer.turned(run) if ordered(node.shape) else 0,
        needs=needs,
        kept=node.layer.kept(run) if needs else None,
    )


class _Keeping:
    """Carries along the edges where outputs lie and what needs a gradient, and collects what is kept.

    ``homes`` is for each node the node in whose memory its output lies; ``kept`` the homes of what is kept, with the
    bytes of a number where these are not the network's.
    """

    def __init__(self, table: Table, batch: Int, *, in_place: bool) -> None:
        self.graph, self.batch, self.in_place = table.graph, batch, in_place
        self.unknown: list[WithoutRule] = []
        count = len(self.graph.nodes)
        self.homes = [0] * count
        self.kept: dict[int, int | None] = {}
        self.own: list[tuple[Own, Int]] = []
        self.rooms: dict[int, Int] = {}
        self._needs = [False] * count
        self._turned = [0] * count
        self._shared = [False] * count
        self._learns = [False] * count
        for row in table:
            self._learns[row.node] = table[row.shares or row.path].counts.trainable != 0
        self._known: dict[tuple[object, ...], _Doing] = {}
        self._readers = Counter(index for node in self.graph.nodes for index in node.inputs)

    def place(self, node: Node) -> None:
        """Note of a node where its output lies, and what it keeps."""
        if node.is_input:
            self.rooms[node.index] = node.shape.elements
            self._note(node, node.index, needs=False, turned=0)
            return
        does = self._doing(node)
        home = node.index if does.room is not None else self.homes[node.inputs[0]]
        if does.room is not None:
            self.rooms[home] = does.room
        self._note(node, home, needs=does.needs, turned=does.turned)
        if does.needs:
            self._keep(node, does.kept)

    def _doing(self, node: Node) -> _Doing:
        """Return what a layer does, worked out once for copies in the same state."""
        needs = tuple([self._needs[index] for index in node.inputs])
        turned = tuple([self._turned[index] for index in node.inputs])
        in_place = self.in_place and node.layer.overwrites and self._free(node.inputs[0])
        # The fitted layer is one object for equal layers that read equal shapes.
        state = (id(node.fitted), self._learns[node.index], needs, turned, in_place)
        found = self._known.get(state)
        if found is None:
            run = Training(
                inputs=self.graph.shapes_read(node), output=node.shape, learns=self._learns[node.index],
                needs=needs, turned=turned, batch=self.batch, in_place=in_place,
            )  # fmt: skip
            found = self._known[state] = _worked_out(node, run)
        return found

    def _free(self, index: int) -> bool:
        """Whether what lies where a node's output does may be written over: it is read once, and not kept."""
        home = self.homes[index]
        return not (self._shared[home] or home in self.kept)

    def _note(self, node: Node, home: int, *, needs: bool, turned: int) -> None:
        self.homes[node.index], self._needs[node.index], self._turned[node.index] = home, needs, turned
        self._shared[home] |= self._readers[node.index] > 1 or node.index in self.graph.results

    def _keep(self, node: Node, kept: Kept | None) -> None:
        if kept is None:
            self.unknown.append(WithoutRule(node.path, node.layer.kind))
            return
        for index in kept.inputs:
            self.kept[self.homes[node.inputs[index]]] = kept.width
        if kept.output:
            self.kept[self.homes[node.index]] = None
        self.own += [(own, node.shape.regions) for own in kept.own]

    def bytes(self, width: int) -> Int:
        """Return the bytes of everything that is kept."""
        homes = ((self.rooms[home], self.graph.nodes[home].shape.regions, own) for home, own in self.kept.items())
        outputs = [elements * regions * (own or width) for elements, regions, own in homes]
        images = [own.elements * regions * own.bytes(width) for own, regions in self.own if not own.per_batch]
        once = [own.elements * own.bytes(width) for own, _ in self.own if own.per_batch]
        return simplify(simplify(total([*outputs, *images])) * self.batch + total(once))
