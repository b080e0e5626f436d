"""A table as a tree: layers within blocks, with the tensors that flow into each block and out of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from archcalc.foreign.expressing import run_by_inference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.network.graph import Node
    from archcalc.network.table import Table

PLAIN = "{m}({0})"
"""How most modules are called: with one tensor."""


_LONGEST_TITLE = 40
"""A longer title is no name for a class."""


class FrameworkCall(NamedTuple):
    """What a layer is in a framework.

    ``op`` makes it, with ``options`` by name; it is empty where the layer is an expression alone. ``use`` is the
    expression, in which ``{m}`` is what was made and ``{0}`` the first tensor. ``after`` is called on what was made,
    ``home`` is the module from which ``op`` is imported.
    """

    op: str = ""
    options: tuple[tuple[str, object], ...] = ()
    use: str = PLAIN
    after: str = ""
    home: str = ""


@dataclass(eq=False)
class Leaf:
    """A layer. ``reads`` and ``gives`` are numbers of nodes: of the tensors it reads, and of its output."""

    node: Node
    name: str
    call: FrameworkCall
    reads: tuple[int, ...]

    @property
    def gives(self) -> tuple[int, ...]:
        """Its output."""
        return (self.node.index,)

    @property
    def path(self) -> str:
        """Its path in the network."""
        return self.node.path


@dataclass(eq=False)
class ModuleScope:
    """A block or group: what it is called and how its kind is, its parts, and the tensors that it reads and gives."""

    path: str
    name: str
    block: str
    parts: list[Part] = field(default_factory=list)
    reads: tuple[int, ...] = ()
    gives: tuple[int, ...] = ()

    def leaves(self) -> Iterator[Leaf]:
        """Yield the layers in it, in order."""
        for part in self.parts:
            if isinstance(part, ModuleScope):
                yield from part.leaves()
            else:
                yield part


Part = Leaf | ModuleScope


def scopes(table: Table, calls: Mapping[int, FrameworkCall]) -> ModuleScope:
    """Return a network as a scope. Layers of a group that do not stand together are in none."""
    nodes = list(run_by_inference(table))
    leaves = [Leaf(node=node, name=node.path, call=calls[node.index], reads=node.inputs) for node in nodes]
    title = table.spec.title if len(table.spec.title) <= _LONGEST_TITLE else ""
    root = ModuleScope(path="", name="", block=title or table.spec.name.rpartition("/")[2])
    root.parts = _level(leaves, "", _together([leaf.path for leaf in leaves]), table.groups)
    readers: dict[int, set[int]] = defaultdict(set)
    for leaf in leaves:
        for index in leaf.reads:
            readers[index].add(leaf.node.index)
    _connect(root, readers, set(table.graph.results))
    root.reads, root.gives = tuple(table.graph.inputs.values()), table.graph.results
    return root


def _together(paths: Sequence[str]) -> set[str]:
    """Return the paths of groups whose layers stand one after the other."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, path in enumerate(paths):
        parts = path.split("/")
        for count in range(1, len(parts)):
            found["/".join(parts[:count])].append(place)
    layers = set(paths)
    return {path for path, at in found.items() if at[-1] - at[0] + 1 == len(at) and path not in layers}


def _level(leaves: list[Leaf], prefix: str, groups: set[str], kinds: Mapping[str, str]) -> list[Part]:
    """Return layers as the groups below a prefix."""
    found: list[Part] = []
    place = 0
    while place < len(leaves):
        leaf = leaves[place]
        group = _next_group(leaf.path, prefix, groups)
        if group is None:
            leaf.name = leaf.path.removeprefix(prefix)
            found.append(leaf)
            place += 1
            continue
        end = place
        while end < len(leaves) and leaves[end].path.startswith(f"{group}/"):
            end += 1
        scope = ModuleScope(path=group, name=group.removeprefix(prefix), block=kinds.get(group, ""))
        scope.parts = _level(leaves[place:end], f"{group}/", groups, kinds)
        found.append(_alone(scope))
        place = end
    return found


def _next_group(path: str, prefix: str, groups: set[str]) -> str | None:
    """Return the outermost group below a prefix that holds a layer."""
    parts = path.removeprefix(prefix).split("/")
    names = (prefix + "/".join(parts[:count]) for count in range(1, len(parts)))
    return next((name for name in names if name in groups), None)


def _alone(scope: ModuleScope) -> Part:
    """Return the only part of a group or block in place of it, with its name."""
    if len(scope.parts) != 1:
        return scope
    (part,) = scope.parts
    part.name = scope.name
    return part


def _connect(scope: ModuleScope, readers: Mapping[int, set[int]], results: set[int]) -> set[int]:
    """Find what flows into a scope and out of it; return the numbers of its layers."""
    inside: set[int] = set()
    for part in scope.parts:
        inside |= _connect(part, readers, results) if isinstance(part, ModuleScope) else {part.node.index}
    read = dict.fromkeys(index for leaf in scope.leaves() for index in leaf.reads)
    scope.reads = tuple(index for index in read if index not in inside)
    given = [index for index in sorted(inside) if index in results or readers[index] - inside]
    scope.gives = tuple(given or sorted(inside)[-1:])
    return inside
