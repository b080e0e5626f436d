"""The last resort: what is said where the program itself is wrong, with what a report of it needs."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from archcalc import __version__
from archcalc.cli.base import complain
from archcalc.errors import HOME

FAULT = 70
"""The exit code of a program with an internal error, as BSD's sysexits.h has it."""

TRACEBACK = "ARCHCALC_TRACEBACK"
"""The environment variable that asks for the traceback as well."""

_PACKAGE = Path(__file__).parents[1]


def admit(error: Exception) -> int:
    """Say that the program is wrong and not the input, where, and how to report it; return the exit code."""
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    lines = (
        f"internal error in {_place(error)}: {type(error).__name__}: {error}",
        f"this is a mistake in archcalc {__version__}, not in your input",
        f"please report it with your command: {HOME}/issues ({TRACEBACK}=1 shows more)",
    )
    return complain("\n  ".join(lines), FAULT)


def _place(error: Exception) -> str:
    """Return the last line of this package that ran."""
    frames = traceback.extract_tb(error.__traceback__)
    last = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)][-1]
    return f"{Path(last.filename).relative_to(_PACKAGE).as_posix()}:{last.lineno}"
