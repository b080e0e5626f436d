"""Caffe's layers that slide over a map: convolutions and pools, whose windows can differ from axis to axis.

Source: github.com/BVLC/caffe, src/caffe/layers: base_conv_layer.cpp, deconv_layer.cpp, pooling_layer.cpp.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.importers.rules import same
from archcalc.importers.steps import RowStep, opaque

if TYPE_CHECKING:
    from archcalc.importers.caffe.message import Message
    from archcalc.importers.caffe.reading import CaffeReading

SIDES = ("h", "w")

WINDOW = ("kernel_size", "kernel_h", "kernel_w", "stride", "stride_h", "stride_w", "pad", "pad_h", "pad_w")
CONVOLVING = (*WINDOW, "num_output", "bias_term", "dilation", "group", "axis", "force_nd_im2col")


def _each(options: Message, name: str, short: str, rank: int, default: int | None) -> tuple[int, ...]:
    """Return one number for each axis: given for all, for each, or for height and width by name.

    Raises:
        UsageError: there are not as many as axes, or none.
    """
    least = 0 if name == "pad" else 1
    sides = [f"{short}_{side}" for side in SIDES]
    if any(side in options.fields for side in sides):
        return tuple(options.number(side, default, least) for side in sides)
    found = options.numbers(name, least) or ([] if default is None else [default])
    if len(found) not in (1, rank):
        problem = f"requires {name}" if not found else f"has {len(found)} values of {name} for {rank} axes"
        raise options.wrong(f"{options.name} {problem}")
    return tuple(found * rank) if len(found) == 1 else tuple(found)


def _window(options: Message, rank: int) -> dict[str, tuple[int, ...]]:
    return {
        "kernel": _each(options, "kernel_size", "kernel", rank, None),
        "stride": _each(options, "stride", "stride", rank, 1),
        "padding": _each(options, "pad", "pad", rank, 0),
    }


def _convolving(call: CaffeReading, kind: str) -> RowStep:
    options = call.options("convolution_param", CONVOLVING)
    rank = len(call.image())
    if call.axis(options) != 1:
        raise call.wrong("has an axis other than 1, which is not supported")
    window = _window(options, rank) | {"dilation": _each(options, "dilation", "dilation", rank, 1)}
    given: dict[str, Any] = {name: same(numbers) for name, numbers in window.items()}
    given |= {"groups": options.number("group", 1, 1), "bias": options.flag("bias_term", default=True)}
    return RowStep(kind, {"filters": options.number("num_output", None, 1), **given})


def convolution(call: CaffeReading) -> list[RowStep]:
    """Return a convolution."""
    return [_convolving(call, "conv")]


def deconvolution(call: CaffeReading) -> list[RowStep]:
    """Return a transposed convolution."""
    return [_convolving(call, "conv_transpose")]


def pooling(call: CaffeReading) -> list[RowStep]:
    """Return a pool, which rounds up, and with padding leaves out a last window that begins beyond the map."""
    options = call.options("pooling_param", (*WINDOW, "pool", "global_pooling", "round_mode", "ceil_mode"))
    sizes, method = call.image(), options.choice("pool", ("MAX", "AVE", "STOCHASTIC"))
    up = options.choice("round_mode", ("CEIL", "FLOOR")) == "CEIL" and options.flag("ceil_mode", default=True)
    if options.flag("global_pooling"):
        return [RowStep(GLOBAL[method])] if method in GLOBAL else [opaque(_STOCHASTIC, [call.x], _single(call))]
    window = _window(options, len(sizes))
    rows = zip(sizes, *window.values(), strict=True)
    grid = tuple(_positions(call, size, *row, up=up) for size, *row in rows)
    found = (call.sizes[0], *grid)
    if method not in POOLS:
        return [opaque(_STOCHASTIC, [call.x], found)]
    given = {name: same(numbers) for name, numbers in window.items()}
    return [RowStep(POOLS[method], given | ({"ceil": True} if up else {}), sizes=found)]


POOLS = {"MAX": "maxpool", "AVE": "avgpool"}
GLOBAL = {"MAX": "global_maxpool", "AVE": "global_avgpool"}
_STOCHASTIC = "stochastic pooling"


def _single(call: CaffeReading) -> tuple[int, ...]:
    return (call.sizes[0], *(1 for _ in call.sizes[1:]))


def _positions(call: CaffeReading, size: int, *row: int, up: bool) -> int:
    """Return how many windows of a kernel, a stride and a padding there are.

    Raises:
        UsageError: there are none.
    """
    kernel, stride, padding = row
    more = size + 2 * padding - kernel
    if more < 0:
        raise call.wrong(f"has a kernel of {kernel}, which is larger than the input ({size})")
    found = (-(-more // stride) if up else more // stride) + 1
    return found - (padding > 0 and (found - 1) * stride >= size + padding)
