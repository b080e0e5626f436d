"""How the positions of one layer read those of another: backwards, forwards, and all at once.

A set of positions along an axis is an integer whose bits they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.limits import spend
from archcalc.quantities.field import Field
from archcalc.quantities.reach import Reach
from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.graph import Node
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.sight import Sight

Sets = tuple[int, ...]
"""For each axis a set of positions."""


class PositionReading:
    """How the positions of one node read those of one of its inputs."""

    def __init__(self, node: Node, x: Shape) -> None:
        self.node, self.x = node, x
        layer = node.layer
        self.sights: Sequence[Sight] | None = None
        self.order: Sequence[int] | None = range(len(x.spatial))
        self.sights = layer.sights(x)
        if self.sights is None:
            self.order = _order(layer.reach(x, _marked(len(x.spatial))))

    def backwards(self, wanted: Sets) -> Sets | None:
        """Return the positions of the input that some positions of the node read; None where it has no axes."""
        if self.order is None or not self.x.spatial:
            return None
        if self.sights is None:
            return tuple(self._same(wanted[self.order.index(axis)], axis) for axis in range(len(self.order)))
        rows = zip(self.sights, wanted, self._sizes(), strict=True)
        return _unless_empty(tuple(_read(sight, bits, size) for sight, bits, size in rows))

    def _same(self, bits: int, axis: int) -> int:
        """Return the same positions, or the only one of an axis that a merge stretches."""
        return 1 if bits and self.x.spatial[axis] == 1 else bits

    def forwards(self, sets: Sets) -> Sets | None:
        """Return the positions of the node that read some of the input's."""
        outputs = [number(size) for size in self.node.shape.spatial]
        if self.order is None or not outputs or not self.x.spatial:
            return None
        if self.sights is None:
            rows = zip(self.order, outputs, strict=True)
            return tuple(self._spread(sets[axis], axis, size) for axis, size in rows)
        rows_ = zip(self.sights, sets, self._sizes(), outputs, strict=True)
        return _unless_empty(tuple(_readers(sight, bits, size, count) for sight, bits, size, count in rows_))

    def composed(self, axes: list[list[int]], everything: list[int]) -> list[list[int]] | None:
        """Return what each position of the node sees, by what those of the input see."""
        outputs = [number(size) for size in self.node.shape.spatial]
        if self.order is None or not outputs:
            return None
        if self.sights is None:
            rows = zip(self.order, outputs, strict=True)
            return [axes[axis] if len(axes[axis]) == size else axes[axis] * size for axis, size in rows]
        made: list[list[int]] = []
        for axis, (sight, count) in enumerate(zip(self.sights, outputs, strict=True)):
            same = (
                axis and sight == self.sights[axis - 1] and axes[axis] == axes[axis - 1] and count == outputs[axis - 1]
            )
            made.append(made[-1] if same else _composed(sight, axes[axis], count, everything[axis]))
        return made

    def _spread(self, bits: int, axis: int, size: int) -> int:
        return (1 << size) - 1 if bits and self.x.spatial[axis] == 1 else bits

    def _sizes(self) -> list[int]:
        return [number(size) for size in self.x.spatial]


def _marked(rank: int) -> Reach:
    """Return a reach whose axes can be told apart."""
    return Reach(tuple(Field(axis, axis) for axis in range(rank)))


def _order(reach: Reach) -> list[int] | None:
    """Return which input axis each output axis continues; None where there is no spatial path."""
    return None if reach.axes is None else [number(field.first) for field in reach.axes]


def _read(sight: Sight, bits: int, size: int) -> int:
    found = 0
    for unit in places(bits):
        for place in sight.reads(unit, size):
            if 0 <= place < size:
                found |= 1 << place
    return found


def _readers(sight: Sight, bits: int, size: int, count: int) -> int:
    found = 0
    for unit, read in enumerate(_all_reads(sight, size, count)):
        if any(bits >> place & 1 for place in read):
            found |= 1 << unit
    return found


def _composed(sight: Sight, sets: list[int], count: int, everything: int) -> list[int]:
    """Return what each of ``count`` units sees that read, each by a sight, what others see."""
    found = []
    for read in _all_reads(sight, len(sets), count):
        seen = 0
        for place in read:
            seen |= sets[place]
            if seen == everything:
                break
        found.append(seen)
    return found


def _all_reads(sight: Sight, size: int, count: int) -> Iterator[list[int]]:
    """Yield for each of ``count`` units the positions that it reads inside an input of a size."""
    period, advance = number(sight.period), number(sight.advance)
    first = [list(sight.reads(unit, size)) for unit in range(min(period, count))]
    for unit in range(count):
        cycle, phase = divmod(unit, period)
        further = cycle * advance
        yield [place + further for place in first[phase] if 0 <= place + further < size]


def places(bits: int) -> Iterator[int]:
    """Yield the members of a set.

    >>> list(places(0b1011))
    [0, 1, 3]
    """
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _unless_empty(sets: Sets) -> Sets | None:
    """Return nothing for what is read of no row or no column: then no pixel is."""
    return sets if all(sets) else None


def add_part(parts: list[Sets], new: Sets | None) -> None:
    """Add positions, each of a set's rows with each of its columns, to others, but for what others hold already.

    >>> parts = [(0b11, 0b11)]
    >>> add_part(parts, (0b01, 0b10))
    >>> add_part(parts, (0b01, 0b111))
    >>> parts
    [(3, 3), (1, 7)]
    """
    spend(len(parts) + 1)
    if new is None or any(_within(new, part) for part in parts):
        return
    parts[:] = [part for part in parts if not _within(part, new)]
    parts.append(new)


def _within(inner: Sets, outer: Sets) -> bool:
    return all(bits | more == more for bits, more in zip(inner, outer, strict=True))
