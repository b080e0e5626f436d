"""The command line as a process of its own: what a shell sees, and what a terminal sees."""

from __future__ import annotations

import os
import pty
import select
import struct
import subprocess
import sys
from fcntl import ioctl
from termios import TIOCSWINSZ
from typing import TYPE_CHECKING

from tests.house.plan import ROOT

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = (sys.executable, "-m", "archcalc")
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


def on_terminal(*arguments: str, columns: int = 80, **environment: str) -> str:
    """Run a command line on a terminal of its own, and return all that it shows."""
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(
        [*COMMAND, *arguments], cwd=ROOT, env=PLAIN | environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = _read(ours)
        process.wait()
    os.close(ours)
    return shown.replace("\r\n", "\n")


def _read(terminal: int) -> str:
    found = b""
    while select.select([terminal], [], [], 20)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux: the other side is closed
            break
        if not piece:
            break
        found += piece
    return found.decode()
