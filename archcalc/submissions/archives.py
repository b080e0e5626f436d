"""ZIP archives, looked into and never unpacked: bounds on what is in them, and a bulk export of submissions."""

from __future__ import annotations

import io
import re
import zipfile
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from archcalc.damage import DAMAGED
from archcalc.errors import UsageError
from archcalc.limits import ARCHIVE_SIZE, ENTRIES, TABLE_SIZE, InputLimit
from archcalc.submissions.bounded import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TABLES = (".csv", ".xlsx", ".md", ".yaml", ".yml", ".json", ".tsv", ".txt")
"""What a submission may be, the likeliest first."""

METADATA = "submission_metadata.yml"
_FOLDER = re.compile(r"(submission_\w+):\s*")
_PERSON = re.compile(r"(?:-\s*)?:(name|sid|email):\s*(\S.*)")


class Submission(NamedTuple):
    """One file of a class: whose it is, what it is called, and what reads its content when it is needed."""

    student: str
    name: str
    read: Callable[[], bytes]


def opened(content: bytes, name: str, most: InputLimit) -> zipfile.ZipFile:
    """Open an archive that is not too large once it is unpacked.

    Raises:
        UsageError: it is no archive, or would grow beyond bounds.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except DAMAGED:
        raise UsageError(f"{name} is not a valid ZIP archive", "save the file again") from None
    entries = archive.infolist()
    if len(entries) > ENTRIES.value:
        raise UsageError(*ENTRIES.exceeded(name, len(entries)))
    if sum(entry.file_size for entry in entries) > most.value:
        raise UsageError(*most.exceeded(f"the unpacked {name}"))
    return archive


def submissions(content: bytes, name: str) -> Iterator[Submission]:
    """Yield the submissions of a bulk export: one table for each folder, under its student's name.

    Raises:
        UsageError: it is no archive, or too large.
    """
    archive = opened(content, name, ARCHIVE_SIZE)
    folders: dict[str, list[zipfile.ZipInfo]] = {}
    for entry in _named(archive):
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        hidden = any(part.startswith((".", "__")) and part != ".." for part in path.parts)
        if not entry.is_dir() and not hidden and path.suffix.lower() in TABLES and path.name != METADATA:
            folders.setdefault(path.parent.name, []).append(entry)
    students = _students(archive)
    for folder, entries in sorted(folders.items()):
        chosen = [entry for entry in entries if entry.filename.endswith(".csv")] if folder in students else entries
        for entry in sorted(chosen or entries, key=_preference)[: 1 if folder in students else None]:
            yield _submission(archive, entry, students.get(folder, ""))


def _named(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the entries that have a name."""
    return [entry for entry in archive.infolist() if entry.filename]


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the content of an entry; raises one of DAMAGED."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError
    return archive.read(entry)


def _preference(entry: zipfile.ZipInfo) -> tuple[int, str]:
    return TABLES.index(PurePosixPath(entry.filename).suffix.lower()), entry.filename


def _submission(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, student: str) -> Submission:
    name = PurePosixPath(entry.filename.replace("\\", "/")).name
    return Submission(student or PurePosixPath(name).stem, name, partial(_content, archive, entry, name))


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    """Return the content of a submission.

    Raises:
        UsageError: it is too large, or damaged.
    """
    if entry.file_size > TABLE_SIZE.value:
        raise UsageError(*TABLE_SIZE.exceeded(name))
    try:
        return _unpacked(archive, entry)
    except DAMAGED:
        raise UsageError(f"{name} cannot be unpacked") from None


def _students(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the students by their folders, from the metadata of an export; nobody where there is none."""
    entry = next((e for e in _named(archive) if PurePosixPath(e.filename).name == METADATA), None)
    if entry is None or entry.file_size > TABLE_SIZE.value:
        return {}
    found: dict[str, str] = {}
    people: dict[str, dict[str, str]] = {}
    folder = ""
    for line in _lines(archive, entry):
        if match := _FOLDER.fullmatch(line):
            folder = match[1]
        elif folder and (match := _PERSON.fullmatch(line.strip())):
            people.setdefault(folder, {}).setdefault(match[1], match[2].strip("'\""))
    for key, person in people.items():
        found[key] = person.get("sid") or person.get("name") or person.get("email") or key
    return found


def _lines(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> list[str]:
    """Return the lines of an entry; none of a damaged one, without which folders go by their names."""
    try:
        return decoded(_unpacked(archive, entry)).splitlines()
    except DAMAGED:
        return []
