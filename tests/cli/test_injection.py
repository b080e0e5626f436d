"""Texts that are not ours, through every command and every format: nothing in them acts on who looks at the output."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import click
import pytest
from markdown_it import MarkdownIt

from archcalc.cli import Commands, commands
from archcalc.errors import UsageError
from archcalc.live import pyodide
from archcalc.reports.base import formats
from tests.cli.calls import call
from tests.cli.forking import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACTING = "\x1b]0;t\x07\x1b[31m\u202e\x9b31m\x7f\u2066"
"""What a terminal acts upon: a title, a bell, colours, another direction of writing."""
MARKUP = (
    "=cmd|' C'!A0 ;=1+1 \\input{x} <script> &lt; [l](x) $x$ @name https://e.org www.e.org **b** `c` \\end{verbatim}"
)
"""What spreadsheets, LaTeX and Markdown act upon; a file's name may hold it, so it has no slash but in the address."""
HOSTILE = ACTING + MARKUP
LAYER = MARKUP[:40]
FILE = os.fsdecode(b"=1+1 " + (ACTING + MARKUP.replace("/", "")).encode()[:180] + b"\xff.yaml")
SPEC = {
    "title": MARKUP + ACTING,
    "input": "3x8x8",
    "layers": [{"conv": "2", "kernel": "3", "name": LAYER}, "flatten", {"linear": "3"}],
}
PAGES = {
    "show": ["{net}"],
    "show layers": ["{net}", "--depth", "9", "--columns", "+fan_in"],
    "show memory": ["{net}", "--memory", "--batch", "2"],
    "show style": ["{net}", "--style", "keras"],
    "rf": ["{net}"],
    "rf pixel": ["{net}", LAYER, "--pixel", "2,2"],
    "diff": ["{net}", "lenet5"],
    "diff twice": ["lenet5", "{net}", "{net}"],
    "report": ["{net}", "-o", "-"],
    "serve": ["{net}", "--help"],
    "draw": ["{net}", "--format", "svg"],
    "draw volumes": ["{net}", "--kind", "volumes", "--format", "tex"],
    "draw cost": ["{net}", "--kind", "cost", "--format", "html"],
    "draw diff": ["{net}", "lenet5", "--format", "dot"],
    "solve": ["{net}", "macs < 1M", "--vary", "input", "--range", "120..140"],
    "explain": ["{net}", LAYER],
    "verify": ["{net}"],
    "reconcile": ["{net}", "--as", "torchinfo"],
    "worksheet": ["{net}"],
    "worksheet key": ["{net}", "--key"],
    "check": ["{table}", "--net", "{net}", "--reveal"],
    "check class": ["{table}", "{table}", "{broken}", "--net", "{net}", "--summary"],
    "import": ["{config}"],
    "export": ["{net}", "--format", "torch"],
    "export keras": ["{net}", "--format", "keras"],
    "export json": ["{net}", "--format", "json"],
    "export spec": ["{net}", "--format", "spec"],
    "export caffe": ["{net}", "--format", "caffe"],
    "sweep": ["{net}", "--vary", "input=8..9"],
    "kinds": ["conv", "mean"],
    "list": ["--family", "lenet"],
    "schema": [],
    "lint": ["{net}", "--select", "all", "--fail-on", "never"],
    "quiz": ["{net}", "--seed", "1"],
}
"""Calls that show the hostile file, by the command and a word on which call of it."""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Write a hostile network, and tables about it, under a hostile name; return their paths."""
    monkeypatch.chdir(tmp_path)
    table = "layer,params," + csv_text(HOSTILE) + "\n" + csv_text(LAYER) + "," + csv_text(HOSTILE) + ",1\n"
    config = {"_name_or_path": HOSTILE, "model_type": "gpt2", "n_layer": 1, "n_embd": 8, "n_head": 2, HOSTILE: HOSTILE}
    contents = {"net": json.dumps(SPEC), "table": table, "broken": "\0" + HOSTILE, "config": json.dumps(config)}
    paths = {name: f"./{name if name != 'net' else ''}{FILE}" for name in contents}
    paths |= {name: path.removesuffix(".yaml") + ".csv" for name, path in paths.items() if name != "net"}
    paths["config"] = paths["config"].removesuffix(".csv") + ".json"
    for name, content in contents.items():
        try:
            (tmp_path / paths[name]).write_text(content, encoding="utf-8")
        except OSError:
            pytest.skip("this file system has no such names")
    return paths


def csv_text(text: str) -> str:
    """Quote a text for CSV."""
    return '"' + text.replace('"', '""') + '"'


def arguments(call_: str, files: dict[str, str]) -> list[str]:
    """Return a command line with the paths in it."""
    return [call_.split(maxsplit=1)[0], *(files.get(word.strip("{}"), word) for word in PAGES[call_])]


def acts_on_terminal(text: str) -> list[str]:
    """Return the signs of a text that are not to be shown."""
    return sorted({sign for sign in text if not sign.isprintable() and sign != "\n"})


def acts_on_spreadsheet(text: str) -> list[str]:
    """Return the cells that begin a formula, wherever cells end."""
    rows = [row for sign in ",;" for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign)]
    cells = (cell.lstrip(' "') for row in rows for cell in row)
    return [cell for cell in cells if cell.startswith(tuple("=+-@＝＋－＠")) and not re.fullmatch(r"-[\d.]+", cell)]


def acts_on_latex(text: str) -> list[str]:
    """Return what would run, or end what it stands in."""
    return re.findall(r"\\input|(?<!\n)\\end\{verbatim\}|\\\\\s*[\[*]|(?<!\\)[&$]x", text)


def acts_on_page(text: str) -> list[str]:
    """Return the tags that a renderer of Markdown makes of it and we did not mean, and what GitHub links."""
    html = MarkdownIt("commonmark").enable("table").render(text.replace("<!-- -->", "\u2060"))
    known = {"h1", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "strong", "pre", "code"}
    tags = [tag for tag in re.findall(r"<(\w+)", html) if tag not in known]
    return tags + re.findall(r"(?<!\\)://|www\.|@\w|(?<!\\)\$x|(?<!\\)&lt", re.sub(r"<!-- -->", "\u2060", text))


ACTS: dict[str, Callable[[str], list[str]]] = {
    "csv": acts_on_spreadsheet, "latex": acts_on_latex, "markdown": acts_on_page,
}  # fmt: skip
"""What is looked for in a format beside what a terminal acts upon."""


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test download Pyodide: a site with a hostile name would be built."""

    def refused() -> None:
        raise UsageError("no downloads in tests")

    monkeypatch.setattr(pyodide, "downloaded", refused)


def test_every_command_is_called() -> None:
    assert {name.split()[0] for name in PAGES} == set(commands.list_commands(click.Context(commands)))


def outputs(line: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what a call writes: to standard output and error, in two formats, and into a file in each format."""
    command = commands.get_command(click.Context(commands), line[0])
    assert command is not None
    takes = [parameter.name for parameter in command.params]
    of_pages = "name" in takes and line[0] not in ("draw", "export")
    for words in ([], ["--format", "json"] if of_pages else ["--help"]):
        with patch("sys.stdin", io.StringIO(f"{HOSTILE}\n?\n!\nq\n")):
            done = call(*line, *words)
        assert done.out
        yield "", done.out + done.err
    for name in (name for name in formats() if name not in ("xlsx", "canvas") and of_pages):
        done = call(*line, "--format", name, "-o", f"out.{name}")
        assert done.out == ""
        yield name, Path(f"out.{name}").read_text(encoding="utf-8") if Path(f"out.{name}").exists() else done.err


@pytest.mark.parametrize("name", PAGES)
def test_no_output_acts(name: str, files: dict[str, str]) -> None:
    for format_, text in outputs(arguments(name, files)):
        assert acts_on_terminal(text) == [], format_
        assert ACTS.get(format_, acts_on_terminal)(text) == [], format_
        assert "cmd" in text or format_ != "table" or name in ("list", "kinds"), text
        assert "Traceback" not in text


def test_gradescope_gets_texts_for_a_web_page(files: dict[str, str]) -> None:
    assert call("check", files["table"], "--net", files["net"], "--format", "gradescope", "-o", "r.json").code == 0
    found = json.loads(Path("r.json").read_text(encoding="utf-8"))
    texts = [found["output"], *(test[key] for test in found["tests"] for key in ("name", "output"))]
    assert acts_on_terminal("".join(texts)) == []
    assert "=cmd" in "".join(texts)


def test_a_spreadsheet_has_texts_and_no_formulas(files: dict[str, str]) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    for name in ("show", "diff", "check class", "worksheet"):
        assert call(*arguments(name, files), "-o", "w.xlsx", "--force").err == ""
        cells = [cell for row in openpyxl.load_workbook("w.xlsx").worksheets[0].iter_rows() for cell in row]
        texts = [cell for cell in cells if isinstance(cell.value, str)]
        assert {cell.data_type for cell in texts} == {"s"}
        assert acts_on_terminal("".join(cell.value for cell in texts)) == []
        assert [cell.value for cell in texts if cell.value[0] in "=+-@" and not cell.quotePrefix] == []


def parameters() -> Iterator[tuple[str, str, str]]:
    """Yield every argument and option of every command that takes a text."""
    for name in Commands.list_commands(commands, click.Context(commands)):
        command = commands.get_command(click.Context(commands), name)
        assert command is not None
        for parameter in command.params:
            if not getattr(parameter, "is_flag", False):
                yield name, parameter.opts[0], parameter.param_type_name
        yield name, f"--{HOSTILE}", "flag"


@pytest.mark.parametrize(("name", "option", "kind"), [*parameters(), (HOSTILE, "x", "argument")])
def test_no_message_about_a_command_line_acts(name: str, option: str, kind: str) -> None:
    values = [HOSTILE, f"./{HOSTILE}", f"{HOSTILE}=1", f"alexnet#{HOSTILE}", f"[{HOSTILE}", f"{HOSTILE}\udcff"]
    code = 0
    for value in values if kind != "flag" else [""]:
        words = [value] if kind == "argument" else [option, value] if kind == "option" else [option]
        needed = (
            [] if kind == "argument" or name in ("list", "schema") else ["lenet5", "lenet5"][: 1 + (name == "diff")]
        )
        with patch("sys.stdin", io.StringIO("q\n")):
            done = call(name, *needed, *words)
        code = max(code, done.code)
        assert acts_on_terminal(done.out + done.err) == []
    assert code == 2


QUOTED = json.dumps(HOSTILE)
SPECS = {
    "kind": "layers: [{0}]",
    "option": "layers: [{{conv: 3, {0}: 1}}]",
    "value": "layers: [{{conv: 3, kernel: {0}}}]",
    "name": "layers: [{{conv: 3, name: {0}}}]",
    "from": "layers: [{{conv: 3, from: {0}}}]",
    "share": "layers: [{{conv: 3, share: {0}}}]",
    "when": "layers: [{{conv: 3, when: {0}}}]",
    "repeat": "layers: [{{conv: 3, repeat: {0}}}]",
    "network": "layers: [{{network: {0}}}]",
    "file": "layers: [{{network: ./x}}]\nextends: {0}",
    "extends": "extends: {0}",
    "argument": "args: {{{0}: 1}}\nlayers: [relu]",
    "key": "layers: [relu]\n{0}: 1",
    "twice": "layers: [relu]\n{0}: 1\n{0}: 1",
    "block": "blocks: {{{0}: {{layers: [relu]}}}}\nlayers: [{0}]",
    "expect": "layers: [relu]\nexpect: [{{{0}: 1, source: {0}}}]",
    "variant": "variants: {{{0}: {{}}}}\nlayers: [relu]",
    "input": "input: {0}",
}


@pytest.mark.parametrize("where", SPECS)
def test_no_message_about_a_spec_acts(where: str, tmp_path: Path) -> None:
    head = "" if where == "input" else "input: 3x8x8\n"
    (tmp_path / "net.yaml").write_text(head + SPECS[where].format(QUOTED), encoding="utf-8")
    done = call("show", str(tmp_path / "net.yaml"))
    assert done.code == 2 or where == "block"  # a block may have any name
    assert acts_on_terminal(done.out + done.err) == []
    assert "=cmd" in done.out + done.err


@pytest.mark.parametrize(
    "where", ["{0}: 1", "network: {0}", "network: lenet5\ncolumns: [{0}]", "network: lenet5\npoints: {{{0}: 2}}"]
)
def test_no_message_about_an_assignment_acts(where: str, tmp_path: Path) -> None:
    (tmp_path / "hw.yaml").write_text(where.format(QUOTED), encoding="utf-8")
    (tmp_path / "hw.csv").write_text("layer,params\nconv1,1\n", encoding="utf-8")
    done = call("check", str(tmp_path / "hw.csv"), "--assignment", str(tmp_path / "hw.yaml"))
    assert done.code == 2
    assert acts_on_terminal(done.out + done.err) == []


@pytest.mark.parametrize(
    ("line", "painted"),
    [
        (["show", "{net}"], "0|1|2|33|36"),
        (["show", "{net}", "--format", "json"], "none"),
        (["show", f"[{HOSTILE}]"], "0|31"),
        ([HOSTILE], "0|31"),
    ],
    ids=["a page", "JSON", "an error in a spec", "an error in a call"],
)
def test_a_terminal_gets_our_colours_and_no_others(files: dict[str, str], line: list[str], painted: str) -> None:
    net = str(Path(files["net"]).absolute())
    told = shown(*(net if word == "{net}" else word for word in line))
    assert "cmd" in told
    assert acts_on_terminal(re.sub(rf"\x1b\[({painted})m", "", told)) == []


def test_texts_of_the_field_stay_as_they_are(tmp_path: Path) -> None:
    title = "卷积 αβγ × – ⌊x⌋ naïve e\u0301 Привет ה"
    (tmp_path / "net.yaml").write_text(f"title: {title}\ninput: 3x8x8\nlayers: [relu]", encoding="utf-8")
    for format_ in ("table", "json", "markdown"):
        assert title in call("show", str(tmp_path / "net.yaml"), "--format", format_).out
