"""Movements of axes that every framework has: they make no rows, unless axes lie so that they have to."""

from __future__ import annotations

from types import EllipsisType
from typing import TYPE_CHECKING

from archcalc.importers.arrangement import cut, fused, reshaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.flow import Flow

Key = int | slice | EllipsisType | None
"""What stands between the brackets of an index."""


def in_shape(flow: Flow, value: Value, sizes: Sequence[int]) -> Value | None:
    """Return a tensor in another shape; one whose axes lie otherwise first gets a row."""
    return next(filter(None, (reshaped(way, sizes) for way in _ways(flow, value))), None)


def _ways(flow: Flow, value: Value) -> Iterator[Value]:
    """Yield a tensor as it lies, then with its atoms taken together, and last with a row that orders its axes."""
    yield value
    yield fused(value)
    yield fused(flow.settled(value))


def part(flow: Flow, value: Value, axis: int, first: int, end: int) -> Value | None:
    """Return a part of a tensor along an axis."""
    return next(filter(None, (cut(way, axis, first, end) for way in _ways(flow, value))), None)


def place(flow: Flow, value: Value, axis: int, index: int) -> Value | None:
    """Return one place of a tensor along an axis, which is gone then."""
    index %= value.sizes[axis]
    return next(filter(None, (cut(way, axis, index, index + 1, one=True) for way in _ways(flow, value))), None)


def parts(flow: Flow, value: Value, axis: int, lengths: Sequence[int]) -> list[Value | None]:
    """Return the parts of a tensor along an axis, one after the other."""
    ends = [sum(lengths[: count + 1]) for count in range(len(lengths))]
    return [part(flow, value, axis, end - length, end) for end, length in zip(ends, lengths, strict=True)]


def with_axis(value: Value, axis: int) -> Value:
    """Return a tensor with a new axis of size 1."""
    return value._replace(real=(*value.real[:axis], (), *value.real[axis:]))


def indexed(flow: Flow, value: Value, keys: Sequence[Key]) -> Value | None:
    """Return what an index of whole numbers, slices of step 1, dots and new axes takes."""
    taken = sum(key is not None and key is not Ellipsis for key in keys)
    axis, left = 0, taken
    found: Value | None = value
    for key in keys:
        if found is None:
            return None
        if key is Ellipsis:
            axis = len(found.real) - left
        elif key is None:
            found, axis = with_axis(found, axis), axis + 1
        else:
            left -= 1
            found, axis = (
                (place(flow, found, axis, key), axis) if isinstance(key, int) else _sliced(flow, found, axis, key)
            )
    return found


def _sliced(flow: Flow, value: Value, axis: int, key: slice) -> tuple[Value | None, int]:
    first, end, step = key.indices(value.sizes[axis])
    return (part(flow, value, axis, first, end) if step == 1 and end > first else None), axis + 1
