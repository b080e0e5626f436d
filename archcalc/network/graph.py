"""A network wired for one input: layers as nodes, in order of execution, and who reads whom."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from archcalc.layers.base import Layer, Storage
from archcalc.quantities.reach import entering

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archcalc.network.steps import Spec
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


class Input(Layer):
    """What stands in for a layer where an image or a text enters; a table has no row for it."""

    kind: ClassVar[str] = "input"
    stored: ClassVar[Storage] = Storage.FRESH

    def reach_of(self, inputs: Sequence[Shape], before: Sequence[Reach], output: Shape) -> Reach:  # noqa: ARG002
        """Return what a unit of the input depends on: itself."""
        return entering(output)


INPUT = Input()


class Fitted(NamedTuple):
    """A layer with its input shapes and its output shape: what its copies on equal shapes have in common."""

    layer: Layer
    read: tuple[Shape, ...]
    shape: Shape


@dataclass(slots=True, eq=False, repr=False)
class Node:
    """One layer in its place: what it is, and what it reads, as indices of nodes.

    An input of the network is a node that reads nothing. ``fitted`` is one object for equal layers that read equal
    shapes. ``owner`` is the index of the node whose weights it shares, ``tied`` are the names of these
    tensors, and ``head`` says that only training runs it.
    """

    index: int
    path: str
    fitted: Fitted
    inputs: tuple[int, ...]
    head: bool = False
    owner: int | None = None
    tied: frozenset[str] = frozenset()

    @property
    def layer(self) -> Layer:
        """The layer."""
        return self.fitted.layer

    @property
    def shape(self) -> Shape:
        """The output shape."""
        return self.fitted.shape

    @property
    def is_input(self) -> bool:
        """Whether it is an input of the network."""
        return isinstance(self.layer, Input)


class Graph(NamedTuple):
    """A network wired for one input.

    ``results`` are the nodes whose outputs are results: the last, and those that the file lists as its outputs.
    ``groups`` names, for the path of each block, group or included network, what it is. ``conditions`` are the
    sizes with letters in them that have to be at least 1, with the path of the layer that needs it;
    ``training_conditions`` are those of training heads. ``left_out`` are the training heads that do not work on this
    input, with the reason. ``remarks`` are warnings in plain words.
    """

    spec: Spec
    nodes: tuple[Node, ...]
    inputs: Mapping[str, int]
    output: int
    results: tuple[int, ...]
    arguments: Mapping[str, object]
    groups: Mapping[str, str] = MappingProxyType({})
    conditions: tuple[tuple[str, Int], ...] = ()
    remarks: tuple[str, ...] = ()
    training_conditions: tuple[tuple[str, Int], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    def shapes_read(self, node: Node) -> tuple[Shape, ...]:
        """Return the shapes of the tensors a node reads."""
        return node.fitted.read
