"""Shared weights: where a layer is in the modules of a program, and the statements that tie it to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.foreign.expressing import NoCounterpart, NotExpressed
from archcalc.foreign.programs.identifiers import identifier
from archcalc.foreign.programs.scopes import Leaf, ModuleScope

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from archcalc.foreign.programs.classes import Classes
    from archcalc.foreign.programs.scopes import Part
    from archcalc.network.graph import Node
    from archcalc.network.table import Table

    Places = Mapping[str, Part]


def attributes(scope: ModuleScope, taken: Collection[str]) -> dict[Part, str]:
    """Return the names of the modules in a scope; what is an expression alone has none."""
    found: dict[Part, str] = {}
    for part in scope.parts:
        if isinstance(part, ModuleScope) or part.call.op:
            found[part] = identifier(part.name, {*taken, *found.values()})
    return found


def places(
    scope: ModuleScope, classes: Classes, taken: Collection[str], before: str = "self"
) -> Iterator[tuple[str, Part]]:
    """Yield the layers and blocks with the places of their modules, a block before what is in it."""
    chain = classes.likeness.is_chain(scope)
    names = {} if chain else attributes(scope, taken)
    for number, part in enumerate(scope.parts):
        place = f"{before}[{number}]" if chain else f"{before}.{names.get(part, '')}"
        yield place, part
        if isinstance(part, ModuleScope):
            yield from places(part, classes, taken, place)


def ties(table: Table, found: Places, classes: Classes, framework: str) -> list[str]:
    """Return the statements that tie the modules, or single tensors, that share weights.

    Raises:
        NotExpressed: tensors are shared with their axes exchanged.
    """
    by_node = {part.node.index: place for place, part in found.items() if isinstance(part, Leaf)}
    whole: dict[str, str] = {}
    single: list[str] = []
    problems: list[tuple[Node, str]] = []
    for index, place in by_node.items():
        node = table.graph.nodes[index]
        if node.owner is None or not node.tied:
            continue
        owner = table.graph.nodes[node.owner]
        if dims(node).keys() <= node.tied and node.layer == owner.layer:
            whole[place] = by_node[node.owner]
            continue
        try:
            single += _tensors(node, owner, place, by_node[node.owner])
        except NoCounterpart as missing:
            problems.append((node, str(missing)))
    if problems:
        raise NotExpressed(table, framework, problems)
    return [*(f"{place} = {owner}" for place, owner in _together(whole, found, classes)), *single]


def _tensors(node: Node, owner: Node, place: str, there: str) -> Iterator[str]:
    own, theirs = dims(node), dims(owner)
    for name in sorted(node.tied):
        if own[name] != theirs[name]:
            raise NoCounterpart(f"{name} is that of {owner.path} with its axes exchanged")
        yield f"{place}.{name} = {there}.{name}"


def dims(node: Node) -> dict[str, tuple[object, ...]]:
    """Return the dimensions of a layer's tensors by name."""
    return {tensor.name: tensor.dims for tensor in node.layer.tensors(node.fitted.read[0])}


def _together(whole: dict[str, str], found: Places, classes: Classes) -> Iterator[tuple[str, str]]:
    """Yield the modules that are others: blocks where all of their layers with weights are those of one equal block."""
    done: tuple[str, ...] = ()
    for place, part in found.items():
        if place.startswith(done) and done:
            continue
        if isinstance(part, Leaf):
            if place in whole:
                yield place, whole[place]
            continue
        inner = [at for at in found if at.startswith((f"{place}.", f"{place}[")) and _weighted(found[at])]
        there = _owner(place, inner, whole)
        if there in found and classes.likeness.raw(found[there]) == classes.likeness.raw(part):
            yield place, there
            done = (*done, f"{place}.", f"{place}[")


def _weighted(part: Part) -> bool:
    return isinstance(part, Leaf) and bool(dims(part.node))


def _owner(place: str, inner: list[str], whole: Mapping[str, str]) -> str:
    """Return the place of the block whose layers are those of a block; nothing if there is none."""
    owners = {whole.get(at, "").removesuffix(at.removeprefix(place)) for at in inner}
    ours = all(whole.get(at, "").endswith(at.removeprefix(place)) for at in inner)
    return owners.pop() if ours and len(owners) == 1 else ""
