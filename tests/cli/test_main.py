"""The command line as a whole: commands that load when they are used, exit codes, and no traceback."""

from __future__ import annotations

import json
import re

import click
import pytest
from click.shell_completion import ShellComplete

from archcalc import __version__
from archcalc.cli import Commands, commands, main
from archcalc.rooms import fetch
from tests.cli.calls import call
from tests.cli.forking import copied
from tests.house.plan import run as python

NAMES = commands.list_commands(click.Context(commands))

LOADED = """
import json, sys
from archcalc.cli import main
for arguments in json.loads(sys.argv[1]):
    main(arguments)
    print("loaded", *(name for name in sys.modules if name.split(".")[0] in ("archcalc", "rich", "pydantic", "yaml")))
"""


def loaded(*lines: list[str]) -> list[set[str]]:
    """Return what a process has loaded at the end of each command line."""
    said = python("-c", LOADED, json.dumps(lines)).stdout.splitlines()
    return [{*line.split()[1:]} for line in said if line.startswith("loaded ")]


@pytest.mark.parametrize("name", NAMES)
def test_a_command_is_the_file_of_its_name_and_says_what_it_does(name: str) -> None:
    command = fetch("cli", name).command
    assert isinstance(command, click.Command)
    assert command.get_short_help_str()
    assert all(parameter.help for parameter in command.params if isinstance(parameter, click.Option))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_has_help(name: str, flag: str) -> None:
    code, out, err = call(name, flag)
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: archcalc {name} ")


@pytest.mark.parametrize("arguments", [(), ("-h",), ("--help",)])
def test_help_lists_the_commands(arguments: tuple[str, ...]) -> None:
    code, out, err = call(*arguments)
    assert (code, err) == (0, "")
    assert all(f"\n  {name} " in out for name in NAMES)


def test_the_version_is_said() -> None:
    assert call("--version") == (0, f"archcalc {__version__}\n", "")


def test_a_command_that_there_is_not_is_refused() -> None:
    assert call("shwo", "alexnet") == (2, "", "error: unknown command 'shwo'\n  did you mean show?\n")
    assert call("zzzzzz").err == f"error: unknown command 'zzzzzz'\n  available: {', '.join(NAMES)}\n"
    assert call("--nosuch")[0] == 2
    assert Commands().get_command(click.Context(commands), "base") is None


def test_a_number_that_is_none_is_told_in_plain_words() -> None:
    assert call("show", "alexnet", "--depth", "x").err.startswith(
        "error: invalid value for '--depth': 'x' is not a whole"
    )


def test_only_what_is_used_is_loaded() -> None:
    version, shown = loaded(["--version"], ["show", "lenet5"])
    assert "archcalc.cli" in version
    assert not {"archcalc.cli.show", "yaml", "rich", "pydantic"} & version
    assert {"archcalc.cli.show", "archcalc.reports.table"} <= shown
    others = {"archcalc.cli.verify", "archcalc.reports.json", "archcalc.services.languages", "archcalc.views.language"}
    assert not {*others, "pydantic", "rich", "pathlib"} & shown


@pytest.mark.parametrize(
    ("raised", "code", "message"),
    [
        (RecursionError(), 2, "the network is nested too deeply"),
        (MemoryError(), 2, "out of memory: the network is too large"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_no_end_is_a_traceback(
    raised: BaseException, code: int, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(fetch("cli", "show"), "load", fail)
    assert main(["show", "alexnet"]) == code
    assert capsys.readouterr().err.strip().endswith(f"error: {message}")


FAULTY = "import archcalc.network.network as n\nn.Network.table = lambda *_: [].pop()"


def test_a_mistake_in_the_program_is_admitted_with_its_place() -> None:
    done = copied("show", "lenet5", before=FAULTY)
    first, second, third = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (70, "")
    assert re.fullmatch(r"error: internal error in cli/show\.py:\d+: IndexError: pop from empty list", first)
    assert second == f"  this is a mistake in archcalc {__version__}, not in your input"
    assert third.endswith("/issues (ARCHCALC_TRACEBACK=1 shows more)")


def test_its_traceback_is_for_those_who_ask() -> None:
    done = copied("show", "lenet5", before=FAULTY, variables={"ARCHCALC_TRACEBACK": "1"})
    assert done.stderr.startswith("Traceback (most recent call last):")
    assert "error: internal error in " in done.stderr


def completed(line: str, word: str) -> list[str]:
    """Return what a shell would offer."""
    shell = ShellComplete(commands, {}, "archcalc", "_ARCHCALC_COMPLETE")
    return [item.value for item in shell.get_completions(line.split(), word)]


def test_a_shell_completes_commands_networks_and_layers() -> None:
    assert completed("", "sh") == ["show"]
    assert completed("show", "alexnet") == ["alexnet", "alexnet-one-tower"]
    assert completed("verify lenet5", "vgg16") == ["vgg16", "vgg16-c"]
    assert completed("show alexnet --freeze", "conv") == ["conv1", "conv2", "conv3", "conv4", "conv5"]
    assert completed("show nosuch --freeze", "conv") == []


EMPTY = "{input: 3x8x8, layers: []}"


@pytest.mark.parametrize(
    "line",
    [
        *("show --memory", "rf", "lint", "explain", "worksheet", "worksheet --key", "quiz --seed 1", "verify"),
        *(
            "report -o -",
            "reconcile --as thop",
            "draw",
            "solve params<=1 --vary input",
            "sweep --vary input=1..2",
            "diff",
        ),
        *(f"export --format {name}" for name in ("torch", "keras", "caffe", "json", "spec")),
    ],
)
def test_a_network_without_layers_is_a_network(line: str) -> None:
    command, *words = line.split()
    assert call(command, EMPTY, *(["lenet5"] if command == "diff" else []), *words).code in (0, 2)
