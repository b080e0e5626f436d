"""Shared weights in Keras: a layer is made once, has a variable, and is called again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.foreign.expressing import NoCounterpart, NotExpressed
from archcalc.foreign.programs.identifiers import identifier
from archcalc.foreign.programs.scopes import FrameworkCall, Leaf

if TYPE_CHECKING:
    from collections.abc import Collection

    from archcalc.foreign.programs.scopes import ModuleScope
    from archcalc.network.graph import Node
    from archcalc.network.table import Table


def shared(node: Node, owner: Node, own: FrameworkCall) -> FrameworkCall:
    """Return the call of a layer that has the weights of another; ``own`` is what it would be by itself.

    Raises:
        NoCounterpart: it shares a part of them, or has them in another form.
    """
    if node.layer == owner.layer and {tensor.name for tensor in node.layer.tensors(node.fitted.read[0])} <= node.tied:
        return FrameworkCall(use=own.use.replace("{m}", "{owner}"))
    layer: Any = node.layer
    if (layer.kind, owner.layer.kind) == ("linear", "embedding") and not layer.bias and not node.fitted.read[0].is_map:
        return FrameworkCall(use="ops.matmul({0}, ops.transpose({owner}.embeddings))")
    raise NoCounterpart("weights that are shared in part, or in another form")


def owners(table: Table, root: ModuleScope, taken: Collection[str], framework: str) -> dict[int, str]:
    """Return the variables of the layers whose weights are shared, by the numbers of their nodes.

    Raises:
        NotExpressed: one of them, or one that shares them, is within a block.
    """
    outside = {part.node.index: part for part in root.parts if isinstance(part, Leaf)}
    sharing = [leaf.node for leaf in root.leaves() if leaf.node.tied]
    problems = [
        (node, "weights that are shared within blocks, or between them")
        for node in sharing
        if node.index not in outside or node.owner not in outside
    ]
    if problems:
        raise NotExpressed(table, framework, problems)
    found: dict[int, str] = {}
    for index in dict.fromkeys(node.owner for node in sharing if node.owner is not None):
        found[index] = identifier(outside[index].name, {*taken, *found.values()})
    return found
