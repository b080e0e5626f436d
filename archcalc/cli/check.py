"""`archcalc check`: a filled table marked, and every mistake named."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import track

from archcalc.cli.base import is_terminal, show_page
from archcalc.cli.options import networks, output, processes, spoken
from archcalc.errors import ArchcalcError, UsageError
from archcalc.file_bytes import read_bytes
from archcalc.limits import ARCHIVE_SIZE
from archcalc.services.grading import Files, grade_all
from archcalc.services.homework import mark_table
from archcalc.services.reading import from_standard_input, read_sheet
from archcalc.studies.homework.cohort import Cohort
from archcalc.submissions.archives import Submission, submissions
from archcalc.submissions.folders import submitters, table_in, tables_in
from archcalc.views.homework.cohort import cohort
from archcalc.views.homework.gradescope import GRADESCOPE, for_gradescope, unmarked
from archcalc.views.homework.marking import MarkingOptions, marking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archcalc.services.grading import Graded
    from archcalc.services.setting import HomeworkSetting
    from archcalc.views.language import Language

SOMETHING_WRONG, UNREADABLE = 1, 2

HELP = """Grade a completed table. For each wrong answer, show the likely mistake, but not the correct value.

    FILE is CSV, Markdown, XLSX, YAML or JSON, a folder with one of them, or - for standard input; `archcalc worksheet`
    writes blank tables. The network is the one that the file names, or the one given with --net. With --summary,
    several files, or a folder or a ZIP archive of files, are graded together.

    Exit code 0: all answers are correct (with --summary or --format gradescope: grading is complete); 1: an answer is
    wrong or blank; 2: the file cannot be read.

    \b
    archcalc check homework.csv --net alexnet
    archcalc check homework.csv --hint
    archcalc check submissions/*.csv --assignment hw1.yaml --roster class.csv --summary
    archcalc check submission/ --assignment hw1.yaml --roster class.csv --format gradescope -o results/results.json
    """


@click.command(help=HELP, short_help="Grade a completed table.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--net", metavar="NET", shell_complete=networks, help="The network that the table is about.")
@click.option("--seed", type=click.IntRange(0), help="The seed of the student-specific variant.")
@click.option("--assignment", metavar="FILE", help="An assignment file: networks, columns, points, conventions.")
@click.option("--roster", metavar="CSV", help="A list of students, each with a seed.")
@click.option("--hint", is_flag=True, help="Also show formulas, and if answers are too large or too small.")
@click.option("--reveal", is_flag=True, help="Show the worked solution of wrong answers.")
@click.option("--strict", is_flag=True, help="Count rounded numbers as wrong.")
@click.option("--summary", is_flag=True, help="Grade several files; show a class summary.")
@processes("Processes that grade a class (default: as many as processors).")
@spoken("feedback")
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, files: tuple[str, ...], net: str | None, seed: int | None, assignment: str | None, roster: str | None,
    hint: bool, reveal: bool, strict: bool, summary: bool, jobs: int | None,
    said_in: Language, name: str | None, file: str | None, force: bool,
) -> int:  # fmt: skip
    """Mark tables."""
    given = Files(net=net, seed=seed, assignment=assignment, roster=roster, strict=strict)
    set_ = given.read()
    if summary or any(Path(path).suffix.lower() == ".zip" for path in files):
        papers, found = Cohort(), list(_submissions(files))
        for graded in _progress(grade_all(found, given, set_, jobs), len(found)):
            papers.take(graded.student, graded.marking, graded.problem, graded.seed)
        title = set_.assignment.title if set_.assignment else ""
        show_page(cohort(papers, title, set_.roster), name, file, force=force)
        return 0
    if len(files) > 1:
        raise UsageError("several files require --summary", "add --summary, or grade one file at a time")
    try:
        path, whose = _submission(files[0], set_)
        marked, table = mark_table(read_sheet(_content(path), path), set_, whose)
    except ArchcalcError as error:
        if name != GRADESCOPE:
            raise
        show_page(unmarked(str(error)), name, file, force=force)
        return UNREADABLE
    page = marking(marked, table, MarkingOptions(hint, reveal, said_in))
    show_page(for_gradescope(page, marked, said_in), name, file, force=force)
    return 0 if marked.holds or name == GRADESCOPE else SOMETHING_WRONG


def _submission(path: str, set_: HomeworkSetting) -> tuple[str, str]:
    """Return the path of a table, and the name by which the roster knows its student; in a folder, both are found."""
    if not Path(path).is_dir():
        return path, Path(path).name
    table, roster = table_in(path), set_.roster
    known = [name for name in submitters(path) if roster and roster.of(name)]
    return table, known[0] if known else Path(table).name


def _content(path: str) -> bytes:
    return from_standard_input() if path == "-" else read_bytes(path)


def _submissions(files: Iterable[str]) -> Iterator[Submission]:
    """Yield the submissions of files and archives; each is read when it is marked."""
    for path in files:
        if Path(path).suffix.lower() == ".zip":
            yield from submissions(read_bytes(path, ARCHIVE_SIZE), path)
        elif Path(path).is_dir():
            yield from _submissions(tables_in(path))
        else:
            yield Submission(Path(path).stem, path, partial(_content, path))


def _progress(papers: Iterable[Graded], count: int) -> Iterable[Graded]:
    """Return the papers behind a progress bar, where there are many and somebody looks."""
    if count < 2 or not is_terminal(sys.stderr):  # noqa: PLR2004 - one needs no bar
        return papers
    return track(papers, "grading", total=count, console=Console(stderr=True), transient=True)
