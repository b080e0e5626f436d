"""Which of the paired layers of two networks read other layers than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archcalc.network.graph import Graph

FROM = "from"
"""The field that holds the paths that a layer reads."""

Wires = tuple[tuple[str, ...], tuple[str, ...]]


def rewired(before: Graph, after: Graph, pairs: Mapping[int, int]) -> dict[int, Wires]:
    """Return, for each pair that reads other layers than before, what it read and what it reads.

    ``pairs`` are the nodes of layers that stand for each other. What is inserted or removed in between is looked
    through; where it joins several layers nothing is said.
    """
    partners = {**_inputs(before, after), **pairs}
    sources = _sources(before, partners.keys()), _sources(after, partners.values())
    found: dict[int, Wires] = {}
    for old, new in pairs.items():
        was = [sources[0][index] for index in before.nodes[old].inputs]
        now = [sources[1][index] for index in after.nodes[new].inputs]
        meant = [None if index is None else partners[index] for index in was]
        if None in meant or None in now or len(was) != len(now) or sorted(map(str, meant)) == sorted(map(str, now)):
            continue
        found[old] = _paths(before, was), _paths(after, now)
    return found


def _inputs(before: Graph, after: Graph) -> dict[int, int]:
    """Return which input of the one network stands for which of the other: by name, or in their order."""
    if before.inputs.keys() == after.inputs.keys():
        return {index: after.inputs[name] for name, index in before.inputs.items()}
    return dict(zip(before.inputs.values(), after.inputs.values(), strict=False))


def _sources(graph: Graph, paired: Iterable[int]) -> list[int | None]:
    """Return for each node the paired one that it passes on: itself, or the one before it; None for other merges."""
    known, found = set(paired), list[int | None]()
    for node in graph.nodes:
        passes_on = len(node.inputs) == 1 and node.index not in known
        found.append(found[node.inputs[0]] if passes_on else node.index if node.index in known else None)
    return found


def _paths(graph: Graph, indices: Iterable[int | None]) -> tuple[str, ...]:
    return tuple(graph.nodes[index].path for index in indices if index is not None)
