"""Sweeping: every point of a grid, by closed forms where letters leave nothing open, else network by network.

Axes that can be letters are: then one table with letters gives the closed forms of all totals, which are evaluated
over the grid. What has to hold of the letters so that the network works is noted with it. Axes that cannot (a repeat,
a condition, a word) are enumerated; each of their combinations is a block with closed forms of its own. A block
without closed forms is computed point by point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ArchcalcError, ExpressionError
from archcalc.limits import work
from archcalc.studies.solving.swept import letters_of
from archcalc.symbolic.grids import over_grid
from archcalc.symbolic.relations import HOLDS
from archcalc.symbolic.supposing import Condition, supposing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.studies.solving.swept import Sweep, SweptAxis
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.grids import GridRow, Values
    from archcalc.symbolic.ratio import Number

Point = tuple["Number", ...]
"""The values of all axes, and after them the totals."""


MONOTONE = ("<=", "<", ">=", ">")
"""Relations that hold for all numbers if they hold for the least and the greatest."""


class SweptBlock(NamedTuple):
    """The points of one combination of enumerated axes: those that are kept, and how many do not work."""

    points: tuple[Point, ...]
    tested: int
    invalid: int


class SweepResult(NamedTuple):
    """The points that are kept, in the order of the axes; how many were tested, and at how many nothing works.

    ``free`` are the axes of closed forms, ``blocks`` is how many combinations of the others there are. A result that
    is not ``complete`` was interrupted.
    """

    sweep: Sweep
    points: list[Point]
    tested: int
    invalid: int
    blocks: int
    free: tuple[str, ...]
    complete: bool = True

    def column(self, name: str) -> int:
        """Return the place of an axis or a total in a point.

        Raises:
            ValueError: the name is unknown.
        """
        return [*(axis.name for axis in self.sweep.axes), *(total.name for total in self.sweep.totals)].index(name)


class SweepForms(NamedTuple):
    """The closed forms of all measures, and what has to hold of their letters."""

    measures: tuple[Int, ...]
    conditions: tuple[Condition, ...]


def free_axes(sweep: Sweep) -> tuple[SweptAxis, ...]:
    """Return the axes that can be letters at once, the one with the most values last.

    >>> import archcalc
    >>> from archcalc.network.network import WhatIf
    >>> from archcalc.studies.solving.swept import read_sweep
    >>> vary = ["base=32..64:16", "n4=2..4", "input=64..128:32"]
    >>> [axis.name for axis in free_axes(read_sweep(archcalc.load("resnet50"), WhatIf(), vary, ["params"], []))]
    ['base', 'input']
    """
    able = sorted((axis for axis in sweep.axes if axis.may_be_letter), key=lambda axis: len(axis.values))
    if forms(sweep, _first(sweep, able), able) is not None:
        return tuple(able)
    found: list[SweptAxis] = []
    for axis in reversed(able):
        if forms(sweep, _first(sweep, [*found, axis]), [*found, axis]) is not None:
            found.append(axis)
    return tuple(reversed(found))


def _first(sweep: Sweep, free: Sequence[SweptAxis]) -> dict[str, Number]:
    return {axis.name: axis.values[0] for axis in sweep.axes if axis not in free}


def fixed_values(sweep: Sweep, free: Sequence[SweptAxis]) -> list[dict[str, Number]]:
    """Return the combinations of the axes that are not letters: one for each block."""
    return list(sweep.combinations([axis for axis in sweep.axes if axis not in free]))


def forms(sweep: Sweep, fixed: Mapping[str, Number], free: Sequence[SweptAxis]) -> SweepForms | None:
    """Return the closed forms at some values; None where letters leave something open, or where it does not work."""
    if not free:
        return None
    try:
        with work(anew=True), supposing() as noted:
            table = sweep.table({**fixed, **letters_of(free)})
            measures = tuple(sweep.measures(table))
    except ArchcalcError:
        return None
    sizes = (Condition(size - 1, ">=") for _, size in table.conditions)
    return SweepForms(measures, (*noted, *sizes))


def block(sweep: Sweep, fixed: Mapping[str, Number], free: Sequence[SweptAxis]) -> SweptBlock:
    """Return the points of a block that are kept."""
    found = forms(sweep, fixed, free)
    if found is None:
        return _one_by_one(sweep, fixed, free)
    try:
        return _by_forms(sweep, fixed, free, found)
    except ExpressionError:  # somewhere a form has no value: a division by zero
        return _one_by_one(sweep, fixed, free)


def _by_forms(sweep: Sweep, fixed: Mapping[str, Number], free: Sequence[SweptAxis], found: SweepForms) -> SweptBlock:
    values: dict[str, Sequence[int]] = {axis.letter: axis.values for axis in free}  # type: ignore[misc]
    terms = [condition.term for condition in found.conditions]
    points: list[Point] = []
    invalid = 0
    for row in over_grid([*found.measures, *terms], values):
        works = _works(row, found, len(free[-1].values))
        invalid += len(works) - sum(works)
        points += _kept(sweep, fixed, free, row, works)
    return SweptBlock(tuple(points), sweep_size(free), invalid)


def sweep_size(axes: Sequence[SweptAxis]) -> int:
    """Return how many combinations of the values of some axes there are."""
    size = 1
    for axis in axes:
        size *= len(axis.values)
    return size


def _works(row: GridRow, found: SweepForms, length: int) -> list[bool]:
    """Return at which values of the last letter everything holds that the network needs."""
    works = [True] * length
    for condition, values in zip(found.conditions, row.columns[len(found.measures) :], strict=True):
        works = _narrowed(works, condition.relation, values, 0)
    return works


def _narrowed(kept: list[bool], relation: str, values: Values, bound: int) -> list[bool]:
    """Return where something still holds, after one more condition on numbers."""
    holds = HOLDS[relation]
    if isinstance(values, int):
        return kept if holds(values, bound) else [False] * len(kept)
    if relation in MONOTONE and holds(min(values), bound) and holds(max(values), bound):
        return kept
    return [before and holds(value, bound) for before, value in zip(kept, values, strict=True)]


def _kept(
    sweep: Sweep, fixed: Mapping[str, Number], free: Sequence[SweptAxis], row: GridRow, works: list[bool]
) -> Iterator[Point]:
    """Yield the points of a row that work and satisfy the conditions, with their values in the order of the axes."""
    length, totals = len(works), len(sweep.totals)
    keep = works
    for demand, values in zip(sweep.demands, row.columns[totals:], strict=False):
        keep = _narrowed(keep, demand.relation, values, demand.bound)
    columns = [values if isinstance(values, list) else [values] * length for values in row.columns[:totals]]
    held = {**fixed, **dict(zip((axis.name for axis in free), row.outer, strict=False))}
    own = [free[-1].values if axis is free[-1] else [held[axis.name]] * length for axis in sweep.axes]
    rows = zip(*own, *columns, strict=True)
    return (point for point, kept in zip(rows, keep, strict=True) if kept)


def _one_by_one(sweep: Sweep, fixed: Mapping[str, Number], free: Sequence[SweptAxis]) -> SweptBlock:
    points: list[Point] = []
    invalid = tested = 0
    for values in sweep.combinations(free):
        tested += 1
        held = {**fixed, **values}
        try:
            with work(anew=True):
                measured = sweep.measures(sweep.table(held))
        except ArchcalcError:
            invalid += 1
            continue
        if sweep.satisfied(measured):  # type: ignore[arg-type]
            totals = measured[: len(sweep.totals)]
            points.append((*(held[axis.name] for axis in sweep.axes), *totals))
    return SweptBlock(tuple(points), tested, invalid)


def in_order(result: SweepResult) -> SweepResult:
    """Return the points in the order of the axes, the last of which changes first."""
    if result.blocks == 1 and result.free == tuple(axis.name for axis in result.sweep.axes):
        return result  # they came so
    places = [{value: place for place, value in enumerate(axis.values)} for axis in result.sweep.axes]
    points = sorted(result.points, key=lambda point: [at[value] for at, value in zip(places, point, strict=False)])
    return result._replace(points=points)
