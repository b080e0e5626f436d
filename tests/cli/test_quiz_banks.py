"""Quiz banks for learning platforms, read again as these read them."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

import pytest

import archcalc
from tests.cli.calls import call

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = r"""a{=}~#:<b>&"' -> \c ::]]>"""
SPEC = f"""title: '{HOSTILE.replace("'", "''")}'
input: 3x32x32
layers:
  - {{conv: 16, kernel: 3, padding: 1, name: conv1}}
  - {{maxpool: 2, name: pool1}}
  - flatten
  - {{linear: 10, name: fc}}
"""
QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
ASK = ("--ask", "output,params,macs,rf,activations,weights,biases")


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a&<b>.yaml").write_text(SPEC, encoding="utf-8")


class Read(NamedTuple):
    """A question as it is read: its name, whether it is numeric, and (share, answer, tolerance, feedback) of answers."""

    name: str
    text: str
    numeric: bool
    answers: list[tuple[int, str, int, str]]


def moodle(*arguments: str) -> list[Read]:
    """Read Moodle's XML."""
    assert call("worksheet", *arguments, *ASK, "-o", "quiz.xml", "--force").code == 0
    quiz = ET.parse("quiz.xml").getroot()  # noqa: S314 - our own
    assert quiz.tag == "quiz"
    found = []
    for question in quiz.findall("question"):
        kind = question.get("type")
        if kind != "category":
            answers = [
                (int(one.get("fraction", "")), one.findtext("text", ""), int(one.findtext("tolerance", "0")), one.findtext("feedback/text", ""))
                for one in question.findall("answer")
            ]  # fmt: skip
            found.append(
                Read(
                    question.findtext("name/text", ""),
                    question.findtext("questiontext/text", ""),
                    kind == "numerical",
                    answers,
                )
            )
    return found


def gift(*arguments: str) -> list[Read]:
    """Read GIFT: blank lines between questions, signs after a backslash mean themselves."""
    text = call("worksheet", *arguments, *ASK, "--format", "gift").out
    blocks = [block for block in re.split(r"\n\s*\n", text) if not block.startswith("//")]
    return [_question(re.sub(r"\\(.)", lambda found: chr(0xE000 + ord(found[1])), block)) for block in blocks]


def _plain(text: str) -> str:
    return "".join(chr(ord(sign) - 0xE000) if 0xE000 <= ord(sign) < 0xE080 else sign for sign in text).strip()


def _question(block: str) -> Read:
    found = re.fullmatch(r"::([^:]*)::\[plain\]([^{}]*)\{(#?)([^{}~]*)\}\s*", block)
    assert found, block
    answers = []
    for answer in filter(str.strip, found[4].split("=")):
        share = re.match(r"%(\d+)%", answer)
        value, _, feedback = answer[share.end() if share else 0 :].partition("#")
        value, _, tolerance = value.partition(":")
        answers.append((int(share[1]) if share else 100, _plain(value), int(tolerance or 0), _plain(feedback)))
    return Read(_plain(found[1]), _plain(found[2]), bool(found[3]), answers)


@pytest.mark.parametrize(
    "arguments", [("alexnet",), ("alexnet", "--seed", "3"), ("inception-reduced",), ("./a&<b>.yaml",)]
)
def test_both_formats_of_moodle_hold_the_same_questions(arguments: tuple[str, ...]) -> None:
    found = moodle(*arguments)
    assert [one._replace(text="") for one in found] == [one._replace(text="") for one in gift(*arguments)]
    assert len(found) > 10
    for one in found:
        rights = [answer for answer in one.answers if answer[0] == 100]
        assert rights
        assert len({answer[1] for answer in one.answers}) == len(one.answers)
        for share, answer, _, feedback in one.answers:
            assert bool(feedback)
            if one.numeric and share == 0:
                assert abs(int(answer) - int(rights[0][1])) > rights[0][2]


@pytest.mark.parametrize(
    "network", ["./a&<b>.yaml", *(pytest.param(name, marks=pytest.mark.long) for name in ("lenet5-modern", "alexnet"))]
)
def test_what_a_bank_calls_right_or_a_mistake_is_graded_so(network: str) -> None:
    explained: list[bool] = []
    for one in moodle(network):
        _, layer, column = one.name.split()
        for share, answer, _, feedback in one.answers:
            cell = archcalc.check([{"layer": layer, column: answer}], network).marking.cells[0]
            assert (cell.status == "right") == (share == 100), (one.name, answer)
            if share == 0:
                explained.append(feedback in [reason.text for reason in cell.explanations])
    assert sum(explained) > 0.9 * len(explained)  # grading leaves out what can be chance, for example a round number


def test_the_network_without_a_seed_is_recognized() -> None:
    said = {
        answer[1]: answer[3]
        for one in moodle("alexnet", "--seed", "3")
        for answer in one.answers
        if "conv1 params" in one.name
    }
    assert said["34944"] == "This value belongs to the network without a seed: use the sizes in the question."


def test_a_package_for_canvas_has_right_answers_only_and_their_bounds(tmp_path: Path) -> None:
    assert call("worksheet", "./a&<b>.yaml", *ASK, "-o", "quiz.zip").code == 0
    with zipfile.ZipFile(tmp_path / "quiz.zip") as archive:
        manifest = ET.fromstring(archive.read("imsmanifest.xml"))  # noqa: S314 - our own
        resource = next(element for element in manifest.iter() if element.tag.endswith("resource"))
        assert resource.get("type") == "imsqti_xmlv1p2"
        quiz = ET.fromstring(archive.read(resource[0].get("href", "")))  # noqa: S314
    items = list(quiz.iter(f"{QTI}item"))
    assert len({item.get("ident") for item in items}) == len(items) > 10
    params = next(item for item in items if str(item.get("title")).endswith("conv1 params"))
    assert [found.text for found in params.iter(f"{QTI}fieldentry")] == ["numerical_question", "1"]
    assert [params.findtext(f".//{QTI}{name}") for name in ("varequal", "vargte", "varlte")] == ["448", "448", "448"]
    assert len(params.findall(f".//{QTI}setvar")) == 1
    links = {found.get("linkrefid") for found in params.iter(f"{QTI}displayfeedback")}
    assert links == {found.get("ident") for found in params.iter(f"{QTI}itemfeedback")} == {"general_incorrect_fb"}
    first = (tmp_path / "quiz.zip").read_bytes()
    assert call("worksheet", "./a&<b>.yaml", *ASK, "-o", "quiz.zip", "--force").code == 0
    assert (tmp_path / "quiz.zip").read_bytes() == first


def test_conventions_of_an_assignment_are_those_of_the_questions(tmp_path: Path) -> None:
    (tmp_path / "hw.yaml").write_text(
        "network: alexnet\nlayers: [conv1, pool1, total]\ncolumns: [output, params, macs]\npoints: {macs: 2}\nrounding: false\n"
        "convention: {biases: not counted, cost: flops, channels: last}\n",
        encoding="utf-8",
    )
    text = call("worksheet", "--assignment", "hw.yaml", "--format", "gift").out
    assert "without biases?{#\n=34848:0#Correct." in text
    assert "two for each MAC?{#\n=210830400:0#Correct." in text
    assert "The channels come last.{\n=55x55x96#Correct." in text
    assert "96x55x55" not in text
    assert text.count("::alexnet") == 4


@pytest.mark.parametrize("name", ["moodle", "gift", "canvas"])
def test_other_pages_are_no_quiz_banks(name: str) -> None:
    done = call("show", "alexnet", "--format", name, "-o", "x")
    assert done.code == 2
    assert done.err == f"error: the format {name} requires a worksheet\n  use archcalc worksheet NET --format {name}\n"
