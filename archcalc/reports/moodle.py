"""Moodle's XML format: a quiz bank with feedback for each known mistake.

Numerical questions have a tolerance, shapes are short answers. Source: docs.moodle.org, Moodle XML format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from archcalc.reports.banks import RIGHT, in_xml, record

if TYPE_CHECKING:
    from archcalc.views.page import Page

SUFFIX = ".xml"


def render(page: Page) -> str:
    """Write the quiz bank of a worksheet.

    >>> from archcalc.views.page import Page
    >>> print(render(Page((), apart={"moodle": lambda: {"title": "a", "questions": []}})), end="")
    <?xml version="1.0" encoding="UTF-8"?>
    <quiz>
      <question type="category">
        <category>
          <text>$course$/top/a</text>
        </category>
      </question>
    </quiz>

    Raises:
        UsageError: it is not a worksheet.
    """
    found = record(page, "moodle")
    quiz = ET.Element("quiz")
    category = ET.SubElement(ET.SubElement(quiz, "question", type="category"), "category")
    _text(category, f"$course$/top/{found['title'].replace('/', '//')}")
    for question in found["questions"]:
        _question(quiz, question)
    ET.indent(quiz)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(quiz, "unicode")}\n'


def _question(quiz: ET.Element, question: dict[str, Any]) -> None:
    kind = "numerical" if question["numeric"] else "shortanswer"
    element = ET.SubElement(quiz, "question", type=kind)
    _text(ET.SubElement(element, "name"), question["name"])
    _text(ET.SubElement(element, "questiontext", format="plain_text"), question["text"])
    settings = {"defaultgrade": f"{question['points']:g}"}
    settings |= {"showunits": "3"} if question["numeric"] else {"usecase": "0"}
    for name, value in settings.items():
        ET.SubElement(element, name).text = value
    for text in question["right"]:
        _answer(element, text, 100, RIGHT, question["tolerance"] if question["numeric"] else None)
    for wrong in question["wrong"]:
        for text in wrong["answers"]:
            _answer(element, text, 0, wrong["feedback"], 0 if question["numeric"] else None)


def _answer(question: ET.Element, text: str, fraction: int, feedback: str, tolerance: int | None) -> None:
    answer = ET.SubElement(question, "answer", fraction=str(fraction), format="plain_text")
    _text(answer, text)
    _text(ET.SubElement(answer, "feedback", format="plain_text"), feedback)
    if tolerance is not None:
        ET.SubElement(answer, "tolerance").text = str(tolerance)


def _text(element: ET.Element, text: str) -> None:
    ET.SubElement(element, "text").text = in_xml(text)
