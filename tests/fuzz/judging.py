"""What may not come of an input, whatever it is."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from tests.fuzz.inputs import LIBRARY, PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.inputs import FuzzInput
    from tests.fuzz.running import Outcome

CODES = (0, 1, 2)
REFUSED, INTERRUPTED = 2, 130
"""Documented too, but no input of ours presses Ctrl-C."""


class Budget(NamedTuple):
    """What an input of up to ``size`` bytes may take: processor time above the start, and memory above it."""

    seconds: float = 1.0
    memory: int = 200_000_000
    size: int = 64_000


class Finding(NamedTuple):
    """Something that may not come of an input: what kind of thing, where, and more about this one."""

    kind: str
    where: str
    detail: str = ""

    @property
    def key(self) -> str:
        """What is the same for all that is the same mistake, as far as a machine can tell."""
        return f"{self.kind} at {self.where}"


def findings(given: FuzzInput, outcome: Outcome, budget: Budget) -> Iterator[Finding]:
    """Yield everything that is wrong with an outcome."""
    command = given.argv[0] if given.argv else ""
    if outcome.raised:
        kind, *where, said = [*outcome.raised, ""][:9]
        yield Finding(kind, where[0] if where else "?", " < ".join([*where, said]))
    elif outcome.code not in CODES:
        yield Finding("exit code", str(outcome.code))
    elif outcome.code == REFUSED and not outcome.err.startswith("error: ") and not _is_said_elsewhere(given, outcome):
        yield Finding("no message", command, outcome.err[:100])
    if "Traceback (most" in outcome.out + outcome.err:
        yield Finding("traceback", command, outcome.err[-300:])
    if given.size <= budget.size:
        yield from _too_much(command, outcome, budget)
    for name, text in _texts(outcome):
        if signs := foreign(text):
            yield Finding("control", f"{command} {name}", repr("".join(signs))[:60])
    yield from (Finding("acted", what.split()[0], what) for what in outcome.acted)
    yield from _harm(given, outcome)


def _is_said_elsewhere(given: FuzzInput, outcome: Outcome) -> bool:
    """Whether an error is told to a student instead, by Gradescope; or to nobody, where there is nobody."""
    return (
        given.argv[0] in (LIBRARY, PAGE)
        or "stderr" in given.closed
        or any("gradescope" in word for word in given.argv[1:])
        or bool(outcome.acted)
    )


def _too_much(command: str, outcome: Outcome, budget: Budget) -> Iterator[Finding]:
    if outcome.seconds > budget.seconds:
        where = outcome.slow[0].partition(":")[0] if outcome.slow else "?"
        yield Finding("time", f"{command} {where}", f"{outcome.seconds:.2f} s, {' < '.join(outcome.slow)}")
    if outcome.memory > budget.memory:
        yield Finding("memory", command, f"{outcome.memory // 1_000_000} MB")


BINARY = ("PK", "\udc89PNG", "\ufffdPNG", "\x89PNG", "%PDF")
"""How spreadsheets and pictures begin, however the stream was decoded."""


def _texts(outcome: Outcome) -> Iterator[tuple[str, str]]:
    if not outcome.out.startswith(BINARY):  # a spreadsheet or a picture that is wanted in a stream by its name
        yield "output", outcome.out
    yield "message", outcome.err
    for name, content in outcome.files.items():
        text = content.decode("utf-8", "surrogateescape")
        if not text.startswith(BINARY):
            yield f"file{PurePosixPath(name).suffix}"[:20], text


def foreign(text: str) -> list[str]:
    r"""Return the signs that a terminal would act upon or cannot show.

    >>> foreign("a\nb"), foreign("\x1b[31m\u202e")
    ([], ['\x1b', '\u202e'])
    """
    if text.replace("\n", "").isprintable():
        return []
    return sorted({sign for sign in text if not sign.isprintable() and sign != "\n"})


def _harm(given: FuzzInput, outcome: Outcome) -> Iterator[Finding]:
    """Yield what was done to files that nobody asked for."""
    yield from (Finding("lost", PurePosixPath(name).suffix, name) for name in outcome.gone)
    for name, content in outcome.files.items():
        if name.startswith(".archcalc-"):
            yield Finding("left half", "beside", name)
        elif name in given.files and "--force" not in given.argv and "results" not in name:
            yield Finding("overwritten", PurePosixPath(name).suffix, name)
        elif not content and "/" not in name:
            yield Finding("left half", "empty", name)
        elif outcome.code == REFUSED and not _is_said_elsewhere(given, outcome):
            yield Finding("left half", "after an error", name)
