"""The padding of windows as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from archcalc.network.graph import Node

Sides = tuple[tuple[int, int], ...]
"""The padding before and after each axis."""


def stated(node: Node) -> Sides:
    """Return the padding that a layer has, by number or by word."""
    x = node.fitted.read[0]
    windows = node.layer.geometry(x).windows  # type: ignore[union-attr]
    each = (window.pads(size) for window, size in zip(windows, x.lengths, strict=True))
    return tuple((number(before), number(after)) for before, after in each)


def needed(node: Node) -> Sides:
    """Return the padding with which no window has to be rounded up: after an axis, as much as the last one needs.

    >>> import archcalc
    >>> table = archcalc.load("[{maxpool: 3, stride: 2, ceil: true, name: p}]").analyze("1x8x8")
    >>> needed(table.graph.nodes[1])
    ((0, 1), (0, 1))
    """
    x = node.fitted.read[0]
    windows = node.layer.geometry(x).windows  # type: ignore[union-attr]
    found = []
    rows = zip(windows, x.lengths, node.shape.lengths, stated(node), strict=True)
    for window, size, count, (before, after) in rows:
        reached = (number(count) - 1) * number(window.stride) + number(window.span) - before - number(size)
        found.append((before, max(after, reached)))
    return tuple(found)


def surplus(node: Node) -> tuple[int, ...]:
    """Return how many rows a transposed convolution makes more than it outputs, along each axis; less than 0: fewer."""
    x = node.fitted.read[0]
    windows = node.layer.geometry(x).windows  # type: ignore[union-attr]
    rows = zip(windows, x.lengths, node.shape.lengths, strict=True)
    return tuple(
        (number(size) - 1) * number(window.stride) + number(window.span) - number(wanted)
        for window, size, wanted in rows
    )


def pads(sides: Sides) -> bool:
    """Whether there is any padding.

    >>> pads(((0, 0), (0, 1))), pads(((0, 0),))
    (True, False)
    """
    return any(side for row in sides for side in row)
