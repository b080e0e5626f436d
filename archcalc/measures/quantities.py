"""The quantities: what can be counted of a layer, a block or a network, a row of one table for each.

`show` and its formats, `diff` and its conditions, `solve` and its budgets, `list`, and the figures that specs state all
read this table: a quantity more is a row more. How the counts of a single layer come about is the layers' trade.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import NotKnown, Refusal, Undecided, UsageError, did_you_mean
from archcalc.layers.backward import FLOAT32
from archcalc.measures import last_field
from archcalc.quantities.counts import CONVENTIONS, summed
from archcalc.quantities.printed import read_bytes, read_figure
from archcalc.quantities.shape import Shape
from archcalc.rooms import Deferred
from archcalc.symbolic.known import simplify
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from archcalc.measures import memory
    from archcalc.network.table import Row, Table
    from archcalc.quantities.counts import Counts
    from archcalc.quantities.printed import Figure
    from archcalc.symbolic.expr import Int

    Value = Int | tuple[Int, ...] | str | Shape
    """A number or an expression; one for each axis, where they differ; a word; or a shape."""
else:  # most tables have no bytes but those of parameters
    memory = Deferred("archcalc.measures.memory")

UNKNOWN = "unknown"
"""The value of what the letters leave open."""


class Quantity(NamedTuple):
    """Something that can be counted: how it is called, how it comes about, and how it is read.

    ``heading`` is what it is called in print, and may be typed like ``name`` and the ``aliases``. ``of_counts`` gives
    it from the counts of a layer, a block or a network: such a quantity is a column of tables. ``of_layer`` is a single
    layer's where that is something else, ``of_rows`` that of any part of a network, and ``of_network`` that of the
    whole where the whole is not counted like a part. ``read`` is how a limit or a published figure is read.
    """

    name: str
    heading: str
    of_counts: Callable[[Counts], Int] | None = None
    of_layer: Callable[[Row], Value] | None = None
    of_rows: Callable[[Sequence[Row]], Value] | None = None
    of_network: Callable[[Table], Value] | None = None
    read: Callable[[str], Figure] = read_figure
    in_bytes: bool = False
    aliases: tuple[str, ...] = ()
    meaning: str = ""

    def of(self, table: Table, path: str = "") -> Value:
        """Return the quantity of a network, or of the layer or block at a path.

        Raises:
            UsageError: there is nothing at that path, or only whole networks have this quantity.
            Undecided: it depends on letters in a way that no expression says.
        """
        if not path and self.of_network is not None:
            return self.of_network(table)
        if self.of_counts is None and self.of_rows is None:
            raise UsageError(f"{self.name} is defined for the whole network only", "remove the layer")
        rows = table.below(path) if path else table.rows
        if path and len(rows) == 1 and self.of_layer is not None:
            return self.of_layer(rows[0])
        if self.of_counts is not None:
            return self.of_counts(table.part(path) if path else table.totals.counts)
        return self.of_rows(rows)  # type: ignore[misc]

    def of_row(self, row: Row) -> Value:
        """Return a single layer's own number."""
        return self.of_layer(row) if self.of_layer is not None else self.of_counts(row.counts)  # type: ignore[misc]

    def known(self, table: Table) -> Value:
        """Return the quantity of a network; a word where it is left open."""
        try:
            return self.of(table)
        except Undecided:
            return UNKNOWN

    def number(self, table: Table, path: str = "") -> Int:
        """Return the quantity as one number or expression.

        Raises:
            UsageError: it is none, as a shape is none.
        """
        value = self.of(table, path)
        if isinstance(value, tuple | str):
            raise UsageError(f"{self.name} of {path or table.spec.name} is not a single number: {spelled(value)}")
        return value

    def limit(self, written: str) -> int:
        """Read a limit as somebody types it: `10M`, `3.8e9`; of bytes also `8GiB`.

        >>> find("params").limit("10M"), find("memory").limit("8GiB")
        (10000000, 8589934592)

        Raises:
            UsageError: it is no number.
        """
        try:
            return self.read(written).value
        except Refusal as refusal:
            raise UsageError(refusal.mistakes[0].message, refusal.mistakes[0].hint) from None


def spelled(value: Value) -> str:
    """Spell a value that is no single number, as it is typed.

    >>> spelled((7, 9)), spelled("all")
    ('7x9', 'all')
    """
    return value if isinstance(value, str) else "x".join(map(str, sizes_of(value)))


def sizes_of(value: Value) -> tuple[Int, ...]:
    """Return the sizes of a shape, the numbers for each axis, or the one number."""
    if isinstance(value, Shape):
        return value.sizes
    return value if isinstance(value, tuple) else (value,)  # type: ignore[return-value]


def plain(value: Value) -> Int | str | list[Int]:
    """Return a value as records hold it: sizes in a list.

    >>> plain((7, 9)), plain(3)
    ([7, 9], 3)
    """
    return list(sizes_of(value)) if isinstance(value, tuple) else value


def _count(name: str, heading: str, **more: object) -> Quantity:
    """Return the row of a quantity that every layer counts."""
    return Quantity(name, heading, of_counts=attrgetter(name), **more)  # type: ignore[arg-type]


def _converted(name: str) -> Quantity:
    """Return the row of a way to count cost that is a conversion of MACs."""
    heading, rule, convert = CONVENTIONS[name]
    return Quantity(name, heading, of_counts=lambda counts: convert(counts.macs), meaning=rule)


def _with_heads(name: str, heading: str) -> Quantity:
    count = attrgetter(name)
    return Quantity(
        f"{name}_with_heads", heading, of_rows=lambda rows: count(summed([row.counts for row in rows]))
    )  # fmt: skip


def _training(table: Table) -> Int:
    """Return the bytes that training takes; with a context, those that stay while a decoder writes."""
    if table.run.context is not None:
        return memory.memory(table, _setting(table)).decoding
    found = memory.memory(table, _setting(table))
    if found.training is None:
        kinds = listed(dict.fromkeys(unknown.kind for unknown in found.unknown))
        raise NotKnown(
            f"the training memory is unknown: rules are missing for {kinds}",
            "show --memory --stored outputs counts all outputs instead",
        )
    return found.training


def _setting(table: Table) -> memory.RunSetting:
    """Return how the network of a table is run."""
    return memory.RunSetting(batch=table.run.batch, dtype=table.run.dtype, context=table.run.context)


def _inference(table: Table) -> Int:
    """Return the bytes that running takes at its peak, which grows with the number of images."""
    found = memory.inference(table, _setting(table))
    if found is None:
        raise Undecided("the peak memory depends on the variables", "use numbers, or --vary batch")
    return found


def _bytes(name: str, heading: str, **more: object) -> Quantity:
    return Quantity(name, heading, read=read_bytes, in_bytes=True, **more)  # type: ignore[arg-type]


QUANTITIES: dict[str, Quantity] = {
    row.name: row
    for row in (
        _count("params", "parameters"),
        _count("weights", "weights"),
        _count("biases", "biases"),
        _count("active", "active parameters", aliases=("active_params",), meaning="parameters that one token uses"),
        _count("trainable", "trainable", aliases=("trainable_params",)),
        _count("buffers", "buffers"),
        _count("macs", "MACs", aliases=("mult_adds",)),
        _converted("flops"),
        _count("connections", "connections", meaning="inputs of all neurons, including biases"),
        _count("neurons", "neurons", meaning="output values of layers with weights"),
        _count(
            "activations",
            "activations",
            of_layer=attrgetter("activations"),
            meaning="output values, without activation functions, dropout, flatten, concat",
        ),
        _with_heads("params", "parameters with training-only heads"),
        _with_heads("macs", "MACs with training-only heads"),
        Quantity(
            "weighted_depth",
            "weight layers",
            of_network=attrgetter("totals.weighted_depth"),
            aliases=("depth",),
            meaning="on the longest path",
        ),
        Quantity(
            "receptive_field",
            "receptive field",
            of_rows=last_field.of_part,
            of_network=last_field.of_network,
            aliases=("rf", "field"),
        ),
        _bytes(
            "parameter_memory",
            "parameter memory",
            of_counts=lambda counts: simplify(FLOAT32 * counts.params),
            meaning="parameters as float32",
        ),
        _bytes("memory", "training memory", of_network=_training, aliases=("training_memory",)),
        _bytes("inference", "inference memory", of_network=_inference, aliases=("inference_memory",)),
        Quantity("output", "output", of_rows=lambda rows: rows[-1].output, of_network=attrgetter("output")),
    )
}
"""The quantities by name, in the order in which tables have them."""


def values(table: Table) -> dict[str, Int | str | list[Int]]:
    """Return every quantity of a network, as records hold them.

    >>> import archcalc
    >>> values(archcalc.load("lenet5").analyze())["params"]
    60000
    """
    return {name: plain(quantity.known(table)) for name, quantity in QUANTITIES.items()}


def columns() -> Iterator[Quantity]:
    """Yield the quantities that every layer has a number of its own of."""
    return (row for row in QUANTITIES.values() if row.of_counts is not None)


def words() -> dict[str, str]:
    """Return the name of a quantity by everything that may be typed for it: name, heading and aliases.

    >>> words()["training_memory"], words()["macs"]
    ('memory', 'macs')
    """
    found = {word_of(row.heading): row.name for row in QUANTITIES.values()}
    return found | {word: row.name for row in QUANTITIES.values() for word in (row.name, *row.aliases)}


def word_of(heading: str) -> str:
    """Return a heading as it is typed: in small letters and in one piece."""
    return heading.strip().lower().replace(" ", "_").replace("-", "_")


def find(name: str, others: Iterable[str] = ()) -> Quantity:
    """Return the quantity of a name, a heading or an alias; ``others`` are names that would have been known as well.

    >>> find("parameters").name
    'params'

    Raises:
        UsageError: there is none; with the nearest names.
    """
    known = words()
    if word_of(name) not in known:
        hint = did_you_mean(name, [*known, *others]) or f"available: {', '.join([*others, *QUANTITIES])}"
        raise UsageError(f"unknown quantity '{name}'", hint)
    return QUANTITIES[known[word_of(name)]]
