"""Values of small tensors: sizes that a model computes of sizes, with arithmetic that works on letters, too.

A fold returns the values of a call's outputs, whose sizes are known. An item is unknown where one is that it depends
on. Source of all folds: docs/Operators.md of github.com/onnx/onnx.
"""

from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING

from archcalc.importers.onnx.arithmetic import ARITHMETIC, REDUCTIONS, cast
from archcalc.importers.onnx.calls import along
from archcalc.importers.onnx.known import MOST_ITEMS, Item, Known, Sizes, SmallTensor, elements, places, whole
from archcalc.importers.onnx.model import NUMBER_TYPES, OnnxTensor
from archcalc.importers.onnx.shapes.choosing import cuts
from archcalc.importers.onnx.shapes.making import LISTS, NUMBERS, shape_slice
from archcalc.importers.onnx.shapes.reducing import reduced_axes
from archcalc.limits import spend

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.importers.onnx.calls import NodeCall

    Folded = SmallTensor | None
    Fold = Callable[[NodeCall, Sequence[Sizes]], Sequence[Folded]]


MOST_INPUTS = 64
"""Values of more inputs than this are not followed: sizes have fewer axes."""


def folded(call: NodeCall, sizes: Sequence[Sizes]) -> list[Known]:
    """Return what is known of the outputs of a call, whose sizes are given."""
    fold, first = FOLDS.get(call.node.op) if not call.node.domain else None, sizes[0] if sizes else None
    dims = whole(first)
    if fold is None or dims is None or math.prod(dims) > MOST_ITEMS:
        return [Known(each) for each in sizes]
    spend(math.prod(dims) + len(call.inputs))
    values = [*fold(call, sizes), *(None,) * len(sizes)]
    return [Known(each, value) for each, value in zip(sizes, values, strict=False)]


def of_tensor(tensor: OnnxTensor) -> Known:
    """Return what is known of a constant."""
    small = tensor.values is not None and len(tensor.values) <= MOST_ITEMS
    value = SmallTensor(tensor.dims, tensor.values or (), floating=tensor.floating) if small else None
    return Known(tensor.dims, value)


def _dims(sizes: Sequence[Sizes]) -> tuple[int, ...]:
    return whole(sizes[0]) or ()


def _elementwise(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    values = [call.value(index) for index in range(len(call.inputs))]
    present = [value for value in values if value is not None]
    if len(present) < len(values) or not present or len(values) > MOST_INPUTS:
        return []
    dims, floating = _dims(sizes), any(value.floating for value in present)
    compute = ARITHMETIC[call.node.op]
    items = tuple(compute([value.at(place) for value in present], floating) for place in places(dims))
    return [SmallTensor(dims, items, floating=floating)]


def _remainder(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    """Return remainders with the sign of the divisor; with ``fmod`` they would have that of the dividend."""
    return [] if call.integer("fmod") else _elementwise(call, sizes)


def _as_floats(call: NodeCall, _: Sequence[Sizes]) -> list[Folded]:
    """Return floating-point numbers as they are: the type of another tensor is not known here, but that of a number."""
    value = call.value(0)
    return [value if value is not None and value.floating else None]


def _clip(call: NodeCall, _: Sequence[Sizes]) -> list[Folded]:
    """Return values within bounds, which are inputs; in operators before version 11, attributes, which are not read."""
    value = call.value(0)
    bounds = [call.numbers(index) if call.has(index) else () for index in (1, 2)]
    if value is None or None in bounds or call.given("min") or call.given("max"):
        return []
    items = list(value.items)
    for bound, op in zip(bounds, ("Max", "Min"), strict=True):
        if bound:
            items = [ARITHMETIC[op]((item, bound[0]), value.floating) for item in items]
    return [value._replace(items=tuple(items))]


def _cast(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    value, kind = call.value(0), NUMBER_TYPES.get(call.integer("to"), ("", 0))[0]
    if value is None:
        return []
    floating = "float" in kind or kind == "double"
    return [SmallTensor(_dims(sizes), tuple(cast(item, kind) for item in value.items), floating=floating)]


def _same_items(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    value = call.value(0)
    return [] if value is None else [value.reshaped(_dims(sizes))]


def _transpose(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    value, dims = call.value(0), _dims(sizes)
    if value is None:
        return []
    order = call.integers("perm") or tuple(reversed(range(len(dims))))
    back = [order.index(axis) for axis in range(len(dims))]
    return [value.moved(dims, lambda place: tuple(place[axis] for axis in back))]


def _gather(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    value, indices = call.value(0), call.value(1)
    if value is None or indices is None or call.whole(1) is None:
        return []
    axis, taken = along(call.integer("axis"), len(value.dims)), len(indices.dims)

    def source(place: tuple[int, ...]) -> tuple[int, ...]:
        index = indices.at(place[axis : axis + taken])
        return *place[:axis], int(str(index)) % max(value.dims[axis], 1), *place[axis + taken :]

    return [value.moved(_dims(sizes), source)]


def _slice(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    value = call.value(0)
    found = None if value is None else cuts(call, len(value.dims))
    if value is None or found is None:
        return []
    taken = {axis: range(size) for axis, size in enumerate(value.dims)}
    for axis, *bounds in found:
        start, end, step = (bound if isinstance(bound, int) else None for bound in bounds)
        if start is None or end is None or not step:
            return []
        stop = None if step < 0 and end < -value.dims[axis] else end
        taken[axis] = range(value.dims[axis])[start:stop:step]
    return [value.moved(_dims(sizes), lambda place: tuple(taken[axis][i] for axis, i in enumerate(place)))]


def _concat(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    """Put values one after the other; of an input without values all items are unknown."""
    dims, axis = _dims(sizes), along(call.integer("axis", 1), len(_dims(sizes)))
    parts = [_part(call.input(index)) for index in range(len(call.inputs))]
    present = [part for part in parts if part is not None]
    if len(present) < len(parts) or len(parts) > MOST_INPUTS:
        return []
    starts = [0, *accumulate(part.dims[axis] for part in present)]

    def item(place: tuple[int, ...]) -> Item:
        index = next(i for i, start in enumerate(starts[1:]) if place[axis] < start)
        return present[index].at((*place[:axis], place[axis] - starts[index], *place[axis + 1 :]))

    return [SmallTensor(dims, tuple(map(item, places(dims))), floating=any(part.floating for part in present))]


def _part(known: Known) -> Folded:
    """Return the value of an input, or items that are unknown where its sizes are known to be small."""
    if known.value is not None:
        return known.value
    dims, count = whole(known.sizes), elements(known.sizes)
    return (
        SmallTensor(dims, (None,) * count)
        if dims is not None and isinstance(count, int) and count < MOST_ITEMS
        else None
    )


def _split(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    value = call.value(0)
    dims = [each for each in map(whole, sizes) if each is not None]
    if value is None or len(dims) < len(sizes):
        return []
    axis = along(call.integer("axis"), len(value.dims))
    starts = [0, *accumulate(each[axis] for each in dims)]
    return [value.moved(each, _shifted(axis, start)) for each, start in zip(dims, starts, strict=False)]


def _shifted(axis: int, start: int) -> Callable[[tuple[int, ...]], tuple[int, ...]]:
    """Return from which place of a whole each place of a part comes."""
    return lambda place: (*place[:axis], place[axis] + start, *place[axis + 1 :])


def _expand(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    value, dims = call.value(0), _dims(sizes)
    return [] if value is None else [value._replace(dims=dims, items=tuple(map(value.at, places(dims))))]


def _tile(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    value = call.value(0)
    if value is None:
        return []
    return [value.moved(_dims(sizes), lambda place: tuple(i % n for i, n in zip(place, value.dims, strict=True)))]


def _shape(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    return [SmallTensor(_dims(sizes), (call.sizes() or ())[shape_slice(call)])]


def _size(call: NodeCall, _: Sequence[Sizes]) -> list[Folded]:
    return [SmallTensor((), (elements(call.sizes()),))]


def _constant(call: NodeCall, _: Sequence[Sizes]) -> list[Folded]:
    attributes = call.node.attributes
    if isinstance(tensor := attributes.get("value"), OnnxTensor):
        return [of_tensor(tensor).value]
    for name in (*LISTS[:2], *NUMBERS[:2]):
        found = attributes.get(name)
        if found is not None:
            items = found if isinstance(found, tuple) else (found,)
            return [SmallTensor((len(items),) if name in LISTS else (), items, floating="float" in name)]
    return []


def _constant_of_shape(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    tensor, dims = call.node.attributes.get("value"), _dims(sizes)
    if tensor is None:
        return [SmallTensor(dims, (0.0,) * math.prod(dims), floating=True)]
    if not isinstance(tensor, OnnxTensor) or tensor.values is None or len(tensor.values) != 1:
        return []
    return [SmallTensor(dims, tensor.values * math.prod(dims), floating=tensor.floating)]


def _range(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    (count,) = _dims(sizes)
    start, step = (call.numbers(index) for index in (0, 2))
    if not start or not step or start[0] is None or step[0] is None:
        return []
    return [SmallTensor((count,), tuple(start[0] + index * step[0] for index in range(count)))]  # type: ignore[operator]


def _reduce(call: NodeCall, sizes: Sequence[Sizes]) -> list[Folded]:
    value, axes, dims = call.value(0), reduced_axes(call), _dims(sizes)
    if value is None or axes is None:
        return []
    groups: dict[tuple[int, ...], list[Item]] = {}
    for place, item in zip(places(value.dims), value.items, strict=True):
        groups.setdefault(tuple(i for axis, i in enumerate(place) if axis not in axes), []).append(item)
    compute = REDUCTIONS[call.node.op]
    items = tuple(compute(group, value.floating) for group in groups.values())
    return [SmallTensor(dims, items, floating=value.floating)] if len(items) == math.prod(dims) else []


FOLDS: dict[str, Fold] = {
    **dict.fromkeys(ARITHMETIC, _elementwise),
    **dict.fromkeys(REDUCTIONS, _reduce),
    **dict.fromkeys(("Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze"), _same_items),
    "Cast": _cast,
    "CastLike": _as_floats,
    "Clip": _clip,
    "Concat": _concat,
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Expand": _expand,
    "Gather": _gather,
    "Mod": _remainder,
    "Range": _range,
    "Shape": _shape,
    "Size": _size,
    "Slice": _slice,
    "Split": _split,
    "Tile": _tile,
    "Transpose": _transpose,
}
"""How the values of an operator's outputs are computed, where that is done."""
