"""A network as rules look at it: its rows by node, who reads whom, and what follows what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from archcalc.layers.families import Family
from archcalc.quantities.reach import entering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.table import Row, Table
    from archcalc.quantities.reach import Reach

PASSED = (Family.NORM, Family.REGULARIZATION)
"""Families of layers that leave a linear map linear and a tensor in its shape."""

LINEAR = ("conv", "conv_transpose", "linear")


class Finding(NamedTuple):
    """A remark: the layer, or empty for the network, and what is found there, with its numbers."""

    path: str
    text: str


class LintOptions(NamedTuple):
    """What a reviewer wants to know: of which number channels are multiples, and how large objects are."""

    multiple: int = 8
    objects: int | None = None


@dataclass(frozen=True, eq=False)
class Subject:
    """A table, with what rules ask of its graph."""

    table: Table
    options: LintOptions

    @cached_property
    def rows(self) -> Sequence[Row | None]:
        """The row of each node; inputs of the network have none."""
        found: list[Row | None] = [None] * len(self.table.graph.nodes)
        for row in self.table:
            found[row.node] = row
        return found

    @cached_property
    def readers(self) -> Sequence[Sequence[int]]:
        """For each node the nodes that read it."""
        found: list[list[int] | None] = [None] * len(self.table.graph.nodes)
        for node in self.table.graph.nodes:
            for index in dict.fromkeys(node.inputs):
                others = found[index]
                if others is None:
                    found[index] = [node.index]  # a list of one takes less than one that has grown
                else:
                    others.append(node.index)
        return [readers or () for readers in found]

    def reader(self, row: Row) -> Row | None:
        """Return the only layer that reads a layer's output; None where several do, none, or the caller does."""
        readers = self.readers[row.node]
        if len(readers) != 1 or row.node in self.table.graph.results:
            return None
        return self.rows[readers[0]]

    def following(self, row: Row, passed: tuple[str, ...] = PASSED) -> Row | None:
        """Return the layer that reads a layer's output, after those of the families passed."""
        found = self.reader(row)
        while found is not None and found.layer.family in passed:
            found = self.reader(found)
        return found

    def reach_of(self, index: int) -> Reach:
        """Return what a unit of a tensor depends on."""
        row = self.rows[index]
        return entering(self.table.graph.nodes[index].shape) if row is None else row.reach
