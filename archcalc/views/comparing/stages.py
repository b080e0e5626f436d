"""What networks do at each resolution, a line for each of them below the stage."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from archcalc.quantities.reach import agreed
from archcalc.symbolic.printing import of_ratio, side_by_side, unicode
from archcalc.symbolic.ratio import Ratio
from archcalc.views.page import LEFT, QUIET, RIGHT, Column, Label, Line, PageTable, Share
from archcalc.views.record import exact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network.table import Row
    from archcalc.studies.comparing.differences import Difference
    from archcalc.studies.comparing.stages import Stage, StagePart
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number
    from archcalc.views.page import Cell

MOST_SORTS = 4
"""How many sorts of layers are named in one stage."""

COLUMNS = (
    Column("stage", "stage"),
    Column("layers", "layers", LEFT),
    Column("macs_share", "MACs", RIGHT),
    Column("params_share", "parameters", RIGHT),
)


def stages(difference: Difference, names: Sequence[str]) -> PageTable:
    """Return the table of the stages, each with its share of every network's MACs and parameters."""
    return PageTable(COLUMNS, tuple(line for stage in difference.stages for line in _lines(stage, difference, names)))


def _lines(stage: Stage, difference: Difference, names: Sequence[str]) -> Iterator[Line]:
    yield Line((Label(title(stage)), "", "", ""))
    for name, part, table in zip(names, stage.parts, difference.tables, strict=True):
        if part is None:
            yield Line((Label(name), "–", "", ""), 1, QUIET)
            continue
        size = "" if stage.size is not None else f"{_sizes(part.size)}: "
        shares = (_share(getattr(part.counts, key), getattr(table.totals, key)) for key in ("macs", "params"))
        yield Line((Label(name), f"{size}{_layers(part)}", *shares), 1)


def title(stage: Stage) -> str:
    """Return what a stage is called: the size of its map where all agree on it, and the stride.

    >>> from archcalc.studies.comparing.stages import Stage
    >>> title(Stage((), ())), title(Stage((4, 4), ()))
    ('whole input', 'stride 4')
    """
    if not stage.stride:
        return "whole input"
    stride = f"stride {_sizes(agreed(stage.stride))}"
    return stride if stage.size is None else f"{_sizes(stage.size)} · {stride}"


def _sizes(sizes: Sequence[Number]) -> str:
    return side_by_side(
        sizes, lambda size: of_ratio(size.numerator, size.denominator) if isinstance(size, Ratio) else unicode(size)
    )


def _layers(part: StagePart) -> str:
    """Say which layers there are: those that compute and those with windows, the dearest sorts first."""
    macs: dict[str, int] = {}
    counts = Counter[str]()
    for row in part.rows:
        sort = _sort(row)
        if sort:
            counts[sort] += 1
            macs[sort] = macs.get(sort, 0) + (row.macs if isinstance(row.macs, int) else 0)
    order = sorted(counts, key=lambda sort: -macs[sort])
    said = [f"{counts[sort]} {sort}" if counts[sort] > 1 else sort for sort in order[:MOST_SORTS]]
    return ", ".join(said + ["…"] * (len(order) > MOST_SORTS)) or f"{len(part.rows)} without weights"


def _sort(row: Row) -> str:
    """Return what sort of layer it is, for a list: its kind and its kernel; nothing for small ones."""
    if row.geometry:
        return f"{row.kind} {_sizes([window.kernel for window in row.geometry.windows])}"
    return row.kind if row.layer.weighted or not _is_zero(row.macs) else ""


def _is_zero(number: Int) -> bool:
    return isinstance(number, int) and number == 0


def _share(part: Int, whole: Int) -> Cell:
    return Share(part, whole) if isinstance(part, int) and isinstance(whole, int) and part and whole else ""


def record(stage: Stage) -> dict[str, Any]:
    """Return what the record says of a stage."""
    return {
        "stride": [exact(step) for step in stage.stride] or None,
        "size": list(stage.size) if stage.size else None,
        "networks": [None if part is None else _part(part) for part in stage.parts],
    }


def _part(part: StagePart) -> dict[str, Any]:
    return {
        "size": list(part.size) or None,
        "layers": len(part.rows),
        "params": part.counts.params,
        "macs": part.counts.macs,
        "activations": part.counts.activations,
    }
