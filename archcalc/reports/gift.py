"""GIFT: a quiz bank as plain text, with feedback for each known mistake.

Source: docs.moodle.org, GIFT format; the characters that are escaped are those of Moodle's own export.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.errors import printable
from archcalc.reports.banks import RIGHT, record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.views.page import Page

SUFFIX = ".gift"

_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\#=~{}:"})


def render(page: Page) -> str:
    r"""Write the quiz bank of a worksheet.

    >>> from archcalc.views.page import Page
    >>> question = {"name": "a", "text": "K=3?", "numeric": True, "right": ["9"], "tolerance": 0, "wrong": []}
    >>> print(render(Page((), apart={"gift": lambda: {"title": "a", "questions": [question]}})), end="")
    // a
    <BLANKLINE>
    ::a::[plain]K\=3?{#
    =9:0#Correct.
    }

    Raises:
        UsageError: it is not a worksheet.
    """
    found = record(page, "gift")
    return "\n".join([f"// {printable(found['title'])}\n", *map(_question, found["questions"])])


def escaped(text: str) -> str:
    r"""Return a text in which no sign means anything, and no arrow makes pairs of it.

    >>> escaped("a = {b}: -> c")
    'a \\= \\{b\\}\\: - > c'
    """
    return printable(text).replace("->", "- >").translate(_SIGNS)


def _question(question: dict[str, Any]) -> str:
    mark = "#" if question["numeric"] else ""
    head = f"::{escaped(question['name'])}::[plain]{escaped(question['text'])}{{{mark}\n"
    return head + "".join(f"{line}\n" for line in _answers(question)) + "}\n"


def _answers(question: dict[str, Any]) -> Iterator[str]:
    right, wrong = (f":{question['tolerance']}", ":0") if question["numeric"] else ("", "")
    for text in question["right"]:
        yield f"={escaped(text)}{right}#{RIGHT}"
    for mistake in question["wrong"]:
        for text in mistake["answers"]:
            yield f"=%0%{escaped(text)}{wrong}#{escaped(mistake['feedback'])}"
