"""The receptive field: which input pixels a unit of a layer can see.

On one axis unit ``i`` sees the pixels from ``first + i*stride`` to ``last + i*stride``. Size, effective stride and
effective padding are read off these. Source: Araujo, Norris & Sim 2019, doi:10.23915/distill.00021.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.symbolic.expr import maximum, minimum
from archcalc.symbolic.known import decide, simplify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.quantities.window import Window
    from archcalc.symbolic.expr import Int


class Field(NamedTuple):
    """The receptive field along one axis, in pixels of the input; a pixel's own field is ``Field()``.

    >>> from archcalc.quantities.window import Window
    >>> field = Field().through(Window(kernel=7, stride=2, before=3, after=3), 224)
    >>> field.size, field.stride, field.padding
    (7, 2, 3)
    """

    first: Int = 0
    last: Int = 0
    stride: Int = 1

    @property
    def size(self) -> Int:
        """How many pixels a unit sees, from the first to the last."""
        return simplify(self.last - self.first + 1)

    @property
    def padding(self) -> Int:
        """The effective padding: how many pixels before the input the first unit's field begins."""
        return simplify(-self.first)

    def through(self, window: Window, size: Int) -> Field:
        """Return the field of a unit that sees these units through a window; ``size`` is how many there are."""
        before, _ = window.pads(size)
        first = simplify(self.first - before * self.stride)
        last = simplify(self.last + (window.span - 1 - before) * self.stride)
        return Field(first, last, simplify(self.stride * window.stride))

    def joined(self, other: Field) -> Field:
        """Return the hull of two fields of equal stride: what a merge of both paths sees."""
        if self == other:
            return self
        first, last = minimum(self.first, other.first), maximum(self.last, other.last)
        return Field(simplify(first), simplify(last), self.stride)

    def aligned(self, other: Field) -> bool | None:
        """Whether two fields of equal stride have the same centre; None where letters leave it open."""
        return decide(self.first + self.last, "==", other.first + other.last)


class Reach(NamedTuple):
    """What one unit of a tensor depends on.

    ``axes`` is the field along the spatial paths, an axis each; None where there is no such path. ``everything``
    says that a global path joins, through which the unit depends on the whole input. ``aligned`` is False from
    the first merge whose paths have different centres (or different strides).
    """

    axes: tuple[Field, ...] | None
    everything: bool = False
    aligned: bool = True

    @property
    def word(self) -> str:
        """``"all"`` where a unit has no spatial path and reads everything, ``"none"`` where it reads nothing."""
        if self.axes is not None:
            return ""
        return "all" if self.everything else "none"

    def through(self, windows: Sequence[Window], sizes: Sequence[Int]) -> Reach:
        """Return the reach of a unit that sees these units through one window per axis."""
        if self.axes is None:
            return self
        steps = zip(self.axes, windows, sizes, strict=True)
        return self._replace(axes=tuple(field.through(window, size) for field, window, size in steps))

    def joined(self, other: Reach) -> Reach:
        """Return what a merge of two tensors depends on."""
        everything = self.everything or other.everything
        if self.axes is None or other.axes is None:
            return Reach(self.axes or other.axes, everything, self.aligned and other.aligned)
        pairs = list(zip(self.axes, other.axes, strict=True))
        aligned = self.aligned and other.aligned and all(_agree(left, right) for left, right in pairs)
        return Reach(tuple(left.joined(right) for left, right in pairs), everything, aligned)


def _agree(left: Field, right: Field) -> bool:
    """Whether two paths have the same stride and, as far as can be decided, the same centre."""
    return left == right or (left.stride == right.stride and left.aligned(right) is not False)


ALL = Reach(None, everything=True)
NONE = Reach(None)


def pixel(rank: int) -> Reach:
    """Return the reach of an input pixel: itself, on each of ``rank`` axes."""
    return Reach((Field(),) * rank)
