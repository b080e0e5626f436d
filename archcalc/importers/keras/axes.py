"""The axes of Keras, whose last one are the channels, and archcalc's, whose first one they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.quantities.shape import AXES, MAPS, Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.symbolic.expr import Int

Sizes = tuple[int | None, ...]
"""Sizes as Keras writes them: without the batch, channels last, None for what is open."""

LAYOUTS = {1: "F", 2: "TF", 3: MAPS[2], 4: MAPS[3]}
"""The layout of a tensor by its number of axes beside the batch."""


def shape_of(sizes: Sequence[Int]) -> Shape:
    """Return the shape of a tensor of Keras.

    >>> str(shape_of((224, 160, 3))), shape_of((16, 64)).layout
    ('3×224×160', 'TF')
    """
    layout = LAYOUTS[len(sizes)]
    ordered = (sizes[-1], *sizes[:-1]) if layout[0] == "C" else tuple(sizes)
    return Shape(layout, tuple(ordered))


def sizes_of(shape: Shape) -> tuple[Int, ...]:
    """Return the sizes of a shape in the order of Keras.

    >>> sizes_of(Shape("CHW", (3, 224, 160)))
    (224, 160, 3)
    """
    return (*shape.spatial, shape.channels) if shape.is_map else shape.sizes


def place_of(axis: int, shape: Shape) -> int | None:
    """Return the place of an axis of Keras, which counts the batch as 0, in a shape; None if it has none.

    >>> [place_of(axis, Shape("CHW", (3, 224, 160))) for axis in (1, 3, -1, 0)]
    [1, 0, 0, None]
    """
    rank = len(shape.sizes)
    own = axis + rank if axis < 0 else axis - 1
    if not 0 <= own < rank:
        return None
    return (own + 1) % rank if shape.is_map else own


def name_of(axis: int, shape: Shape) -> str | None:
    """Return what archcalc calls an axis of Keras."""
    place = place_of(axis, shape)
    return None if place is None else AXES[shape.layout[place]]


def is_last(axis: int, shape: Shape) -> bool:
    """Whether an axis of Keras are the channels, or features."""
    place = place_of(axis, shape)
    return place == (0 if shape.is_map else len(shape.sizes) - 1)


def stated_sizes(shape: Any) -> Sizes | None:  # noqa: ANN401
    """Return the sizes of a shape without the batch; None for anything else.

    >>> stated_sizes([None, 224, 224, 3]), stated_sizes([[None, 3], [None, 4]]), stated_sizes("x")
    ((224, 224, 3), None, None)
    """
    if not isinstance(shape, list) or not shape:
        return None
    return tuple(shape[1:]) if all(size is None or _is_size(size) for size in shape) else None


def _is_size(size: object) -> bool:
    return type(size) is int and 0 < size < 2**53
