"""Cutting an input that fails, as far as it fails in the same way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.fuzz.judging import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.inputs import FuzzInput
    from tests.fuzz.pool import Process

MOST_TRIALS = 300


def minimized(given: FuzzInput, key: str, process: Process) -> FuzzInput:
    """Return the smallest input that was found to fail as the given one does."""
    trials, smaller = 0, True
    while smaller:
        smaller = False
        for candidate in _smaller(given):
            trials += 1
            if trials > MOST_TRIALS:
                return given
            if key in {Finding(*found).key for found in process.one(candidate)["findings"]}:
                given, smaller = candidate, True
                break
    return given


def _smaller(given: FuzzInput) -> Iterator[FuzzInput]:
    """Yield inputs with less in them, those with much less first."""
    for name in given.files:
        yield replace(given, files={other: content for other, content in given.files.items() if other != name})
    for name in given.special:
        yield replace(given, special={other: kind for other, kind in given.special.items() if other != name})
    for at in range(1, len(given.argv)):
        yield replace(given, argv=(*given.argv[:at], *given.argv[at + 1 :]))
    for name, content in given.files.items():
        for cut in _cuts(content):
            yield replace(given, files=given.files | {name: cut})
    for cut in _cuts(given.stdin):
        yield replace(given, stdin=cut)
    for at, word in list(enumerate(given.argv))[1:]:
        for cut in _cuts(word.encode("utf-8", "surrogateescape") if word.isprintable() else b""):
            yield replace(given, argv=(*given.argv[:at], cut.decode("utf-8", "replace"), *given.argv[at + 1 :]))


def _cuts(content: bytes) -> Iterator[bytes]:
    size = len(content) // 2
    while size:
        for start in range(0, len(content), size):
            yield content[:start] + content[start + size :]
        size //= 2
