"""The page of `reconcile`: another tool's totals, ours, the gap by its causes, and what keeps a total unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.studies.checking.reconciliation import MODULES
from archcalc.views.page import QUIET, RIGHT, STRONG, Block, Column, Fact, Facts, Heading, Label, Line, Notes, Page
from archcalc.views.page import PageTable as Table
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterable

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
UNKNOWN = (Column("layer", "layer"), Column("kind", "kind"))

MOST_ROWS = 12
"""How many layers are listed, those with the largest differences."""

UNKNOWN_TOTAL = "unknown"

ASSUMED = (
    "Each layer is taken to be the torch.nn module that `explain` names, and each merge an operator on tensors. How a "
    "model calls other layers is not known."
)
"""What a tool's total is the total of, where no implementation of the network is known."""


def reconciliation(table: network.Table, found: Reconciled) -> Page:
    """Return the page that accounts for the gap between another tool's totals and ours.

    >>> import archcalc
    >>> from archcalc.studies.checking.reconciliation import reconcile
    >>> table = archcalc.load("torchvision/alexnet").analyze()
    >>> reconciliation(table, reconcile(table, "fvcore")).record["difference"]
    {'macs': 9216, 'params': 0}
    """
    blocks = (
        Heading(table.spec.title or table.spec.name, f"as counted by {_tool(found)}"),
        *_totals(found),
        *_unknown(found),
        *_causes(found),
        *_layers(found),
        *((Notes((ASSUMED,), QUIET),) if found.model == MODULES else ()),
        Notes((found.profile.note,), QUIET),
    )
    return Page(blocks, lambda: _record(table, found), spread=lambda: _lines(found))


def _tool(found: Reconciled) -> str:
    return f"{found.profile.tool} {found.profile.version}"


def _totals(found: Reconciled) -> Iterable[Block]:
    """Yield both totals and their difference, and the size of a pass where the tool has one."""
    called = f" ({found.profile.called})" if found.profile.called else ""
    theirs = (_total(found.macs, counted=found.profile.called), _total(found.params))
    difference = tuple("" if more is None else signed(more) for more in _difference(found))
    yield Table(
        TOTALS,
        (
            Line((Label("archcalc"), *found.ours)),
            Line((Label(f"{_tool(found)}{called}"), *theirs)),
            Line((Label("difference"), *difference), 0, STRONG),
        ),
    )
    if found.profile.passes:
        yield Facts((Fact(found.profile.passes.called, found.passes or UNKNOWN_TOTAL),))


def _total(count: int | None, *, counted: str = "yes") -> int | str:
    return count if count is not None else UNKNOWN_TOTAL if counted else "–"


def _unknown(found: Reconciled) -> Iterable[Block]:
    """Yield the layers that keep a total from being known, or why the tool has none."""
    if found.stops:
        yield Notes((f"{found.profile.tool} stops with an error: {found.stops}",), STRONG)
    elif found.unknown:
        yield Heading("Layers whose counts are unknown")
        yield Table(UNKNOWN, tuple(Line((Label(one.path), one.kind)) for one in found.unknown[:MOST_ROWS]))
        yield from _rest(len(found.unknown))


def _rest(count: int) -> Iterable[Block]:
    if count > MOST_ROWS:
        yield Notes((f"and {plural(count - MOST_ROWS, 'more layer')}",), QUIET)


def _causes(found: Reconciled) -> Iterable[Block]:
    """Yield the causes of the difference, of the layers that are known."""
    if found.gaps and not found.stops:
        yield Heading("Difference by cause", "known layers only" if found.unknown else "")
        yield Table(CAUSES, tuple(_cause(gap, found) for gap in found.gaps))
    elif not found.unknown and not found.stops:
        yield Notes(("both count in the same way",))


def _cause(gap: Gap, found: Reconciled) -> Line:
    macs = signed(gap.macs) if found.profile.called else "–"
    return Line((macs, signed(gap.params), gap.layers or "", gap.why))


def _layers(found: Reconciled) -> Iterable[Block]:
    largest = sorted(found.rows, key=lambda pair: -abs(pair[1]))
    if largest:
        yield Heading("Difference by layer")
        yield Table(ROWS, tuple(Line((Label(row.path), row.kind, signed(more))) for row, more in largest[:MOST_ROWS]))
        yield from _rest(len(largest))


def signed(number: int) -> str:
    """Spell a difference with its sign.

    >>> signed(9216), signed(-3), signed(0)
    ('+9,216', '−3', '0')
    """
    return f"+{number:,}" if number > 0 else f"−{-number:,}" if number else "0"


def _difference(found: Reconciled) -> tuple[int | None, int | None]:
    """Return by how much the tool's totals are larger; None, where it has none that is known."""
    pairs = zip((found.macs, found.params), found.ours, strict=True)
    macs, params = (None if theirs is None else theirs - ours for theirs, ours in pairs)
    return macs, params


def _record(table: network.Table, found: Reconciled) -> dict[str, Any]:
    macs, params = _difference(found)
    return {
        "schema_version": 1,
        "network": table.spec.name,
        "tool": found.profile.tool,
        "version": found.profile.version,
        "model": found.model,
        "macs": found.macs,
        "params": found.params,
        "forward_backward_mb": found.passes,
        "ours": {"macs": found.ours[0], "params": found.ours[1]},
        "difference": {"macs": macs, "params": params},
        "unknown": [one._asdict() for one in found.unknown],
        "stops": found.stops or None,
        "causes": [gap._asdict() for gap in found.gaps],
        "layers": [{"path": row.path, "macs": more} for row, more in found.rows],
        "partial": found.profile.note,
    }


def _lines(found: Reconciled) -> list[dict[str, Any]]:
    """Return the totals, the causes and the unknown layers as lines with the same columns."""
    theirs = [_total(found.macs, counted=found.profile.called), _total(found.params)]
    totals = [
        ("total", "archcalc", *found.ours, ""),
        ("total", _tool(found), *("" if count == "–" else count for count in theirs), ""),
        ("difference", "", *("" if more is None else more for more in _difference(found)), ""),
    ]
    causes = [
        ("cause", gap.why, gap.macs if found.profile.called else "", gap.params, gap.layers) for gap in found.gaps
    ]
    unknown = [("unknown", f"{one.path} ({one.kind})", "", "", "") for one in found.unknown]
    columns = ("entry", "name", "macs", "params", "layers")
    return [dict(zip(columns, line, strict=True)) for line in (*totals, *causes, *unknown)]
