"""What mistakes do to a receptive field: to what it starts from, or to the number that is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archcalc.studies.homework.changes import Change
    from archcalc.studies.homework.derivation import Derivation
    from archcalc.symbolic.expr import Int


STRIDES = (2, 3, 4, 8, 16)
"""What one layer, or all pools, may contribute to an effective stride."""


def fields(change: Callable[[Derivation, Any], Any]) -> Change:
    """Return the mistake of another field, on each axis, for what the layer's input depends on."""

    def changed(d: Derivation) -> list[Derivation]:
        if not d.before or d.before[0].axes is None or not d.windows:
            return []
        reach = d.before[0]._replace(axes=tuple(change(d, field) for field in d.before[0].axes))
        return [d.but(before=(reach, *d.before[1:]))]

    return changed


def field(change: Callable[[Derivation, tuple[Int, ...]], tuple[Int, ...]]) -> Change:
    """Return a mistake about the receptive field that is written down."""
    return lambda d: [d.but(on_field=(*d.on_field, change))]


def area(_: Derivation, sizes: tuple[Int, ...]) -> tuple[Int, ...]:
    """Return how many pixels there are in a square field."""
    return (sizes[0] * sizes[0],) if len(sizes) == 1 else sizes


def backward_recursion(d: Derivation, sizes: tuple[Int, ...]) -> tuple[Int, ...]:
    """Return (r − 1)·S + K of a layer's own stride and kernel: right only from the last layer to the first."""
    before = d.before[0].sizes if d.before else None
    if not before or len(before) != 1 or not d.windows:
        return sizes
    return tuple(dict.fromkeys((before[0] - 1) * window.stride + window.span for window in d.windows))


def jump_without_a_stride(d: Derivation) -> list[Derivation]:
    """Leave one stride out of the effective stride."""
    axes = d.before[0].axes if d.before else None
    shift = axes[0].shift if axes and not axes[0].phases else 1
    able = [s for s in STRIDES if isinstance(shift, int) and shift % s == 0 and shift > s]
    return [found for stride in able for found in _slower(stride)(d)]


def _slower(stride: int) -> Change:
    return fields(lambda _, f: f._replace(shift=f.shift // stride))


def from_the_one_before(change: Callable[[Derivation, Int], Iterable[Int]]) -> Change:
    """Return mistakes that work out a field from that of the layer before, one of each axis being alike."""

    def changed(d: Derivation) -> list[Derivation]:
        before = d.before[0].sizes if d.before else None
        if not before or len(before) != 1 or not d.windows:
            return []
        return [d.but(on_field=(*d.on_field, _always(size))) for size in change(d, before[0])]

    return changed


def _always(size: Int) -> Callable[[Derivation, tuple[Int, ...]], tuple[Int, ...]]:
    return lambda *_: (size,)


def times_stride(d: Derivation, before: Int) -> Iterable[Int]:
    """Yield a field multiplied by the stride of the layer: no effective stride is in it."""
    stride, span = d.windows[0].stride, d.windows[0].span
    yield from (before * stride, before * stride + span - 1, (before + span - 1) * stride)


def padded(d: Derivation, before: Int) -> Iterable[Int]:
    """Yield a field to which the padding is added."""
    window, reach = d.windows[0], d.before[0].axes
    jump = reach[0].shift if reach else 1
    for padding in dict.fromkeys((window.before, window.before + window.after)):
        yield before + (window.span - 1 + padding) * jump
        yield before + (window.span - 1) * jump + padding


def strides_added(d: Derivation, before: Int) -> Iterable[Int]:
    """Yield a field with the sum of the earlier strides in place of their product."""
    more = [stride for stride in d.around.strides if stride > 1]
    for jump in dict.fromkeys((sum(more) or 1, sum(d.around.strides), sum(d.around.strides) + 1)):
        yield before + (d.windows[0].span - 1) * jump


def clipped(d: Derivation, sizes: tuple[Int, ...]) -> tuple[Int, ...]:
    """Limit a field to the image."""
    image = d.around.image
    if image is None or not image.is_map or len(sizes) != 1 or not isinstance(sizes[0], int):
        return sizes
    sides = [side for side in image.spatial if isinstance(side, int)]
    return (min(sizes[0], *sides),) if sides else sizes


def of_output(d: Derivation, sizes: tuple[Int, ...]) -> tuple[Int, ...]:
    """Return the size of the output."""
    return tuple(dict.fromkeys(d.shape.spatial)) if d.shape.is_map else sizes


def at_merges(choose: Callable[[list[int]], Iterable[Int]]) -> Change:
    """Return the mistake of another field of a merge, of those of its branches."""

    def changed(d: Derivation) -> list[Derivation]:
        sizes = [reach.sizes for reach in d.before] if d.layer.joins else []
        known = [size[0] for size in sizes if size and len(size) == 1 and isinstance(size[0], int)]
        if not known or len(known) != len(sizes):
            return []
        return [d.but(on_field=(*d.on_field, _always(size))) for size in dict.fromkeys(choose(known))]

    return changed
