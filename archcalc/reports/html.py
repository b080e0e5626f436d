"""HTML: one file without scripts that loads nothing, in light and dark colors, also for print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archcalc.reports.base import spelled_out
from archcalc.reports.markup import document, escaped
from archcalc.reports.texts import plain_blocks
from archcalc.views.page import RIGHT, Drawing, Facts, Heading, Label, Notes, PageTable, WorkedRules
from archcalc.views.spelling import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archcalc.views.page import Block, Cell, Column, Fact, Line, Page

SUFFIX = ".html"
SPELLING = Spelling(text=escaped)
STYLE = Path(__file__).with_name("page.css")
MOST = 5
"""Columns up to this priority are shown."""

INDENT = 1.2
"""How far a level of a tree is set in, in the size of letters."""


def render(page: Page) -> str:
    """Write a page as a document."""
    headings = [escaped(block.text) for block in page.blocks if isinstance(block, Heading)]
    style = STYLE.read_text(encoding="utf-8")
    return document(headings[0] if headings else "archcalc", style, fragment(page))


def fragment(page: Page) -> str:
    """Write the blocks of a page one after the other, as a part of a document."""
    body: list[str] = []
    for block in plain_blocks(page, escaped, escaped):
        level = 2 if any(text.startswith("<h1") for text in body) else 1
        body += _block(block, level)
    return "\n".join(body)


def _block(block: Block, level: int) -> Iterator[str]:
    match block:
        case Heading():
            aside = f" <small>{block.aside}</small>" if block.aside else ""
            yield f"<h{level}>{block.text}{aside}</h{level}>"
        case Notes():
            yield from (f'<p class="{block.tone}">{line}</p>' for line in block.lines)
        case Facts():
            yield f"<table>\n{''.join(map(_fact, block.facts))}</table>"
        case WorkedRules():
            lines = "".join(f"{start}{escaped(line)}\n" for start, line in spelled_out(block))
            yield f"<pre>{lines}</pre>"
        case Drawing():
            yield f"<pre>{''.join(f'{line}{chr(10)}' for line in block.lines)}</pre>"
        case PageTable():
            yield f'<div class="scroll">\n{_table(block)}</div>'


def _fact(fact: Fact) -> str:
    value = SPELLING.cell(fact.value)
    return (
        f'<tr><th scope="row">{fact.name}</th><td class="right">{value}</td><td class="quiet">{fact.remark}</td></tr>\n'
    )


def _table(table: PageTable) -> str:
    shown = {place: column for place, column in enumerate(table.columns) if column.priority <= MOST}
    heads = "".join(f'<th scope="col"{_class(column)}>{column.heading}</th>' for column in shown.values())
    rows = "".join(_row(line, shown) for line in table.lines)
    total = _row(table.total, shown, "total") if table.total else ""
    return f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}{total}</tbody>\n</table>\n"


def _row(line: Line, shown: Mapping[int, Column], kind: str = "") -> str:
    cells = "".join(
        f"<td{_class(column)}>{_cell(line.cells[place], line.level)}</td>" for place, column in shown.items()
    )
    return f'<tr class="{kind or line.tone}">{cells}</tr>\n'


def _cell(cell: Cell, level: int) -> str:
    text = SPELLING.cell(cell)
    inset = level and isinstance(cell, Label)
    return f'<span style="padding-left: {INDENT * level:g}em">{text}</span>' if inset else text


def _class(column: Column) -> str:
    return ' class="right"' if column.align == RIGHT else ""
