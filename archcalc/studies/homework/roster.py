"""Who hands in what: the students of a course, each with a seed, and whose a submission is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from archcalc.errors import UsageError
from archcalc.limits import STUDENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

_STUDENT = ("student", "id", "sid", "studentid", "fullname", "name", "email", "login", "matriculation")
_OTHER = {"seed": "seed", "network": "network", "net": "network", "file": "file", "submission": "file"}


LEAST = 4
"""A name of fewer letters is not looked for within a longer word."""

_BETWEEN = re.compile(r"[\W_]+")


class Student(NamedTuple):
    """A student: all names they go by, and their own seed and network, if they have them."""

    name: str
    names: tuple[str, ...]
    seed: int | None = None
    network: str = ""


@dataclass(frozen=True)
class Roster:
    """The students of a course."""

    students: tuple[Student, ...]

    @cached_property
    def _by_name(self) -> dict[str, list[Student]]:
        found: dict[str, list[Student]] = {}
        for student in self.students:
            for name in {_simple(name) for name in student.names}:
                found.setdefault(name, []).append(student)
        return found

    def of(self, submission: str) -> Student | None:
        """Return the student whose a submission is, by a name in what it is called; None where it is nobody's.

        >>> roster([["student", "seed"], ["ada", "17"], ["ada2", "18"]]).of("hw1_ada2.csv").seed
        18
        """
        wanted = _simple(submission)
        words = {wanted, *map(_simple, _BETWEEN.split(submission)), _simple(submission.rpartition(".")[0])} - {""}
        known = self._by_name
        found = [student for word in words for student in known.get(word, ())]
        if not found:
            found = [student for name in known if len(name) >= LEAST and name in wanted for student in known[name]]
        return found[0] if len({id(student) for student in found}) == 1 else None


def _simple(name: str) -> str:
    """Return a name in small letters and digits; those of any script, whichever way they are composed."""
    return _BETWEEN.sub("", normalize("NFKC", name).lower())


def roster(rows: Sequence[Sequence[str]], name: str = "the roster") -> Roster:
    """Read a roster: a row for each student, with a column `seed`, and one `network` if they differ.

    Raises:
        UsageError: it has no students or too many, or a seed is no number.
    """
    if len(rows) - 1 > STUDENTS.value:
        raise UsageError(*STUDENTS.exceeded(name))
    header = [_simple(cell) for cell in (rows[0] if rows else ())]
    places = [index for index, word in enumerate(header) if word in _STUDENT]
    if not places:
        raise UsageError(f"{name} has no column for students", f"name it {', '.join(_STUDENT[:3])} or email")
    others = {_OTHER[word]: index for index, word in enumerate(header) if word in _OTHER}
    return Roster(tuple(_student(row, places, others, name) for row in rows[1:] if any(row)))


def _student(row: Sequence[str], places: Sequence[int], others: dict[str, int], name: str) -> Student:
    def cell(place: int | None) -> str:
        return row[place].strip() if place is not None and place < len(row) else ""

    names = tuple(filter(None, [*map(cell, places), cell(others.get("file"))]))
    seed = cell(others.get("seed"))
    if seed and not (seed.isascii() and seed.isdigit() and len(seed) < 13):  # noqa: PLR2004 - what a file may say
        raise UsageError(f"{name}: invalid seed '{seed}'", "expected an integer ≥ 0")
    return Student(
        name=names[0] if names else "?",
        names=names,
        seed=int(seed) if seed else None,
        network=cell(others.get("network")),
    )
