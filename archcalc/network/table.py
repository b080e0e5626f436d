"""The table of a network: a row for each layer, and the totals. The only thing anyone later reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError, did_you_mean
from archcalc.network.naming import slashed
from archcalc.quantities.counts import Counts, summed
from archcalc.rooms import Shown, fetch
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archcalc.layers.base import Geometry, Layer
    from archcalc.network.graph import Graph
    from archcalc.network.steps import Spec
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.tensor import Tensor
    from archcalc.symbolic.expr import Int


class Row(NamedTuple):
    """Results for one layer.

    ``shares`` is the path of the layer whose weights it uses; its own counts of weights are then zero. ``node`` is
    the number of its node in the table's graph.
    """

    path: str
    layer: Layer
    inputs: tuple[Shape, ...]
    output: Shape
    counts: Counts
    reach: Reach
    geometry: Geometry | None
    tensors: tuple[Tensor, ...]
    train_only: bool = False
    shares: str | None = None
    node: int = 0

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def kind(self) -> str:
        """The kind of layer."""
        return self.layer.kind

    @property
    def params(self) -> Int:
        """Weights and biases that are learnable."""
        return self.counts.params

    @property
    def macs(self) -> Int:
        """Multiply-accumulates."""
        return self.counts.macs

    @property
    def activations(self) -> Int:
        """The number of values put out, over all regions."""
        return simplify(self.output.elements * self.output.regions)


class WithoutRule(NamedTuple):
    """A layer, or a training head, that keeps a sum from being known, because its rule is unknown."""

    path: str
    kind: str


class Totals(NamedTuple):
    """The sums over the layers that inference runs, and apart from them those of the training heads."""

    counts: Counts
    train_only: Counts
    weighted_depth: int

    @property
    def params(self) -> Int:
        """Weights and biases that are learnable, training heads aside."""
        return self.counts.params

    @property
    def macs(self) -> Int:
        """Multiply-accumulates of one forward pass, training heads aside."""
        return self.counts.macs


class Running(NamedTuple):
    """How a network is run: nothing in a table counts it but memory.

    ``batch`` is how many images run at once, ``context`` how many tokens a KV cache holds (None means those that each
    layer reads), and ``dtype`` the type of numbers.
    """

    batch: Int = 1
    context: Int | None = None
    dtype: str = "float32"


@dataclass(frozen=True, eq=False, repr=False)
class Table(Shown):
    """Every layer of a network for one input, in order of execution.

    ``table["conv1"]`` is the row of a layer; ``table.part("3a")`` sums a block. ``groups`` says, for the path of
    each block, group and included network, what it is; ``conditions`` are sizes with letters that have to be at
    least 1; ``remarks`` are warnings; ``graph`` contains the connections of the layers; ``run`` is how the network is
    run.
    """

    spec: Spec
    inputs: Mapping[str, Shape]
    arguments: Mapping[str, object]
    rows: tuple[Row, ...]
    totals: Totals
    output: Shape
    graph: Graph
    groups: Mapping[str, str]
    conditions: tuple[tuple[str, Int], ...] = ()
    remarks: tuple[str, ...] = ()
    run: Running = field(default_factory=Running)

    def __getitem__(self, path: str) -> Row:
        found = self._index.get(path) or self._index.get(slashed(path))
        if found is None:
            raise UsageError(f"unknown layer '{path}' of {self.spec.name}", did_you_mean(path, self._index))
        return found

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def _index(self) -> dict[str, Row]:
        return {row.path: row for row in self.rows}

    def reads(self, row: Row) -> tuple[str, ...]:
        """Return the paths of the layers and inputs whose outputs a layer reads, in order.

        >>> import archcalc
        >>> table = archcalc.load("[{conv: 3, kernel: 1, name: c}, {add: [c, input], name: s}]").analyze("3x8x8")
        >>> table.reads(table["s"])
        ('c', 'input')
        """
        nodes = self.graph.nodes
        return tuple(nodes[index].path for index in nodes[row.node].inputs)

    def below(self, path: str) -> list[Row]:
        """Return the rows of a layer, or of everything inside a block, group or branch.

        Raises:
            UsageError: there is nothing at that path.
        """
        inside = self._inside(path) or self._inside(slashed(path))
        if not inside:
            known = {prefix for row in self.rows for prefix in prefixes(row.path)}
            raise UsageError(f"unknown layer or block '{path}' of {self.spec.name}", did_you_mean(path, known))
        return inside

    def _inside(self, path: str) -> list[Row]:
        return [row for row in self.rows if row.path == path or row.path.startswith(f"{path}/")]

    def to_pandas(self) -> Any:  # noqa: ANN401 - a data frame; pandas may not be installed
        """Return the layers as a data frame: a line for each, with the keys of `show --format csv`.

        Raises:
            UsageError: pandas is not installed.
        """
        return fetch("services", "notebooks").as_frame(self)

    def part(self, path: str) -> Counts:
        """Return the counts of a layer, or the sums over a block, training heads included."""
        return summed([row.counts for row in self.below(path)])


def prefixes(path: str) -> Iterator[str]:
    """Yield the paths of everything around a layer, and its own.

    >>> list(prefixes("3a/5x5/conv"))
    ['3a', '3a/5x5', '3a/5x5/conv']
    """
    for index, sign in enumerate(path):
        if sign == "/":
            yield path[:index]
    yield path
