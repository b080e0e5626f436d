"""A process that has loaded the program, and runs each command line in a copy of itself, under limits.

What is limited is what a command line does, without the second in which a program is loaded again. A copy has its own
processor time, which starts at zero, its own memory and its own streams.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
import traceback
from contextlib import chdir, redirect_stdout
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

import pytest

from archcalc.cli import main
from tests.house.plan import ROOT

if TYPE_CHECKING:
    from pathlib import Path


class Limited(NamedTuple):
    """A command line, and how many seconds of processor time and how many bytes it may take."""

    seconds: int
    size: int
    arguments: tuple[str, ...]
    folder: str


class Ended(NamedTuple):
    """What came of a command line; the code is that of a process, below zero if a signal ended it."""

    returncode: int
    stdout: str
    stderr: str


def within(seconds: int, size: int, *arguments: str, cwd: Path = ROOT) -> Ended:
    """Run a command line that may take so many seconds of processor time and so many bytes, and is stopped else."""
    pytest.importorskip("resource", reason="this system sets no limits on processes")
    process = _process()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(Limited(seconds, size, arguments, str(cwd))) + "\n")
    process.stdin.flush()
    return Ended(*json.loads(process.stdout.readline()))


@cache
def _process() -> subprocess.Popen[str]:
    """Start the process, which ends with the tests."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.forking"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    atexit.register(started.communicate)
    return started


def _serve() -> None:
    with redirect_stdout(StringIO()):
        main(["show", "lenet5"])
    for line in sys.stdin:
        print(json.dumps(_copied(Limited(*json.loads(line)))), flush=True)  # noqa: T201 - an answer


def _copied(asked: Limited) -> Ended:
    """Run a command line in a copy of this process."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        copy = os.fork()
        if not copy:
            _run(asked, out.fileno(), err.fileno())
        _, status = os.waitpid(copy, 0)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    return Ended(os.waitstatus_to_exitcode(status), *texts)


def _run(asked: Limited, out: int, err: int) -> None:
    """Run a command line in this process, and end it, whatever happens."""
    code = 1
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        _limit(asked)
        with chdir(asked.folder):
            code = main(asked.arguments)
    except BaseException:  # noqa: BLE001 - as at the end of a program
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _limit(asked: Limited) -> None:
    import resource  # noqa: PLC0415 - not on every system

    resource.setrlimit(resource.RLIMIT_CPU, (asked.seconds, asked.seconds))
    if sys.platform == "linux":  # others refuse to set this limit, or forget it
        resource.setrlimit(resource.RLIMIT_AS, (asked.size, asked.size))


if __name__ == "__main__":
    _serve()
