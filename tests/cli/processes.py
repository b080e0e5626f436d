"""The command line as a process of its own: what a shell sees, and what a terminal sees."""

from __future__ import annotations

import os
import select
import signal
import struct
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, AnyStr

import pytest

from tests.house.plan import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

COMMAND = (sys.executable, "-m", "archcalc")
INTERRUPTIBLE = (
    sys.executable,
    "-c",
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "runpy.run_module('archcalc', run_name='__main__')",
)
"""The same where whoever runs the tests ignores interrupts (nohup does), which children inherit."""
PATIENCE = 60
"""Seconds of processor time after which a process is stopped."""
ASLEEP = 1800
"""Seconds after which a process that takes no processor time, says nothing and does not end is given up."""
OURS = ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM")
PLAIN = {key: value for key, value in os.environ.items() if key not in OURS} | {
    "PYTHONPATH": str(ROOT),
    "TERM": "xterm-256color",
    "PYTHONIOENCODING": "utf-8",
}


def run(*arguments: str, cwd: Path = ROOT, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command line with its output in pipes."""
    return subprocess.run(
        [*COMMAND, *arguments], cwd=cwd, env=PLAIN | environment, input=stdin, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip


def with_code(
    code: str, *arguments: str, cwd: Path = ROOT, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run some code, and then a command line in the same process."""
    start = f"import runpy, sys\n{code}\nsys.argv[0] = 'archcalc'\nrunpy.run_module('archcalc', run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", start, *arguments], cwd=cwd, env=PLAIN | environment, input=stdin, capture_output=True,
        text=True, check=False,
    )  # fmt: skip


def _limit(seconds: int) -> Callable[[], None]:
    """Return what sets the limit of a process as it starts, so that it holds whatever becomes of the tests."""
    resource = pytest.importorskip("resource", reason="this system sets no limits on processes")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    return limit


def _terminal(columns: int = 80) -> tuple[int, int]:
    """Open a terminal and return its two ends, ours and the program's."""
    needed = ("pty", "fcntl", "termios")
    pty, fcntl, termios = (pytest.importorskip(name, reason="no terminals to open here") for name in needed)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    return ours, theirs


def on_terminal(*arguments: str, columns: int = 80, **environment: str) -> str:
    """Run a command line on a terminal of its own, and return all that it shows."""
    ours, theirs = _terminal(columns)
    with ended(
        subprocess.Popen(
            [*COMMAND, *arguments], cwd=ROOT, env=PLAIN | environment, stdin=theirs, stdout=theirs, stderr=theirs
        )
    ):
        os.close(theirs)
        shown = _read(ours).decode()
    os.close(ours)
    return shown.replace("\r\n", "\n")


def interrupted(*arguments: str, once: str, out: Path) -> int:
    """Run a command line, press Ctrl-C once it shows a word on standard error, and return its exit code.

    What it puts out is written to a file.
    """
    ours, theirs = _terminal()
    with (
        out.open("wb") as file,
        ended(
            subprocess.Popen(
                [*INTERRUPTIBLE, *arguments],
                cwd=ROOT,
                env=PLAIN,
                stdout=file,
                stderr=theirs,
                preexec_fn=_limit(PATIENCE),  # noqa: PLW1509 - it only sets a limit
            )
        ) as process,
    ):
        os.close(theirs)
        shown = _read(ours, once.encode())
        assert once.encode() in shown, shown
        process.send_signal(signal.SIGINT)
        _read(ours)
    os.close(ours)
    return process.returncode


@contextmanager
def ended(process: subprocess.Popen[AnyStr]) -> Iterator[subprocess.Popen[AnyStr]]:
    """Wait for a process for a time, and never leave it running."""
    try:
        yield process
        process.wait(ASLEEP)
    finally:
        process.kill()  # which does nothing to a process that has ended
        process.wait()


def _read(terminal: int, until: bytes | None = None) -> bytes:
    """Read what a terminal shows until it is closed, or until something is shown; give up after a time."""
    found, end = b"", time.monotonic() + ASLEEP
    while (left := end - time.monotonic()) > 0 and not (until and until in found):
        if not select.select([terminal], [], [], left)[0]:
            break
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux: the other side is closed
            break
        if not piece:
            break
        found += piece
    return found
