"""What mistakes do to a receptive field: to what it starts from, or to the number that is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.studies.homework.changes import Change
    from archcalc.studies.homework.derivation import Derivation
    from archcalc.symbolic.expr import Int


STRIDES = (2, 3, 4)
"""What one layer may contribute to an effective stride."""


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
    if not isinstance(shift, int):
        return []
    able = [stride for stride in STRIDES if shift % stride == 0 and shift > stride]
    return [found for stride in able for found in _slower(stride)(d)]


def _slower(stride: int) -> Change:
    return fields(lambda _, f: f._replace(shift=f.shift // stride))
