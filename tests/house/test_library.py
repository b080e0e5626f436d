"""The library by itself: no terminal is loaded for its calls, and networks are read and judged without pydantic."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, NamedTuple

import pytest

import archcalc
from tests.cli.calls import Done, call
from tests.house.plan import ROOT, run

if TYPE_CHECKING:
    from pathlib import Path

CALLS = {
    "load": 'archcalc.load("alexnet").analyze(input="3xHxW")',
    "load a file": 'archcalc.load("./own.yaml").analyze()',
    "loads": 'archcalc.loads("{input: 3x32x32, layers: [flatten, {linear: 10}]}").analyze()',
    "diff": 'archcalc.diff(archcalc.load("alexnet").analyze(), archcalc.load("vgg16").analyze())',
    "explain": 'archcalc.explain(archcalc.load("alexnet").analyze(), "conv1")',
    "draw": 'archcalc.draw(archcalc.load("alexnet").analyze(), kind="volumes")',
    "export": 'archcalc.export(archcalc.load("alexnet").analyze())',
    "solve": 'archcalc.solve("O=55, I=227, K=11, S=4")',
    "solve a network": 'archcalc.solve("pool5 = 6x6", archcalc.load("alexnet"))',
    "verify": 'archcalc.verify(archcalc.load("lenet5"))',
    "check rows": 'archcalc.check([{"layer": "conv1", "params": 34848}], "alexnet")',
    "check a file": 'archcalc.check("hw.csv")',
    "check by an assignment": 'archcalc.check("hw.csv", assignment="hw.yaml", roster="class.csv")',
}
"""Every public call at work."""

FILES = {
    "own.yaml": "input: 3x32x32\nlayers: [{conv: 8, kernel: 3}, relu, flatten, {linear: 10}]\n"
    "expect: [{params: 72234, source: counted}]\n",
    "hw.csv": "layer,params\nconv1,34848\nnetwork=alexnet\n",
    "hw.yaml": "network: alexnet\ncolumns: [params]\n",
    "class.csv": "id;network\nhw;alexnet\n",
}

WITHOUT = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfor name in {{blocked}}: sys.modules[name] = None\n"
PYDANTIC = ("pydantic", "pydantic_core")


def written(folder: Path) -> Path:
    """Write the files that calls read, and wrong ones."""
    wrong = {f"wrong{number}.yaml": text for number, text in enumerate(WRONG)}
    for name, text in (FILES | wrong).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return written(tmp_path)


def done(script: str, folder: Path, blocked: tuple[str, ...] = ()) -> str:
    """Run a script that must not fail, without some packages; return what it printed."""
    came = run("-c", WITHOUT.format(blocked=blocked) + script, cwd=folder)
    assert (came.returncode, came.stderr) == (0, "")
    return came.stdout


def test_no_call_loads_the_terminal(folder: Path) -> None:
    """What one call has loaded stays loaded, so that one process is enough for all of them."""
    calls = "".join(
        f'assert {called} is not None\nprint({name!r}, *{{"click", "rich"}} & set(sys.modules))\n'
        for name, called in CALLS.items()
    )
    assert done(f"import archcalc\n{calls}", folder).splitlines() == list(CALLS)


def test_every_public_call_is_among_them() -> None:
    public = {name for name in archcalc.__all__ if inspect.isfunction(getattr(archcalc, name))}
    assert {name.split()[0] for name in CALLS} == public


def test_show_does_without_rich(folder: Path) -> None:
    script = "from archcalc.cli import main\nfor options in {}:\n    assert main(['show', './own.yaml', *options]) == 0"
    several = [(), ("--memory",), ("--style", "keras"), ("--format", "json"), ("-o", "t.md")]
    done(script.format(several), folder, ("rich",))


LIGHT = {name: call for name, call in CALLS.items() if name != "check by an assignment"}


def test_all_calls_work_without_pydantic_and_the_terminal(folder: Path) -> None:
    calls = "".join(f"print({name!r}, {call} is not None)\n" for name, call in LIGHT.items())
    said = done(f"import archcalc\n{calls}", folder, (*PYDANTIC, "click", "rich"))
    assert said.splitlines() == [f"{name} True" for name in LIGHT]


@pytest.mark.long
@pytest.mark.parametrize("call", LIGHT)
def test_every_call_is_the_first_of_a_process_that_works_without_them(call: str, folder: Path) -> None:
    done(f"import archcalc\nassert {LIGHT[call]} is not None", folder, (*PYDANTIC, "click", "rich"))


VERIFIED = ("alexnet", "vgg16", "torchvision/resnet50", "./own.yaml")
WRONG = {
    "inptu: 3x8x8\nlayers: [{conv: 4, kernal: 3}]\npaper: {autor: me}\nexpect: [{params: 3}]": [
        "unknown key 'inptu'", "unknown option 'kernal' of conv", "unknown key 'autor'", "a published value requires source",
    ],
    "layers: 3\ntitle: [a]": ["layers: expected a list", "title: expected text"],
    "[": ["invalid YAML"],
}  # fmt: skip
ASSIGNED = ("check", "hw.csv", "--assignment", "hw.yaml")
WRONG_LINES: dict[tuple[str, ...], list[str]] = {
    ("show", f"./wrong{number}.yaml"): said for number, said in enumerate(WRONG.values())
}
LINES = [("schema",), ASSIGNED, *WRONG_LINES]
"""Command lines that say something else without pydantic, or must not."""

CALLED = f"""
import archcalc, json
from tests.cli.calls import call
found = [archcalc.verify(archcalc.load(name)) for name in {VERIFIED}]
print(json.dumps([[len(verdicts) > 0, all(verdict.holds for verdict in verdicts)] for verdicts in found]))
print(json.dumps([call(*line) for line in {LINES}]))
"""


class Without(NamedTuple):
    """What came of calls without pydantic: whether there were figures, whether all held, and what commands said."""

    figures: list[list[bool]]
    said: dict[tuple[str, ...], Done]


@pytest.fixture(scope="module")
def without_pydantic(tmp_path_factory: pytest.TempPathFactory) -> Without:
    """Do in one process, which loads the program once, what is done without pydantic."""
    folder = written(tmp_path_factory.mktemp("without"))
    figures, said = done(CALLED, folder, PYDANTIC).splitlines()
    return Without(json.loads(figures), dict(zip(LINES, (Done(*one) for one in json.loads(said)), strict=True)))


def test_figures_are_verified_without_pydantic(without_pydantic: Without) -> None:
    assert without_pydantic.figures == [[True, True]] * len(VERIFIED)


@pytest.mark.parametrize("line", WRONG_LINES)
@pytest.mark.parametrize("blocked", [(), PYDANTIC], ids=["with pydantic", "without"])
def test_wrong_files_end_in_the_same_words(
    line: tuple[str, ...], blocked: tuple[str, ...], without_pydantic: Without, folder: Path
) -> None:
    assert (folder / line[1]).is_file()
    came = without_pydantic.said[line] if blocked else call(*line)
    assert (came.code, came.out) == (2, "")
    assert came.err.startswith(f"error: {line[1].removeprefix('./')}:")
    assert "Traceback" not in came.err
    assert [said for said in WRONG_LINES[line] if said not in came.err] == []


def test_an_assignment_says_what_it_needs(without_pydantic: Without) -> None:
    assert without_pydantic.said[ASSIGNED] == (
        2, "", "error: hw.yaml: reading assignments requires pydantic, which is not installed\n  run pip install pydantic\n"
    )  # fmt: skip


def test_the_schema_is_printed_without_pydantic(without_pydantic: Without) -> None:
    assert without_pydantic.said["schema",] == call("schema")


def test_loading_reads_no_yaml_before_there_is_a_text() -> None:
    script = "import sys, archcalc.specfile.loading, archcalc.specfile.shipped\nprint('yaml' in sys.modules)"
    assert run("-c", script).stdout == "False\n"
