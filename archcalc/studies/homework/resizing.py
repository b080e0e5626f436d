"""What mistakes do to the size of a map: without the kernel, with that of another layer, or the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.layers.sliding import Pool
from archcalc.studies.homework.changes import TRANSPOSED, option, slides

if TYPE_CHECKING:
    from archcalc.studies.homework.changes import Change
    from archcalc.studies.homework.derivation import Derivation
    from archcalc.symbolic.expr import Int


def channels_pooled(d: Derivation, sizes: tuple[Int, ...]) -> tuple[Int, ...]:
    """Divide the channels by the stride of a pool, as it divides height and width."""
    stride = d.windows[0].stride if isinstance(d.layer, Pool) and d.windows else 1
    return (sizes[0] // stride, *sizes[1:])


def kernel_ignored(d: Derivation) -> list[Derivation]:
    """Divide the size by the stride, whatever the kernel is."""
    if not slides(d):
        return []
    sizes = tuple(size // window.stride for window, size in zip(d.windows, d.x.lengths, strict=True))
    return [d.but(on_grid=(*d.on_grid, lambda _: sizes))]


def kernel_of_stride(d: Derivation) -> list[Derivation]:
    """Take the stride of a pool for its kernel, as where its windows do not overlap."""
    if not isinstance(d.layer, Pool) or not slides(d) or all(w.kernel == w.stride for w in d.windows):
        return []
    return [d.but(on_windows=(*d.on_windows, lambda window: window._replace(kernel=window.stride)))]


def of_transposed(**values: Any) -> Change:  # noqa: ANN401 - values of options
    """Return the mistake of taking other values for the options of a transposed convolution."""
    return lambda d: option(**values)(d) if d.layer.kind == TRANSPOSED else []


def times_stride(d: Derivation) -> list[Derivation]:
    """Multiply the size by the stride of a transposed convolution, whatever its kernel is."""
    if d.layer.kind != TRANSPOSED:
        return []
    sizes = tuple(size * window.stride for window, size in zip(d.windows, d.x.lengths, strict=True))
    return [d.but(on_grid=(*d.on_grid, lambda _: sizes))]
