"""What mistakes do to the size of a map: without the kernel, with that of another layer, or the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.layers.sliding import Pool
from archcalc.quantities.window import starts
from archcalc.studies.homework.changes import TRANSPOSED, slides

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.quantities.window import Window
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
    """Take the stride of a pool for its kernel, as where its windows do not overlap; or 2, as most pools have it."""
    if not isinstance(d.layer, Pool) or not slides(d) or all(w.kernel == w.stride for w in d.windows):
        return []
    ways = [lambda w: w._replace(kernel=w.stride), lambda w: w._replace(kernel=2)]
    return [d.but(on_windows=(*d.on_windows, way)) for way in ways]


def halved(d: Derivation) -> list[Derivation]:
    """Halve the size in a pool, whatever its window is."""
    if not isinstance(d.layer, Pool) or not slides(d):
        return []
    grids = [tuple((size + up) // 2 for size in d.x.lengths) for up in (0, 1)]
    return [d.but(on_grid=(*d.on_grid, _always(grid))) for grid in grids]


def half_the_kernel(d: Derivation) -> list[Derivation]:
    """Subtract half of the kernel, rounded down, or as a fraction that is lost in the rounding of the quotient."""
    ways = [lambda w: w._replace(kernel=w.kernel // 2, dilation=1),
            lambda w: w._replace(kernel=(w.kernel + 1) // 2, dilation=1)]  # fmt: skip
    return [d.but(on_windows=(*d.on_windows, way)) for way in ways] if slides(d) else []


def rounded_up(d: Derivation) -> list[Derivation]:
    """Round the quotient up: as the pools of a framework do, which drop a window outside, or as it stands."""
    if not slides(d):
        return []
    up = tuple(map(_up, d.windows, d.x.lengths))
    return [
        d.but(on_windows=(*d.on_windows, lambda w: w if w.same else w._replace(ceil=True))),
        d.but(on_grid=(*d.on_grid, _always(up))),
    ]


def _up(window: Window, size: Int) -> Int:
    if window.same:
        return window.positions(size)
    return starts(size, window.span, window.padding, window.stride, ceil=True)


def transposed(*changes: Callable[[Int, Window], Int]) -> Change:
    """Return the mistake of another size of a transposed convolution: what it makes of a size and a window."""

    def changed(d: Derivation) -> list[Derivation]:
        if d.layer.kind != TRANSPOSED:
            return []
        pairs = list(zip(d.x.lengths, d.windows, strict=True))
        more = dict.fromkeys((0, getattr(d.layer, "output_padding", 0)))
        grids = [tuple(size(*pair) + extra for pair in pairs) for size in changes for extra in more]
        return [d.but(on_grid=(*d.on_grid, _always(grid))) for grid in grids]

    return changed


def _always(grid: tuple[Int, ...]) -> Callable[[tuple[Int, ...]], tuple[Int, ...]]:
    return lambda _: grid


def size_kept(d: Derivation) -> list[Derivation]:
    """Keep the size of the input, whatever the window is."""
    if not ("pool" in d.layer.kind or slides(d)) or not d.x.is_map or d.x.lengths == d.shape.lengths:
        return []
    return [d.but(on_output=(*d.on_output, lambda sizes: (sizes[0], *d.x.spatial)))]
