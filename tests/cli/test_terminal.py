"""What a terminal shows, and what a pipe, a file and a reader that leaves get instead."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.calls import call
from tests.cli.forking import shown
from tests.cli.processes import COMMAND, PLAIN, on_terminal, run, with_code
from tests.house.plan import ROOT
from tests.house.plan import run as python

if TYPE_CHECKING:
    from pathlib import Path


def plain(shown: str) -> str:
    """Return a screen without its colours."""
    return "\n".join(line.rstrip() for line in re.sub(r"\x1b\[\d*m", "", shown).split("\n"))


def test_a_terminal_gets_colour_and_its_own_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    told = on_terminal("show", "alexnet", columns=72)
    assert "\x1b[1mAlexNet\x1b[0m" in told
    assert plain(told) == call("show", "alexnet").out
    assert shown("show", "alexnet", columns=72) == told  # a copy of a process that has loaded the program


def test_colour_can_be_refused() -> None:
    for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        told = shown("show", "alexnet", variables=variables)
        assert "60,965,224" in told
        assert "\x1b" not in told


def test_a_pipe_gets_neither_colour_nor_control_and_a_hundred_columns() -> None:
    done = run("show", "alexnet")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) == 100


def test_errors_are_red_on_terminals_only() -> None:
    assert shown("show", "alexnt").startswith("\x1b[31merror:\x1b[0m unknown network")
    assert call("show", "alexnt").err.startswith("error: unknown network")


def test_progress_is_for_those_who_look() -> None:
    assert "verifying" in shown("verify", "lenet5", "alexnet")
    assert call("verify", "lenet5", "alexnet").err == ""


@pytest.mark.parametrize("name", ["table", "json"])
def test_a_reader_may_leave(name: str) -> None:
    command, pipe = [*COMMAND, "show", "googlenet", "--depth", "9", "--format", name], subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=PLAIN, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_an_encoding_that_lacks_signs_is_no_error() -> None:
    refused = "from archcalc.cli import main\nassert main(['show', '[{linear: 3}]']) == 2"
    done = with_code(refused, "show", "alexnet", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
    assert "60,965,224" in done.stdout


def test_a_network_is_read_from_standard_input(tmp_path: Path) -> None:
    done = run("show", "-", "-o", "net.csv", cwd=tmp_path, stdin="input: 4\nlayers: [{linear: 3}]\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (
        (tmp_path / "net.csv")
        .read_text(encoding="utf-8")
        .splitlines()[1]
        .startswith("linear,linear,linear,4,input,3,F")
    )


INTERRUPTS = """
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Finder())
"""
"""Ctrl-C, at the moment when a module is being loaded."""


@pytest.mark.parametrize(
    "module", ["archcalc.cli", "click", "archcalc.errors", "archcalc.cli.show", "yaml", "rich", "archcalc.layers.conv"]
)
def test_an_interruption_while_modules_are_loaded_ends_with_a_word(module: str) -> None:
    commands = {"yaml": ("show", "[{relu: }]"), "rich": ("verify", "lenet5")}
    done = with_code(INTERRUPTS.format(module=module), *commands.get(module, ("show", "alexnet")))
    assert (done.returncode, done.stdout, done.stderr.lstrip()) == (130, "", "error: interrupted\n")


def test_an_interruption_does_not_wait_for_a_thread_that_it_left() -> None:
    code = """
import os, threading, archcalc.__main__ as program
class Interrupted:
    main = staticmethod(lambda: 130)
program.fetch = lambda *_: Interrupted
def left(): threading.Event().wait(60); os._exit(1)
threading.Thread(target=left).start()
raise SystemExit(program.main())
"""
    assert python("-c", code).returncode == 130
