"""Operators that make tensors: constants, ranges, random numbers, windows of signals, and sizes themselves."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.importers.onnx.model import OnnxTensor
from archcalc.importers.onnx.shapes.windows import as_size
from archcalc.symbolic.expr import ceildiv
from archcalc.symbolic.known import decide, simplify

if TYPE_CHECKING:
    from archcalc.importers.onnx.calls import NodeCall
    from archcalc.importers.onnx.known import Size, Sizes

LISTS = ("value_floats", "value_ints", "value_strings")
NUMBERS = ("value_float", "value_int", "value_string")


def _constant(call: NodeCall) -> list[Sizes]:
    attributes = call.node.attributes
    tensor = attributes.get("value", attributes.get("sparse_value"))
    if isinstance(tensor, OnnxTensor):
        return [tensor.dims]
    for name in LISTS:
        if isinstance(found := attributes.get(name), tuple):
            return [(len(found),)]
    return [()] if any(name in attributes for name in NUMBERS) else []


def _constant_of_shape(call: NodeCall) -> list[Sizes]:
    asked, shape = call.numbers(0), call.sizes()
    if asked is None:
        return [(None,) * shape[0]] if shape and isinstance(shape[0], int) and shape[0] <= _MOST_AXES else []
    return [tuple(map(as_size, asked))]


_MOST_AXES = 32


def _range(call: NodeCall) -> list[Sizes]:
    bounds = [call.numbers(index) for index in range(3)]
    start, limit, step = (items[0] if items else None for items in bounds)
    if start is None or limit is None or step is None:
        return [(None,)]
    if isinstance(step, int | float) and step == 0:
        raise Refusal("the step of a range is 0")
    if isinstance(start, int | float) and isinstance(limit, int | float) and isinstance(step, int | float):
        return (
            [(max(ceil((limit - start) / step), 0),)] if _floats(start, limit, step) else [_whole(start, limit, step)]
        )
    if isinstance(step, int) and step > 0 and not isinstance(start, float) and not isinstance(limit, float):
        span = simplify(limit - start)
        return [(simplify(ceildiv(span, step)) if decide(span, ">=", 0) else None,)]
    return [(None,)]


def _floats(*numbers: float) -> bool:
    return any(isinstance(number, float) for number in numbers)


def _whole(start: float, limit: float, step: float) -> tuple[Size, ...]:
    return (len(range(int(start), int(limit), int(step))),)


def _shape(call: NodeCall) -> list[Sizes]:
    rank = call.input(0).rank
    return [(None,) if rank is None else (len(range(rank)[shape_slice(call)]),)]


def shape_slice(call: NodeCall) -> slice:
    """Return which axes a Shape outputs the sizes of."""
    end = call.integer("end") if call.given("end") else None
    return slice(call.integer("start"), end)


def _single(_: NodeCall) -> list[Sizes]:
    return [()]


def _random(call: NodeCall) -> list[Sizes]:
    return [call.integers("shape")]


def _multinomial(call: NodeCall) -> list[Sizes]:
    sizes = call.of_rank(0, 2)
    return [(sizes[0] if sizes else None, call.integer("sample_size", 1))]


def _signal_window(call: NodeCall) -> list[Sizes]:
    size = call.numbers(0)
    return [(as_size(size[0]) if size else None,)]


def _mel(call: NodeCall) -> list[Sizes]:
    bins, length = call.numbers(0), call.numbers(1)
    spectrum = as_size(length[0]) if length else None
    return [(None if spectrum is None else simplify(spectrum // 2 + 1), as_size(bins[0]) if bins else None)]


RULES = {
    **dict.fromkeys(("BlackmanWindow", "HammingWindow", "HannWindow"), _signal_window),
    **dict.fromkeys(("RandomNormal", "RandomUniform"), _random),
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "MelWeightMatrix": _mel,
    "Multinomial": _multinomial,
    "Range": _range,
    "Shape": _shape,
    "Size": _single,
}
"""The rules of this group by operator."""
