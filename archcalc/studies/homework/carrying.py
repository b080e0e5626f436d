"""What a row's answers follow from: exactly, and from what stands on somebody's own paper above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal
from archcalc.layers.sliding import Pool
from archcalc.quantities.reach import entering
from archcalc.quantities.shape import vector
from archcalc.studies.homework.derivation import OUTPUT, Derivation
from archcalc.studies.homework.neighborhood import NOWHERE, Neighborhood, Surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.network.graph import Node
    from archcalc.network.table import Table
    from archcalc.quantities.field import Field
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.studies.homework.mistake import Mistake

_NONE: Mapping[int, tuple[int, ...]] = {}


class Carried(NamedTuple):
    """What a node hands on: the shape of its output, what its units depend on, and the maps on the way to it."""

    shape: Shape
    reach: Reach
    maps: tuple[Shape, ...]


class MadeBefore(NamedTuple):
    """A mistake that is made at every layer, in one of its ways, but for the nodes whose answers are on paper.

    ``pools`` says that it is made in pools alone, or in no pool; None makes no difference between them.
    """

    mistake: Mistake
    way: int = 0
    pools: bool | None = None
    settled: frozenset[int] = frozenset()

    def made(self, derivation: Derivation) -> Derivation:
        """Return what it makes of a derivation; the same where it cannot be made."""
        if self.pools is not None and self.pools != isinstance(derivation.layer, Pool):
            return derivation
        try:
            ways = tuple(self.mistake.change(derivation))
        except Refusal:
            return derivation
        return ways[min(self.way, len(ways) - 1)] if ways else derivation


def derivations(
    table: Table,
    outputs: Mapping[int, tuple[int, ...]] = _NONE,
    fields: Mapping[int, tuple[int, ...]] = _NONE,
    habit: MadeBefore | None = None,
) -> dict[int, Derivation]:
    """Return how each row's answers follow, by the number of its node.

    ``outputs`` and ``fields`` are the answers that stand on paper: an answer follows from the nearest of them before
    it on each path. With ``habit`` the outputs before it have a mistake in them. What cannot be worked on is taken as
    it is in truth.

    >>> import archcalc
    >>> table = archcalc.load("alexnet").analyze()
    >>> derivations(table, {table["conv1"].node: (96, 54, 54)})[table["pool1"].node].value("output")
    (96, 26, 26)
    """
    pen = _Pen(table, outputs, fields, habit)
    return {node.index: pen.derivation(node) for node in table.graph.nodes if not node.is_input}


class _Pen:
    """Goes through a network once, and carries along what is on paper."""

    def __init__(
        self,
        table: Table,
        outputs: Mapping[int, tuple[int, ...]],
        fields: Mapping[int, tuple[int, ...]],
        habit: MadeBefore | None,
    ) -> None:
        self.graph, self.outputs, self.fields, self.habit = table.graph, outputs, fields, habit
        self.reaches = {row.node: row.reach for row in table}
        self.carried: list[Carried] = []
        for node in self.graph.nodes:
            self.carried.append(self._carry(node))
        self.surroundings = Surroundings(self.graph, [c.shape for c in self.carried])

    def derivation(self, node: Node) -> Derivation:
        """Return how the answers of a node's row follow."""
        read = [self.carried[index] for index in node.inputs]
        given = self.carried[node.index].shape if node.index in self.outputs else None
        entering = any(self.graph.nodes[index].is_input for index in node.inputs)
        return Derivation(
            layer=node.layer,
            inputs=tuple(c.shape for c in read),
            before=tuple(c.reach for c in read),
            maps=read[0].maps,
            given=given,
            entering=entering,
            around=self._around(node),
        )

    def _around(self, node: Node) -> Neighborhood:
        if node.layer.weighted or node.layer.joins:
            return self.surroundings.around(node)
        return self.surroundings.before(node) if node.layer.geometry(self.carried[node.inputs[0]].shape) else NOWHERE

    def _carry(self, node: Node) -> Carried:
        if node.is_input:
            return Carried(node.shape, entering(node.shape), (node.shape,) if node.shape.is_map else ())
        read = [self.carried[index] for index in node.inputs]
        shape = self._shape(node, tuple(c.shape for c in read))
        maps = read[0].maps
        if shape.is_map and maps[:1] != (shape,):
            maps = (shape, *maps[:1]) if not maps or maps[0].spatial != shape.spatial else (shape, *maps[1:])
        return Carried(shape, self._reach(node, shape, read), maps)

    def _shape(self, node: Node, read: tuple[Shape, ...]) -> Shape:
        """Return the output that is on paper, or else the one that follows, or else the true one."""
        if node.index in self.outputs:
            return _given(node.shape, self.outputs[node.index])
        true = self.graph.shapes_read(node)
        if self.habit and node.index not in self.habit.settled:
            return self._habitual(self.habit, node, read)
        if read == true or not (self.outputs or self.habit):
            return node.shape
        try:
            return Derivation(node.layer, read).shape
        except Refusal:
            return node.shape

    def _habitual(self, habit: MadeBefore, node: Node, read: tuple[Shape, ...]) -> Shape:
        """Return the output that follows with a mistake in it, or else the true one."""
        if node.layer.joins:  # maps that do not fit are taken to be as large as the first one
            read = tuple(x.with_spatial(read[0].spatial) if x.is_map and read[0].is_map else x for x in read)
        plain = Derivation(node.layer, read)
        try:
            sizes = habit.made(plain).value(OUTPUT)
            return _given(plain.shape, sizes) if isinstance(sizes, tuple) else plain.shape
        except Refusal:
            return node.shape

    def _reach(self, node: Node, shape: Shape, read: list[Carried]) -> Reach:
        """Return the field that is on paper, or the one that follows from it."""
        true = self.reaches[node.index]
        if not self.fields or true.axes is None:
            return true
        if node.index in self.fields:
            sizes = self.fields[node.index] * (len(true.axes) if len(self.fields[node.index]) == 1 else 1)
            if len(sizes) == len(true.axes):
                return true._replace(axes=tuple(map(_sized, true.axes, sizes)))
            return true
        if all(c.reach == self.reaches.get(index) for index, c in zip(node.inputs, read, strict=True)):
            return true
        found = node.layer.reach_of(self.graph.shapes_read(node), [c.reach for c in read], node.shape)
        return found if shape.is_map and found.axes is not None else true


def _sized(field: Field, size: int) -> Field:
    """Return a field of another size; where it lies and how it moves stays as it is."""
    return field if field.phases else field._replace(last=field.first + size - 1)


def _given(true: Shape, sizes: tuple[int, ...]) -> Shape:
    """Return the shape that somebody wrote where another one is true; channels left out are taken as they are."""
    if len(sizes) == len(true.sizes):
        return true._replace(sizes=sizes)
    if true.is_map and len(sizes) == len(true.sizes) - 1:
        return true.with_spatial(sizes)
    return vector(sizes[0])._replace(regions=true.regions) if len(sizes) == 1 and true.layout == "F" else true
