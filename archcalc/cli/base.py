"""What commands share: showing a page where it is wanted, and telling what is worth a word on standard error."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import click

from archcalc.errors import UsageError, did_you_mean, printable
from archcalc.reports.base import formats, general
from archcalc.rooms import Deferred, fetch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType
    from typing import TextIO

    from archcalc.cli import files
    from archcalc.views.page import Page
else:
    files = Deferred("archcalc.cli.files")

FALLBACK = "table"
_COLOUR = re.compile(r"(\x1b\[\d*m)")
"""What `reports/table.py` paints with, after what texts hold of it has been replaced."""

HELD = 4_000_000
"""This number of characters of a text is held before it is written."""

MOST_DIGITS = 6
"""The number of columns of a terminal has fewer digits."""


def show_page(page: Page, name: str | None = None, file: str | None = None, *, force: bool = False) -> None:
    """Write a page to standard output or into a file, in a format or in the one that the file's suffix says.

    Raises:
        UsageError: the format is unknown, or the file already exists or cannot be written.
    """
    report = foresee_format(name, file)
    draw = getattr(report, "draw", None)
    if file not in (None, "-"):
        own = getattr(report, "is_own", None)
        content = report.render(page) if getattr(report, "BINARY", False) else _pieces(report, page)
        files.write_file(content, file, force=force or bool(own and own(file)))
    elif draw:
        coloured = in_colour(sys.stdout)
        say(draw(page, width(sys.stdout, report.WIDTH), colour=coloured), coloured)
    else:
        for piece in _pieces(report, page):
            say(piece)


def _pieces(report: ModuleType, page: Page) -> Iterable[str]:
    """Return what a format makes of a page: by pieces, where it can; the first one is all of what is not large.

    So nothing is written of what ends in an error early, and what is large is never in memory whole.
    """
    return _gathered(report.pieces(page)) if hasattr(report, "pieces") else [report.render(page)]


def _gathered(pieces: Iterable[str]) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size > HELD:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)


def foresee_format(name: str | None, file: str | None) -> ModuleType:
    """Return the report that is meant, which can be written there.

    Raises:
        UsageError: the format is unknown, or is none for standard output.
    """
    report = find_format(name, file)
    if file in (None, "-") and getattr(report, "BINARY", False):
        what = "a spreadsheet" if report.SUFFIX == ".xlsx" else f"the format {name}"
        raise UsageError(f"{what} cannot be written to standard output", f"use -o FILE{report.SUFFIX}")
    return report


def refuse_existing(file: str, name: str | None) -> None:
    """Refuse a file that is there already, unless its format knows it as its own.

    Raises:
        UsageError: it is there.
    """
    if files.is_there(file):
        own = getattr(_loaded(name), "is_own", None) if name in formats() else None
        if not (own and own(file)):
            files.refuse(file)


def write_text(content: str | bytes, file: str | None, *, force: bool) -> None:
    """Write a text to standard output, or into a file; bytes into a file only.

    Raises:
        UsageError: the file already exists or cannot be written.
    """
    if file in (None, "-") and isinstance(content, str):
        say(content)
    else:
        files.write_file(content, file or "", force=force)


def say(text: str, coloured: bool = False) -> None:  # noqa: FBT001, FBT002
    """Write a text to standard output, which may be a terminal."""
    click.echo(_shown(text, sys.stdout, coloured=coloured), nl=False, color=coloured)


def _shown(text: str, stream: TextIO, *, coloured: bool = False) -> str:
    """Return lines as a terminal may show them: with our colours alone, and without signs its encoding lacks."""
    parts = _COLOUR.split(text) if coloured else [text]
    parts[::2] = ("\n".join(map(printable, part.split("\n"))) for part in parts[::2])
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return "".join(parts).encode(encoding, "replace").decode(encoding)


def suffix_of(file: str | None) -> str:
    """Return what a file's name ends in, in small letters and without the dot.

    >>> suffix_of("points.CSV"), suffix_of(None)
    ('csv', '')
    """
    return os.path.splitext(file or "")[1].lower().lstrip(".")


def find_format(name: str | None, file: str | None) -> ModuleType:
    """Return the report that is meant: by its name, or by the suffix of a file.

    >>> find_format(None, "alexnet.md").__name__
    'archcalc.reports.markdown'

    Raises:
        UsageError: the format is unknown.
    """
    suffix = os.path.splitext(file)[1] if file and not name else ""
    if suffix:
        return _by_suffix(suffix)
    name = name or FALLBACK
    if name not in formats():
        hint = did_you_mean(name, formats()) or f"available: {', '.join(general())}"
        raise UsageError(f"unknown output format '{name}'", hint)
    return _loaded(name)


def _loaded(name: str) -> ModuleType:
    """Load a format; the extra that brings what it needs is called like the format."""
    try:
        return fetch("reports", name)
    except ModuleNotFoundError as missing:
        needs = f"the format {name} requires {missing.name}, which is not installed"
        raise UsageError(needs, f"pip install 'archcalc[{name}]'") from None


def _by_suffix(suffix: str) -> ModuleType:
    """Load the format of a suffix: the one that is called so, or the first that says so."""
    suffix = suffix.lower()
    if suffix[1:] in formats():
        return _loaded(suffix[1:])
    for name in formats():
        if _suffix(name) == suffix:
            return _loaded(name)
    known = [_suffix(name) for name in general()]
    hint = did_you_mean(suffix, known) or f"use {', '.join(known)}, or --format"
    raise UsageError(f"unknown output format '{suffix}'", hint)


def _suffix(name: str) -> str:
    """Return what files of a format end in; in its name where it says nothing else, or cannot be loaded."""
    try:
        return str(getattr(fetch("reports", name), "SUFFIX", f".{name}"))
    except ModuleNotFoundError:
        return f".{name}"


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal; one that is closed is none."""
    return stream is not None and stream.isatty()


def in_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal that is to be written in colour."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width(stream: TextIO, fallback: int) -> int:
    """Return how many columns a stream has: by COLUMNS, by the terminal, or as many as a file gets."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and len(columns) < MOST_DIGITS and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or fallback
    except (OSError, ValueError):
        return fallback


def complain(message: str, status: int) -> int:
    """Write what went wrong to standard error, and return the exit code."""
    if sys.stderr is None:
        return status
    coloured = in_colour(sys.stderr)
    word = "\x1b[31merror:\x1b[0m" if coloured else "error:"
    click.echo(f"{word} {_shown(message, sys.stderr)}", err=True, color=coloured)
    return status
