"""What the page is answered: the same numbers as the library, mistakes with their places, and no file of the machine."""

from __future__ import annotations

import base64
import json
from html import escape
from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.live.answering import ACTIONS, answer
from archcalc.live.offering import EXAMPLES
from archcalc.specfile import shipped

if TYPE_CHECKING:
    from pathlib import Path

NET = (
    "input: 3x8x8\nlayers:\n  - {conv: 4, kernel: 3, name: first}\n  - relu\n  - flatten\n  - {linear: 2, name: last}\n"
)


def ask(action: str, text: str = NET, variant: str = "", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    request = {"action": action, "spec": {"text": text, "variant": variant}, **more}
    found: dict[str, Any] = json.loads(answer(json.dumps(request)))
    return found


def flat(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    found = {row["path"]: row for row in rows if not row.get("children")}
    for row in rows:
        found |= flat(row.get("children", []))
    return found


@pytest.mark.parametrize(
    "name", ["alexnet", "googlenet", "resnet50", "torchvision/vgg16", "torchvision/resnet18", "unet", "gpt2"]
)
def test_an_opened_network_has_the_numbers_of_the_library(name: str) -> None:
    opened = ask("open", name=name)
    found = ask("table", opened["text"], opened["variant"])
    table = archcalc.load(name).analyze()
    assert int(found["record"]["totals"]["params"]) == table.totals.params
    assert int(found["record"]["totals"]["macs"]) == table.totals.macs
    rows = flat(found["record"]["rows"])
    checked = [row for row in table if row.path in rows and "times" not in rows[row.path]]
    assert checked
    for row in checked:
        assert int(rows[row.path]["counts"]["params"]) == row.params
        assert tuple(rows[row.path]["output"]) == row.output.sizes


def test_every_shipped_network_can_be_opened() -> None:
    """As text: that the texts compute what the networks do is the long run below."""
    names = ask("networks")["networks"]
    assert names == [entry.name for entry in shipped.entries()]
    assert all("text" in ask("open", name=name) for name in names)


@pytest.mark.long
@pytest.mark.parametrize("name", [entry.name for entry in shipped.entries()])
def test_the_text_of_every_network_computes_its_totals(name: str) -> None:
    opened = ask("open", name=name)
    totals = ask("table", opened["text"], opened["variant"])["record"]["totals"]
    expected = archcalc.load(name).analyze().totals
    assert (int(totals["params"]), int(totals["macs"])) == (expected.params, expected.macs)


def test_letters_are_texts() -> None:
    found = ask("table", "{input: 3xHxW, layers: [{conv: 4, kernel: 3}]}")["record"]
    (row,) = found["rows"]
    assert found["texts"][row["output"][1]] == ["H − 2", True]
    assert found["texts"][row["counts"]["macs"]][0] == "108·(H − 2)·(W − 2)"


def test_all_mistakes_come_with_their_places_in_the_text() -> None:
    found = ask("table", "input: 3x8x8\nlayers:\n  - {conv: 4, kernal: 3}\n  - rleu\n")["problems"]
    assert [(problem["line"], problem["column"], problem["width"]) for problem in found] == [(3, 15, 6), (4, 5, 4)]
    assert found[1]["hint"] == ["did you mean relu?"]


def test_a_mistake_in_the_compared_spec_is_said_to_be_there() -> None:
    found = ask("compare", other={"text": "{input: 8, layers: [lineer]}"})["problems"]
    assert [problem["in"] for problem in found] == ["other"]


@pytest.mark.parametrize(
    "text",
    [
        "{extends: ./x.yaml}",
        "{extends: /etc/passwd}",
        "extends: ~/x.yaml",
        "{input: 8, layers: [{network: ./x.yaml}]}",
        "{input: 8, layers: [{network: '-'}]}",
        "{input: 8, layers: [{network: /etc/hostname}]}",
        "{input: 8, layers: [{network: './x.yaml#a'}]}",
    ],
)
def test_no_file_is_read_for_a_page(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.yaml").write_text("{input: 8, layers: [{linear: 2}]}")
    (problem,) = ask("table", text)["problems"]
    assert problem["message"].startswith("files cannot be read here: ")


def test_a_shipped_network_may_be_extended_and_included() -> None:
    assert ask("table", "{extends: lenet5, args: {}}")["record"]["rows"]
    assert ask("table", "{input: 3x227x227, layers: [{network: alexnet, until: pool1}]}")["record"]["rows"]


def test_a_layer_is_worked_out() -> None:
    assert "O = ⌊(I − K + 2·P)/S⌋ + 1" in ask("layer", layer="first")["html"]
    assert ask("layer", layer="second")["problems"]


@pytest.mark.parametrize("kind", ["graph", "cost", "volumes", "rf"])
def test_pictures_are_svg_in_both_colors(kind: str) -> None:
    light, dark = (ask("picture", kind=kind, dark=dark)["svg"] for dark in (False, True))
    assert light.startswith("<svg")
    assert light != dark


def test_the_comparison_leads_from_the_other_to_the_typed() -> None:
    found = ask("compare", other={"text": "{title: Small, input: 3x8x8, layers: [flatten, {linear: 2}]}"})
    assert ">Small</th>" in found["html"]
    assert ask("picture", kind="diff", other={"text": NET})["svg"].startswith("<svg")


def test_a_worksheet_has_no_answers() -> None:
    found = ask("worksheet", columns="output,params")
    assert [row["layer"] for row in found["rows"]] == ["first", "flatten", "last", "total"]
    assert found["columns"] == ["output", "params"]
    assert found["verdicts"]["right-given-yours"] == "consistent"
    assert "6x6" not in json.dumps(found)


def test_answers_are_marked_and_hints_tell_more_and_more() -> None:
    answers = [{"layer": "first", "output": "4x6x6", "params": "108"}, {"layer": "last", "output": "", "params": "290"}]
    cells = {(cell["layer"], cell["column"]): cell["status"] for cell in ask("mark", answers=answers)["cells"]}
    assert cells == {("first", "output"): "right", ("first", "params"): "wrong", ("last", "params"): "right"}
    told = [ask("hint", answers=answers, layer="first", column="params", level=level) for level in (1, 2, 3)]
    assert told[0]["lines"] == ["The biases are not counted."]
    assert "your answer is too small" in told[1]["lines"]
    assert "params = W + B" in told[1]["lines"]
    assert "4·3·3·3" in told[2]["html"]
    assert "112" not in json.dumps(told[:2])


def test_a_right_answer_needs_no_hint() -> None:
    answers = [{"layer": "first", "output": "4x6x6"}]
    assert ask("hint", answers=answers, layer="first", column="output", level=3) == {"lines": [], "html": ""}


def test_everything_can_be_downloaded_in_every_format() -> None:
    for row in ask("formats")["downloads"]:
        for name in row["formats"]:
            found = ask("download", what=row["what"], format=name)
            assert base64.b64decode(found["base64"]), (row, name)
            assert found["name"].startswith("network.")


def test_a_downloaded_table_is_what_the_command_writes() -> None:
    found = ask("download", what="table", format="json")
    assert json.loads(base64.b64decode(found["base64"]))["totals"]["params"] == 112 + 290


@pytest.mark.parametrize(
    ("request_text", "message"),
    [
        ("", "the request is not JSON"),
        ("[" * 100_000, "the request is not JSON"),
        ("[]", "the request is not an object"),
        ('{"action": "shutdown"}', "unknown action 'shutdown'"),
        ('{"action": 7}', "unknown action ''"),
        ('{"action": "table"}', "the request has no text of a spec"),
        ('{"action": "table", "spec": {"text": 7}}', "the request has no text of a spec"),
        ('{"action": "table", "spec": {"text": " "}}', "the spec is empty"),
        (
            '{"action": "mark", "spec": {"text": "{input: 8, layers: [relu]}"}, "answers": 7}',
            "the request has no answers",
        ),
        (
            '{"action": "mark", "spec": {"text": "{input: 8, layers: [relu]}"}, "answers": [7]}',
            "the request has no answers",
        ),
        ('{"action": "download", "what": "table", "format": "../x"}', "unknown download 'table' as '../x'"),
        ('{"action": "picture", "kind": "x"}', "unknown kind of picture 'x'"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(request_text: str, message: str) -> None:
    assert json.loads(answer(request_text))["problems"][0]["message"] == message


@pytest.mark.parametrize(
    "action", [name for name in ACTIONS if name not in ("networks", "vocabulary", "examples", "formats", "open")]
)
def test_every_action_tells_the_mistakes_of_a_spec(action: str) -> None:
    found = ask(
        action,
        "{input: 8, layers: [lineer]}",
        kind="graph",
        what="report",
        format="html",
        answers=[],
        other={"text": NET},
    )
    assert found["problems"][0]["message"] == "unknown layer 'lineer'"


def test_a_name_is_text_and_no_markup() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    text = json.dumps({"title": hostile, "input": "3x8x8", "layers": [{"conv": 4, "kernel": 3, "name": "n"}]})
    for found in (
        ask("layer", text, layer="n"),
        ask("picture", text, kind="graph"),
        ask("compare", text, other={"text": text}),
    ):
        assert hostile not in json.dumps(found)
    assert escape(hostile) in ask("compare", text, other={"text": text})["html"]


def test_what_is_offered_while_one_types_is_the_language() -> None:
    words = ask("vocabulary")
    assert set(words["kinds"]) >= {"conv", "relu", "add", "layers", "use", "network"}
    assert words["kinds"]["conv"]["options"]["padding"]["words"] == ["same", "valid"]
    assert {"input", "layers", "blocks", "args", "variants"} <= set(words["keys"])
    assert not [about for entry in words["kinds"].values() for about in [entry["about"]] if "``" in about]


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_examples_are_without_mistakes(file: Path) -> None:
    assert "record" in ask("table", file.read_text(encoding="utf-8"))
