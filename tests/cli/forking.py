"""Command lines in copies of a process that has loaded the program: without the second in which it is loaded again.

What is limited is what a command line does.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from tests.cli.copies import Asked, Ended
from tests.cli.processes import with_code
from tests.house.plan import ROOT

if TYPE_CHECKING:
    from pathlib import Path

Variables = Mapping[str, str]
NONE: Variables = MappingProxyType({})


def within(seconds: int, size: int, *arguments: str, cwd: Path = ROOT) -> Ended:
    """Run a command line that may take so many seconds of processor time and so many bytes, and is stopped else."""
    pytest.importorskip("resource", reason="this system sets no limits on processes")
    return _answer(Asked(arguments, str(cwd), {}, (seconds, size)))


def copied(*arguments: str, cwd: Path = ROOT, stdin: str = "", before: str = "", variables: Variables = NONE) -> Ended:
    """Run a command line, after some code, with its input and output in files; where nothing is copied, as a process."""
    if not hasattr(os, "fork"):
        done = with_code(before, *arguments, cwd=cwd, stdin=stdin, **variables)
        return Ended(done.returncode, done.stdout, done.stderr)
    return _answer(Asked(arguments, str(cwd), dict(variables), stdin=stdin, before=before))


def shown(*arguments: str, columns: int = 80, variables: Variables = NONE) -> str:
    """Run a command line on a terminal of its own, and return all that it shows."""
    pytest.importorskip("termios", reason="no terminals to open here")
    environment = {"TERM": "xterm-256color", **variables}
    return _answer(Asked(arguments, str(ROOT), environment, columns=columns)).stdout


def _answer(asked: Asked) -> Ended:
    """Ask the process, which has not ended before."""
    process = _process()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(asked) + "\n")
    process.stdin.flush()
    return Ended(*json.loads(process.stdout.readline()))


@cache
def _process() -> subprocess.Popen[str]:
    """Start the process, which ends with the tests."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.copies"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    atexit.register(started.communicate)
    return started
