"""How the axes of a framework's tensor lie in the output of a layer of archcalc.

A framework moves axes about: it flattens, permutes, splits heads, and takes them together again. A layer here reads
maps, tokens and vectors. So a tensor is known as the output of a layer and an arrangement of its axes, each of which
is made of atoms: reshaping divides atoms, permuting orders them, and nothing is a row until a layer needs it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from archcalc.quantities.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(eq=False, frozen=True)
class Atom:
    """A part of an axis that is not divided; each is itself alone, whatever its size."""

    size: int
    batch: bool = field(default=False)


Axis = tuple[Atom, ...]
"""Atoms that lie in one another, the outermost first; none is an axis of size 1."""


class Cut(NamedTuple):
    """The part of an atom that is taken: from ``first`` up to ``end``; ``one`` place, whose axis is gone."""

    first: int
    end: int
    one: bool = False


class Value(NamedTuple):
    """A framework's tensor: the output of a layer, and how its axes lie in it.

    ``path`` is the layer's row (or the input), ``shape`` its output, ``base`` the axes of that shape in atoms, and
    ``real`` those of the tensor. Atoms of ``real`` that are not in ``base`` are the batch, and repetitions.
    """

    path: str
    shape: Shape
    base: tuple[Axis, ...]
    real: tuple[Axis, ...]
    cuts: Mapping[Atom, Cut] = {}

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of the framework's tensor."""
        return tuple(prod(map(self.size, axis)) for axis in self.real)

    def size(self, atom: Atom) -> int:
        """Return how much of an atom is taken."""
        cut = self.cuts.get(atom)
        return atom.size if cut is None else cut.end - cut.first

    @property
    def own(self) -> tuple[Axis, ...]:
        """The axes of the tensor without the batch: an axis that is nothing but the batch is gone."""
        return tuple(_unbatched(axis) for axis in self.real if not _only_batch(axis))

    @property
    def batched(self) -> bool:
        """Whether the batch is an axis of the tensor, or a part of one."""
        return any(atom.batch for axis in self.real for atom in axis)

    @property
    def order(self) -> tuple[int, ...] | None:
        """For each axis but the batch, which axis of the layer's output it is; None if one is not whole."""
        left = list(enumerate(map(bare, self.base)))
        found = []
        for axis in map(bare, self.own):
            place = next((place for place, other in left if other == axis), None)
            if place is None:
                return None
            left = [entry for entry in left if entry[0] != place]
            found.append(place)
        return None if left or self.cuts else tuple(found)

    @property
    def plain(self) -> bool:
        """Whether the axes are those of the layer's output, each in its place, whole."""
        return self.order == tuple(range(len(self.base)))


def bare(axis: Axis) -> Axis:
    """Return the atoms of an axis that are more than one place."""
    return tuple(atom for atom in axis if atom.size != 1)


def permuted(value: Value, order: Sequence[int]) -> Value:
    """Return the tensor with its axes in another order."""
    return value._replace(real=tuple(value.real[axis] for axis in order))


def reshaped(value: Value, sizes: Sequence[int]) -> Value | None:
    """Return the tensor in another shape; None where an axis would have to be cut across.

    >>> from archcalc.quantities.shape import Shape
    >>> t, f, b = Atom(197), Atom(768), Atom(2, batch=True)
    >>> x = Value("linear", Shape("TF", (197, 768)), ((t,), (f,)), ((b,), (t,), (f,)))
    >>> reshaped(x, (2, 197, 12, 64)).sizes, reshaped(x, (2, 100, 1513))
    ((2, 197, 12, 64), None)
    """
    waiting = [atom for axis in value.real for atom in axis if value.size(atom) != 1 or atom.batch][::-1]
    divided: dict[Atom, Axis] = {}
    found: list[Axis] = []
    for size in sizes:
        axis = _filled(value, waiting, size, divided)
        if axis is None:
            return None
        found.append(axis)
    if waiting and all(value.size(atom) == 1 for atom in waiting):  # a batch of one that nothing has taken
        found[0], waiting = (*reversed(waiting), *found[0]), []
    return None if waiting else _taken_once(_divided(value, divided)._replace(real=tuple(found)))


def _taken_once(value: Value) -> Value:
    """Return the tensor with single places, whose axes are gone, as such: `x[:, :1].squeeze(1)` is `x[:, 0]`."""
    kept = {atom for axis in value.real for atom in axis}
    cuts = {atom: part if atom in kept else part._replace(one=True) for atom, part in value.cuts.items()}
    return value._replace(cuts=cuts)


def fused(value: Value) -> Value:
    """Return the tensor with atoms taken together that lie together in it as they do in the layer's output.

    >>> from archcalc.quantities.shape import Shape
    >>> a, b = Atom(2), Atom(58)
    >>> x = fused(Value("concat", Shape("F", (116,)), ((a, b),), ((Atom(1, batch=True),), (a, b))))
    >>> len(x.base[0]), reshaped(x, (1, 58, 2)).sizes
    (1, (1, 58, 2))
    """
    pairs = ((one, other) for axis in value.base for one, other in itertools.pairwise(axis))
    for one, other in pairs:
        if (
            one not in value.cuts
            and other not in value.cuts
            and any(_adjacent(axis, one, other) for axis in value.real)
        ):
            both = Atom(one.size * other.size)
            base, real = (tuple(_joined(axis, one, other, both) for axis in axes) for axes in (value.base, value.real))
            return fused(value._replace(base=base, real=real))
    return value


def _adjacent(axis: Axis, one: Atom, other: Atom) -> bool:
    return any(pair == (one, other) for pair in itertools.pairwise(axis))


def _joined(axis: Axis, one: Atom, other: Atom, both: Atom) -> Axis:
    return tuple(both if atom is one else atom for atom in axis if atom is not other)


def _filled(value: Value, waiting: list[Atom], size: int, divided: dict[Atom, Axis]) -> Axis | None:
    """Take atoms for an axis of a size; the last one may have to be divided."""
    axis: list[Atom] = []
    while size > 1 or (waiting and waiting[-1].batch and waiting[-1].size == 1 and not axis):
        if not waiting:
            return None
        atom = waiting.pop()
        whole = value.size(atom)
        if size % whole:
            parts = _split(whole, size)
            if parts is None or atom in value.cuts or atom.batch:
                return None
            divided.update({key: _replaced(kept, atom, parts) for key, kept in divided.items()})
            divided[atom] = parts
            waiting.append(parts[1])
            atom, whole = parts[0], parts[0].size
        axis.append(atom)
        size //= whole
    return tuple(axis)


def _split(whole: int, size: int) -> tuple[Atom, Atom] | None:
    """Divide an atom, the outer part of a size."""
    return None if whole % size else (Atom(size), Atom(whole // size))


def _replaced(axis: Axis, atom: Atom, parts: Axis) -> Axis:
    return tuple(part for one in axis for part in (parts if one is atom else (one,)))


def _divided(value: Value, divided: Mapping[Atom, Axis]) -> Value:
    base = value.base
    for atom, parts in divided.items():
        base = tuple(_replaced(axis, atom, parts) for axis in base)
    return value._replace(base=base)


def expanded(value: Value, sizes: Sequence[int]) -> Value | None:
    """Return the tensor repeated along axes of size 1, and along new ones before its own."""
    real = ((),) * (len(sizes) - len(value.real)) + value.real
    pairs = list(zip(real, sizes, value._replace(real=real).sizes, strict=True))
    if any(own not in (size, 1) for _, size, own in pairs):
        return None
    return value._replace(real=tuple(axis if own == size else (Atom(size),) for axis, size, own in pairs))


def cut(value: Value, axis: int, first: int, end: int, *, one: bool = False) -> Value | None:
    """Return a part of the tensor along an axis; None where the axis is several atoms.

    ``one`` takes a single place, and the axis is gone.
    """
    atoms = value.real[axis]
    whole = value.sizes[axis]
    if not one and (first, end) == (0, whole):
        return value
    left = () if one else ((),) if end - first == 1 else (atoms,)
    real = (*value.real[:axis], *left, *value.real[axis + 1 :])
    if not atoms:
        return value._replace(real=real) if one else None
    if len(atoms) > 1 or atoms[0].batch or not any(atoms[0] in own for own in value.base):
        return None
    before = value.cuts.get(atoms[0], Cut(0, atoms[0].size)).first
    cuts = {**value.cuts, atoms[0]: Cut(before + first, before + end, one=end - first == 1)}
    return value._replace(real=real, cuts=cuts)


def made(path: str, shape: Shape, batch: Axis, order: Sequence[int] | None = None) -> Value:
    """Return the output of a layer as a tensor with the batch before it, its axes in an order."""
    base = tuple((Atom(whole(size)),) for size in shape.sizes)
    places = range(len(base)) if order is None else order
    return Value(path=path, shape=shape, base=base, real=(batch, *(base[place] for place in places)))


def like(value: Value, path: str, shape: Shape) -> Value | None:
    """Return the output of a layer whose axes lie like those of a tensor that it read; axes of other sizes are new.

    None where an axis that has another size is not one axis of the tensor.
    """
    if shape == value.shape:
        return value._replace(path=path)
    if value.cuts:
        return None
    rows = zip(value.base, value.shape.sizes, shape.sizes, strict=True)
    base = tuple(axis if old == size else (Atom(whole(size)),) for axis, old, size in rows)
    order = value.order
    if order is not None:
        places = iter(order)
        real = [axis if _only_batch(axis) else _beside_batch(axis, base[next(places)]) for axis in value.real]
        return Value(path=path, shape=shape, base=base, real=tuple(real))
    new = {bare(old): axis for old, axis in zip(value.base, base, strict=True) if old != axis}
    real = [_beside_batch(axis, new.pop(bare(_unbatched(axis)), _unbatched(axis))) for axis in value.real]
    return None if new else Value(path=path, shape=shape, base=base, real=tuple(real))


def _beside_batch(axis: Axis, own: Axis) -> Axis:
    """Return an axis with other atoms of its own; the batch stays the outer or the inner part."""
    batch = tuple(atom for atom in axis if atom.batch)
    return own + batch if batch and axis[-1].batch else batch + own


def _unbatched(axis: Axis) -> Axis:
    return tuple(atom for atom in axis if not atom.batch)


def _only_batch(axis: Axis) -> bool:
    return len(axis) == 1 and axis[0].batch


def whole(size: object) -> int:
    """Return a size as a number; 0 for one that is unknown."""
    return size if isinstance(size, int) else 0


def unbatched(real: tuple[Axis, ...]) -> tuple[Axis, ...]:
    """Return the axes of a tensor without the batch; a scalar has one that is empty."""
    return Value(path="", shape=Shape("F", (1,)), base=(), real=real).own or ((),)


def merged(real: tuple[Axis, ...], count: int) -> tuple[Axis, ...]:
    """Return the axes of a tensor without the batch, the first ones taken together if there are more than ``count``."""
    axes = unbatched(real)
    extra = len(axes) - count
    return (tuple(atom for axis in axes[: extra + 1] for atom in axis), *axes[extra + 1 :])
