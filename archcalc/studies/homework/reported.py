"""Totals that another tool reports: they were not computed, or by its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.studies.homework.derivation import MACS, PARAMS
from archcalc.studies.homework.odds import MOST, room
from archcalc.studies.homework.row_labels import TOTAL
from archcalc.studies.homework.verdicts import Explanation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.studies.homework.questions import CellQuestion

OTHER_TOOL = "other-tool"


class ToolTotal(NamedTuple):
    """What a tool reports for a network; None is not known."""

    tool: str
    macs: int | None
    params: int | None


def reported(wrong: Sequence[CellQuestion], totals: Sequence[ToolTotal]) -> dict[tuple[str, str], list[Explanation]]:
    """Return the first tool that reports a wrong total, by the place of the total.

    >>> from archcalc.studies.homework.cell_reading import read_cell
    >>> from archcalc.studies.homework.headings import ColumnHeading
    >>> from archcalc.studies.homework.questions import CellQuestion
    >>> from archcalc.studies.homework.row_labels import Target
    >>> given = read_cell("173,232,616", "macs", ColumnHeading("macs"))
    >>> wrong = [CellQuestion(Target("total", ()), "macs", given, 17_564_210_944)]
    >>> found = reported(wrong, [ToolTotal("torchinfo", 173_232_616, 86_567_656)])
    >>> [reason.mistake for reason in found["total", "macs"]]
    ['other-tool:torchinfo']
    """
    return {q.place: list(_of_tools(q, totals))[:1] for q in wrong if q.target.path == TOTAL}


def _of_tools(q: CellQuestion, totals: Sequence[ToolTotal]) -> Iterator[Explanation]:
    """Yield the tools that report a total, where it has more digits than chance explains."""
    if q.column not in (MACS, PARAMS) or len(totals) > MOST * (room(q) or 0):
        return
    for total in totals:
        value = total.macs if q.column == MACS else total.params
        if isinstance(value, int) and value not in q.rights and q.given.tells(value, q.order):
            text = f"This is what {total.tool} reports: it counts by other rules. Add the values of the rows."
            yield Explanation(f"{OTHER_TOOL}:{total.tool}", text)
