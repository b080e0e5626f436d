"""The worksheets of a class: each student's network and seed, and a file name by which the sheet is known again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.services.homework import set_table
from archcalc.services.setting import allotted
from archcalc.studies.homework.asking import columns
from archcalc.views.homework.quiz_bank import with_bank
from archcalc.views.homework.worksheet import WorksheetOptions, worksheet
from archcalc.views.language import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.services.setting import HomeworkSetting
    from archcalc.studies.homework.roster import Roster, Student
    from archcalc.views.language import Language
    from archcalc.views.page import Page


def sheet_of(
    set_: HomeworkSetting,
    ask: str = "",
    *,
    key: bool = False,
    student: Student | None = None,
    language: Language = ENGLISH,
) -> Page:
    """Return the worksheet of a network, or of a student.

    >>> from archcalc.services.setting import setting
    >>> sheet_of(setting("alexnet", 17, None, None)).record["seed"]
    17

    Raises:
        UsageError: no network is given, or it cannot be varied.
    """
    net, seed = allotted(set_, student)
    asked = columns(ask or ",".join(set_.rules.columns))
    table = set_table(set_, net, seed)
    how = WorksheetOptions(columns=asked, key=key, seed=seed, rules=set_.rules, language=language)
    unvaried = None if seed is None else set_table(set_, net, None)
    return with_bank(worksheet(table, how), table, how, unvaried)


def sheets_of(
    set_: HomeworkSetting, known: Roster, ask: str = "", *, key: bool = False, language: Language = ENGLISH
) -> Iterator[tuple[str, Page]]:
    """Yield the worksheets of all students, each with the name of its file, without a suffix.

    Raises:
        UsageError: two students cannot be told apart by name, or a network cannot be varied.
    """
    named = [(file_name(student, known), student) for student in known.students]
    for name, student in named:
        yield name, sheet_of(set_, ask, key=key, student=student, language=language)


def file_name(student: Student, known: Roster) -> str:
    """Return a name that is safe for a file, and by which the roster knows the student.

    >>> from archcalc.studies.homework.roster import roster
    >>> known = roster([["student", "email"], ["Ada L", "../al@uni.edu"], ["Ada L", "al8@uni.edu"]])
    >>> [file_name(student, known) for student in known.students]
    ['al@uni.edu', 'al8@uni.edu']

    Raises:
        UsageError: no name of the student is theirs alone.
    """
    for name in (*student.names, "_".join(student.names)):
        safe = re.sub(r"[^\w@+-]+", ".", name)[:100].strip(".")
        if safe and known.of(safe) is student:
            return safe
    raise UsageError(f"the roster has several students '{student.name}'", "add a column id or email")
