"""What the formats of quiz banks share: the record of a worksheet's questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.errors import printable
from archcalc.reports.texts import of_one_command

if TYPE_CHECKING:
    from archcalc.views.page import Page

RIGHT = "Correct."
"""The feedback for a right answer."""


def in_xml(text: str) -> str:
    r"""Return a text that an XML file can hold: without controls, and without halves of characters.

    >>> in_xml("a\x00b"), in_xml("a\ud800")
    ('a?b', 'a?')
    """
    return printable(text).encode("utf-8", "replace").decode("utf-8")


def record(page: Page, name: str) -> dict[str, Any]:
    """Return the quiz bank of a page.

    >>> from archcalc.views.page import Page
    >>> record(Page((), apart={"gift": lambda: {"title": "a"}}), "gift")
    {'title': 'a'}

    Raises:
        UsageError: it is not a worksheet.
    """
    return of_one_command(page, name, "a worksheet", f"archcalc worksheet NET --format {name}")
