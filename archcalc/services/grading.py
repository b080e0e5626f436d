"""Grading a class: one submission after the other, or several at once in processes of their own."""

from __future__ import annotations

import os
import signal
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from archcalc.errors import ArchcalcError
from archcalc.limits import work
from archcalc.services.homework import mark_table
from archcalc.services.reading import read_sheet
from archcalc.services.setting import setting
from archcalc.studies.homework.borrowed import seed_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from archcalc.services.setting import HomeworkSetting
    from archcalc.studies.homework.verdicts import Marking
    from archcalc.submissions.archives import Submission

SEVERAL = 100
"""A class of this size or more is graded on all processors: a smaller one is done before other processes start."""

WAITING = 8
"""This number of submissions waits for each process; the others are not read yet."""


class Files(NamedTuple):
    """What was set, as it stands on the command line, so that each process can read it."""

    net: str | None = None
    seed: int | None = None
    assignment: str | None = None
    roster: str | None = None
    strict: bool = False

    def read(self) -> HomeworkSetting:
        """Read the files.

        Raises:
            UsageError: a file cannot be read.
            SpecError: the assignment has mistakes.
        """
        return setting(self.net, self.seed, self.assignment, self.roster, strict=self.strict)


class Graded(NamedTuple):
    """A graded submission, or what keeps it from being graded; ``seed`` is another seed that it belongs to."""

    student: str
    marking: Marking | None = None
    problem: str = ""
    seed: int | None = None


class _Read(NamedTuple):
    """A submission whose content is there."""

    student: str
    name: str
    content: bytes


def grade(student: str, name: str, content: bytes, set_: HomeworkSetting) -> Graded:
    """Grade one submission of many; one that cannot be graded stops nothing.

    >>> from archcalc.services.setting import setting
    >>> grade("ada", "hw.csv", b"nothing", setting("alexnet", None, None, None)).problem
    "hw.csv has no header row with 'layer' and at least one answer column"
    """
    known = set_.roster.of(student) if set_.roster else None
    try:
        with work(anew=True):
            filled = read_sheet(content, name)
            marked = mark_table(filled, set_, student if known else Path(name).name).marking
    except ArchcalcError as error:
        return Graded(student, problem=error.mistakes[0].message)
    except RecursionError:
        return Graded(student, problem="nested too deeply")
    named = filled.seed if known and known.seed is not None and filled.seed != known.seed else None
    return Graded(student, marked, seed=named if seed_of(marked) is None else seed_of(marked))


def grade_all(
    submissions: Sequence[Submission], files: Files, set_: HomeworkSetting, jobs: int | None = None
) -> Iterator[Graded]:
    """Yield the graded submissions in their order, up to ``jobs`` of them at once."""
    if jobs is None:
        jobs = processors() if len(submissions) >= SEVERAL else 1
    read = (_read(submission) for submission in submissions)
    if jobs > 1:
        yield from _at_once(read, files, jobs)
    else:
        for found in read:
            yield found if isinstance(found, Graded) else grade(*found, set_)


def processors() -> int:
    """Return how many processors there are for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read(submission: Submission) -> _Read | Graded:
    try:
        return _Read(submission.student, submission.name, submission.read())
    except ArchcalcError as error:
        return Graded(submission.student, problem=error.mistakes[0].message)


def _at_once(read: Iterable[_Read | Graded], files: Files, jobs: int) -> Iterator[Graded]:
    """Yield what processes grade; only a few submissions are read ahead, however many there are."""
    waiting: deque[Graded | Future[Graded]] = deque()
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (files,))
    try:
        for found in read:
            waiting.append(found if isinstance(found, Graded) else pool.submit(_grade, found))
            if len(waiting) > WAITING * jobs:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _result(graded: Graded | Future[Graded]) -> Graded:
    return graded if isinstance(graded, Graded) else graded.result()


_SETTING: list[HomeworkSetting] = []
"""What was set, in a process that grades."""


def _begin(files: Files) -> None:
    """Begin a process that grades; Ctrl-C is for the one that has started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _SETTING[:] = [files.read()]


def _grade(submission: _Read) -> Graded:
    return grade(*submission, _SETTING[0])
