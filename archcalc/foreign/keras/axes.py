"""Axes in Keras's order: channels last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.quantities.shape import Shape


def last(x: Shape) -> tuple[Any, ...]:
    """Return the sizes of a tensor with the channels last.

    >>> from archcalc.quantities.shape import grid
    >>> last(grid(3, (224, 160)))
    (224, 160, 3)
    """
    return (*x.sizes[1:], x.sizes[0]) if x.is_map else x.sizes


def place(x: Shape, axis: int) -> int:
    """Return where an axis is in Keras, counted with the batch.

    >>> from archcalc.quantities.shape import grid
    >>> [place(grid(3, (8, 8)), axis) for axis in range(3)]
    [3, 1, 2]
    """
    if not x.is_map:
        return axis + 1
    return axis or len(x.sizes)


def one(numbers: Sequence[Any]) -> Any:  # noqa: ANN401 - a number, or a tuple of them
    """Return one number for all axes where these are equal.

    >>> one((3, 3)), one((1, 7))
    (3, (1, 7))
    """
    return numbers[0] if len(set(numbers)) == 1 else tuple(numbers)


def rearranged(left: Sequence[object], order: Sequence[int], right: Sequence[object]) -> str:
    """Return the expression that divides axes, puts them in another order and joins them again.

    >>> rearranged((2, 3), (1, 0), (6,))
    'ops.reshape(ops.transpose(ops.reshape({0}, (-1, 2, 3)), (0, 2, 1)), (-1, 6))'
    """
    sizes = [f"(-1, {', '.join(map(str, side))})" for side in (left, right)]
    turned = f"(0, {', '.join(str(axis + 1) for axis in order)})"
    return f"ops.reshape(ops.transpose(ops.reshape({{0}}, {sizes[0]}), {turned}), {sizes[1]})"
