"""Operators that move values to other axes: reshape, transpose, flatten, squeeze, concat, split, tile, pad."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.importers.onnx.calls import along
from archcalc.importers.onnx.known import Item, Size, Sizes, broadcast, elements, times
from archcalc.importers.onnx.shapes.windows import as_size
from archcalc.symbolic.expr import Expr, total
from archcalc.symbolic.known import decide, equal, simplify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.importers.onnx.calls import NodeCall


def _reshape(call: NodeCall) -> list[Sizes]:
    sizes, asked = call.sizes(), call.numbers(1) if call.has(1) else call.integers("shape")
    if asked is None:
        shape = call.sizes(1)
        return [(None,) * shape[0]] if shape and isinstance(shape[0], int) and shape[0] <= _MOST_AXES else []
    return [reshaped(sizes, asked, keep_zero=bool(call.integer("allowzero")))]


_MOST_AXES = 32


def reshaped(sizes: Sizes, asked: Sequence[Item], *, keep_zero: bool = False) -> Sizes:
    """Return the sizes of a reshaped tensor: 0 keeps a size, and -1 is what is left.

    >>> reshaped((2, 3, 4), (0, -1)), reshaped((None, 8), (-1, 2, 4))
    ((2, 12), (None, 2, 4))

    Raises:
        Refusal: the numbers of values differ.
    """
    found: list[Size] = [_kept(sizes, i) if _is(item, 0) and not keep_zero else as_size(item)
                         for i, item in enumerate(asked)]  # fmt: skip
    open_axes = [axis for axis, size in enumerate(found) if _is(size, -1)]
    if len(open_axes) == 1:
        rest = [size for axis, size in enumerate(found) if axis != open_axes[0]]
        found[open_axes[0]] = None if sizes is None else left_over(sizes, rest)
    else:
        _require_as_many(sizes, found)
    return tuple(found)


def _is(item: Item, number: int) -> bool:
    return isinstance(item, int) and item == number


def _kept(sizes: Sizes, axis: int) -> Size:
    if sizes is not None and axis >= len(sizes):
        raise Refusal(f"the shape keeps the size of axis {axis}, the input has only {len(sizes)}")
    return None if sizes is None else sizes[axis]


def _require_as_many(sizes: Sizes, found: Sequence[Size]) -> None:
    before, after = elements(sizes), times(found)
    if before is not None and after is not None and decide(before, "!=", after):
        raise Refusal(f"the input has {before} values, the output {after}")


def left_over(sizes: Sequence[Size], rest: Sequence[Size]) -> Size:
    """Return the number of values divided by those of all other axes; equal factors cancel each other.

    >>> left_over((None, 12, 4), (None, 4))

    Raises:
        Refusal: the division is not exact.
    """
    if None in sizes or None in rest:
        return None
    above, below = _cancelled([s for s in sizes if s is not None], [s for s in rest if s is not None])
    dividend, divisor = times(above), times(below)
    if dividend is None or divisor is None or _is(divisor, 0):
        return None
    if isinstance(dividend, int) and isinstance(divisor, int) and dividend % divisor:
        raise Refusal(f"{times(sizes)} values cannot be divided into parts of {times(rest)}")
    return simplify(dividend // divisor)


def _cancelled(above: list[int | Expr], below: list[int | Expr]) -> tuple[list[Size], list[Size]]:
    """Return factors of a quotient without those that occur in both parts."""
    for factor in [factor for factor in below if isinstance(factor, Expr)]:
        match = next((other for other in above if isinstance(other, Expr) and equal(factor, other)), None)
        if match is not None:
            above.remove(match)
            below.remove(factor)
    tops, bottoms = ([factor for factor in each if isinstance(factor, int)] for each in (above, below))
    top, bottom = times(tops), times(bottoms)
    common = gcd(top, bottom) if isinstance(top, int) and isinstance(bottom, int) else 1
    open_above, open_below = ([f for f in each if isinstance(f, Expr)] for each in (above, below))
    return [*open_above, _divided(top, common)], [*open_below, _divided(bottom, common)]


def _divided(number: Size, common: int) -> Size:
    return number // common if isinstance(number, int) and common else number


def _transpose(call: NodeCall) -> list[Sizes]:
    sizes = call.sizes()
    if sizes is None:
        return []
    order = call.integers("perm") or tuple(reversed(range(len(sizes))))
    if sorted(order) != list(range(len(sizes))):
        raise Refusal(f"perm {list(order)} is not an order of {len(sizes)} axes")
    return [tuple(sizes[axis] for axis in order)]


def _flatten(call: NodeCall) -> list[Sizes]:
    sizes, axis = call.sizes(), call.integer("axis", 1)
    if sizes is None:
        return [(None, None)]
    axis = axis if axis == len(sizes) else along(axis, len(sizes))
    return [(times(sizes[:axis]), times(sizes[axis:]))]


def _squeeze(call: NodeCall) -> list[Sizes]:
    sizes, axes = call.sizes(), call.listed(1, "axes")
    if sizes is None or axes is None:
        return []
    if not axes:  # all axes of size 1 are removed, which is certain only where all sizes are known
        return [] if None in sizes else [tuple(size for size in sizes if not _is(size, 1))]
    removed = {along(axis, len(sizes)) for axis in axes}
    for axis in removed:
        if (size := sizes[axis]) is not None and decide(size, "!=", 1):
            raise Refusal(f"axis {axis} of size {size} cannot be removed")
    return [tuple(size for axis, size in enumerate(sizes) if axis not in removed)]


def _unsqueeze(call: NodeCall) -> list[Sizes]:
    sizes, axes = call.sizes(), call.listed(1, "axes")
    if sizes is None or axes is None:
        return []
    rank = len(sizes) + len(axes)
    added, rest = {along(axis, rank) for axis in axes}, iter(sizes)
    if len(added) < len(axes):
        raise Refusal(f"axes {list(axes)} name an axis twice")
    return [tuple(1 if axis in added else next(rest) for axis in range(rank))]


def _concat(call: NodeCall) -> list[Sizes]:
    known = [call.sizes(index) for index in range(len(call.inputs))]
    present = [sizes for sizes in known if sizes is not None]
    if not present or len(present) < len(known):
        return []
    rank = len(present[0])
    axis = along(call.integer("axis", 1), rank)
    if any(len(sizes) != rank for sizes in present):
        raise Refusal("the inputs have different numbers of axes")
    columns = list(zip(*present, strict=True))
    return [tuple(joined(column) if i == axis else agreed(column) for i, column in enumerate(columns))]


def joined(sizes: Sequence[Size]) -> Size:
    """Return the sum of sizes, unknown where one is.

    >>> joined((64, 64)), joined((64, None))
    (128, None)
    """
    present = [size for size in sizes if size is not None]
    return simplify(total(present)) if len(present) == len(sizes) else None


def agreed(sizes: Sequence[Size]) -> Size:
    """Return the size that all have, from those that are known.

    Raises:
        Refusal: two of them differ.
    """
    present = [size for size in sizes if size is not None]
    for size in present[1:]:
        if decide(present[0], "!=", size):
            raise Refusal(f"sizes {present[0]} and {size} differ")
    return min(present, key=lambda size: not isinstance(size, int), default=None)


def _split(call: NodeCall) -> list[Sizes]:
    sizes, count = call.sizes(), len(call.node.outputs)
    if sizes is None:
        return []
    axis, parts = along(call.integer("axis"), len(sizes)), call.listed(1, "split")
    if parts is None:
        pieces: Sequence[Size] = (None,) * count
    elif parts:
        pieces = parts
    else:
        pieces = _pieces(sizes[axis], count)
    if parts and len(parts) != count:
        raise Refusal(f"{len(parts)} parts for {count} outputs")
    return [(*sizes[:axis], piece, *sizes[axis + 1 :]) for piece in pieces]


def _pieces(size: Size, count: int) -> Sequence[Size]:
    """Return the sizes of so many parts; all but the last are equal."""
    if size is None or count < 1:
        return [None] * count
    if isinstance(size, int):
        part = -(-size // count)
        return [part] * (count - 1) + [size - part * (count - 1)]
    exact = simplify(size // count)
    return [exact if decide(count * exact, "==", size) else None] * count


def _expand(call: NodeCall) -> list[Sizes]:
    asked = call.numbers(1)
    if asked is None:
        shape, sizes = call.sizes(1), call.sizes()
        if not shape or not isinstance(shape[0], int) or sizes is None or shape[0] > _MOST_AXES:
            return []
        return [broadcast(sizes, (None,) * shape[0])]
    return [broadcast(call.sizes(), tuple(map(as_size, asked)))]


def _tile(call: NodeCall) -> list[Sizes]:
    sizes, repeats = call.sizes(), call.numbers(1)
    if sizes is None:
        return []
    if repeats is None:
        return [(None,) * len(sizes)]
    if len(repeats) != len(sizes):
        raise Refusal(f"{len(repeats)} repeats for {len(sizes)} axes")
    return [tuple(times((size, as_size(times_))) for size, times_ in zip(sizes, repeats, strict=True))]


def _pad(call: NodeCall) -> list[Sizes]:
    sizes = call.sizes()
    if sizes is None:
        return []
    rank = len(sizes)
    axes = tuple(range(rank)) if not call.has(3) else call.whole(3)
    pads: Sequence[Item] | None = call.numbers(1) if call.has(1) else call.integers("pads")
    if axes is None or pads is None:
        return [(None,) * rank]
    if len(pads) != 2 * len(axes):
        raise Refusal(f"{len(pads)} paddings for {len(axes)} axes")
    result = list(sizes)
    for i, axis in enumerate(axes):
        place = along(axis, rank)
        result[place] = joined((result[place], as_size(pads[i]), as_size(pads[i + len(axes)])))
    return [tuple(result)]


def _depth_to_space(call: NodeCall) -> list[Sizes]:
    x, block = call.of_rank(0, 4), call.integer("blocksize", 1)
    if x is None:
        return []
    return [(x[0], left_over((x[1],), (block * block,)), times((x[2], block)), times((x[3], block)))]


def _space_to_depth(call: NodeCall) -> list[Sizes]:
    x, block = call.of_rank(0, 4), call.integer("blocksize", 1)
    if x is None:
        return []
    return [(x[0], times((x[1], block * block)), *(left_over((size,), (block,)) for size in x[2:]))]


def _center_crop_pad(call: NodeCall) -> list[Sizes]:
    sizes, asked = call.sizes(), call.numbers(1)
    if sizes is None:
        return []
    axes = call.integers("axes") or tuple(range(len(sizes)))
    result = list(sizes)
    for i, axis in enumerate(axes):
        result[along(axis, len(sizes))] = None if asked is None else as_size(asked[i])
    return [tuple(result)]


RULES = {
    "CenterCropPad": _center_crop_pad,
    "Concat": _concat,
    "DepthToSpace": _depth_to_space,
    "Expand": _expand,
    "Flatten": _flatten,
    "Pad": _pad,
    "Reshape": _reshape,
    "SpaceToDepth": _space_to_depth,
    "Split": _split,
    "Squeeze": _squeeze,
    "Tile": _tile,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
"""The rules of this group by operator."""
