"""Operators that resize or sample feature maps, and transforms of signals."""

from __future__ import annotations

from struct import pack, unpack
from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.importers.onnx.calls import along
from archcalc.importers.onnx.known import Item, Size, Sizes, times
from archcalc.importers.onnx.shapes.windows import as_size
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from archcalc.importers.onnx.calls import NodeCall

ROI_SINCE = 11
"""From this version on, Resize has a region of interest before its scales."""


def _resize(call: NodeCall) -> list[Sizes]:
    sizes = call.sizes()
    if sizes is None:
        return []
    axes = tuple(along(axis, len(sizes)) for axis in call.integers("axes")) or tuple(range(len(sizes)))
    scales = call.numbers(2 if call.opset >= ROI_SINCE else 1)
    asked = call.numbers(3)
    found = list(sizes)
    for i, axis in enumerate(axes):
        found[axis] = _resized(call, sizes, i, (scales, asked), axes)
    return [tuple(found)]


def _resized(
    call: NodeCall, sizes: tuple[Size, ...], i: int, given: tuple[tuple[Item, ...] | None, ...], axes: tuple[int, ...]
) -> Size:
    """Return the new size of one axis, from the sizes that are given, or from the scales."""
    scales, asked = given
    if asked:
        _require(len(asked), len(axes))
        policy = call.text("keep_aspect_ratio_policy", "stretch")
        return as_size(asked[i]) if policy == "stretch" else _keeping_ratio(sizes, asked, axes, i, policy)
    if scales:
        _require(len(scales), len(axes))
        return scaled(sizes[axes[i]], scales[i])
    return None


def _require(given: int, axes: int) -> None:
    if given != axes:
        raise Refusal(f"{given} scales or sizes for {axes} axes")


def scaled(size: Size, scale: Item) -> Size:
    """Return a size times a scale, rounded down; the product is one of 32 bits, as ONNX computes it.

    >>> scaled(10, 1.2999999523162842), scaled(7, 0.5), scaled(None, 2.0)
    (13, 3, None)
    """
    if size is None or not isinstance(scale, int | float):
        return None
    if isinstance(size, int):
        return int(_float32(size * scale) // 1)
    if scale == int(scale):
        return times((size, int(scale)))
    parts = 1 / scale if scale else 0.0
    return simplify(size // int(parts)) if parts == int(parts) and parts else None


def _float32(number: float) -> float:
    return float(unpack("<f", pack("<f", number))[0])


def _keeping_ratio(
    sizes: tuple[Size, ...], asked: tuple[Item, ...], axes: tuple[int, ...], i: int, policy: str
) -> Size:
    """Return the new size of an axis where one scale, the least or the greatest, is that of all of them."""
    ratios = []
    for axis, item in zip(axes, asked, strict=True):
        size = sizes[axis]
        if not isinstance(size, int) or not isinstance(item, int) or size == 0:
            return None
        ratios.append(item / size)
    scale = min(ratios) if policy == "not_larger" else max(ratios)
    size = sizes[axes[i]]
    return int(_float32(_float32(scale) * size) + 0.5) if isinstance(size, int) else None


def _upsample(call: NodeCall) -> list[Sizes]:
    sizes = call.sizes()
    scales = call.numbers(1) if call.has(1) else call.attribute("scales", tuple, ())
    if sizes is None or scales is None:
        return []
    _require(len(scales), len(sizes))
    return [tuple(map(scaled, sizes, scales))]


def _grid_sample(call: NodeCall) -> list[Sizes]:
    x, points = call.sizes(), call.sizes(1)
    if x is None or points is None:
        return []
    return [(x[0], x[1], *points[1:-1])]


def _affine_grid(call: NodeCall) -> list[Sizes]:
    asked = call.numbers(1)
    if asked is None:
        return []
    batch, _, *spatial = map(as_size, asked)
    return [(batch, *spatial, len(spatial))]


def _dft(call: NodeCall) -> list[Sizes]:
    sizes = call.sizes()
    axes = call.whole(2) if call.has(2) else (call.integer("axis", 1 if call.opset < _DFT_AXIS_INPUT else -2),)
    if sizes is None or axes is None:
        return []
    axis, asked = along(axes[0], len(sizes)), call.numbers(1)
    halved, back = call.integer("onesided"), call.integer("inverse")
    length: Size = sizes[axis]
    if call.has(1):
        length = as_size(asked[0]) if asked else None
    elif halved and back and length is not None:
        length = simplify(2 * (length - 1))
    if halved and not back:
        length = None if length is None else simplify(length // 2 + 1)
    return [(*sizes[:axis], length, *sizes[axis + 1 : -1], 1 if halved and back else 2)]


_DFT_AXIS_INPUT = 20


def _stft(call: NodeCall) -> list[Sizes]:
    signal, step = call.sizes(), call.numbers(1)
    if signal is None:
        return []
    length = call.numbers(3)
    window = call.sizes(2)
    frame = as_size(length[0]) if length else window[0] if window else None
    return [(signal[0], *_frames(signal[1], as_size(step[0]) if step else None, frame, call.integer("onesided", 1)), 2)]


def _frames(signal: Size, step: Size, frame: Size, onesided: int) -> tuple[Size, Size]:
    """Return the number of frames, and of frequencies in each."""
    bins = None if frame is None else simplify(frame // 2 + 1) if onesided else frame
    if signal is None or frame is None or not isinstance(step, int) or step < 1:
        return None, bins
    return simplify((signal - frame) // step + 1), bins


RULES = {
    "AffineGrid": _affine_grid,
    "DFT": _dft,
    "GridSample": _grid_sample,
    "Resize": _resize,
    "STFT": _stft,
    "Upsample": _upsample,
}
"""The rules of this group by operator."""
