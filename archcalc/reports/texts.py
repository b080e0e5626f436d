"""Where the texts of a page enter a format: every one passes through the one function that makes it plain there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from archcalc.errors import UsageError
from archcalc.symbolic.printing import text as expression
from archcalc.views.page import Drawing, Facts, Heading, Label, Notes, PageTable, WorkedRules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archcalc.views.page import Block, Cell, Line, Page

    Change = Callable[[str], str]

_UNUSUAL = re.compile(r"[^\n -~]")


def plain_blocks(page: Page, text: Change, drawn: Change) -> Iterator[Block]:
    """Yield the blocks of a page, each text changed by ``text``, and the lines of drawings by ``drawn``.

    >>> from archcalc.views.page import Heading, Page
    >>> list(plain_blocks(Page((Heading("a", "b"),)), str.upper, str))
    [Heading(text='A', aside='B')]
    """
    return (_block(block, text, drawn) for block in page.blocks)


def of_one_command(page: Page, name: str, what: str, command: str) -> dict[str, Any]:
    """Return what a page holds for a format that one command alone writes.

    Raises:
        UsageError: it is the page of another command.
    """
    if name not in page.apart:
        raise UsageError(f"the format {name} requires {what}", f"use {command}")
    return page.apart[name]()


def _block(block: Block, text: Change, drawn: Change) -> Block:
    match block:
        case Heading():
            return Heading(*map(text, block))
        case Notes():
            return block._replace(lines=tuple(map(text, block.lines)))
        case Facts():
            facts = (fact._replace(name=text(fact.name), remark=text(fact.remark)) for fact in block.facts)
            return Facts(tuple(fact._replace(value=_cell(fact.value, text)) for fact in facts))
        case Drawing():
            return Drawing(tuple(map(drawn, block.lines)))
        case WorkedRules():
            return WorkedRules(tuple(rule._replace(name=text(rule.name)) for rule in block.derivations))
        case PageTable():
            columns = tuple(column._replace(heading=text(column.heading)) for column in block.columns)
            total = _line(block.total, text) if block.total else None
            return PageTable(columns, tuple(_line(line, text) for line in block.lines), total)


def _line(line: Line, text: Change) -> Line:
    return line._replace(cells=tuple(_cell(cell, text) for cell in line.cells))


def _cell(cell: Cell, text: Change) -> Cell:
    if isinstance(cell, Label):
        return cell._replace(name=text(cell.name), asides=tuple(map(text, cell.asides)))
    return text(cell) if isinstance(cell, str) else cell


def in_json(value: Any, indent: int | None = None) -> str:  # noqa: ANN401 - whatever a record holds
    r"""Write a value as JSON: exact, with what a terminal would act upon as escape sequences.

    >>> print(in_json({"卷积": "a\u202eb\x9b"}))
    {"卷积": "a\u202eb\u009b"}
    """
    return _UNUSUAL.sub(_escape, json.dumps(value, ensure_ascii=False, default=expression, indent=indent))


def _escape(match: re.Match[str]) -> str:
    return match[0] if match[0].isprintable() else json.dumps(match[0])[1:-1]
