"""Axes, channels first: which of them a layer means, and how it divides and turns them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.foreign.expressing import NoCounterpart
from archcalc.layers.patterns import Pattern
from archcalc.quantities.shape import AXES
from archcalc.quantities.window import spread
from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from archcalc.network.graph import Node
    from archcalc.quantities.shape import Shape


class Turned(NamedTuple):
    """A movement of axes: the sizes into which they are divided, and their new order."""

    sizes: tuple[int, ...]
    order: tuple[int, ...]


def channels_axis(x: Shape) -> int:
    """Return the axis of channels or features, after that of the batch.

    >>> from archcalc.quantities.shape import Shape
    >>> channels_axis(Shape("CHW", (3, 8, 8))), channels_axis(Shape("TF", (8, 3)))
    (1, 2)
    """
    return 1 if x.is_map else len(x.sizes)


def named(x: Shape, name: str | None) -> int:
    """Return the place of an axis among the sizes by its name; without one that of channels or features."""
    return channels_axis(x) - 1 if name is None else [AXES[letter] for letter in x.layout].index(name)


def averaged(node: Node) -> list[int]:
    """Return the places among the sizes of the axes over which a mean is taken."""
    x = node.fitted.read[0]
    given = node.layer.axes  # type: ignore[attr-defined]
    every = [place for place, letter in enumerate(x.layout) if letter not in "CF"]
    return every if given is None else sorted(named(x, name) for name in given)


def rearranged(node: Node) -> Turned:
    """Return the movement that a pattern says.

    Raises:
        NoCounterpart: it takes a part of an axis, or makes a new one.
    """
    pattern = Pattern.read(node.layer.pattern)  # type: ignore[attr-defined]
    left = [axis for group in pattern.left for axis in group]
    right = [axis.name for group in pattern.right for axis in group]
    names = [axis.name for axis in left]
    if any(axis.cut for axis in left) or not set(right) <= set(names):
        raise NoCounterpart("a part of an axis, or a new axis")
    sizes: list[int] = []
    for group, size in zip(pattern.left, node.fitted.read[0].sizes, strict=True):
        rest = number(size)
        for axis in group:
            rest //= axis.size or 1
        sizes += [axis.size or rest for axis in group]
    return Turned(tuple(sizes), tuple(names.index(name) for name in right))


def space_to_depth(node: Node) -> Turned:
    """Return the movement of blocks of pixels into channels."""
    x, rank = node.fitted.read[0], len(node.shape.spatial)
    blocks = spread("block", node.layer.block, rank)  # type: ignore[attr-defined]
    inner = [
        n for size, block in zip(x.spatial, blocks, strict=True) for n in (number(size) // number(block), number(block))
    ]
    return Turned((number(x.channels), *inner), (0, *range(2, 2 * rank + 1, 2), *range(1, 2 * rank + 1, 2)))


def pixel_shuffle(node: Node) -> Turned:
    """Return the movement of channels into blocks of pixels."""
    x, rank = node.fitted.read[0], len(node.shape.spatial)
    factor = number(node.layer.factor)  # type: ignore[attr-defined]
    order = (0, *(at for axis in range(rank) for at in (1 + rank + axis, 1 + axis)))
    return Turned((number(node.shape.channels), *[factor] * rank, *map(number, x.spatial)), order)


def channel_shuffle(node: Node) -> Turned:
    """Return the exchange of groups with the channels in them."""
    x, layer = node.fitted.read[0], node.layer
    groups: Any = layer.groups  # type: ignore[attr-defined]
    sizes = (number(groups), number(x.channels) // number(groups), *map(number, x.spatial))
    return Turned(sizes, (1, 0, *range(2, len(sizes))))
