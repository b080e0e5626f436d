"""A process that has loaded the program, and runs each command line in a copy of itself.

A copy has its own processor time, which starts at zero, its own memory and its own streams: files, or a terminal.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from typing import IO, NamedTuple

from archcalc.__main__ import main as program
from archcalc.cli import main


class Asked(NamedTuple):
    """A command line, and in what it runs."""

    arguments: tuple[str, ...]
    folder: str
    environment: dict[str, str]
    """What is added to the environment."""
    limits: tuple[int, int] | None = None
    """How many seconds of processor time and how many bytes it may take; then nothing catches what it raises."""
    columns: int = 0
    """How wide its terminal is; it has none where this is 0."""
    stdin: str = ""
    before: str = ""
    """Code that runs before it."""


class Ended(NamedTuple):
    """What came of a command line; the code is that of a process, below zero if a signal ended it."""

    returncode: int
    stdout: str
    stderr: str


LOADING = (("show", "lenet5"), ("show", "[{relu: 1}]"), ("solve", "lenet5-modern", "S4=5x5"))
"""What is run first, so that its modules are loaded: commands, a spec, and an error in it."""


def _serve() -> None:
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        for arguments in LOADING:
            main(arguments)
    for line in sys.stdin:
        asked = Asked(*json.loads(line))
        print(json.dumps(_on_terminal(asked) if asked.columns else _in_files(asked)), flush=True)  # noqa: T201 - an answer


def _in_files(asked: Asked) -> Ended:
    """Run a command line in a copy of this process, with files as its streams."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(asked.stdin.encode())
        given.seek(0)
        copy = os.fork()
        if not copy:
            _run(asked, given.fileno(), out.fileno(), err.fileno())
        _, status = os.waitpid(copy, 0)
        return Ended(os.waitstatus_to_exitcode(status), _content(out), _content(err))


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _on_terminal(asked: Asked) -> Ended:
    """Run a command line in a copy of this process, on a terminal, and return all that it shows."""
    import pty  # noqa: PLC0415 - not on every system
    import termios  # noqa: PLC0415

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, asked.columns))
    copy = os.fork()
    if not copy:
        os.close(ours)
        _run(asked, theirs, theirs, theirs)
    os.close(theirs)
    shown = b"".join(iter(lambda: _piece(ours), b""))
    os.close(ours)
    _, status = os.waitpid(copy, 0)
    return Ended(os.waitstatus_to_exitcode(status), shown.decode().replace("\r\n", "\n"), "")


def _piece(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux: the other side is closed
        return b""


def _run(asked: Asked, *streams: int) -> None:
    """Run a command line in this process, and end it, whatever happens."""
    code = 1
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as Python does at its start
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
        os.environ.update(asked.environment)
        exec(asked.before, {})  # noqa: S102 - code of a test
        with chdir(asked.folder):
            code = _limited(asked) if asked.limits else _free(asked)
    except BaseException:  # noqa: BLE001 - as at the end of a program
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _free(asked: Asked) -> int:
    sys.argv = ["archcalc", *asked.arguments]
    return program()


def _limited(asked: Asked) -> int:
    import resource  # noqa: PLC0415 - not on every system

    assert asked.limits
    seconds, size = asked.limits
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":  # others refuse to set this limit, or forget it
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    return main(asked.arguments)


if __name__ == "__main__":
    _serve()
