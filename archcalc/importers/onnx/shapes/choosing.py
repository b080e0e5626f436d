"""Operators that choose values: slice, gather, top k, and those that find out how many they choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import Refusal
from archcalc.importers.onnx.calls import along
from archcalc.importers.onnx.shapes.windows import as_size
from archcalc.symbolic.expr import ceildiv, maximum, minimum
from archcalc.symbolic.known import decide, simplify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.importers.onnx.calls import NodeCall
    from archcalc.importers.onnx.known import Item, Size, Sizes


class SlicedAxis(NamedTuple):
    """A slice along one axis; a bound may be unknown."""

    axis: int
    start: Item
    end: Item
    step: Item


def cuts(call: NodeCall, rank: int) -> Iterator[SlicedAxis] | None:
    """Return what a Slice takes along its axes; None where the axes are not known."""
    starts = call.numbers(1) if call.has(1) else call.integers("starts")
    ends = call.numbers(2) if call.has(2) else call.integers("ends")
    axes = call.listed(3, "axes")
    if axes is None or (starts is None and ends is None and not axes):
        return None
    count = len(starts if starts is not None else ends if ends is not None else axes)
    steps = call.numbers(4) if call.has(4) else (1,) * count
    unknown = (None,) * count
    columns = (axes or tuple(range(count)), starts or unknown, ends or unknown, steps or unknown)
    if any(len(column) != count for column in columns):
        raise Refusal("starts, ends, axes and steps have different lengths")
    return (SlicedAxis(along(axis, rank), *bounds) for axis, *bounds in zip(*columns, strict=True))


def _slice(call: NodeCall) -> list[Sizes]:
    sizes = call.sizes()
    if sizes is None:
        return []
    found = cuts(call, len(sizes))
    if found is None:
        return [(None,) * len(sizes)]
    result = list(sizes)
    for cut in found:
        result[cut.axis] = cut_size(result[cut.axis], cut)
    return [tuple(result)]


def cut_size(size: Size, cut: SlicedAxis) -> Size:
    """Return how many values a slice takes along its axis.

    >>> cut_size(10, SlicedAxis(0, 2, 2**62, 3)), cut_size(10, SlicedAxis(0, -1, -11, -1))
    (3, 10)

    Raises:
        Refusal: the step is 0.
    """
    start, end, step = as_size(cut.start), as_size(cut.end), as_size(cut.step)
    if isinstance(step, int) and step == 0:
        raise Refusal("the step of a slice is 0")
    if size is None or start is None or end is None or not isinstance(step, int):
        return None
    if isinstance(size, int) and isinstance(start, int) and isinstance(end, int):
        return len(range(*slice(start, end if end >= -size or step > 0 else None, step).indices(size)))
    return _open_cut(size, start, end, step)


def _open_cut(size: Size, start: Size, end: Size, step: int) -> Size:
    """Return the same for sizes with letters, where bounds are within them or certain to lie beyond."""
    first, last = (_bound(bound, size) for bound in (start, end))
    if step < 1 or first is None or last is None:
        return None
    span = simplify(last - first)
    return simplify(ceildiv(span, step)) if decide(span, ">=", 0) else None


def _bound(bound: Size, size: Size) -> Size:
    """Return a bound of a slice, counted from the start and no larger than the axis."""
    if bound is None or size is None:
        return None
    if isinstance(bound, int) and bound < 0:
        return simplify(maximum(size + bound, 0))
    if isinstance(bound, int) and bound >= _ENDLESS:
        return size
    return simplify(minimum(bound, size)) if decide(bound, "<=", size) is None else bound


_ENDLESS = 2**31 - 1
"""Bounds from here on mean the end of the axis."""


def _gather(call: NodeCall) -> list[Sizes]:
    sizes, indices = call.sizes(), call.sizes(1)
    if sizes is None or indices is None:
        return []
    axis = along(call.integer("axis"), len(sizes))
    return [(*sizes[:axis], *indices, *sizes[axis + 1 :])]


def _gather_elements(call: NodeCall) -> list[Sizes]:
    return [call.sizes(1)]


def _gather_nd(call: NodeCall) -> list[Sizes]:
    sizes, indices = call.sizes(), call.sizes(1)
    if sizes is None or not indices or not isinstance(indices[-1], int):
        return []
    taken = call.integer("batch_dims") + indices[-1]
    return [(*indices[:-1], *sizes[taken:])]


def _top_k(call: NodeCall) -> list[Sizes]:
    sizes, axis = call.sizes(), call.integer("axis", -1)
    if sizes is None:
        return []
    asked = call.numbers(1) if call.has(1) else (call.integer("k"),)
    place = along(axis, len(sizes))
    found = (*sizes[:place], as_size(asked[0]) if asked else None, *sizes[place + 1 :])
    return [found, found]


def _one_hot(call: NodeCall) -> list[Sizes]:
    indices, depth = call.sizes(), call.numbers(1)
    if indices is None:
        return []
    place = along(call.integer("axis", -1), len(indices) + 1)
    return [(*indices[:place], as_size(depth[0]) if depth else None, *indices[place:])]


def _non_zero(call: NodeCall) -> list[Sizes]:
    rank = call.input(0).rank
    return [(rank, None)]


def _compress(call: NodeCall) -> list[Sizes]:
    sizes = call.sizes()
    if not call.given("axis"):
        return [(None,)]
    if sizes is None:
        return []
    place = along(call.integer("axis"), len(sizes))
    return [(*sizes[:place], None, *sizes[place + 1 :])]


def _unique(call: NodeCall) -> list[Sizes]:
    return [*_compress(call), (None,), (None,), (None,)]


def _no_more_than(call: NodeCall) -> list[Sizes]:  # noqa: ARG001 - how many boxes remain depends on their values
    return [(None, 3)]


RULES = {
    "Compress": _compress,
    "Gather": _gather,
    "GatherElements": _gather_elements,
    "GatherND": _gather_nd,
    "NonMaxSuppression": _no_more_than,
    "NonZero": _non_zero,
    "OneHot": _one_hot,
    "Slice": _slice,
    "TopK": _top_k,
    "Unique": _unique,
}
"""The rules of this group by operator."""
