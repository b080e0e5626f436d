"""What pictures say of a layer or a block: its name, what it is, its shape and its counts, as the table says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.layers.families import Family
from archcalc.views.cells import entry
from archcalc.views.columns import MEASURES
from archcalc.views.page import Windows
from archcalc.views.spelling import Spelling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.table import Table
    from archcalc.quantities.shape import Shape
    from archcalc.views.drawing.diagram import Box
    from archcalc.views.folding import FoldedPart

SPELLING = Spelling()

SIGNS = {"add": "+", "multiply": "×", "subtract": "−", "concat": "concat"}
"""Merges that papers draw as a small sign."""


def family(box: Box) -> str:
    """Return the name of the colours of a box: the family of its layer, or that it is a block or an input."""
    return "input" if box.part is None else colour(box.part)


def colour(part: FoldedPart) -> str:
    """Return the name of the colours of a layer or a block."""
    return str(part.row.layer.family) if part.row else "block"


def is_sign(box: Box) -> bool:
    """Whether a box is a merge that is drawn as a sign."""
    row = box.part.row if box.part else None
    return row is not None and row.kind in SIGNS


def name(box: Box) -> str:
    """Return the name of a box as the table writes it, with the number of copies."""
    if box.part is None:
        return box.path
    copies = f" ×{box.part.times}" if box.part.times > 1 else ""
    return f"{box.part.name}{copies}"


def kind(box: Box) -> str:
    """Say in a few words what a box is: the kind and its window, and what is folded into it; of a block its label.

    >>> import archcalc
    >>> from archcalc.views.drawing.diagram import diagram
    >>> [kind(box) for box in diagram(archcalc.load("alexnet").analyze()).boxes][:3]
    ['', 'conv 11×11 /4, relu, lrn', 'maxpool 3×3 /2']
    """
    part = box.part
    if part is None:
        return ""
    if part.row is None:
        return part.label if part.label not in ("", part.name) else "" if box.inner else _within(part)
    window = SPELLING.cell(Windows(part.row.geometry)) if part.row.geometry else ""
    words = [f"{part.row.kind} {window}".strip(), *(row.kind for row in part.folded)]
    return ", ".join(word for word in words if word != part.name.rpartition("/")[2])


FEW = 4
"""The parts of a closed block are listed by name up to this number."""


def _within(part: FoldedPart) -> str:
    """Say what is in a closed block that has no other name: its parts, or how many layers."""
    names = [child.name for child in part.children]
    if names and names[0][:1].isdigit() and part.children[0].label:  # copies of one block
        copies = sum(child.times for child in part.children)
        return f"{copies} × {part.children[0].label}"
    return ", ".join(names) if len(names) <= FEW else f"{len(part.rows) // part.times} layers"


def output(box: Box) -> Shape:
    """Return the output shape of a box."""
    if box.node is not None:
        return box.node.shape
    assert box.part is not None  # noqa: S101 - what is no input is a part
    last = box.part.folded[-1] if box.part.folded else box.part.rows[-1]
    return last.output


def shape(box: Box) -> str:
    """Return the output shape of a box as the table writes it."""
    return SPELLING.shape(output(box))


def counts(part: FoldedPart | None, columns: Sequence[str], table: Table) -> list[str]:
    """Return columns of a part's line in words: ``34,944 parameters``; what is empty is left out.

    >>> import archcalc
    >>> from archcalc.views.folding import parts
    >>> table = archcalc.load("alexnet").analyze()
    >>> counts(parts(table)[0], ["params", "macs"], table)
    ['34,944 parameters', '105,415,200 MACs']
    """
    if part is None:
        return []
    found = [(MEASURES[key].heading, MEASURES[key].cell(part, table)) for key in columns]
    return [f"{SPELLING.cell(cell)} {heading}" for heading, cell in found if cell not in (None, "")]


def described(box: Box, table: Table) -> str:
    """Say all of a box in one line, for readers who do not see it."""
    facts = [kind(box), shape(box), *counts(box.part, ("params", "macs"), table)]
    return f"{name(box)}: {', '.join(filter(None, facts))}"


def title(table: Table) -> str:
    """Return what a network is called."""
    return table.spec.title or table.spec.name


def totals(table: Table) -> str:
    """Say what goes in, and the sums.

    >>> import archcalc
    >>> totals(archcalc.load("alexnet").analyze())
    'input 3×227×227 · 60,965,224 parameters · 724,406,816 MACs'
    """
    sums = [f"{SPELLING.number(getattr(table.totals, key))} {MEASURES[key].heading}" for key in ("params", "macs")]
    return " · ".join([entry(table), *sums])


FAMILIES = ("input", *map(str, Family), "block")
"""The order in which a legend lists what has a colour."""
