"""Cases in a text file: a title, what somebody writes, and the whole message that answers it.

    === title
    what is written
    -----
    the message

`pytest --update-goldens tests/errors` rewrites the messages; read them before you commit them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TITLE, ANSWER = "=== ", "\n-----\n"


@dataclass(frozen=True)
class Case:
    """One thing somebody writes, and the message expected."""

    title: str
    written: str
    message: str

    def __str__(self) -> str:
        return f"{TITLE}{self.title}\n{self.written}{ANSWER}{self.message}\n"


def cases(file: Path) -> list[Case]:
    """Read the cases of a file."""
    found = []
    for part in f"\n{file.read_text(encoding='utf-8')}".split(f"\n{TITLE}")[1:]:
        title, _, rest = part.partition("\n")
        written, _, message = rest.rpartition(ANSWER)
        found.append(Case(title, written, message.rstrip("\n")))
    return found


def rewrite(file: Path, message: Callable[[str], str]) -> None:
    """Write the messages of today into a file of cases."""
    found = [Case(case.title, case.written, message(case.written)) for case in cases(file)]
    file.write_text("\n".join(str(case) for case in found), encoding="utf-8")
