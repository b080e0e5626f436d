"""The pages of `kinds`: the list of layer kinds, and all about some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.layers.options import shown
from archcalc.network.steps import COMMON
from archcalc.studies.explaining.kinds import summary
from archcalc.symbolic.printing import text
from archcalc.symbolic.ratio import Ratio
from archcalc.views.page import (  # fmt: skip
    QUIET,
    STRONG,
    Column,
    Drawing,
    Heading,
    Label,
    Line,
    Names,
    Notes,
    Page,
    PageTable,
    WorkedRule,
    WorkedRules,
)
from archcalc.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.layers.base import Layer
    from archcalc.layers.families import Family
    from archcalc.studies.explaining.kinds import DescribedKind, DescribedOption
    from archcalc.views.page import Block

ELSEWHERE = (Column("framework", "framework"), Column("names", "name"))
LISTED = (Column("kind", "kind"), Column("summary", "description"))
OPTIONS = (
    Column("option", "option"),
    Column("default", "default"),
    Column("description", "description"),
    Column("expects", "value"),
)


HINT = "archcalc kinds KIND shows options, formulas, names in other frameworks and an example."


def kind_list(families: Mapping[Family, Sequence[type[Layer]]]) -> Page:
    """Return the page that lists the kinds, a line each.

    >>> from archcalc.studies.explaining.kinds import by_family
    >>> len(kind_list(by_family()).record["kinds"]) > 50
    True
    """
    lines: list[Line] = []
    for family, kinds in families.items():
        lines.append(Line((Label(str(family)), ""), tone=STRONG))
        lines += [Line((Label(kind.kind), summary(kind)), level=1) for kind in kinds]
    record = [
        {"kind": kind.kind, "family": str(family), "summary": summary(kind)}
        for family, kinds in families.items()
        for kind in kinds
    ]
    blocks = (Heading("The layer kinds"), PageTable(LISTED, tuple(lines)), Notes((HINT,), QUIET))
    return Page(blocks, lambda: {"schema_version": 1, "kinds": record}, "kinds")


def kind_pages(kinds: Sequence[DescribedKind], before: Page | None = None) -> Page:
    """Return the page of some kinds, each with its options, formulas, names elsewhere and an example.

    ``before`` is a page whose blocks come first: the list of the kinds.
    """
    common = f"All kinds also accept {listed(option for option in COMMON if option != 'layers')}."
    blocks = [block for kind in kinds for block in _kind(kind)]
    first = before.blocks if before else ()
    return Page((*first, *blocks, Notes((common,), QUIET)), lambda: _record(kinds), "kinds")


def _kind(kind: DescribedKind) -> Iterator[Block]:
    yield Heading(kind.kind, kind.summary)
    if kind.details:
        yield Notes(tuple(kind.details.splitlines()))
    if kind.options:
        yield PageTable(OPTIONS, tuple(_option(option) for option in kind.options))
    if kind.formulas:
        yield WorkedRules(
            tuple(WorkedRule(symbol=f.symbol, rule=f.rule, steps=(), name=f.quantity) for f in kind.formulas)
        )
    if kind.elsewhere:
        names = ((framework, ", ".join(map(_ranked, found))) for framework, found in kind.elsewhere.items())
        yield PageTable(ELSEWHERE, tuple(Line(line) for line in names))
    yield Drawing((f"archcalc explain '{kind.layers}' --input '{kind.input}'",))
    yield Notes((f"source: {kind.source}",), QUIET)


def _option(option: DescribedOption) -> Line:
    name = f"{option.name} (after the kind)" if option.main else option.name
    return Line((name, _default(option), option.description, option.expects))


def _default(option: DescribedOption) -> str | None:
    """Say what stands where an option is not written; nothing where its description says so."""
    if option.required:
        return "required"
    return option.default if option.default is None or isinstance(option.default, str) else shown(option.default)


def _ranked(name: str) -> str:
    """Write a name that has the number of axes in it.

    >>> _ranked("Conv{}d"), _ranked("Dense")
    ('Conv1d … Conv3d', 'Dense')
    """
    return f"{name.format(1)} … {name.format(3)}" if "{}" in name else name


def _record(kinds: Sequence[DescribedKind]) -> dict[str, Any]:
    return {"schema_version": 1, "kinds": [_entry(kind) for kind in kinds]}


def _entry(kind: DescribedKind) -> dict[str, Any]:
    return {
        "kind": kind.kind,
        "family": str(kind.family),
        "summary": kind.summary,
        "details": kind.details,
        "options": [
            {
                "name": option.name,
                "value": option.expects,
                "required": option.required,
                "default": shown(option.default) if isinstance(option.default, Ratio) else option.default,
                "description": option.description,
                "main": option.main,
            }
            for option in kind.options
        ],
        "formulas": [{"quantity": f.quantity, "symbol": f.symbol, "rule": text(f.rule)} for f in kind.formulas],
        "elsewhere": {framework: Names(names) for framework, names in kind.elsewhere.items()},
        "example": {"layers": kind.layers, "input": kind.input},
        "source": kind.source,
    }
