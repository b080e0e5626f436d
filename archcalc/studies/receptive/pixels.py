"""Exactly which pixels a unit reads, and which units read a pixel: followed unit by unit, along each axis by itself.

Where a receptive field is an interval by a law, this is the set: cut off at every map's border, with the holes that
dilation leaves, and without the columns that a stride never reaches. Rows and columns of one path are followed apart,
but what the branches of a merge read is not all the rows of one with all the columns of another: each part is followed
by itself, and at the end the rows and the columns in any of them are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import UsageError
from archcalc.limits import PIXELS
from archcalc.studies.receptive.positions import PositionReading, add_part
from archcalc.symbolic.known import number
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.graph import Graph
    from archcalc.network.table import Row, Table
    from archcalc.quantities.shape import Shape
    from archcalc.studies.receptive.positions import Sets


class Seen(NamedTuple):
    """What is seen along one axis: the interval by the law, the hull of what is really seen, and how many are in it.

    ``clipped`` is None where nothing of the image is seen, ``unclipped`` where no law says it.
    """

    unclipped: tuple[int, int] | None
    clipped: tuple[int, int] | None
    members: int

    @property
    def padding(self) -> int:
        """How many positions of the unclipped interval lie outside the clipped one."""
        return max(0, _length(self.unclipped) - _length(self.clipped))

    @property
    def holes(self) -> int:
        """How many positions inside the clipped interval are not seen."""
        return _length(self.clipped) - self.members


def pixels(table: Table, row: Row, unit: Sequence[int]) -> dict[str, tuple[Seen, ...]]:
    """Return, for each input of a network, what one unit of a layer reads of it, an axis each.

    >>> import archcalc
    >>> table = archcalc.load("vgg16").analyze()
    >>> rows, _ = pixels(table, table["conv3_3"], (10, 12))["input"]
    >>> rows.unclipped, rows.clipped
    ((22, 61), (22, 61))

    Raises:
        UsageError: the layer's units see no intervals, or there is no such unit.
    """
    _require_fields(table, row)
    _require_inside(f"the output of {row.path}", unit, row.output)
    needed = _backwards(table.graph, row.node, tuple(1 << place for place in unit))
    axes = row.reach.axes or ()
    law = tuple(field.interval(place) for field, place in zip(axes, unit, strict=True))
    found = {}
    for name, index in table.graph.inputs.items():
        sets = _along_each_axis(needed[index], len(unit))
        found[name] = tuple(Seen(seen, *_hull(bits)) for seen, bits in zip(law, sets, strict=True))
    return found


def units(table: Table, row: Row, pixel: Sequence[int]) -> tuple[Seen, ...]:
    """Return which units of a layer read a pixel of the network's input, an axis each.

    Raises:
        UsageError: the layer's units see no intervals, or there is no such pixel.
    """
    _require_fields(table, row)
    name, index = next(iter(table.graph.inputs.items()))
    _require_inside("the input" if name == "input" else f"the input {name}", pixel, table.inputs[name])
    seen = _forwards(table.graph, index, tuple(1 << place for place in pixel), row.node)
    return tuple(Seen(None, *_hull(bits)) for bits in seen)


def _require_fields(table: Table, row: Row) -> None:
    if any(not shape.is_map for shape in table.inputs.values()):
        raise UsageError(f"the input of {table.spec.name} is not a feature map: it has no pixels")
    if not row.output.is_map or row.reach.axes is None:
        words = {"all": "every unit depends on the whole input", "none": "its units depend on no input"}
        why = words.get(row.reach.word, "its receptive field is unknown")
        raise UsageError(f"{row.path} has no pixel-level receptive field: {why}")
    for node in table.graph.nodes[: row.node + 1]:
        if node.shape.is_map and any(number(size) > PIXELS.value for size in node.shape.spatial):
            name = "the input" if node.is_input else node.path
            message, hint = PIXELS.exceeded(f"{name} ({node.shape})")
            raise UsageError(message, hint)


def _require_inside(who: str, place: Sequence[int], shape: Shape) -> None:
    sizes = [number(size) for size in shape.spatial]
    grid = "×".join(map(str, sizes))
    written = ",".join(map(str, place))
    if len(place) != len(sizes):
        message = f"invalid position '{written}': {who} ({grid}) has {plural(len(sizes), 'axis', 'axes')}"
        raise UsageError(message, f"use {plural(len(sizes), 'number')}")
    if not all(0 <= index < size for index, size in zip(place, sizes, strict=True)):
        last = ",".join(str(size - 1) for size in sizes)
        first = ",".join("0" for _ in sizes)
        raise UsageError(f"position {written} is outside {who} ({grid})", f"positions go from {first} to {last}")


def _backwards(graph: Graph, index: int, start: Sets) -> dict[int, list[Sets]]:
    """Return for each node which of its positions are needed for those of one node."""
    needed: dict[int, list[Sets]] = {place: [] for place in range(index + 1)}
    needed[index] = [start]
    for node in reversed(graph.nodes[: index + 1]):
        for before in () if node.is_input else node.inputs:
            reading = PositionReading(node, graph.nodes[before].shape)
            for wanted in needed[node.index]:
                add_part(needed[before], reading.backwards(wanted))
    return needed


def _forwards(graph: Graph, index: int, start: Sets, end: int) -> Sets:
    """Return which positions of a node read those of an earlier one."""
    seen: dict[int, list[Sets]] = {index: [start]}
    for node in graph.nodes[: end + 1]:
        for before in node.inputs:
            reading = PositionReading(node, graph.nodes[before].shape)
            for sets in seen.get(before, ()):
                add_part(seen.setdefault(node.index, []), reading.forwards(sets))
    return _along_each_axis(seen.get(end, []), len(start))


def _along_each_axis(parts: list[Sets], rank: int) -> Sets:
    """Return which positions of each axis are in any part."""
    found = [0] * rank
    for part in parts:
        found = [one | other for one, other in zip(found, part, strict=True)]
    return tuple(found)


def _hull(bits: int) -> tuple[tuple[int, int] | None, int]:
    if not bits:
        return None, 0
    return ((bits & -bits).bit_length() - 1, bits.bit_length() - 1), bits.bit_count()


def _length(interval: tuple[int, int] | None) -> int:
    return 0 if interval is None else interval[1] - interval[0] + 1
