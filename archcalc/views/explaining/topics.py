"""The page of a topic of `explain`: its networks side by side, by what factor they differ, and their layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.measures.quantities import QUANTITIES
from archcalc.studies.explaining.concepts import CONCEPTS, cost_of, factors
from archcalc.views.cells import extent
from archcalc.views.language import ENGLISH
from archcalc.views.page import QUIET, RIGHT, STRONG, Column, Heading, Label, Line, Notes, Page, PageTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archcalc.network import table as network
    from archcalc.network.table import Row
    from archcalc.studies.explaining.concepts import Concept, Factor
    from archcalc.views.language import Language
    from archcalc.views.page import Block

COMPARED = {"case": "network", "output": "output", "field": "RF", "params": "parameters", "macs": "MACs"}
SPLIT = {"conv": "MACs (conv)", "linear": "MACs (linear)"}
"""How the MACs are divided, where there are both."""

LEFT_ALIGNED = ("case", "output")

FEW = 9
"""Layers have remarks in a network with fewer layers."""


def concept_page(concept: Concept, tables: Sequence[network.Table], language: Language = ENGLISH) -> Page:
    """Return the page of a concept: its networks side by side, by what factor they differ, and their layers worked out.

    >>> concept_page(CONCEPTS["dropout"], []).blocks[0].text
    'Dropout'
    """
    told = translated(concept, language)
    pairs = list(zip(told.cases, tables, strict=False))
    both = any({"conv", "linear"} <= {row.kind for row in table} for table in tables)
    headings = COMPARED | SPLIT if both else COMPARED
    columns = tuple(
        Column(key, language.text(f"labels.compared-{key}", heading), "left" if key in LEFT_ALIGNED else RIGHT)
        for key, heading in headings.items()
    )
    lines = tuple(_case(case.label, table, both=both) for case, table in pairs)
    found = factors(told, tables)
    blocks: list[Block] = [Heading(told.title), Notes((told.sentence,)), PageTable(columns, lines)]
    blocks += [Notes(tuple(_times(found, language)), STRONG)] if found else []
    for case, table in pairs:
        blocks += _told(case.label, table, language)
    return Page(tuple(blocks), lambda: _concept_record(concept, tables), "networks")


def translated(concept: Concept, language: Language) -> Concept:
    """Return a concept with its title, its sentence and the names of its networks in another language."""
    name = next(name for name, known in CONCEPTS.items() if known is concept)
    return concept._replace(
        title=language.text(f"topics.{name}", concept.title),
        sentence=language.text(f"topics.{name}.text", concept.sentence),
        cases=tuple(
            case._replace(label=language.text(f"topics.{name}.{number}", case.label))
            for number, case in enumerate(concept.cases, 1)
        ),
    )


def _case(label: str, table: network.Table, *, both: bool) -> Line:
    totals, split = table.totals, (cost_of(table, "conv"), cost_of(table, "linear")) if both else ()
    return Line((Label(label), table.output, extent(table.rows[-1].reach), totals.params, totals.macs, *split))


def _times(found: Sequence[Factor], language: Language) -> Iterator[str]:
    """Yield in what the larger of two networks is larger, and how many times; what is alike in one sentence."""
    by_ratio: dict[tuple[str, str, int], list[str]] = {}
    for factor in found:
        heading = language.text(f"labels.compared-{factor.quantity}", QUANTITIES[factor.quantity].heading)
        by_ratio.setdefault((*factor.labels, factor.tenths), []).append(heading)
    others: dict[tuple[str, str, str], list[str]] = {}
    for (more, less, tenths), quantities in by_ratio.items():
        others.setdefault((more, _ratio(tenths), language.listed(quantities)), []).append(less)
    for (more, ratio, many), smaller in others.items():
        yield language.text(
            "labels.times",
            "{more}: {ratio} times as many {quantities} as {less}",
            more=more,
            ratio=ratio,
            quantities=many,
            less=language.listed(smaller),
        )


def _ratio(tenths: int) -> str:
    """Write tenths; from a hundred on without a decimal."""
    return f"{tenths // 10:,}" if tenths >= 1000 or tenths % 10 == 0 else f"{tenths / 10:.1f}"  # noqa: PLR2004


def _told(label: str, table: network.Table, language: Language) -> Iterator[Block]:
    """Yield what is worth a remark about the layers of a network, each sentence once, after the layer's name."""
    said: dict[str, str] = {}
    for row in table:
        if sentence := _note(row, language):
            said.setdefault(sentence, row.path)
    if len(table) < FEW:
        named = len(said) > 1
        yield from (Notes((f"{label}, {path}: {s}" if named else f"{label}: {s}",), QUIET) for s, path in said.items())


def _note(row: Row, language: Language) -> str:
    """Return what a lecturer would add; in another language what is true of every layer of the kind."""
    english = "" if row.layer.joins else row.layer.note(row.inputs[0])
    return english and language.text(f"notes.{row.kind}", english)


def _concept_record(concept: Concept, tables: Sequence[network.Table]) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "title": concept.title,
        "networks": [
            {
                "label": case.label,
                "output": list(table.output.sizes),
                "params": table.totals.params,
                "macs": table.totals.macs,
            }
            for case, table in zip(concept.cases, tables, strict=False)
        ],
    }
