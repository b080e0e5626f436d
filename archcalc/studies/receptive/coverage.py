"""From which layer on every unit sees the whole input."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from archcalc.limits import spend
from archcalc.quantities.reach import entering
from archcalc.studies.receptive.positions import PositionReading
from archcalc.symbolic.known import decide, number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.network.graph import Graph, Node
    from archcalc.network.table import Row, Table
    from archcalc.quantities.field import Field
    from archcalc.quantities.reach import Reach
    from archcalc.quantities.shape import Shape
    from archcalc.quantities.window import Window
    from archcalc.symbolic.expr import Int

    Path = list[list[int]]
    """For each axis, what each unit sees of the input's."""

MOST_PAIRS = 400_000_000
"""Each takes a bit: 50 MB."""
MOST_PATHS = 8
"""Along which units see what no other path shows them all."""


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
    misses in the padding, a unit at the border sees. Of branches that meet, one must see all that the others see: a
    row and a column that meet are a cross, and not the whole.
    """
    reaches = {row.node: row.reach for row in table} | {n: entering(image) for n in table.graph.inputs.values()}
    nodes = table.graph.nodes
    return all(_plain(row, [reaches[before] for before in nodes[row.node].inputs], image) for row in table)


def _plain(row: Row, before: Sequence[Reach], image: Shape) -> bool:
    if row.reach.axes is None:
        return True
    if row.layer.joins:
        return row.reach.aligned and _one_holds_all(row.reach, before)
    if row.geometry is None or not row.inputs[0].is_map:
        return row.layer.sights(row.inputs[0]) is None
    axes = zip(row.geometry.windows, before[0].axes or (), row.inputs[0].spatial, image.spatial, strict=True)
    return all(_touching(*axis) for axis in dict.fromkeys(axes))


def _one_holds_all(joined: Reach, branches: Sequence[Reach]) -> bool:
    """Whether the field of one branch is the field of all together along every axis."""
    hull = [(field.first, field.last) for field in joined.axes or ()]
    return any([(field.first, field.last) for field in reach.axes or ()] == hull for reach in branches)


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

    All units of all layers are followed at once, in one pass over the edges. Rows and columns are followed apart on
    each path; where branches meet, what a unit sees on one of them is kept beside what it sees on another, unless one
    of them sees it all. Of more than ``MOST_PATHS`` those that see least are let go: then a layer may be left out.
    """
    (index,) = table.graph.inputs.values()
    sizes = [number(size) for size in table.graph.nodes[index].shape.spatial]
    everything = [(1 << size) - 1 for size in sizes]
    found: dict[int, list[Path]] = {index: [[[1 << place for place in range(size)] for size in sizes]]}
    for node in table.graph.nodes:
        if not node.is_input:
            found[node.index] = _every_unit(table.graph, node, found, everything)
    return {index for index, paths in found.items() if _all_see_all(paths, everything)}


def _every_unit(graph: Graph, node: Node, found: dict[int, list[Path]], everything: list[int]) -> list[Path]:
    """Return what each unit of a node sees on each of its spatial paths."""
    paths: list[Path] = []
    for before in dict.fromkeys(node.inputs):
        reading = PositionReading(node, graph.nodes[before].shape)
        for axes in found[before]:
            read = reading.composed(axes, everything)
            if read and not any(_sees_less(read, other) for other in paths):
                paths = [other for other in paths if not _sees_less(other, read)] + [read]
    return sorted(paths, key=_seen_in_all, reverse=True)[:MOST_PATHS]


def _sees_less(one: Path, other: Path) -> bool:
    """Whether each unit sees on one path only what it sees on another."""
    axes = list(zip(one, other, strict=True))
    return all(mine is its or mine == its for mine, its in axes) or all(
        bits | more == more for mine, its in axes for bits, more in zip(mine, its, strict=True)
    )


def _seen_in_all(path: Path) -> int:
    return sum(bits.bit_count() for sets in path for bits in sets)


def _all_see_all(paths: list[Path], everything: list[int]) -> bool:
    if any(all(bits == whole for sets, whole in zip(path, everything, strict=True) for bits in sets) for path in paths):
        return True
    if len(paths) < 2:  # noqa: PLR2004 - the one does not
        return False
    units = product(*(range(len(sets)) for sets in paths[0]))
    return all(
        covered([tuple(sets[i] for sets, i in zip(path, unit, strict=True)) for path in paths], everything)
        for unit in units
    )


def covered(parts: Sequence[Sequence[int]], everything: Sequence[int]) -> bool:
    """Whether parts, each the rows of a set with all of its columns, hold everything together.

    >>> covered([(0b01, 0b11), (0b10, 0b11)], (0b11, 0b11)), covered([(0b01, 0b11), (0b11, 0b01)], (0b11, 0b11))
    (True, False)
    """
    spend(len(parts))
    if not everything:
        return bool(parts)
    kinds = {tuple(part[1:] for part in parts if part[0] >> place & 1) for place in range(everything[0].bit_length())}
    return all(covered(rest, everything[1:]) for rest in kinds)
