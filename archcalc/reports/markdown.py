"""Markdown: headings, lists, and pipe tables that are aligned in the source too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archcalc.errors import printable
from archcalc.reports.base import aligned, breadth
from archcalc.reports.texts import plain_blocks
from archcalc.views.page import DEFAULT_MOST, RIGHT, Drawing, Facts, Heading, Label, Notes, PageTable, WorkedRules
from archcalc.views.spelling import Spelling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.views.page import Block, Cell, Fact, Line, Page

SUFFIX = ".md"
SIGNS = re.compile(r"[\\`*\[\]<>|~&$]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
"""What Markdown would take for markup: an underscore only at the edge of a word; and what links an address."""

OPENING = re.compile(r"^(\s*\d{0,9})([#+=.)-])(?=[#+=\s-]*$|[#\s])")
"""What would make a heading, a list or a rule of a text that a line begins with."""

CODE = re.compile("^ {4,}")
"""What would make code of a line."""

MENTION = re.compile(r"@(?=\w)|(?<![^\W_])#(?=\d)")
"""What would mention a user or refer to an issue on GitHub, where a backslash does not prevent it."""

TICKS = re.compile("`+")

INDENT = "&nbsp;&nbsp;"


def escaped(text: str) -> str:
    r"""Return a text that Markdown shows as it is.

    >>> print(escaped("a|b *c* conv2_x"))
    a\|b \*c\* conv2_x
    """
    shown = CODE.sub("", printable(text))
    signs = OPENING.sub(r"\1\\\2", SIGNS.sub(r"\\\g<0>", shown))
    return MENTION.sub(r"\g<0><!-- -->", signs)


SPELLING = Spelling(text=escaped)


def render(page: Page) -> str:
    """Write the blocks of a page one after the other."""
    return "\n".join(map(_block, plain_blocks(page, escaped, printable)))


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"# {' · '.join(filter(None, block))}\n"
        case Notes():
            return "".join(f"{line}\n" for line in block.lines)
        case Facts():
            return "".join(map(_fact, block.facts))
        case WorkedRules():
            return f"$$\n\\begin{{aligned}}\n{aligned(block)}\n\\end{{aligned}}\n$$\n"
        case Drawing():
            fence = max([3, *(1 + len(ticks) for line in block.lines for ticks in TICKS.findall(line))]) * "`"
            return f"{fence}text\n" + "".join(f"{line}\n" for line in block.lines) + f"{fence}\n"
        case PageTable():
            return _table(block)


def _fact(fact: Fact) -> str:
    remark = f" ({fact.remark})" if fact.remark else ""
    return f"- {fact.name}: {SPELLING.cell(fact.value)}{remark}\n"


def _table(table: PageTable) -> str:
    places = [index for index, column in enumerate(table.columns) if column.priority <= DEFAULT_MOST]
    heads = [table.columns[index].heading for index in places]
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
