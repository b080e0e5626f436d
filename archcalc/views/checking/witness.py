"""The page of `verify --torch`: how far networks agree with a framework's, and both sides where they first differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.views.page import PLAIN, RIGHT, STRONG, Column, Heading, Label, Line, Notes, Page, PageTable
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.studies.checking.witness import Side, WitnessReport
    from archcalc.views.page import Block

COLUMNS = (
    Column("network", "network"),
    Column("compared", "layers", RIGHT),
    Column("verdict", "result"),
)

SIDES = (
    Column("path", "layer"),
    Column("side", "in"),
    Column("kind", "kind"),
    Column("output", "output"),
    Column("params", "parameters", RIGHT),
    Column("buffers", "buffers", RIGHT),
)

AGREES, DIFFERS = "agrees", "differs"
COMPARED = "compared layer by layer: kind, output shape, parameters, buffers"


def comparisons(found: Sequence[WitnessReport]) -> Page:
    """Return the page of some comparisons: a line each, and the first difference of each that has one.

    >>> comparisons([]).blocks[-1].lines
    ('0 of 0 networks agree',)
    """
    lines = tuple(_line(comparison) for comparison in found)
    blocks: list[Block] = [Heading("Comparison with a framework", found[0].against if found else "")]
    if lines:
        blocks += [PageTable(COLUMNS, lines), Notes((COMPARED,))]
    for comparison in found:
        blocks += _difference(comparison)
    agree = sum(comparison.holds for comparison in found)
    networks = "1 network agrees" if (agree, len(found)) == (1, 1) else f"{agree} of {len(found)} networks agree"
    blocks.append(Notes((networks,), PLAIN if agree == len(found) else STRONG))
    return Page(tuple(blocks), lambda: _record(found), "networks")


def _line(comparison: WitnessReport) -> Line:
    verdict = AGREES if comparison.holds else DIFFERS
    return Line((comparison.network, comparison.compared, verdict), 0, PLAIN if comparison.holds else STRONG)


def _difference(comparison: WitnessReport) -> Iterator[Block]:
    if comparison.holds:
        return
    yield Heading(f"{comparison.network}: first difference", f"after {plural(comparison.compared, 'matching layer')}")
    sides = (("archcalc", comparison.ours), (comparison.against, comparison.theirs))
    yield PageTable(SIDES, tuple(_of_side(name, side) for name, side in sides))


def _of_side(name: str, side: Side | None) -> Line:
    path, *values = side or ("no further layers", "", "", None, None)
    return Line((Label(str(path)), name, *values))


def _record(found: Sequence[WitnessReport]) -> dict[str, Any]:
    holds = all(comparison.holds for comparison in found)
    return {"schema_version": 1, "holds": holds, "networks": [_entry(comparison) for comparison in found]}


def _entry(comparison: WitnessReport) -> dict[str, Any]:
    entry = {
        "network": comparison.network,
        "against": comparison.against,
        "layers": comparison.compared,
        "holds": comparison.holds,
    }
    if not comparison.holds:
        entry |= {"ours": _side(comparison.ours), "theirs": _side(comparison.theirs)}
    return entry


def _side(side: Side | None) -> dict[str, Any] | None:
    return side and side._asdict()
