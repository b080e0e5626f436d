"""The page of `reconcile`: another tool's totals, ours, and the gap by its causes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.views.page import QUIET, RIGHT, STRONG, Column, Heading, Label, Line, Notes, Page, PageTable
from archcalc.wording import plural

if TYPE_CHECKING:
    from archcalc.network import table as network
    from archcalc.studies.checking.reconciliation import Gap, Reconciled

TOTALS = (Column("who", "tool"), Column("macs", "MACs", RIGHT), Column("params", "parameters", RIGHT))
CAUSES = (
    Column("macs", "MACs", RIGHT),
    Column("params", "parameters", RIGHT),
    Column("layers", "layers", RIGHT),
    Column("cause", "cause"),
)
ROWS = (Column("layer", "layer"), Column("kind", "kind", "left", 1), Column("macs", "difference", RIGHT))

MOST_ROWS = 12
"""How many layers are listed, those with the largest differences."""


def reconciliation(table: network.Table, found: Reconciled) -> Page:
    """Return the page that accounts for the gap between another tool's totals and ours.

    >>> import archcalc
    >>> from archcalc.studies.checking.reconciliation import reconcile
    >>> table = archcalc.load("torchvision/alexnet").analyze()
    >>> reconciliation(table, reconcile(table, "fvcore")).record["difference"]
    {'macs': 9216, 'params': 0}
    """
    tool = f"{found.profile.tool} {found.profile.version}"
    macs, params = found.macs - found.ours[0], found.params - found.ours[1]
    totals = (
        Line((Label("archcalc"), *found.ours)),
        Line((Label(f"{tool} ({found.profile.called})"), found.macs, found.params)),
        Line((Label("difference"), signed(macs), signed(params)), 0, STRONG),
    )
    causes = tuple(_cause(gap) for gap in found.gaps) or (Line(("0", "0", "", "none: both count in the same way")),)
    largest = sorted(found.rows, key=lambda pair: -abs(pair[1]))
    lines = tuple(Line((Label(row.path), row.kind, signed(more))) for row, more in largest[:MOST_ROWS])
    rest = len(largest) - len(lines)
    more = (Notes((f"and {plural(rest, 'more layer')}",), QUIET),) if rest else ()
    blocks = (
        Heading(table.spec.title or table.spec.name, f"as counted by {tool}"),
        PageTable(TOTALS, totals),
        Heading("Difference by cause"),
        PageTable(CAUSES, causes),
        *((Heading("Difference by layer"), PageTable(ROWS, lines), *more) if lines else ()),
        *((Notes((f"Limitations: {found.profile.partial}",), QUIET),) if found.profile.partial else ()),
    )
    return Page(blocks, lambda: _record(table, found), "causes")


def signed(number: int) -> str:
    """Spell a difference with its sign.

    >>> signed(9216), signed(-3), signed(0)
    ('+9,216', '−3', '0')
    """
    return f"+{number:,}" if number > 0 else f"−{-number:,}" if number else "0"


def _cause(gap: Gap) -> Line:
    return Line((signed(gap.macs), signed(gap.params), gap.layers or "", gap.why))


def _record(table: network.Table, found: Reconciled) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "network": table.spec.name,
        "tool": found.profile.tool,
        "version": found.profile.version,
        "macs": found.macs,
        "params": found.params,
        "ours": {"macs": found.ours[0], "params": found.ours[1]},
        "difference": {"macs": found.macs - found.ours[0], "params": found.params - found.ours[1]},
        "causes": [gap._asdict() for gap in found.gaps],
        "layers": [{"path": row.path, "macs": more} for row, more in found.rows],
        "partial": found.profile.partial,
    }
