"""What it takes in memory to run a network and to train it, by rules that are said."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from archcalc.errors import UsageError, did_you_mean
from archcalc.layers.backward import FLOAT32
from archcalc.layers.base import Storage
from archcalc.measures.backward import ForBackward, for_backward
from archcalc.measures.peak import peak_of
from archcalc.quantities.counts import summed
from archcalc.symbolic.expr import ceildiv, total
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from archcalc.network.table import Row, Table, WithoutRule
    from archcalc.quantities.counts import Counts
    from archcalc.symbolic.expr import Int


class NumberType(NamedTuple):
    """A type of number: bytes of each, and how many parameters are packed in one byte, if several are.

    Packed parameters are those of a network whose weights alone are quantized: all other numbers have ``width`` bytes.
    """

    width: int
    packed: int = 1

    def parameters(self, count: Int) -> Int:
        """Return the bytes of some parameters.

        >>> DTYPES["float16"].parameters(3), DTYPES["int4"].parameters(3)
        (6, 2)
        """
        return count * self.width if self.packed == 1 else ceildiv(count, self.packed)


DTYPES = {
    "float64": NumberType(8),
    "float32": NumberType(FLOAT32),
    "float16": NumberType(2),
    "bfloat16": NumberType(2),
    "int8": NumberType(1),
    "int4": NumberType(2, packed=2),
}
"""The types of numbers by name. Two weights of int4 are a byte, and networks with such weights compute in float16."""

OPTIMIZERS = {"sgd": 0, "momentum": 1, "adam": 2}
"""How many numbers an optimizer keeps for each parameter that is trained: momentum one, Adam two means."""

BACKWARD, OUTPUTS = "backward", "outputs"
"""What training keeps of the activations: what the backward pass of PyTorch needs, or every output."""

_Value = TypeVar("_Value")


class RunSetting(NamedTuple):
    """How a network is run: images at once, type of number, optimizer, and whether functions write over their input.

    ``stored`` is what training keeps of the activations, one of STORED. ``context`` are the tokens in the KV cache;
    None means those that each layer reads.
    """

    batch: Int = 1
    dtype: str = "float32"
    optimizer: str = "sgd"
    inplace: bool = False
    stored: str = BACKWARD
    context: Int | None = None

    @property
    def type(self) -> NumberType:
        """The type of number.

        Raises:
            UsageError: there is no such type.
        """
        return _known("data type", self.dtype, DTYPES)

    @property
    def width(self) -> int:
        """Bytes of a number other than a parameter.

        Raises:
            UsageError: there is no such type.
        """
        return self.type.width

    @property
    def states(self) -> int:
        """Numbers that the optimizer keeps for each parameter that is trained.

        Raises:
            UsageError: there is no such optimizer.
        """
        return _known("optimizer", self.optimizer, OPTIMIZERS)


def _known(what: str, name: str, table: dict[str, _Value]) -> _Value:
    if name not in table:
        raise UsageError(f"unknown {what} '{name}'", did_you_mean(name, table) or f"available: {', '.join(table)}")
    return table[name]


class Memory(NamedTuple):
    """Bytes: what is kept, what training adds, and the peak of what is alive at once at inference.

    ``activations`` are what training keeps until it comes back; None where layers are ``unknown``, for which there is
    not a rule. ``peak`` is None where letters leave open where it is, and ``peak_at`` the layer at which it
    is reached; the input is in it, for whoever calls the network holds it. ``kv_cache`` are the keys and values of
    earlier tokens, ``kv_cache_per_token`` those that one more token adds while all windows have room.
    """

    parameters: Int
    buffers: Int
    gradients: Int
    optimizer: Int
    activations: Int | None
    peak: int | None
    peak_at: str
    unknown: tuple[WithoutRule, ...] = ()
    kv_cache: Int = 0
    kv_cache_per_token: Int = 0

    @property
    def training(self) -> Int | None:
        """All that training needs at once."""
        if self.activations is None:
            return None
        parts = (self.parameters, self.buffers, self.gradients, self.optimizer, self.activations)
        return simplify(total(parts))

    @property
    def decoding(self) -> Int:
        """All that stays in memory while a decoder computes token after token: what is kept, and the KV cache."""
        return simplify(self.parameters + self.buffers + self.kv_cache)

    @property
    def inference(self) -> Int | None:
        """All that inference needs at its peak."""
        return None if self.peak is None else _running((self.parameters, self.buffers), self.peak)


def _running(kept_always: tuple[Int, Int], peak: Int) -> Int:
    """Return all that inference needs: parameters and buffers, and the peak of what is alive at once."""
    return simplify(total((*kept_always, peak)))


def memory(table: Table, setting: RunSetting | None = None) -> Memory:
    """Return what a network takes in memory.

    >>> import archcalc
    >>> found = memory(archcalc.load("lenet5-modern").analyze())
    >>> found.parameters, found.peak, found.peak_at
    (246824, 41728, 'tanh')

    Raises:
        UsageError: there is no such type of number, optimizer or rule.
    """
    setting = setting or RunSetting()
    counts = summed([row.counts for row in table])
    width = setting.width
    parameters, buffers = _kept_always(counts, setting)
    peak = peak_of(table.graph, batch=setting.batch, width=width, inplace=setting.inplace)
    stored = _known("rule for stored activations", setting.stored, STORED)(table, setting)
    return Memory(
        parameters=parameters,
        buffers=buffers,
        gradients=simplify(counts.trainable * width),
        optimizer=simplify(counts.trainable * width * setting.states),
        activations=None if stored.unknown else stored.size,
        peak=peak[0] if peak else None,
        peak_at=peak[1] if peak else "",
        unknown=stored.unknown,
        kv_cache=cache_of(table, setting, setting.context),
        kv_cache_per_token=simplify(cache_of(table, setting, 1) - cache_of(table, setting, 0)),
    )


def inference(table: Table, setting: RunSetting) -> Int | None:
    """Return what inference needs at its peak; None where letters leave it open. What training keeps is not computed.

    The peak of several images is a multiple of that of one, also if their number is a letter.
    """
    peak = peak_of(table.graph, batch=1, width=setting.width, inplace=setting.inplace)
    if peak is None:
        return None
    return _running(_kept_always(summed([row.counts for row in table]), setting), peak[0] * setting.batch)


def _kept_always(counts: Counts, setting: RunSetting) -> tuple[Int, Int]:
    """Return the bytes of parameters and buffers."""
    return simplify(setting.type.parameters(counts.params)), simplify(counts.buffers * setting.width)


def context_of(table: Table, setting: RunSetting) -> Int:
    """Return how many tokens the KV cache holds: those asked for, or those that the first layer with a cache reads."""
    if setting.context is not None:
        return setting.context
    grows = (row for row in table if row.layer.cached(row.inputs[0], 1) != row.layer.cached(row.inputs[0], 0))
    return next((row.inputs[0].positions for row in grows), 0)


def cache_of(table: Table, setting: RunSetting, tokens: Int | None) -> Int:
    """Return the bytes of the keys and values that all layers keep of some tokens; None means all that each reads."""
    read = ((row.layer, row.inputs[0], row.output.regions) for row in table)
    kept_by_layers = (layer.cached(x, x.positions if tokens is None else tokens) * each for layer, x, each in read)
    return simplify(total(kept_by_layers) * setting.batch * setting.width)


def _for_backward(table: Table, setting: RunSetting) -> ForBackward:
    """Return what PyTorch keeps for the backward pass."""
    return for_backward(table, batch=setting.batch, width=setting.width, in_place=setting.inplace)


def _all_outputs(table: Table, setting: RunSetting) -> ForBackward:
    """Return every output, as if each were kept."""
    return ForBackward(simplify(kept(table, inplace=setting.inplace) * setting.batch * setting.width))


STORED = {BACKWARD: _for_backward, OUTPUTS: _all_outputs}
"""How stored activations are counted, by the name of the rule."""


def kept(table: Table, *, inplace: bool = False) -> Int:
    """Return how many numbers there are of one image: the input, and every output that has memory of its own.

    What only looks at its input otherwise keeps nothing; functions of single values keep their output, unless they
    write over their input.

    >>> import archcalc
    >>> kept(archcalc.load("vgg16").analyze(), inplace=True)
    15237608
    """
    inputs = [shape.elements * shape.regions for shape in table.inputs.values()]
    return simplify(total([*inputs, *(row.activations for row in table if _keeps(row, inplace=inplace))]))


def _keeps(row: Row, *, inplace: bool) -> bool:
    where = row.layer.storage()
    return where == Storage.FRESH or (where in (Storage.IN_PLACE, Storage.DROPS) and not inplace)
