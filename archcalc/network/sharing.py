"""Shared weights: which tensors of a layer are those of another, earlier layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.network.graph import Node
    from archcalc.quantities.tensor import Tensor


class Sharing(NamedTuple):
    """Whose weights are shared: what lies below the path ``own`` has those of what lies below ``owner``.

    ``tensor`` is the one tensor that is shared, if only one is. ``copies`` may differ in layers without weights.
    """

    own: str
    owner: str
    tensor: str = ""
    copies: bool = False

    def tie(self, node: Node, placed: Mapping[str, Node]) -> None:
        """Give a new node the node that owns its weights, and the names of the tensors that it shares.

        Raises:
            Refusal: a corresponding layer does not exist, only training runs it, or kind or dimensions differ.
        """
        owner = placed.get(self.owner + node.path.removeprefix(self.own))
        if owner is None and self.copies and not _by_name(node):
            return
        if owner is None:
            raise Refusal(f"cannot share weights: {self.owner} has no corresponding layer")
        if owner.head and not node.head:
            raise Refusal(
                f"cannot share the weights of {owner.path}: it is part of a training-only head",
                "let the layer of the head share",
            )
        node.tied = self._tied(node, owner)
        node.owner = owner.index
        if owner.owner is not None and owner.tied >= node.tied:
            node.owner = owner.owner

    def _tied(self, node: Node, owner: Node) -> frozenset[str]:
        """Return the names of the tensors that are shared: of layers of one kind all, else those that both have."""
        mine, theirs = _by_name(node), _by_name(owner)
        alike = node.layer.kind == owner.layer.kind
        names = {self.tensor} if self.tensor else mine.keys() | theirs.keys() if alike else mine.keys() & theirs.keys()
        if not names and not alike:
            raise Refusal(
                f"cannot share the weights of {owner.path}: it has no tensor in common with {node.layer.kind}"
            )
        for name in sorted(names):
            for who, has in ((node.path, mine), (owner.path, theirs)):
                if name not in has:
                    hint = did_you_mean(name, has) or f"tensors: {', '.join(has) or 'none'}"
                    raise Refusal(f"cannot share the weights of {owner.path}: {who} has no tensor '{name}'", hint)
            exchanged = _exchanged(theirs[name]) if self.tensor or not alike else theirs[name]
            if mine[name] not in (theirs[name], exchanged):
                sizes = f"{name} is {_size(mine[name])} here and {_size(theirs[name])} there"
                raise Refusal(f"cannot share the weights of {owner.path}: {sizes}")
        return frozenset(names)


def _by_name(node: Node) -> dict[str, Tensor]:
    return {tensor.name: tensor for tensor in node.layer.tensors(node.fitted.read[0])}


def _exchanged(tensor: Tensor) -> Tensor:
    """Return a matrix, or the weights of a convolution, with inputs and outputs exchanged."""
    out, *into = tensor.dims
    return tensor._replace(dims=(into[0], out, *into[1:])) if into else tensor


def _size(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.dims))
