"""`archcalc check`: a filled table marked, and every mistake named."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import track

from archcalc.cli.base import say, show_page, write_file
from archcalc.cli.options import networks, output
from archcalc.errors import ArchcalcError, UsageError, printable
from archcalc.services.homework import from_standard_input, mark_table, read_sheet, setting
from archcalc.studies.homework.cohort import StudentPaper
from archcalc.submissions.archives import MOST_EXPORTED, Submission, submissions
from archcalc.submissions.bounded import read_bytes
from archcalc.views.homework.cohort import cohort
from archcalc.views.homework.gradescope import MADE_BY, results, unreadable
from archcalc.views.homework.marking import MarkingOptions, marking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archcalc.services.homework import HomeworkSetting

SOMETHING_WRONG, UNREADABLE = 1, 2
GRADESCOPE, RESULTS = "gradescope", "results.json"

HELP = """Mark a table that somebody filled: which answers are right, and which mistake makes each wrong one.

    FILE is CSV, Markdown, XLSX, YAML or JSON, or - for standard input; `archcalc worksheet` writes blank ones. The
    network is the one that the file names, or --net. With --summary many files, or a ZIP of them, make one table of
    the class.

    Exit code 0: all is right (with --summary and --format gradescope: marking ran); 1: something is wrong or blank;
    2: the file cannot be read.

    \b
    archcalc check homework.csv --net alexnet
    archcalc check homework.csv --hint
    archcalc check submissions/*.csv --assignment hw1.yaml --roster class.csv --summary
    archcalc check submission/hw.csv --assignment hw1.yaml --format gradescope -o results/results.json
    """


@click.command(help=HELP, short_help="Mark a filled table, and name each mistake.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--net", metavar="NET", shell_complete=networks, help="The network that was asked.")
@click.option("--seed", type=click.IntRange(0), help="The seed of its variation.")
@click.option("--assignment", metavar="FILE", help="An assignment: networks, columns, points, conventions.")
@click.option("--roster", metavar="CSV", help="The students, each with a seed.")
@click.option("--hint", is_flag=True, help="Say formula and direction, without numbers.")
@click.option("--reveal", is_flag=True, help="Show the worked solution of what is wrong.")
@click.option("--strict", is_flag=True, help="Take no rounded numbers.")
@click.option("--summary", is_flag=True, help="One table of all files.")
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, files: tuple[str, ...], net: str | None, seed: int | None, assignment: str | None, roster: str | None,
    hint: bool, reveal: bool, strict: bool, summary: bool, name: str | None, file: str | None, force: bool,
) -> int:  # fmt: skip
    """Mark tables."""
    set_ = setting(net, seed, assignment, roster, strict=strict)
    if summary or any(Path(path).suffix.lower() == ".zip" for path in files):
        papers = [_paper(submission, set_) for submission in _progress(list(_submissions(files)))]
        show_page(cohort(papers, set_.assignment.title if set_.assignment else ""), name, file, force=force)
        return 0
    if len(files) > 1:
        raise UsageError("several files are marked together with --summary", "or one at a time")
    if name == GRADESCOPE:
        return _gradescope(files[0], set_, file or RESULTS, force=force)
    marked, table = mark_table(read_sheet(_content(files[0]), files[0]), set_, Path(files[0]).name)
    show_page(marking(marked, table, MarkingOptions(hint, reveal)), name, file, force=force)
    return 0 if marked.holds else SOMETHING_WRONG


def _content(path: str) -> bytes:
    return from_standard_input() if path == "-" else read_bytes(Path(path))


def _submissions(files: Iterable[str]) -> Iterator[Submission]:
    """Yield the submissions of files and archives; one that cannot be read says so and stops nothing."""
    for path in files:
        if Path(path).suffix.lower() == ".zip":
            yield from submissions(read_bytes(Path(path), MOST_EXPORTED), path)
            continue
        student = Path(path).stem
        try:
            yield Submission(student, path, _content(path))
        except ArchcalcError as error:
            yield Submission(student, path, problem=error.mistakes[0].message)


def _paper(submission: Submission, set_: HomeworkSetting) -> StudentPaper:
    """Mark one paper of many."""
    student = printable(submission.student)
    if submission.problem:
        return StudentPaper(student, problem=submission.problem)
    try:
        whose = submission.student if set_.roster and set_.roster.of(submission.student) else Path(submission.name).name
        marked = mark_table(read_sheet(submission.content, submission.name), set_, whose).marking
    except ArchcalcError as error:
        return StudentPaper(student, problem=error.mistakes[0].message)
    except RecursionError:
        return StudentPaper(student, problem="nested too deeply")
    return StudentPaper(student, marked)


def _progress(papers: list[Submission]) -> Iterable[Submission]:
    """Return the papers behind a progress bar, where there are many and somebody looks."""
    if len(papers) < 2 or not sys.stderr.isatty():  # noqa: PLR2004 - one needs no bar
        return papers
    return track(papers, "marking", console=Console(stderr=True), transient=True)


def _gradescope(path: str, set_: HomeworkSetting, file: str, *, force: bool) -> int:
    """Write results.json; a submission that cannot be read is told so in it."""
    status = 0
    try:
        content = results(mark_table(read_sheet(_content(path), path), set_, Path(path).name).marking)
    except ArchcalcError as error:
        content, status = unreadable(str(error)), UNREADABLE
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    if file == "-":
        say(text)
    else:
        write_file(text, file, force=force or _own(Path(file)))
    return status


def _own(file: Path) -> bool:
    """Whether a file is an older result of our own."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    extra = found.get("extra_data") if isinstance(found, dict) else None
    return isinstance(extra, dict) and extra.get("made_by") == MADE_BY
