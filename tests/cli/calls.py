"""The command line called in this process: exit code, standard output, standard error."""

from __future__ import annotations

import json
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from typing import Any, NamedTuple

from archcalc.cli import main
from archcalc.reports.base import OF_ONE_COMMAND, formats

FORMATS = tuple(name for name in formats() if name not in (*OF_ONE_COMMAND, "xlsx"))
"""The formats that write any page as text; what is asked of the others stands in the tests of their commands."""


class Done(NamedTuple):
    """What came of a call."""

    code: int
    out: str
    err: str


def call(*arguments: str) -> Done:
    """Call the command line."""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = main(arguments)
    return Done(code, out.getvalue(), err.getvalue())


@cache
def once(*arguments: str) -> Done:
    """Call a command line that takes long and only reads; every test of a process gets the same answer."""
    return call(*arguments)


def json_of(*arguments: str) -> Any:  # noqa: ANN401 - whatever the command says
    """Call a command that holds, and return its JSON."""
    done = call(*arguments, "--format", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)
