"""The exact values of receptive fields: what `rf --format json` says of a layer, and of the paths to a merge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.studies.receptive.coverage import covers
from archcalc.studies.receptive.fields import Extremes
from archcalc.views.record import along, phases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.network import table as network
    from archcalc.network.table import Row
    from archcalc.quantities.reach import Reach
    from archcalc.studies.receptive.fields import MergePath


def layer(table: network.Table, row: Row) -> dict[str, Any]:
    """Return what the record says of one layer's field."""
    reach, image = row.reach, next(iter(table.inputs.values()))
    found: dict[str, Any] = {"path": row.path, "name": row.name}
    if reach.axes is None:
        everything = {"covers_input": reach.everything, "global": reach.everything}
        return found | {"size": reach.word, "aligned": reach.aligned} | everything
    about = {"aligned": reach.aligned, "covers_input": covers(row, image), "global": reach.everything}
    return found | along(reach.axes) | about | phases(reach.axes)


def joined(table: network.Table, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return what the record says of the paths through merges."""
    extremes = Extremes(table)
    return [{"path": row.path, "branches": [_branch(branch) for branch in extremes.branches(row)]} for row in rows]


def _branch(branch: MergePath) -> dict[str, Any]:
    return {"path": branch.path, "smallest": _extents(branch.smallest), "largest": _extents(branch.largest)}


def _extents(reach: Reach) -> list[Any] | str:
    return reach.word if reach.axes is None else [field.size for field in reach.axes]
