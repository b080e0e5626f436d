"""What networks do at each resolution: their layers by effective stride, side by side.

A layer belongs to the stage of the map that it puts out. What has no stride of its own (attention, a gate) belongs
where its input does; vectors, and maps that a global pool has made, see the whole image and come last.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from archcalc.quantities.counts import Counts, summed
from archcalc.symbolic.ratio import parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.table import Row, Table
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number

    Stride = tuple[Number, ...]

WHOLE: Stride = ()
"""The stride of what sees the whole image."""


class StagePart(NamedTuple):
    """What one network does in a stage: its layers, what they count, and the size of the largest map there."""

    rows: tuple[Row, ...]
    counts: Counts
    size: tuple[Int, ...]


class Stage(NamedTuple):
    """A stage of some networks: the effective stride on each axis, none for the whole image.

    ``parts`` has one for each network, None for one that does nothing there.
    """

    stride: Stride
    parts: tuple[StagePart | None, ...]

    @property
    def size(self) -> tuple[Int, ...] | None:
        """The size of the map, where all networks that do something here agree on it."""
        sizes = {part.size for part in self.parts if part is not None}
        return sizes.pop() if len(sizes) == 1 else None


def stages(tables: Sequence[Table]) -> tuple[Stage, ...]:
    """Return the stages of some networks, from the finest to the coarsest.

    >>> import archcalc
    >>> found = stages([archcalc.load(name).analyze() for name in ("vgg16", "googlenet")])
    >>> [stage.size[0] for stage in found[:-1]]
    [224, 112, 56, 28, 14, 7]
    """
    grouped = [_by_stride(table) for table in tables]
    strides = dict.fromkeys(stride for groups in grouped for stride in groups)
    return tuple(
        Stage(stride, tuple(_part(stride, groups[stride]) if stride in groups else None for groups in grouped))
        for stride in sorted(strides, key=_fineness)
    )


def _by_stride(table: Table) -> dict[Stride, list[Row]]:
    """Return the layers that inference runs by the stride of what they put out."""
    strides: dict[int, Stride] = {index: _of_input(table, index) for index in table.graph.inputs.values()}
    groups: dict[Stride, list[Row]] = {}
    for row in table:
        before = strides[table.graph.nodes[row.node].inputs[0]]
        strides[row.node] = stride = _stride(row, before)
        if not row.train_only:
            groups.setdefault(stride, []).append(row)
    return groups


def _of_input(table: Table, index: int) -> Stride:
    shape = table.graph.nodes[index].shape
    return (1,) * len(shape.spatial) if shape.is_map else WHOLE


def _stride(row: Row, before: Stride) -> Stride:
    """Return the stage of a layer; a gate is where its input is, though it puts out one value for each channel."""
    if row.reach.axes is not None:
        return tuple(field.stride for field in row.reach.axes)
    return WHOLE if row.output.layout == "F" or _single(row.output) else before


def _single(shape: Shape) -> bool:
    return shape.is_map and all(size == 1 for size in shape.spatial)


def _part(stride: Stride, rows: Sequence[Row]) -> StagePart:
    return StagePart(tuple(rows), summed([row.counts for row in rows]), _size(rows) if stride else ())


def _size(rows: Sequence[Row]) -> tuple[Int, ...]:
    """Return the size of the largest map, of the first where letters leave that open; else the number of tokens."""
    shapes = [row.output for row in rows if row.output.is_map] or [row.output for row in rows]
    sizes = [shape.spatial or shape.sizes[:-1] for shape in shapes]
    known = [size for size in sizes if all(isinstance(number, int) for number in size)]
    return max(known, key=_volume) if len(known) == len(sizes) else sizes[0]


def _volume(size: tuple[Int, ...]) -> int:
    found = 1
    for number in size:
        found *= number if isinstance(number, int) else 1
    return found


def _fineness(stride: Stride) -> tuple[bool, bool, Fraction]:
    """Return what stages are sorted by: letters come behind numbers, and the whole image last."""
    known = [_fraction(step) for step in stride]
    numbers = [step for step in known if step is not None]
    return not stride, len(numbers) < len(stride), max(numbers, default=Fraction(0))


def _fraction(number: Number) -> Fraction | None:
    above, below = parts(number)
    return Fraction(above, below) if isinstance(above, int) and isinstance(below, int) else None
