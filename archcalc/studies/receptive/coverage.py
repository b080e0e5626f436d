"""From which layer on every unit sees the whole input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.quantities.reach import entering
from archcalc.studies.receptive.positions import PositionReading
from archcalc.symbolic.known import decide, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from archcalc.network.graph import Graph, Node
    from archcalc.network.table import Row, Table
    from archcalc.quantities.field import Field
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.window import Window
    from archcalc.symbolic.expr import Int


MOST_PAIRS = 400_000_000
"""Each takes a bit: 50 MB."""


def covers(row: Row, image: Shape) -> bool | None:
    """Whether the field of every unit of a layer covers the whole input, by the law of its intervals.

    Fields along spatial paths are meant: a gate, through which units depend on everything, is not looked at.
    """
    if row.reach.axes is None:
        return row.reach.everything if row.reach.known else None
    if not row.output.is_map:  # tokens that are not mixed yet
        return False
    rows = zip(row.reach.axes, row.output.spatial, image.spatial, strict=True)
    found = [_covers(*axis) for axis in dict.fromkeys(rows)]  # most images are square
    return False if False in found else None if None in found else True


def _covers(field: Field, units: object, size: object) -> bool | None:
    """Whether every unit's interval covers an axis: of each phase, that of the first unit and that of the last."""
    if not (isinstance(units, int) and isinstance(size, int) and isinstance(field.first, int)):
        return None
    period = min(field.period, units)
    ends = (*range(period), *range(units - period, units))
    seen = [field.interval(unit) for unit in ends]
    return all(interval is not None and interval[0] <= 0 and interval[1] >= size - 1 for interval in seen)


def covered_from(table: Table) -> Row | None:
    """Return the layer from which on every unit sees the whole input; None if there is none, or it is not known.

    It is not known where letters are in it, or where there are too many pixels to look at.

    Where the intervals say so, every unit is looked at, pixel by pixel. Tokens see it where they are mixed.

    >>> import archcalc
    >>> covered_from(archcalc.load("alexnet").analyze()).path
    'flatten'
    """
    images = list(table.inputs.values())
    if len(images) != 1:
        return None
    rows = [row for row in table.rows if not row.train_only]
    if not images[0].is_map:
        return _mixed_from(rows, images[0])
    start = _last_run(rows, lambda row: bool(covers(row, images[0])))
    if any(row.reach.axes is not None for row in rows[start:]) and not _by_the_law(table, images[0]):
        if _pairs(table) > MOST_PAIRS:
            return None
        whole = complete(table)
        start += _last_run(rows[start:], lambda row: row.reach.axes is None or row.node in whole)
    return rows[start] if start < len(rows) else None


def _pairs(table: Table) -> int:
    """Count the pairs of a unit and a pixel along each axis that are looked at to know what every unit sees."""
    (image,) = table.inputs.values()
    maps = [row.output.spatial for row in table if row.output.is_map]
    return sum(
        number(units) * number(size) for spatial in maps for units, size in zip(spatial, image.spatial, strict=False)
    )


def _mixed_from(rows: Sequence[Row], given: Shape) -> Row | None:
    """Return the layer from which on every unit of a network of tokens or vectors depends on all that it reads.

    None for plain vectors, in which every unit does so from the first layer on.
    """
    start = _last_run(rows, lambda row: row.reach.axes is None and row.reach.everything)
    return rows[start] if start < len(rows) and (start or given.layout != "F") else None


def _by_the_law(table: Table, image: Shape) -> bool:
    """Whether every unit sees exactly the pixels of its interval that lie in the image, so that none need be followed.

    It does if the units that every window reads touch each other and reach both ends of the image; then what a window
    misses in the padding, a unit at the border sees.
    """
    reaches = {row.node: row.reach for row in table} | {n: entering(image) for n in table.graph.inputs.values()}
    return all(_plain(row, reaches[table.graph.nodes[row.node].inputs[0]], image) for row in table)


def _plain(row: Row, before: Reach, image: Shape) -> bool:
    if row.reach.axes is None:
        return True
    if row.layer.joins:
        return row.reach.aligned  # then the largest field holds the others
    if row.geometry is None or not row.inputs[0].is_map:
        return row.layer.sights(row.inputs[0]) is None
    axes = zip(row.geometry.windows, before.axes or (), row.inputs[0].spatial, image.spatial, strict=True)
    return all(_touching(*axis) for axis in dict.fromkeys(axes))


def _touching(window: Window, field: Field, size: Int, pixels: Int) -> bool:
    """Whether units with these fields touch each other and reach both ends, and the window always meets one of them."""
    if field.phases or window.period != 1 or window.dilation != 1:
        return False
    meets = all(decide(pad, "<", window.span) for pad in window.pads(size))
    last = field.last + (size - 1) * field.shift
    ends = decide(field.first, "<=", 0) and decide(last, ">=", pixels - 1)
    return bool(meets and ends and decide(field.last - field.first + 1, ">=", field.shift))


def _last_run(rows: Sequence[Row], holds: Callable[[Row], bool]) -> int:
    """Return where the rows begin that hold up to the end."""
    start = len(rows)
    while start and holds(rows[start - 1]):
        start -= 1
    return start


def complete(table: Table) -> set[int]:
    """Return the nodes all of whose units really see every pixel of the one input, along spatial paths.

    All units of all layers are followed at once, in one pass over the edges.
    """
    (index,) = table.graph.inputs.values()
    sizes = [number(size) for size in table.graph.nodes[index].shape.spatial]
    everything = [(1 << size) - 1 for size in sizes]
    found: dict[int, list[list[int]] | None] = {index: [[1 << place for place in range(size)] for size in sizes]}
    for node in table.graph.nodes:
        if not node.is_input:
            found[node.index] = _every_unit(table.graph, node, found, everything)
    return {
        index for index, axes in found.items()
        if axes and all(bits == whole for sets, whole in zip(axes, everything, strict=True) for bits in sets)
    }  # fmt: skip


def _every_unit(
    graph: Graph, node: Node, found: dict[int, list[list[int]] | None], everything: list[int]
) -> list[list[int]] | None:
    """Return for each axis what each unit of a node sees; None where it has no spatial path."""
    paths = []
    for before in node.inputs:
        axes = found[before]
        read = axes and PositionReading(node, graph.nodes[before].shape).composed(axes, everything)
        if read:
            paths.append(read)
    if len(paths) < 2:  # noqa: PLR2004 - nothing to join
        return paths[0] if paths else None
    return [
        [_any(bits) for bits in zip(*(path[axis] for path in paths), strict=True)] for axis in range(len(everything))
    ]


def _any(sets: Iterable[int]) -> int:
    found = 0
    for bits in sets:
        found |= bits
    return found
