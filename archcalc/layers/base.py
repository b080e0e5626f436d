"""What every layer is: a frozen dataclass that answers for itself.

A layer file declares its options as fields and overrides what differs from the defaults here. Each formula stands
once, as a Python expression over integers that may not be known yet: given numbers it counts, given letters it is
the closed form. No method multiplies by ``regions``; the walk does, once.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, replace
from enum import StrEnum
from functools import lru_cache
from keyword import iskeyword
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, TypeVar, dataclass_transform

from archcalc.layers.backward import Keeps, Order
from archcalc.layers.families import Example, Family
from archcalc.layers.options import field_of, option
from archcalc.quantities.reach import ALL, merged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archcalc.layers.backward import Kept, Own, Training
    from archcalc.layers.options import Option
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.sight import Sight
    from archcalc.quantities.tensor import Tensor
    from archcalc.quantities.window import Window
    from archcalc.symbolic.expr import Int


class Storage(StrEnum):
    """Where a layer's output lies."""

    FRESH = "in memory of its own"
    IN_PLACE = "where its input lay, if it may write over that"
    VIEW = "in its input itself, looked at otherwise"
    DROPS = "like IN_PLACE while training; at inference, in its input itself"


_Kind = TypeVar("_Kind", bound="type[Layer]")


class Foreign(NamedTuple):
    """How a framework spells a layer: the name it has there and its options.

    ``home`` is the module that has it. ``channels_last`` says that it reads maps with the channels last,
    ``channels_first`` that it reads tokens with their features in front; ``times`` how often it is handed what it reads
    (attention: as query, key and value).
    """

    op: str
    options: Mapping[str, Any] = MappingProxyType({})
    home: str = "torch.nn"
    channels_last: bool = False
    times: int = 1
    channels_first: bool = False


class Geometry(NamedTuple):
    """The windows of a layer, an axis each, and its groups: what a table prints as kernel, stride, padding."""

    windows: tuple[Window, ...]
    groups: Int = 1


class Declared(NamedTuple):
    """What a kind declares: its options by name, the main one first, and which have no default.

    ``sources`` are those that name a layer which is read as well.
    """

    options: dict[str, Option]
    required: tuple[str, ...]
    sources: tuple[str, ...] = ()

    @property
    def main(self) -> str | None:
        """The option that stands behind the kind (`{conv: 96}`), if there is one."""
        return next((name for name, option in self.options.items() if option.main), None)


@dataclass_transform(frozen_default=True, field_specifiers=(option,))
def layer(kind: _Kind) -> _Kind:
    """Make a class a layer kind: a frozen dataclass whose fields are its options.

    An option with the name of a Python keyword is a field followed by an underscore (``return_``).
    """
    dataclass(frozen=True, repr=False)(kind)
    kind.__hash__ = _hashed_once(kind.__hash__)  # type: ignore[method-assign,assignment]
    found = fields(kind)  # type: ignore[arg-type]
    options = {field.name.removesuffix("_"): field.metadata["option"] for field in found}
    for name in filter(iskeyword, options):
        setattr(kind, name, property(attrgetter(field_of(name))))
    ordered = dict(sorted(options.items(), key=lambda item: not item[1].main))
    required = tuple(field.name.removesuffix("_") for field in found if field.default is MISSING)
    kind.declared = Declared(ordered, required, tuple(name for name in ordered if ordered[name].type.reads))
    return kind


def _hashed_once(by_fields: Callable[[Any], int]) -> Callable[[Any], int]:
    """Return a hash that a layer keeps: layers are looked up by their options again and again."""

    def hashed(layer: Any, name: str = "_hash") -> int:  # noqa: ANN401
        known = layer.__dict__
        if name not in known:
            known[name] = by_fields(layer)
        return known[name]  # type: ignore[no-any-return]

    return hashed


class Layer:
    """One layer of any kind. The defaults here are those of an activation function."""

    kind: ClassVar[str]
    source: ClassVar[str]
    """Where its formula comes from: the paper, with the place in it, or the framework that defines it."""
    declared: ClassVar[Declared]
    family: ClassVar[Family] = Family.ACTIVATION
    """What it is listed under."""
    example: ClassVar[Example] = Example()
    """Layers as a spec writes them, to see it at work."""
    weighted: ClassVar[bool] = False
    """Whether its outputs are neurons and it counts for the weighted depth (convolution, linear; not norms)."""
    makes_values: ClassVar[bool] = False
    """Whether the total of activations counts its output (not activation functions, flatten, concat)."""
    joins: ClassVar[bool] = False
    """Whether it reads several tensors: a merge."""
    alone: ClassVar[bool] = False
    """Whether a merge of one tensor is more than that tensor."""
    stored: ClassVar[Storage | None] = None
    """Where its output lies, if that does not follow from ``makes_values``."""
    backward: ClassVar[Keeps] = Keeps.UNKNOWN
    """What PyTorch keeps of it for the backward pass, if that is one tensor at most; its source is beside it."""
    order: ClassVar[Order] = Order.SAME
    """In which order the values of its output lie."""
    overwrites: ClassVar[bool] = False
    """Whether PyTorch's module can write over its input (``inplace=True``)."""

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.declared.options)
        return f"{type(self).__name__}({options})"

    def changed(self, options: Mapping[str, Any]) -> Self:
        """Return the layer with other values for some of its options."""
        return replace(self, **{field_of(name): value for name, value in options.items()})  # type: ignore[type-var]

    def output(self, x: Shape) -> Shape:
        """Return the shape put out for the shape read.

        Raises:
            Refusal: the layer cannot work on that shape.
        """
        return x

    def shape_of(self, inputs: Sequence[Shape]) -> Shape:
        """Return the shape put out for everything that is read: of all but merges, that of the first tensor.

        A further tensor is one that an option names, which holds its shape.

        Raises:
            Refusal: the layer cannot work on these shapes.
        """
        return self.output(inputs[0])

    def reach_of(self, inputs: Sequence[Shape], before: Sequence[Reach], output: Shape) -> Reach:
        """Return what an output unit depends on, given what the units of all inputs depend on."""
        return self.reach(inputs[0], before[0])

    def tensors(self, x: Shape) -> tuple[Tensor, ...]:
        """Return the tensors the layer owns: weights, biases and buffers, with their dimensions."""
        return ()

    def idle(self, x: Shape) -> Int:
        """Return how many of its parameters are not used for one token (or image): those of idle experts."""
        return 0

    def macs(self, x: Shape) -> Int:
        """Return the multiply-accumulates of one forward pass."""
        return 0

    def macs_of(self, inputs: Sequence[Shape]) -> Int:
        """Return the multiply-accumulates for all inputs; all but merges count for the first."""
        return self.macs(inputs[0])

    def connections(self, x: Shape) -> Int:
        """Return LeCun's connections: output units times (fan-in + bias); none without weights."""
        return 0

    def cached(self, x: Shape, tokens: Int) -> Int:
        """Return how many numbers a decoder keeps of earlier tokens (the KV cache), so as not to compute them again."""
        return 0

    def geometry(self, x: Shape) -> Geometry | None:
        """Return the windows of the layer, where it has some."""
        return None

    def sights(self, x: Shape) -> tuple[Sight, ...] | None:
        """Return what each unit reads along each axis: the windows; None where it reads its own place."""
        geometry = self.geometry(x)
        return geometry.windows if geometry else None

    def reach(self, x: Shape, before: Reach) -> Reach:
        """Return what an output unit depends on, given what the units of the input depend on."""
        sights = _sights(self, x)
        return slid(before, sights, x) if sights else before

    @classmethod
    def storage(cls) -> Storage:
        """Return where the output lies: what makes values has memory of its own, a function of values needs none."""
        return cls.stored or (Storage.FRESH if cls.makes_values else Storage.IN_PLACE)

    def kept(self, run: Training) -> Kept | None:
        """Return what PyTorch keeps for the backward pass, parameters and buffers aside; None if unknown."""
        return self.backward.of(run)

    def turned(self, run: Training) -> int:
        """Return whether the values of the output lie in another order than its shape says, and in which."""
        return self.order.of(run)

    def storage_in_training(self, run: Training) -> Storage:
        """Return where PyTorch puts the output while training.

        Nothing is written over but by ``inplace``; a view in the order of its shape may have to be a copy.
        """
        if self.storage() == Storage.VIEW and not (self.order == Order.OWN and run.turned[0]):
            return Storage.VIEW
        return Storage.IN_PLACE if run.in_place else Storage.FRESH

    def room(self, run: Training) -> Int:
        """Return how many numbers the memory of its own holds in which PyTorch puts the output while training."""
        return run.output.elements

    def scratch(self, output: Shape) -> tuple[Own, ...]:
        """Return the tensors that PyTorch makes beside an output, and at inference drops at once."""
        return ()

    def note(self, x: Shape) -> str:
        """Return what a lecturer would add about the layer on that input; nothing for most."""
        return ""

    def torch(self, x: Shape) -> Foreign | str:
        """Return how PyTorch's ``torch.nn`` spells the layer, or why it has no word for it."""
        raise NotImplementedError(self.kind)


def slid(before: Reach, sights: Sequence[Sight], x: Shape) -> Reach:
    """Return the reach of a unit that sees units of ``x`` through a sight on each axis.

    It is not known for tokens that are the places of a map.
    """
    if before.axes is not None and len(before.axes) != len(sights):
        return before._replace(axes=None, known=False)
    return before.through(sights, x.lengths)


@lru_cache(maxsize=4096)
def _sights(layer: Layer, x: Shape) -> tuple[Sight, ...] | None:
    """Return a layer's sights, once for equal layers that read equal shapes."""
    return layer.sights(x)


class Merge(Layer):
    """A layer that reads several tensors and puts out one."""

    joins: ClassVar[bool] = True
    family: ClassVar[Family] = Family.MERGE

    def shape_of(self, inputs: Sequence[Shape]) -> Shape:
        """Return the shape of the merge.

        Raises:
            Refusal: the shapes do not go together.
        """
        raise NotImplementedError

    def reach_of(self, inputs: Sequence[Shape], before: Sequence[Reach], output: Shape) -> Reach:
        """Return what a unit of the merge depends on: the hull of what its units in each tensor depend on.

        Tokens that were mixed on one path depend on everything. A map's field is that of its spatial paths.
        """
        read = zip(before, (shape.spatial for shape in inputs), strict=True)
        found = merged(read, output.spatial)
        return reads_all(found) if found.everything and not output.is_map else found

    def torch(self, x: Shape) -> Foreign | str:
        """Say that a merge is an expression in PyTorch."""
        return "no equivalent torch.nn module: an operator on tensors"


def reads_all(before: Reach) -> Reach:
    """Return the reach of a unit that reads a whole tensor."""
    mixed = not before.known and before.whole
    return ALL if before.axes is not None or before.everything or mixed else before
