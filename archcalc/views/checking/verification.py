"""The page of `verify`: printed figures beside the exact values, and how they agree."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from archcalc.measures.quantities import plain
from archcalc.studies.checking.verification import Outcome
from archcalc.views.cells import of_value
from archcalc.views.page import PLAIN, QUIET, RIGHT, STRONG, Column, Heading, Line, Notes, Page, PageTable
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.studies.checking.verification import Verdict
    from archcalc.views.page import Block

COLUMNS = (
    Column("network", "network"),
    Column("of", "layer"),
    Column("quantity", "quantity"),
    Column("printed", "published", RIGHT),
    Column("exact", "computed", RIGHT),
    Column("outcome", "result"),
    Column("source", "source"),
)

SPOKEN = {Outcome.EXACT: "exact", Outcome.ROUNDS: "rounded", Outcome.TRUNCATES: "truncated"}
"""How a count of an outcome reads, in the order in which they are counted; others are what they are called."""


def verification(verdicts: Sequence[Verdict], without: Sequence[str] = (), *, everything: bool = True) -> Page:
    """Return the page of some verdicts: all of them, or those that do not hold; and a summary.

    ``without`` are networks that were verified, and for which no values are published.

    >>> verification([], ["mynet"]).blocks[-1].lines
    ('no published values: mynet (list them under expect)',)
    """
    shown = [verdict for verdict in verdicts if everything or not verdict.holds]
    holds = all(verdict.holds for verdict in verdicts)
    names = {verdict.network for verdict in shown}
    several = len(names) != 1
    reasons = tuple(_reasons(shown))
    blocks: list[Block] = [Heading("Published values", "" if several else names.pop())]
    if shown:
        blocks.append(PageTable(COLUMNS[not several :], tuple(_line(verdict, several=several) for verdict in shown)))
    if reasons:
        blocks.append(Notes(reasons, QUIET))
    counted = (tally(verdicts),) if verdicts or not without else ()
    lacking = (f"no published values: {listed(without)} (list them under expect)",) if without else ()
    blocks.append(Notes((*counted, *lacking), PLAIN if holds else STRONG))
    return Page(tuple(blocks), lambda: _record(verdicts, without, holds=holds), "figures")


def tally(verdicts: Sequence[Verdict]) -> str:
    """Count figures, networks and outcomes in one line."""
    networks = len({verdict.network for verdict in verdicts})
    counts = Counter(verdict.outcome for verdict in verdicts)
    order = [*SPOKEN, *sorted(counts.keys() - SPOKEN.keys())]
    outcomes = ", ".join(f"{counts[outcome]} {SPOKEN.get(outcome, outcome)}" for outcome in order if counts[outcome])
    line = f"{plural(len(verdicts), 'published value')} of {plural(networks, 'network')}"
    return f"{line}: {outcomes}" if outcomes else line


def _line(verdict: Verdict, *, several: bool) -> Line:
    stated = verdict.expectation
    outcome = verdict.outcome if verdict.holds else verdict.outcome.upper()
    cells = (
        verdict.network,
        stated.of,
        stated.quantity,
        stated.printed,
        of_value(verdict.exact),
        outcome,
        stated.source,
    )
    return Line(cells[not several :], 0, PLAIN if verdict.holds else STRONG)


def _reasons(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Yield why figures differ."""
    for verdict in verdicts:
        stated = verdict.expectation
        if stated.differs:
            about = " ".join(filter(None, (verdict.network, stated.of, stated.quantity, stated.printed)))
            yield f"{about}: {stated.reason}"


def _record(verdicts: Sequence[Verdict], without: Sequence[str], *, holds: bool) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "holds": holds,
        "figures": [_figure(verdict) for verdict in verdicts],
        "without": list(without),
    }


def _figure(verdict: Verdict) -> dict[str, Any]:
    stated = verdict.expectation
    found = {
        "network": verdict.network,
        "of": stated.of,
        "quantity": stated.quantity,
        "printed": stated.printed,
        "exact": plain(verdict.exact),
        "outcome": verdict.outcome,
        "holds": verdict.holds,
        "source": stated.source,
        "note": stated.note,
        "reason": stated.reason,
    }
    return {key: value for key, value in found.items() if value != ""}
