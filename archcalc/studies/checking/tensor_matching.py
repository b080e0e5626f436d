"""Which tensor of a file is which of a network: by name first, then by order and dimensions within what is left."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.checking.tensor_names import Parts, around, piece, role, stacked, word
from archcalc.symbolic.expr import total

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from archcalc.symbolic.expr import Int

    Names = tuple[str, ...]


class Basis(StrEnum):
    """How it is known that two tensors are the same one."""

    NAME = "name"
    ORDER = "order and shape"
    PIECES = "pieces"
    """One tensor on one side is several on the other: queries, keys and values; experts."""


class Named(NamedTuple):
    """A tensor of either side: the parts of its name, and its dimensions."""

    parts: Parts
    dims: tuple[Int, ...]

    @property
    def role(self) -> str:
        """What it is to its layer."""
        return role(self.parts)


Side = dict[str, Named]
"""Tensors that are not matched yet, by their full names and in order."""


class Match(NamedTuple):
    """Names of tensors of a network and of a file that are the same, mostly one and one."""

    ours: Names
    theirs: Names
    basis: Basis


def match(ours: Side, theirs: Side) -> Iterator[Match]:
    """Yield matches, and remove from both sides what is matched.

    >>> ours = {"fc/weight": Named(("fc", "weight"), (10, 5))}
    >>> next(match(ours, {"head.weight": Named(("head", "weight"), (10, 5))}))
    Match(ours=('fc/weight',), theirs=('head.weight',), basis=<Basis.ORDER: 'order and shape'>)
    """
    found = _by_name(ours, theirs)
    for mine, stored, basis in found:
        yield Match((mine,), (stored,), basis)
    for mine, group in (*_joined(ours, theirs, _pieces), *_joined(ours, theirs, _copies)):
        yield Match((mine,), group, Basis.PIECES)
    for stored, group in _joined(theirs, ours, _pieces):
        yield Match(group, (stored,), Basis.PIECES)
    for mine, stored in (
        *_by_module(ours, theirs),
        *(pair for alike in ALIKE for pair in _by_order(ours, theirs, alike)),
    ):
        yield Match((mine,), (stored,), Basis.ORDER)


def _by_name(ours: Side, theirs: Side) -> Iterator[tuple[str, str, Basis]]:
    """Yield tensors of one name, apart from modules around the network.

    If fewer than half of the network have their names in the file, equal names are chance where dimensions differ.
    """
    found = _of_one_name(ours, theirs)
    trusted = 2 * len(found) >= len(ours)
    for mine, stored in found.items():
        if trusted or unordered(ours[mine].dims) == unordered(theirs[stored].dims):
            del ours[mine], theirs[stored]
            yield mine, stored, Basis.NAME


def _of_one_name(ours: Side, theirs: Side) -> dict[str, str]:
    names = {named.parts: full for full, named in ours.items()}
    outer = around((named.parts for named in theirs.values()), names)
    found: dict[str, str] = {}
    for stored, (name, _) in theirs.items():
        inner = name[len(outer) :] if name[: len(outer)] == outer else name
        mine = names.get(inner, names.get(name, ""))
        if mine:
            found.setdefault(mine, stored)
    return found


def _joined(wholes: Side, others: Side, join: Callable[[Side], dict[Names, Named]]) -> Iterator[tuple[str, Names]]:
    """Yield tensors that are several on the other side, if the other side has none of their own dimensions."""
    single = {(named.role, tuple(sorted(map(str, named.dims)))) for named in others.values()}
    groups: dict[Hashable, list[Names]] = defaultdict(list)
    for names, named in join(others).items():
        groups[named.role, named.dims].append(names)
    for whole, named in list(wholes.items()):
        found = groups[named.role, named.dims]
        if found and (named.role, tuple(sorted(map(str, named.dims)))) not in single:
            group = found.pop(0)
            del wholes[whole]
            for name in group:
                del others[name]
            yield whole, group


def _pieces(side: Side) -> dict[Names, Named]:
    """Return queries, keys and values of a layer as one tensor, and the two inputs of a gated MLP."""
    groups: dict[Hashable, list[str]] = defaultdict(list)
    for full, named in side.items():
        if named.dims and (place := piece(named.parts)):
            before, _, after = _split(named.dims)
            groups[place, named.role, before, after].append(full)
    found = {}
    for names in groups.values():
        before, _, after = _split(side[names[0]].dims)
        joined = total(_split(side[name].dims)[1] for name in names)
        if len(names) > 1:
            found[tuple(names)] = Named(side[names[0]].parts, (*before, joined, *after))
    return found


def _split(dims: tuple[Int, ...]) -> tuple[tuple[Int, ...], Int, tuple[Int, ...]]:
    """Return the axis along which pieces are joined, and those around it: outputs, after the axis of experts."""
    at = 1 if len(dims) == STACKED else 0
    return dims[:at], dims[at], dims[at + 1 :]


STACKED = 3
"""The axes of the matrices of several experts in one tensor."""


def _copies(side: Side) -> dict[Names, Named]:
    """Return tensors that differ in the last number of their names as one: the experts of a layer."""
    groups: dict[Hashable, list[str]] = defaultdict(list)
    for full, named in side.items():
        groups[stacked(named.parts), named.dims].append(full)
    return {
        tuple(names): Named(side[names[0]].parts, (len(names), *side[names[0]].dims))
        for names in groups.values()
        if len(names) > 1
    }


Module = tuple[Parts, Side]
"""The name of a module, and its tensors by their full names."""

SAME_MODULE: tuple[Callable[[Module], Hashable], ...] = (
    lambda module: (word(module[0]), frozenset((named.role, named.dims) for named in module[1].values())),
    lambda module: frozenset((named.role, named.dims) for named in module[1].values()),
    lambda module: frozenset((named.role, unordered(named.dims)) for named in module[1].values()),
)
"""In what modules are alike whose tensors are paired: their own word and all dimensions first."""


def _by_module(ours: Side, theirs: Side) -> Iterator[tuple[str, str]]:
    """Yield the tensors of modules that are alike in all their tensors, the first of ours with the first of theirs."""
    for alike in SAME_MODULE:
        waiting: dict[Hashable, list[Module]] = defaultdict(list)
        for module in reversed(list(_modules(theirs).items())):
            waiting[alike(module)].append(module)
        for module in list(_modules(ours).items()):
            if found := waiting[alike(module)]:
                stored = {named.role: name for name, named in found.pop()[1].items()}
                for mine, named in module[1].items():
                    yield mine, stored[named.role]
                    del ours[mine], theirs[stored[named.role]]


def _modules(side: Side) -> dict[Parts, Side]:
    """Return the tensors of a side by module; of modules with several tensors of one role, none."""
    found: dict[Parts, Side] = defaultdict(dict)
    for full, named in side.items():
        found[named.parts[:-1]][full] = named
    return {name: module for name, module in found.items() if len({n.role for n in module.values()}) == len(module)}


ALIKE: tuple[Callable[[Named], Hashable], ...] = (
    lambda named: (named.role, named.dims),
    lambda named: (named.role, unordered(named.dims)),
    lambda named: unordered(named.dims),
    lambda named: (named.parts[-1], values(named.dims)),
)
"""In what tensors are alike that are paired in order, if modules are not; what the first leaves is for the next."""


def unordered(dims: tuple[Int, ...]) -> tuple[Int, ...]:
    """Return dimensions without axes of size 1 and without their order.

    >>> unordered((1, 768, 3)), unordered((3, 768))
    ((3, 768), (3, 768))
    """
    known = sorted(size for size in dims if isinstance(size, int) and size != 1)
    return (*known, *(size for size in dims if not isinstance(size, int)))


def _by_order(ours: Side, theirs: Side, alike: Callable[[Named], Hashable]) -> Iterator[tuple[str, str]]:
    """Yield the first of ours with the first of theirs, and so on, among those that are alike."""
    waiting: dict[Hashable, list[str]] = defaultdict(list)
    for stored, named in reversed(theirs.items()):
        waiting[alike(named)].append(stored)
    for mine, named in list(ours.items()):
        if found := waiting[alike(named)]:
            stored = found.pop()
            del ours[mine], theirs[stored]
            yield mine, stored


def by_role(ours: Side, theirs: Side) -> Iterator[tuple[str, str]]:
    """Yield what is left with what is left, of each role in order, where both sides have equally many.

    Their dimensions differ: a file of another number of classes.
    """
    left = [
        {kind: [full for full, named in side.items() if (named.role, len(named.dims)) == kind] for kind in _kinds(side)}
        for side in (ours, theirs)
    ]
    for kind, mine in left[0].items():
        stored = left[1].get(kind, [])
        if len(mine) == len(stored):
            yield from zip(mine, stored, strict=True)


def _kinds(side: Side) -> list[tuple[str, int]]:
    return list(dict.fromkeys((named.role, len(named.dims)) for named in side.values()))


def values(dims: tuple[Int, ...]) -> int | tuple[Int, ...]:
    """Return the number of values, or the dimensions where it is not known.

    >>> values((1, 1, 768))
    768
    """
    sizes = [size for size in dims if isinstance(size, int)]
    return prod(sizes) if len(sizes) == len(dims) else dims
