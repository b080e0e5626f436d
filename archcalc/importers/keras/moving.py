"""What puts values in another place or shape: padding, cropping, resizing, reshaping."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.importers.arrangement import whole
from archcalc.importers.keras.axes import LAYOUTS, place_of, shape_of
from archcalc.quantities.shape import Shape

if TYPE_CHECKING:
    from archcalc.importers.arrangement import Value
    from archcalc.importers.keras.calls import LayerCall


def _sides(call: LayerCall, name: str) -> tuple[tuple[int, int], ...]:
    """Return what is added or taken away before and after each axis.

    Raises:
        Refusal: the input is a vector.
    """
    lengths = call.x.shape.lengths
    if not lengths:
        raise Refusal("expected a map or tokens")
    return call.fields.pairs(name, len(lengths))


def _padded(call: LayerCall) -> Value:
    """Add zeros around a map, or before and after tokens."""
    shape = call.x.shape
    pairs = _sides(call, "padding")
    if shape.is_map:
        sides = {side for pair in pairs for side in pair}
        return call.row("pad", padding=sides.pop() if len(sides) == 1 else pairs)
    return call.opaque(Shape("TF", (shape.sizes[0] + sum(pairs[0]), shape.sizes[1])))


def _cropped(call: LayerCall) -> Value:
    """Add the middle of a map: what is left of each axis, and how much goes before it."""
    shape = call.x.shape
    pairs = _sides(call, "cropping")
    left = tuple(size - sum(pair) for size, pair in zip(shape.lengths, pairs, strict=True))
    if shape.is_map:
        return call.row("crop", size=left, offset=tuple(before for before, _ in pairs))
    return call.opaque(Shape("TF", (left[0], shape.sizes[1])))


def _upsampled(call: LayerCall) -> Value:
    """Add an upsampling; that of tokens repeats each of them."""
    factor = call.fields.sizes("size", 2)
    if call.x.shape.is_map:
        smooth = call.fields.word("interpolation", "nearest") != "nearest"
        return call.row("upsample", factor=factor, mode="bilinear" if smooth else "nearest")
    if not isinstance(factor, int):
        raise Refusal("a factor for one axis")
    return call.row("rearrange", pattern=f"t f -> (t r={factor}) f", layout="TF")


def _resized(call: LayerCall) -> Value:
    """Add an image of another size, as an opaque row: no kind has a size of its own."""
    sizes = (call.fields.whole("height"), call.fields.whole("width"), call.x.shape.channels)
    return call.opaque(shape_of(sizes))


def _flat(call: LayerCall) -> Value:
    return call.row("flatten") if call.x.shape.layout != "F" else call.row("identity")


def _reshaped(call: LayerCall) -> Value:
    """Add the same values in another shape; one of its sizes can follow from the others."""
    target = list(call.fields.axes("target_shape", 0))
    if target.count(-1) == 1:
        values = prod(map(whole, call.x.shape.sizes))
        rest = prod(size for size in target if size != -1)
        if not values or not rest:
            raise Refusal("a size is open")
        target[target.index(-1)] = values // rest
    if len(target) not in LAYOUTS or min(target) < 1:
        raise Refusal("more axes than a shape has")
    shape = shape_of(target)
    return call.row("reshape", sizes=shape.sizes, layout=shape.layout)


def _permuted(call: LayerCall) -> Value:
    """Add the axes in another order."""
    shape = call.x.shape
    dims = call.fields.axes("dims", 0)
    if sorted(dims) != list(range(1, len(shape.sizes) + 1)):
        raise Refusal("an order of other axes")
    places = [place_of(axis, shape) for axis in dims]
    ordered = [places[-1], *places[:-1]] if shape.is_map else places
    return call.row("permute", axes=tuple(place or 0 for place in ordered))


def _repeated(call: LayerCall) -> Value:
    """Add a vector as so many tokens."""
    if call.x.shape.layout != "F":
        raise Refusal("expected a vector")
    return call.row("rearrange", pattern=f"f -> n={call.fields.whole('n')} f", layout="TF")


LAYERS = {
    **{f"ZeroPadding{rank}D": _padded for rank in "123"}, **{f"Cropping{rank}D": _cropped for rank in "123"},
    **{f"UpSampling{rank}D": _upsampled for rank in "123"},
    "Resizing": _resized, "CenterCrop": _resized, "RandomCrop": _resized, "Flatten": _flat, "Reshape": _reshaped,
    "Permute": _permuted, "RepeatVector": _repeated,
}  # fmt: skip
"""The rules of these layers."""
