"""The page of `sweep`: the points that are kept, or those on a Pareto front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.studies.solving.fronts import front
from archcalc.views.page import PLAIN, QUIET, RIGHT, Column, Heading, Line, Notes, Page, PageTable
from archcalc.views.solving.records import plain_number
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.studies.solving.fronts import Objective
    from archcalc.studies.solving.sweeping import Point, SweepResult
    from archcalc.views.page import Block

MOST_SHOWN = 20


def chosen(result: SweepResult, objectives: Sequence[Objective]) -> list[Point]:
    """Return the points that are shown: all that are kept, or those of the front."""
    if not objectives:
        return result.points
    signs = [(result.column(objective.total), -1 if objective.largest else 1) for objective in objectives]
    return front(result.points, lambda point: tuple(sign * point[at] for at, sign in signs))  # type: ignore[operator]


def sweep_page(result: SweepResult, objectives: Sequence[Objective] = (), *, everything: bool = False) -> Page:
    """Return the page of a sweep: the first points of many, or all of them; records always have all."""
    points = chosen(result, objectives)
    blocks = tuple(_blocks(result, objectives, points, everything=everything))
    return Page(blocks, lambda: _record(result, objectives, points), "points")


def _blocks(
    result: SweepResult, objectives: Sequence[Objective], points: Sequence[Point], *, everything: bool
) -> Iterator[Block]:
    sweep = result.sweep
    yield Heading(f"Sweep · {sweep.network.called}", listed(axis.name for axis in sweep.axes))
    yield Notes((_counted(result),), QUIET)
    shown = points if everything else points[:MOST_SHOWN]
    if objectives:
        yield Notes((_front(objectives, points),))
    columns = [Column(axis.name, axis.name, RIGHT) for axis in sweep.axes]
    columns += [
        Column(total.name, f"{total.heading} (bytes)" if total.in_bytes else total.heading, RIGHT)
        for total in sweep.totals
    ]
    if shown:
        yield PageTable(tuple(columns), tuple(Line(tuple(point), 0, PLAIN) for point in shown))
    hidden = len(points) - len(shown)
    if hidden:
        yield Notes((f"and {hidden:,} more; use --all to show them, or -o FILE.csv",), QUIET)


def _counted(result: SweepResult) -> str:
    """Say how many points there were, and how many are kept."""
    said = f"{plural(result.tested, 'point')}; {len(result.points):,} kept"
    if result.invalid:
        said += f"; the network does not work at {result.invalid:,}"
    free = f"closed forms in {listed(result.free)}" if result.free else "computed one by one"
    said += f"; {free}"
    if result.free and result.blocks > 1:
        said += f", for {result.blocks:,} combinations of the others"
    return said if result.complete else f"interrupted: {said}"


def _front(objectives: Sequence[Objective], points: Sequence[Point]) -> str:
    words = listed(f"{'largest' if one.largest else 'smallest'} {one.total}" for one in objectives)
    return f"Pareto front of {words}: {plural(len(points), 'point')}"


def _record(result: SweepResult, objectives: Sequence[Objective], points: Sequence[Point]) -> dict[str, Any]:
    names = [*(axis.name for axis in result.sweep.axes), *(total.name for total in result.sweep.totals)]
    return {
        "schema_version": 1,
        "network": result.sweep.network.spec.name,
        "tested": result.tested,
        "kept": len(result.points),
        "invalid": result.invalid,
        "complete": result.complete,
        "pareto": [f"{'+' * one.largest}{one.total}" for one in objectives],
        "points": [dict(zip(names, map(plain_number, point), strict=True)) for point in points],
    }
