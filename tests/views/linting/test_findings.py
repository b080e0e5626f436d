"""The page of `lint`, its JSON, SARIF and GitHub's annotations, and exit codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archcalc.studies.linting.rules import RULES
from tests.cli.calls import call, json_of

if TYPE_CHECKING:
    from pathlib import Path

NET = """input: 3x32x32
allow: {A103: {c1: kept}}
layers:
  - {conv: 8, kernel: 1, stride: 2, name: c1}
  - batchnorm
  - {relu: , name: "a:b,c%d"}
  - relu
"""


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "n.yaml").write_text(NET, encoding="utf-8")
    return "./n.yaml"


def test_the_page_shows_what_the_spec_does_not_allow(net: str) -> None:
    done = call("lint", net)
    assert done.code == 1
    assert "A109" in done.out
    assert "A103" not in done.out
    assert "2 warnings, 1 allowed by the spec" in done.out
    assert "(allowed: kept)" in " ".join(call("lint", net, "--all").out.split())


@pytest.mark.parametrize(("words", "code"), [
    ([], 1), (["--fail-on", "error"], 0), (["--fail-on", "never"], 0), (["--ignore", "A106,A109"], 0),
    (["--select", "A103", "--fail-on", "note"], 0), (["--select", "A109"], 1), (["--rules"], 0),
])  # fmt: skip
def test_the_exit_code_follows_the_severity(net: str, words: list[str], code: int) -> None:
    assert call("lint", net, *words).code == code


def test_json_has_everything_with_places(net: str) -> None:
    done = call("lint", net, "--format", "json")
    findings = json.loads(done.out)["findings"]
    assert [(f["code"], f["layer"], f["line"], f["column"], f["allowed"]) for f in findings] == [
        ("A103", "c1", 4, 6, "kept"), ("A109", "c1", 4, 6, None), ("A106", "relu", 7, 5, None),
    ]  # fmt: skip
    assert {f["file"] for f in findings} == {"n.yaml"}


def test_github_gets_one_escaped_line_for_each_finding(net: str) -> None:
    lines = call("lint", net, "--format", "github").out.splitlines()
    assert lines[0].startswith(
        "::warning file=n.yaml,line=4,col=6,title=A109 stride-exceeds-kernel::c1: stride 2 exceeds"
    )
    assert "relu follows a:b,c%25d (relu)" in lines[1]
    assert len(lines) == 2


def test_a_file_of_annotations_is_never_empty() -> None:
    done = call("lint", "[{conv: 4, kernel: 3}, relu]", "--input", "3x8x8", "--format", "github")
    assert done.out == "::debug::archcalc lint: no findings\n"


def test_sarif_says_where_and_what_is_allowed(net: str) -> None:
    (run,) = json.loads(call("lint", net, "--format", "sarif").out)["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.code for rule in RULES]
    one, other, _ = run["results"]
    assert one["suppressions"] == [{"kind": "inSource", "justification": "kept"}]
    assert "suppressions" not in other
    assert other["locations"][0]["physicalLocation"]["region"] == {"startLine": 4, "startColumn": 6, "endColumn": 10}
    assert all(
        run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"]
    )


@pytest.mark.parametrize("name", ["sarif", "github"])
def test_other_pages_have_no_findings(name: str) -> None:
    done = call("show", "lenet5", "--format", name)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: the format {name} requires findings")


def test_several_networks_and_all_variants_of_a_file() -> None:
    found = json_of("lint", "lenet5", "alexnet", "--fail-on", "never")["findings"]
    assert {finding["network"] for finding in found} == {"lenet5", "alexnet"}
    assert call("lint").err.startswith("error: no network given")
    assert call("lint", "lenet5", "--select", "A9").err.startswith("error: unknown rule 'A9'")


def test_the_rules_are_listed() -> None:
    assert [rule["code"] for rule in json_of("lint", "--rules")["rules"]] == [rule.code for rule in RULES]


@pytest.mark.parametrize(
    ("layers", "lines"),
    [
        ("[{conv: 8, kernel: 1, repeat: 4}]", ["conv/2–4 ×3 A107 note follows conv/1–3 without"]),
        (
            "[{conv: 8, kernel: 1, repeat: 4}, relu, {conv: 8, kernel: 1, repeat: 2, name: d}]",
            ["conv/2–4 ×3 A107 note follows conv/1–3 without", "d/2 A107 note follows d/1 without"],
        ),
        (  # the first copy ends a map that is not one of copies
            "[{conv: 8, kernel: 1}, {layers: [{conv: 8, kernel: 1}], repeat: 3, name: b}]",
            ["b/1/conv A107 note follows conv without", "b/2–3/conv ×2 A107 note follows b/1–2/conv without"],
        ),
    ],
)
def test_copies_are_one_line_and_all_of_them_in_json(layers: str, lines: list[str]) -> None:
    spec = f"{{input: 8x9x9, layers: {layers}}}"
    out = " ".join(call("lint", spec).out.split())
    assert [line for line in lines if line not in out] == []
    assert out.count(" A107 note ") == len(lines)
    count = len(json_of("lint", spec)["findings"])
    assert f"{count} note" in out


@pytest.mark.parametrize("name", ["9" * 5000, "007", "\N{ARABIC-INDIC DIGIT THREE}", "x.y-1"])
def test_names_that_look_like_numbers_stay_as_they_are(name: str) -> None:
    layers = f"[{{conv: 8, kernel: 1}}, {{layers: [{{conv: 8, kernel: 1, name: '{name}'}}], name: b}}]"
    done = call("lint", f"{{input: 8x9x9, layers: {layers}}}", "--format", "markdown")
    assert (done.code, done.err) == (0, "")
    assert f"b/{name[:20]}" in done.out
