"""Caffe's layers that join, divide and move blobs."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

from archcalc.importers.arrangement import whole
from archcalc.importers.caffe.message import LARGEST
from archcalc.importers.flow import Reference
from archcalc.importers.rules import same
from archcalc.importers.steps import RowStep, opaque
from archcalc.quantities.shape import AXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.importers.caffe.reading import CaffeReading


def concat(call: CaffeReading) -> list[RowStep]:
    """Return a concatenation along an axis."""
    options = call.options("concat_param", ("axis", "concat_dim"))
    axis = options.number("concat_dim", 1) if "concat_dim" in options.fields else call.axis(options)
    if len(call.reads) == 1:
        return []
    if not axis:
        raise call.wrong("joins images along the batch, which is not supported")
    letter = call.x.shape.layout[axis - 1]
    return [RowStep("concat", {} if axis == 1 else {"axis": AXES[letter]}, call.reads)]


def eltwise(call: CaffeReading) -> list[RowStep]:
    """Return a sum, product or maximum of blobs."""
    options = call.options("eltwise_param", ("operation", "coeff", "stable_prod_grad"))
    operation = options.choice("operation", ("SUM", "PROD", "MAX"))
    if options.text("operation").isdigit():  # by number the product is the first
        operation = ("PROD", "SUM", "MAX")[int(options.text("operation"))]
    factors = options.decimals("coeff")
    if operation == "SUM" and factors not in ([], [1] * len(factors)):
        if factors == [1, -1]:
            return [RowStep("subtract", {}, call.reads)]
        return [RowStep("pointwise", {"function": "weighted sum"}, call.reads)]
    if operation == "MAX":
        return [RowStep("pointwise", {"function": "maximum"}, call.reads)]
    return [RowStep({"SUM": "add", "PROD": "multiply"}[operation], {}, call.reads)]


def sliced(call: CaffeReading) -> list[RowStep]:
    """Return a row for each part of a blob along an axis."""
    options = call.options("slice_param", ("axis", "slice_point", "slice_dim"))
    axis = options.number("slice_dim", 1) if "slice_dim" in options.fields else call.axis(options)
    if not call.layer.tops:
        raise call.wrong("has no top")
    if not 0 < axis <= len(call.sizes):
        raise call.wrong("divides the batch, which is not supported")
    size, count = call.sizes[axis - 1], len(call.layer.tops)
    points = options.numbers("slice_point", 1) or _equal(call, size, count)
    bounds = [0, *points, size]
    if len(points) != count - 1 or any(a >= b for a, b in pairwise(bounds)):
        raise options.wrong(f"slice_point does not divide {size} into the {count} parts of '{call.layer.name}'")
    pairs = list(pairwise(bounds))
    if axis == 1:
        return [RowStep("slice", {"channels": pair}, [call.x]) for pair in pairs]
    return [opaque("Slice", [call.x], (*call.sizes[: axis - 1], b - a, *call.sizes[axis:])) for a, b in pairs]


def _equal(call: CaffeReading, size: int, count: int) -> list[int]:
    if size % count:
        raise call.wrong(f"does not divide {size} into {count} equal parts", "add slice_point")
    return [size // count * place for place in range(1, count)]


def flatten(call: CaffeReading) -> list[RowStep]:
    """Return a flattening of all axes, or of some."""
    options = call.options("flatten_param", ("axis", "end_axis"))
    first, last = call.axis(options), call.axis(options, "end_axis", -1)
    if first == 1 and last == len(call.sizes):
        return [RowStep("flatten")] if call.x.shape.is_map else []
    if not 1 <= first <= last:
        raise call.wrong("flattens the batch, which is not supported")
    between = prod(call.sizes[first - 1 : last])
    return [RowStep("reshape", {"sizes": (*call.sizes[: first - 1], between, *call.sizes[last:])})]


def reshape(call: CaffeReading) -> list[RowStep]:
    """Return the values in another shape, in which 0 is the size before, and -1 what is left."""
    options = call.options("reshape_param", ("shape", "axis", "num_axes"))
    batch = 1
    before = (batch, *call.sizes)
    first = options.number("axis", 0, -LARGEST)
    first += len(before) + 1 if first < 0 else 0
    count = options.number("num_axes", -1, -1)
    end = len(before) if count < 0 else first + count
    dims = options.message("shape").numbers("dim", -1)
    if not 0 <= first <= end <= len(before):
        raise call.wrong(f"has no axes from {first} to {end}")
    after = [*before[:first], *_filled(call, dims, before[first:]), *before[end:]]
    after = _completed(call, after, prod(before))
    if after[:1] != [batch]:
        raise call.wrong("moves values into the batch, which is not supported")
    sizes = tuple(after[1:]) or (1,)
    return [] if sizes == call.sizes else [RowStep("reshape", {"sizes": sizes})]


def _filled(call: CaffeReading, dims: Sequence[int], old: Sequence[int]) -> list[int]:
    """Return sizes with those of before in place of 0."""
    if any(not size and place >= len(old) for place, size in enumerate(dims)):
        raise call.wrong("keeps the size of an axis that is not there")
    return [size or old[place] for place, size in enumerate(dims)]


def _completed(call: CaffeReading, sizes: Sequence[int], values: int) -> list[int]:
    """Return sizes with what is left in place of -1."""
    known = prod(size for size in sizes if size > 0)
    if sizes.count(-1) > 1 or values % known or (-1 not in sizes and values != known):
        shown = "×".join(str(size) for size in sizes[1:])
        raise call.wrong(f"cannot reshape {values} values to {shown}")
    return [values // known if size < 0 else size for size in sizes]


def permute(call: CaffeReading) -> list[RowStep]:
    """Return the axes in another order."""
    order = call.options("permute_param", ("order",)).numbers("order")
    order += [axis for axis in range(len(call.sizes) + 1) if axis not in order]
    if order[0] != 0:
        raise call.wrong("moves the batch, which is not supported")
    return [RowStep("permute", {"axes": tuple(axis - 1 for axis in order[1:])})]


def crop(call: CaffeReading) -> list[RowStep]:
    """Return a part of the size of another blob, at an offset from the start."""
    options = call.options("crop_param", ("axis", "offset"))
    if len(call.reads) != 2:  # noqa: PLR2004 - what is cropped, and what has the size
        raise call.wrong("expects two blobs")
    axis, offset = call.axis(options, "axis", 2), options.numbers("offset")
    places = len(call.sizes) + 1 - axis
    if len(offset) not in (0, 1, places):
        raise call.wrong(f"has {len(offset)} offsets for {places} axes")
    if axis != 2:  # noqa: PLR2004 - height, after batch and channels
        like = tuple(map(whole, call.reads[1].shape.sizes))
        return [opaque("Crop", call.reads, (*call.sizes[: axis - 1], *like[axis - 1 :]))]
    return [RowStep("crop", {"to": Reference(call.reads[1].path), "offset": same(offset or [0])}, [call.x])]


def shuffled(call: CaffeReading) -> list[RowStep]:
    """Return the channels in another order."""
    return [
        RowStep("channel_shuffle", {"groups": call.options("shuffle_channel_param", ("group",)).number("group", 1, 1)})
    ]


def tile(call: CaffeReading) -> list[RowStep]:
    """Return a blob repeated along an axis."""
    options = call.options("tile_param", ("axis", "tiles"))
    axis, copies = call.axis(options), options.number("tiles", None, 1)
    sizes = list(call.sizes)
    if not axis:
        raise call.wrong("repeats images, which is not supported")
    sizes[axis - 1] *= copies
    return [opaque("Tile", [call.x], sizes)]
