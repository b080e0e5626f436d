"""The page of `explain`: worked solutions of layers, and topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.measures.leftover import Grade
from archcalc.studies.explaining.working import solution
from archcalc.symbolic.printing import text
from archcalc.views.cells import entry, of_value
from archcalc.views.page import (  # fmt: skip
    QUIET,
    RIGHT,
    STRONG,
    Column,
    Fact,
    Facts,
    Heading,
    Label,
    Line,
    Notes,
    Page,
    PageTable,
    WorkedRule,
    WorkedRules,
)
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archcalc.network import table as network
    from archcalc.network.table import Row
    from archcalc.studies.checking.verification import Verdict
    from archcalc.studies.explaining.working import WorkedSolution, Working
    from archcalc.views.page import Block

PRINTED = (
    Column("of", "layer"),
    Column("quantity", "quantity"),
    Column("printed", "published", RIGHT),
    Column("exact", "computed", RIGHT),
    Column("source", "source"),
)


def explanation(table: network.Table, rows: Sequence[Row], verdicts: Sequence[Verdict] = ()) -> Page:
    """Return the page of the worked solutions of some layers: in full of one, a line for each quantity of several.

    Equal layers that read equal shapes are worked out once. ``verdicts`` are printed figures about them.

    >>> import archcalc
    >>> table = archcalc.load("alexnet").analyze()
    >>> page = explanation(table, [table["conv1"]])
    >>> page.record["layers"][0]["workings"][0]["steps"]
    ['floor((227 - 11 + 2*0)/4) + 1', 'floor(216/4) + 1', '54 + 1', '55']
    """
    groups = _alike(rows)
    solved = [(solution(table, group[0]), group[1:]) for group in groups]
    brief = len(solved) > 1
    blocks: list[Block] = [
        Heading("Worked solution", table.spec.title or table.spec.name),
        Notes((entry(table),), QUIET),
    ]
    for one, others in solved:
        if one.workings or not brief:
            blocks += _layer(one, others, brief=brief)
    blocks += _printed(verdicts)
    if table.spec.note:
        blocks.append(Notes((table.spec.note,), QUIET))
    return Page(tuple(blocks), lambda: _record(table, solved, verdicts), "layers")


def _alike(rows: Iterable[Row]) -> list[list[Row]]:
    """Group layers that are equal and read equal shapes."""
    found: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        found.setdefault((row.layer, row.inputs, row.shares), []).append(row)
    return list(found.values())


def _layer(solved: WorkedSolution, others: Sequence[Row], *, brief: bool) -> Iterator[Block]:
    row = solved.row
    shapes = " + ".join(str(shape) for shape in row.inputs)
    yield Heading(row.path, f"{row.kind}: {shapes} → {row.output}")
    if others:
        which = f"{others[0].path} … {others[-1].path}" if len(others) > 2 else listed(row.path for row in others)  # noqa: PLR2004
        same = f"same for {plural(len(others), 'more layer')}: {which}"
        yield Notes((f"{same} (except the receptive field)",), QUIET)
    yield from _workings(solved.workings, brief=brief)
    if not brief:
        if solved.note:
            yield Notes((solved.note,))
        yield Notes(tuple(_sources(solved)), QUIET)


def _workings(workings: Sequence[Working], *, brief: bool) -> Iterator[Block]:
    """Yield what is worked out, what stands alone, and what is left over."""
    alone = tuple(Fact(w.quantity, w.result, "; ".join(w.remarks)) for w in workings if w.rule is None)
    solved = [(w, w.rule) for w in workings if w.rule is not None]
    if solved:
        yield WorkedRules(
            tuple(
                WorkedRule(symbol=w.symbol, rule=rule, steps=w.steps, name="" if brief else w.quantity)
                for w, rule in solved
            )
        )
    if alone:
        yield Facts(alone)
    over = [remark for w, _ in solved for remark in w.left_over if not brief or remark.grade is not Grade.EXACT]
    told = [remark for w, _ in solved for remark in w.remarks if not brief] + [remark.text for remark in over]
    if told:
        yield Notes(tuple(told), STRONG if any(remark.grade is Grade.UNREAD for remark in over) else QUIET)


def _sources(solved: WorkedSolution) -> Iterator[str]:
    """Yield the sources, each once: the layer's, and those of single formulas."""
    own = {solved.source: "the layer"}
    for working in solved.workings:
        if working.source and working.source not in own:
            own[working.source] = working.quantity
    yield from (f"source of {what}: {source}" for source, what in own.items() if source)


def _printed(verdicts: Sequence[Verdict]) -> Iterator[Block]:
    """Yield what sources print about these layers, and why where it differs."""
    if not verdicts:
        return
    lines = tuple(
        Line(
            (
                Label(v.expectation.of or "the network"),
                v.expectation.quantity,
                v.expectation.printed,
                of_value(v.exact),
                v.expectation.source,
            )
        )
        for v in verdicts
    )
    yield Heading("Published values")
    yield PageTable(PRINTED, lines)
    reasons = [
        f"{v.expectation.quantity} {v.expectation.printed} ({v.outcome}): {v.expectation.reason}"
        for v in verdicts
        if v.expectation.differs
    ]
    if reasons:
        yield Notes(tuple(reasons))


def _record(
    table: network.Table, solved: Sequence[tuple[WorkedSolution, Sequence[Row]]], verdicts: Sequence[Verdict]
) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "name": table.spec.name,
        "layers": [_entry(one, others) for one, others in solved],
        "printed": [
            {
                "of": v.expectation.of,
                "quantity": v.expectation.quantity,
                "printed": v.expectation.printed,
                "outcome": v.outcome,
                "source": v.expectation.source,
                "reason": v.expectation.reason,
            }
            for v in verdicts
        ],
    }


def _entry(solved: WorkedSolution, others: Sequence[Row]) -> dict[str, Any]:
    return {
        "path": solved.row.path,
        "kind": solved.row.kind,
        "alike": [row.path for row in others],
        "workings": [_of_working(working) for working in solved.workings],
        "told": solved.note,
        "source": solved.source,
    }


def _of_working(working: Working) -> dict[str, Any]:
    return {
        "quantity": working.quantity,
        "symbol": working.symbol,
        "rule": None if working.rule is None else text(working.rule),
        "steps": [text(step) for step in working.steps],
        "result": working.result,
        "remarks": [*working.remarks, *(remark.text for remark in working.left_over)],
        "source": working.source,
    }
