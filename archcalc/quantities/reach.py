"""What a unit of a tensor depends on: a field along each axis, or everything."""

from __future__ import annotations

from functools import reduce
from operator import is_
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from archcalc.quantities.field import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archcalc.quantities.shape import Shape
    from archcalc.quantities.sight import Sight
    from archcalc.symbolic.expr import Int

T = TypeVar("T")


class Reach(NamedTuple):
    """What one unit of a tensor depends on.

    ``axes`` is the field along the spatial paths, an axis each; None where there is no such path. ``everything``
    says that a global path joins, through which the unit depends on the whole input. ``aligned`` is False from
    the first merge whose paths have different centres (or different strides). ``known`` is False where letters in
    layers that enlarge leave the field open, or where axes are mixed; ``whole`` says that the units together still see
    all that the input has, although it is unknown which of them sees what.
    """

    axes: tuple[Field, ...] | None
    everything: bool = False
    aligned: bool = True
    known: bool = True
    whole: bool = True

    @property
    def word(self) -> str:
        """``"all"`` where a unit has no spatial path and reads everything, ``"none"`` where it reads nothing."""
        if self.axes is not None:
            return ""
        return "unknown" if not self.known else "all" if self.everything else "none"

    @property
    def sizes(self) -> tuple[Int, ...] | None:
        """The size along each axis, one where they agree; of everything none, and where there is no field None.

        >>> pixel(2).sizes, ALL.sizes, NONE.sizes
        ((1,), (), None)
        """
        if self.axes is None:
            return () if self.everything else None
        return agreed(tuple(field.size for field in self.axes))

    def through(self, sights: Sequence[Sight], sizes: Sequence[Int]) -> Reach:
        """Return the reach of a unit that sees these units through a layer, of which each axis has a sight."""
        if self.axes is None:
            return self
        steps = list(zip(self.axes, sights, sizes, strict=True))
        if steps.count(steps[0]) == len(steps):
            seen = [steps[0][0].through(*steps[0][1:])] * len(steps)
        else:
            seen = [field.through(sight, size) for field, sight, size in steps]
        if all(map(is_, seen, self.axes)):
            return self
        axes = tuple(field for field in seen if field is not None)
        return self._replace(axes=axes) if len(axes) == len(seen) else self._replace(axes=None, known=False)

    def stretched(self, sizes: Sequence[Int], to: Sequence[Int]) -> Reach:
        """Return the reach of a tensor whose axes of size 1 are stretched: all units see what the one saw."""
        if self.axes is None or sizes == to:
            return self
        if len(self.axes) != len(sizes):  # tokens whose features were taken apart
            return Reach(None, everything=self.everything, known=False)
        rows = zip(self.axes, sizes, to, strict=True)
        return self._replace(axes=tuple(f._replace(shift=0) if a == 1 and b != 1 else f for f, a, b in rows))

    def joined(self, other: Reach, sizes: Sequence[Int] = ()) -> Reach:
        """Return what a merge of two tensors depends on, whose axes are so long."""
        everything, known = self.everything or other.everything, self.known and other.known
        aligned = self.aligned and other.aligned
        if self.axes is None or other.axes is None or not known:
            axes, whole = (self.axes or other.axes) if known else None, self.whole and other.whole
            return Reach(axes=axes, everything=everything, aligned=aligned, known=known, whole=whole)
        if len(self.axes) != len(other.axes):  # tokens of an image beside those of a text
            return Reach(None, everything=everything, known=False)
        counts = sizes or (0,) * len(self.axes)
        pairs = list(zip(self.axes, other.axes, counts, strict=True))
        aligned = aligned and all(left is right or left.aligned(right) is not False for left, right, _ in pairs)
        return Reach(tuple(left.joined(right, count) for left, right, count in pairs), everything, aligned)


def merged(read: Iterable[tuple[Reach, Sequence[Int]]], sizes: Sequence[Int]) -> Reach:
    """Return what a merge depends on: of each tensor that it reads the reach and the sizes, and the merge's own sizes.

    The one unit of an axis that is stretched stands for all of them.
    """
    reaches = [reach.stretched(own, sizes) for reach, own in read]
    return reduce(lambda one, other: one.joined(other, sizes), reaches)


def agreed(axes: tuple[T, ...]) -> tuple[T, ...]:
    """Return what stands for all axes: one of them where they agree, else each.

    >>> agreed((3, 3)), agreed((3, 5))
    ((3,), (3, 5))
    """
    return axes[:1] if len(set(axes)) == 1 else axes


ALL = Reach(None, everything=True)
NONE = Reach(None)


def pixel(rank: int) -> Reach:
    """Return the reach of an input pixel: itself, on each of ``rank`` axes."""
    return Reach((Field(),) * rank)


def entering(shape: Shape) -> Reach:
    """Return the reach of one unit of an input: its pixel, or its place among tokens or in a vector.

    >>> from archcalc.quantities.shape import grid, vector
    >>> entering(grid(3, (32, 32))).sizes, len(entering(vector(512)).axes)
    ((1,), 1)
    """
    return pixel(max(1, len(shape.spatial)))
