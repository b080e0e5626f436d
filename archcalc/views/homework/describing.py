"""What a sheet gives of a layer: its options, and what it reads, by names that are on the sheet."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from archcalc.layers.options import field_of
from archcalc.quantities.shape import Shape
from archcalc.studies.homework.asking import questions
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.graph import Node
    from archcalc.network.table import Row, Table


MOST_AXES = 3
"""A list that is longer has a list for each filter (LeNet-5's table)."""


def options(row: Row) -> Iterator[str]:
    """Yield the options of a layer that are not what they are by default.

    >>> import archcalc
    >>> list(options(archcalc.load("alexnet").analyze()["conv1"]))
    ['filters 96', 'kernel 11', 'stride 4']
    """
    for name, option in row.layer.declared.options.items():
        value = getattr(row.layer, name)
        default = type(row.layer).__dataclass_fields__[field_of(name)].default  # type: ignore[attr-defined]
        if value is not None and (option.main or value != default):
            yield _option(name, value)


def _option(name: str, value: object) -> str:
    if isinstance(value, bool):
        return name if value else f"no {name}"
    if not isinstance(value, tuple) or isinstance(value, Shape):
        return f"{name} {value}"
    if any(isinstance(part, tuple) for part in value):
        lists = "; ".join(" ".join(map(str, part)) for part in value)
        return f"{name} {lists}" if len(value) > MOST_AXES else f"{name} {value}"
    return f"{name} {'×'.join(map(str, value))}"


class SheetLayout:
    """The rows of a sheet of one network.

    >>> import archcalc
    >>> layout = SheetLayout(archcalc.load("googlenet").analyze())
    >>> layout.given(layout.table["3a/concat"])
    'input from 3a/1x1/conv, 3a/3x3/conv, 3a/5x5/conv and 3a/pool/project'
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows = [target.rows[-1] for target in questions(table, total=False)]

    @cached_property
    def _names(self) -> dict[int, str]:
        """The names of the rows, and of the inputs, by their nodes."""
        inputs = {index: name for name, index in self.table.graph.inputs.items()}
        return inputs | {row.node: row.path for row in self.rows}

    @cached_property
    def _above(self) -> dict[int, str]:
        """What stands above each row."""
        names = [list(self._names.values())[len(self.table.graph.inputs) - 1], *(row.path for row in self.rows)]
        return {row.node: name for row, name in zip(self.rows, names, strict=False)}

    def given(self, row: Row) -> str:
        """Say what a layer is and what it reads; nothing of what is asked."""
        said = [self._sized(row, value) for value in options(row)]
        if row.shares and row.tensors:
            said.append(f"weights of {row.shares}")
        reads = [self._name(self.table.graph.nodes[index]) for index in self.table.graph.nodes[row.node].inputs]
        if reads != [self._above.get(row.node)]:
            said.append(f"input from {listed(reads, most=len(reads))}")
        return ", ".join(said)

    def _name(self, node: Node) -> str:
        """Return the name of what is read: of the row that last changed it."""
        while node.index not in self._names and node.inputs:
            node = self.table.graph.nodes[node.inputs[0]]
        return self._names.get(node.index, node.path)

    def _sized(self, row: Row, option: str) -> str:
        """Name the layer whose size is taken, and not the size, which is an answer."""
        to = getattr(row.layer, "to", None)
        if not isinstance(to, Shape) or option != f"to {to}":
            return option
        nodes = self.table.graph.nodes
        alike = [node for node in nodes[: row.node] if node.index in self._names and node.shape == to]
        return f"to the size of {self._name(alike[-1])}" if alike else option
