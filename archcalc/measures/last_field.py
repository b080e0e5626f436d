"""The receptive field by which networks are compared: that of the last map before the map is pooled as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.quantities.reach import agreed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.table import Row, Table
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

    Extent = Int | tuple[Int, ...] | str


PIXEL = 1
"""The field of a network without layers: a unit sees its own pixel."""


def of_network(table: Table) -> Extent:
    """Return the field of a unit of the last map; of tokens, what they see in the end.

    A pool whose window is the whole map is a global pool, however it is written: the map before it counts.

    >>> import archcalc
    >>> of_network(archcalc.load("googlenet").analyze()), of_network(archcalc.load("vit_b_16").analyze())
    (715, 'all')
    """
    if not table.rows:
        return PIXEL
    last = _last(table.rows)
    rows = {row.node: row for row in table}
    row: Row | None = last
    while row is not None and _single(row.output) and not row.layer.joins:
        before = rows.get(table.graph.nodes[row.node].inputs[0])
        if not _single(row.inputs[0]):
            pools = row.geometry is not None and not row.tensors
            return _extent(before if before is not None and pools else last)
        row = before
    return _extent(last)


def of_part(rows: Sequence[Row]) -> Extent:
    """Return the field of a unit of the last map of a layer or a block; of tokens, what they see in the end."""
    return _extent(_last(rows))


def _last(rows: Sequence[Row]) -> Row:
    """Return the last layer with fields along spatial paths, or with tokens; of vectors alone, the last one."""
    run = [row for row in rows if not row.train_only] or list(rows)
    found = (row for row in reversed(run) if row.output.layout == "TF" or row.reach.axes is not None)
    return next(found, run[-1])


def _single(shape: Shape) -> bool:
    """Whether a map has been reduced to one position."""
    return shape.is_map and all(isinstance(size, int) and size == 1 for size in shape.spatial)


def _extent(row: Row) -> Extent:
    if row.reach.axes is None:
        return row.reach.word
    sizes = agreed(tuple(field.size for field in row.reach.axes))
    return sizes[0] if len(sizes) == 1 else sizes
