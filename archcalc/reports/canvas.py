"""Canvas' quiz package: IMS QTI 1.2 in a ZIP archive.

Canvas takes every numeric or short answer of a package for a right one, so the known mistakes of a question are listed
in its feedback for wrong answers. Source: IMS QTI 1.2; the importer of Canvas (`qti_exporter`, numeric_interaction).
"""

from __future__ import annotations

import io
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from archcalc.reports.banks import in_xml, record

if TYPE_CHECKING:
    from archcalc.views.page import Page

SUFFIX = ".zip"
BINARY = True

_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time of an archive: equal banks are equal files."""

_FIELDS = {True: ("numerical_question", "Decimal"), False: ("short_answer_question", "String")}
INCORRECT = "general_incorrect_fb"
MOST = 5
"""At most this number of mistakes is listed in the feedback of a question."""


def render(page: Page) -> bytes:
    """Return a package of one quiz.

    Raises:
        UsageError: it is not a worksheet.
    """
    found = record(page, "canvas")
    ident = _ident(in_xml(found["title"]))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, element in (("imsmanifest.xml", _manifest(ident)), (f"{ident}/{ident}.xml", _quiz(found, ident))):
            content = b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(element, "utf-8")
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), content)
    return out.getvalue()


def _ident(text: str) -> str:
    return f"i{sha256(text.encode()).hexdigest()[:31]}"


def _manifest(ident: str) -> ET.Element:
    manifest = ET.Element("manifest", identifier=f"{ident}m", xmlns=_PACKAGE)
    ET.SubElement(manifest, "organizations")
    resource = ET.SubElement(ET.SubElement(manifest, "resources"), "resource", identifier=ident, type="imsqti_xmlv1p2")
    ET.SubElement(resource, "file", href=f"{ident}/{ident}.xml")
    return manifest


def _quiz(found: dict[str, Any], ident: str) -> ET.Element:
    root = ET.Element("questestinterop", xmlns=_QTI)
    assessment = ET.SubElement(root, "assessment", ident=ident, title=in_xml(found["title"]))
    section = ET.SubElement(assessment, "section", ident="root_section")
    for question in found["questions"]:
        _item(section, question)
    return root


def _item(section: ET.Element, question: dict[str, Any]) -> None:
    name = in_xml(question["name"])
    item = ET.SubElement(section, "item", ident=_ident(name), title=name)
    kind, type_ = _FIELDS[question["numeric"]]
    fields = ET.SubElement(ET.SubElement(item, "itemmetadata"), "qtimetadata")
    for label, entry in (("question_type", kind), ("points_possible", f"{question['points']:g}")):
        field = ET.SubElement(fields, "qtimetadatafield")
        ET.SubElement(field, "fieldlabel").text = label
        ET.SubElement(field, "fieldentry").text = entry
    presentation = ET.SubElement(item, "presentation")
    _material(presentation, question["text"])
    response = ET.SubElement(presentation, "response_str", ident="response1", rcardinality="Single")
    ET.SubElement(ET.SubElement(response, "render_fib", fibtype=type_), "response_label", ident="answer1")
    _processing(item, question)
    said = list(dict.fromkeys(wrong["feedback"] for wrong in question["wrong"]))[:MOST]
    if said:
        _material(ET.SubElement(ET.SubElement(item, "itemfeedback", ident=INCORRECT), "flow_mat"), " Or: ".join(said))


def _processing(item: ET.Element, question: dict[str, Any]) -> None:
    processing = ET.SubElement(item, "resprocessing")
    score = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    ET.SubElement(ET.SubElement(processing, "outcomes"), "decvar", score)
    right = ET.SubElement(processing, "respcondition", {"continue": "No"})
    condition = ET.SubElement(right, "conditionvar")
    _conditions(condition, question)
    ET.SubElement(right, "setvar", action="Set", varname="SCORE").text = "100"
    if question["wrong"]:
        other = ET.SubElement(processing, "respcondition", {"continue": "Yes"})
        ET.SubElement(ET.SubElement(other, "conditionvar"), "other")
        ET.SubElement(other, "displayfeedback", feedbacktype="Response", linkrefid=INCORRECT)


def _conditions(condition: ET.Element, question: dict[str, Any]) -> None:
    """Add what is right: texts, or a number with its bounds."""
    if not question["numeric"]:
        for text in question["right"]:
            ET.SubElement(condition, "varequal", respident="response1").text = text
        return
    value, tolerance = int(question["right"][0]), question["tolerance"]
    either = ET.SubElement(condition, "or")
    ET.SubElement(either, "varequal", respident="response1").text = str(value)
    within = ET.SubElement(either, "and")
    ET.SubElement(within, "vargte", respident="response1").text = str(value - tolerance)
    ET.SubElement(within, "varlte", respident="response1").text = str(value + tolerance)


def _material(parent: ET.Element, text: str) -> None:
    ET.SubElement(ET.SubElement(parent, "material"), "mattext", texttype="text/plain").text = in_xml(text)
