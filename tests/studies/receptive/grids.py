"""Receptive fields by doing: ones pushed forwards through grids, position by position, on small networks.

For each layer kind the pushing is written down on its own, as a person would do it: padded lists that windows are laid
over, values that are spread, lists that are repeated, windows that are rolled and cut. Nothing asks the layer what it
reads.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from archcalc.layers.base import Merge
from tests.known import known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archcalc.network.table import Table

Pixels = frozenset[tuple[int, ...]]
Axis = list[set[int]]
"""For each output position along one axis the input positions that it reads."""


def seen(table: Table) -> list[dict[tuple[int, ...], Pixels]]:
    """Return for each node of a table's graph what each of its positions sees of the input."""
    found: list[dict[tuple[int, ...], Pixels]] = []
    for node in table.graph.nodes:
        sizes = [known(size) for size in node.shape.spatial]
        places = list(product(*map(range, sizes)))
        if node.is_input:
            found.append({place: frozenset({place}) for place in places})
        elif isinstance(node.layer, Merge):
            inputs = [found[index] for index in node.inputs]
            found.append({place: frozenset().union(*(_at(one, place) for one in inputs)) for place in places})
        else:
            before, x = found[node.inputs[0]], table.graph.nodes[node.inputs[0]].shape
            axes = [
                PUSHED.get(node.layer.kind, _same)(node.layer, known(size), count, axis)
                for axis, (size, count) in enumerate(zip(x.spatial, sizes, strict=True))
            ]
            found.append({place: _union(before, axes, place) for place in places})
    return found


def _at(positions: dict[tuple[int, ...], Pixels], place: tuple[int, ...]) -> Pixels:
    """Return what one place sees; of an axis of size 1 there is only one."""
    return positions[place] if place in positions else positions[(0,) * len(place)]


def _union(before: dict[tuple[int, ...], Pixels], axes: list[Axis], place: tuple[int, ...]) -> Pixels:
    reads = product(*(axis[index] for axis, index in zip(axes, place, strict=True)))
    return frozenset().union(*(before[position] for position in reads))


def _one(value: Any, axis: int) -> Any:
    """Return an option's value on one axis."""
    return value[axis] if isinstance(value, tuple) else value


def _same(layer: Any, size: int, count: int, axis: int) -> Axis:  # noqa: ARG001
    assert size == count
    return [{position} for position in range(size)]


def _slid(layer: Any, size: int, count: int, axis: int) -> Axis:
    """Lay the windows of a convolution or a pool over a padded list, one after the other."""
    kernel = _one(layer.kernel, axis)
    stride = kernel if getattr(layer, "stride", 1) is None else _one(layer.stride, axis)
    dilation, padding = _one(getattr(layer, "dilation", 1), axis), _one(layer.padding, axis)
    if padding == "same":
        padding = _least_padding(size, (kernel - 1) * dilation + 1, stride, count)
    sides = (padding, padding) if isinstance(padding, int) else padding
    padded = [None] * sides[0] + list(range(size)) + [None] * (sides[1] + kernel * stride)
    windows = [padded[start:][: (kernel - 1) * dilation + 1 : dilation] for start in range(0, count * stride, stride)]
    return [{position for position in window if position is not None} for window in windows]


def _least_padding(size: int, span: int, stride: int, count: int) -> tuple[int, int]:
    """Try more and more padding, until there are windows enough; the odd one goes behind."""
    total = 0
    while len(range(0, size + total - span + 1, stride)) < count:
        total += 1
    return total // 2, total - total // 2


def _spread(layer: Any, size: int, count: int, axis: int) -> Axis:
    """Spread each input over the kernel, a stride from the next, and cut off the padding."""
    found: Axis = [set() for _ in range(count)]
    for position in range(size):
        for tap in range(_one(layer.kernel, axis)):
            place = position * _one(layer.stride, axis) + tap * _one(layer.dilation, axis) - _one(layer.padding, axis)
            if 0 <= place < count:
                found[place].add(position)
    return found


def _stretched(layer: Any, size: int, count: int, axis: int) -> Axis:  # noqa: ARG001
    """Repeat each position, or take those whose centres are nearer than one to the output's."""
    factor = count // size
    if getattr(layer, "mode", "nearest") == "nearest":
        return [{position} for position in range(size) for _ in range(factor)]
    centres = [(output + 0.5) * size / count - 0.5 for output in range(count)]
    return [
        {min(size - 1, max(0, position)) for position in range(-1, size + 1) if abs(position - centre) < 1}
        for centre in centres
    ]


def _cut(layer: Any, size: int, count: int, axis: int) -> Axis:
    """Take a part of the list: from its middle, unless it is said from where."""
    offset = (size - count) // 2 if layer.offset is None else _one(layer.offset, axis)
    return [{position} for position in range(size)][offset : offset + count]


def _bordered(layer: Any, size: int, count: int, axis: int) -> Axis:  # noqa: ARG001
    padding = _one(layer.padding, axis)
    before, after = (padding, padding) if isinstance(padding, int) else padding
    return [set() for _ in range(before)] + [{position} for position in range(size)] + [set() for _ in range(after)]


def _chunks(layer: Any, size: int, count: int, axis: int) -> Axis:  # noqa: ARG001
    block = layer.block
    return [set(range(size)[start : start + block]) for start in range(0, size, block)]


def _binned(layer: Any, size: int, count: int, axis: int) -> Axis:  # noqa: ARG001
    """Put each position into the bins whose share of the axis it overlaps."""
    found: Axis = [set() for _ in range(count)]
    for position, number in product(range(size), range(count)):
        if position * count < (number + 1) * size and (position + 1) * count > number * size:
            found[number].add(position)
    return found


def _windowed(layer: Any, size: int, count: int, axis: int) -> Axis:  # noqa: ARG001
    """Pad to whole windows, roll, cut into windows, and let those of one region see each other."""
    window, shift = _one(layer.window, axis), _one(layer.shift, axis)
    padded = [*range(size), *[None] * (-size % window)]
    shift = 0 if window >= len(padded) else shift
    rolled = padded[shift:] + padded[:shift]
    wrapped = [index >= len(padded) - shift for index in range(len(padded))]  # came round from the beginning
    found: Axis = [set() for _ in range(size)]
    for start in range(0, len(padded), window):
        inside = list(zip(rolled, wrapped, strict=True))[start : start + window]
        for one, side in inside:
            if one is not None:
                found[one] = {other for other, region in inside if other is not None and region == side}
    return found


PUSHED: dict[str, Callable[[Any, int, int, int], Axis]] = {
    "adaptive_avgpool": _binned,
    "adaptive_maxpool": _binned,
    "avgpool": _slid,
    "conv": _slid,
    "conv_transpose": _spread,
    "crop": _cut,
    "maxpool": _slid,
    "pad": _bordered,
    "pixel_shuffle": _stretched,
    "space_to_depth": _chunks,
    "upsample": _stretched,
    "window_attention": _windowed,
}
"""How each kind pushes; every other one keeps positions."""


def projected(pixels: Iterable[tuple[int, ...]], rank: int) -> list[set[int]]:
    """Return the rows and the columns of some pixels."""
    pixels = list(pixels)
    return [{pixel[axis] for pixel in pixels} for axis in range(rank)]
