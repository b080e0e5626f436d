"""Markdown: headings, lists, and pipe tables that are aligned in the source too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archcalc.errors import printable
from archcalc.reports.base import Spelling, aligned, breadth
from archcalc.views.page import DEFAULT_MOST, RIGHT, Drawing, Facts, Heading, Label, Notes, PageTable, WorkedRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.views.page import Block, Cell, Fact, Line, Page

SUFFIX = ".md"
SIGNS = re.compile(r"[\\`*\[\]<>|~]|(?<![^\W_])_|_(?![^\W_])")
"""What Markdown would take for markup: an underscore only at the edge of a word."""

INDENT = "&nbsp;&nbsp;"


def escaped(text: str) -> str:
    r"""Return a text that Markdown shows as it is.

    >>> print(escaped("a|b *c* conv2_x"))
    a\|b \*c\* conv2_x
    """
    return SIGNS.sub(r"\\\g<0>", printable(text))


SPELLING = Spelling(text=escaped)


def render(page: Page) -> str:
    """Write the blocks of a page one after the other."""
    return "\n".join(_block(block) for block in page.blocks)


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"# {' · '.join(escaped(part) for part in block if part)}\n"
        case Notes():
            return "".join(f"{escaped(line)}\n" for line in block.lines)
        case Facts():
            return "".join(map(_fact, block.facts))
        case WorkedRules():
            return f"$$\n\\begin{{aligned}}\n{aligned(block)}\n\\end{{aligned}}\n$$\n"
        case Drawing():
            return "```text\n" + "".join(f"{line}\n" for line in block.lines) + "```\n"
        case PageTable():
            return _table(block)


def _fact(fact: Fact) -> str:
    remark = f" ({escaped(fact.remark)})" if fact.remark else ""
    return f"- {escaped(fact.name)}: {SPELLING.cell(fact.value)}{remark}\n"


def _table(table: PageTable) -> str:
    places = [index for index, column in enumerate(table.columns) if column.priority <= DEFAULT_MOST]
    heads = [escaped(table.columns[index].heading) for index in places]
    rows = [_row(line, places) for line in table.lines]
    if table.total:
        rows.append([f"**{cell}**" if cell else "" for cell in _row(table.total, places)])
    widths = [max(map(breadth, column)) for column in zip(heads, *rows, ["---"] * len(places), strict=True)]
    rights = [table.columns[index].align == RIGHT for index in places]
    rule = ["-" * (width - 1) + (":" if right else "-") for width, right in zip(widths, rights, strict=True)]
    return "".join(_piped(row, widths, rights) for row in (heads, rule, *rows))


def _row(line: Line, places: Sequence[int]) -> list[str]:
    return [_cell(line.cells[index], line.level) for index in places]


def _cell(cell: Cell, level: int) -> str:
    return INDENT * level + SPELLING.cell(cell) if isinstance(cell, Label) else SPELLING.cell(cell)


def _piped(cells: Sequence[str], widths: Sequence[int], rights: Sequence[bool]) -> str:
    padded = [
        " " * (width - breadth(cell)) + cell if right else cell + " " * (width - breadth(cell))
        for cell, width, right in zip(cells, widths, rights, strict=True)
    ]
    return f"| {' | '.join(padded)} |\n"
