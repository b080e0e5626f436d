"""`archcalc worksheet`: a network's table with blanks, or its solution."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from archcalc.cli.base import find_format, refuse_existing, show_page
from archcalc.cli.options import LOADING, formatted, networks, spoken, written
from archcalc.errors import UsageError
from archcalc.services.setting import setting
from archcalc.services.worksheets import file_name, sheet_of, sheets_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.views.language import Language
    from archcalc.views.page import Page

HELP = f"""Write a table of a network with blank answers, for `archcalc check`; with --key, write the answer key.

    The file extension selects the format: .csv, .md, .tex or .xlsx; or a quiz bank for Moodle (.xml, .gift) or Canvas
    (.zip), with feedback for known mistakes. With --seed, a sequential network gets other input
    sizes, channels and kernels, chosen so that all divisions are exact. With --assignment, the network, the columns and
    the layers are those of the assignment. With --roster, each student's worksheet is written into the folder -o.

    {LOADING}

    \b
    archcalc worksheet alexnet -o homework.csv
    archcalc worksheet vgg16 --ask output,params,macs,rf --seed 17 -o homework.xlsx
    archcalc worksheet alexnet --key
    archcalc worksheet alexnet -o quiz.xml
    archcalc worksheet --assignment hw1.yaml --roster class.csv -o sheets/
    """


@click.command(help=HELP, short_help="Write a blank table, or its answer key.")
@click.argument("net", required=False, shell_complete=networks)
@click.option("--ask", default="", metavar="A,B", help="The answer columns, for example output,params,macs,rf.")
@click.option("--key", is_flag=True, help="Write the answer key.")
@click.option("--seed", type=click.IntRange(0), help="The seed of a student-specific variant.")
@click.option("--assignment", metavar="FILE", help="An assignment file: networks, layers, columns.")
@click.option("--roster", metavar="CSV", help="A list of students; write a worksheet for each, into the folder -o.")
@spoken("headings")
@formatted
@written(folder_with="roster")
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str | None, ask: str, key: bool, seed: int | None, assignment: str | None, roster: str | None,
    said_in: Language, name: str | None, file: str | None, force: bool,
) -> None:  # fmt: skip
    """Write a worksheet, or one for each student."""
    set_ = setting(net, seed, assignment, roster)
    if set_.roster is None:
        show_page(sheet_of(set_, ask, key=key, language=said_in), name, file, force=force)
        return
    if file in (None, "-"):
        raise UsageError("--roster requires a folder", "add -o FOLDER, for example -o sheets/")
    folder, form = Path(file or ""), name or "csv"
    for student in set_.roster.students if not force else ():  # all at once, before the first sheet is written
        refuse_existing(_path(folder, file_name(student, set_.roster), form), form)
    _write_all(sheets_of(set_, set_.roster, ask, key=key, language=said_in), form, folder, force=force)


def _write_all(sheets: Iterable[tuple[str, Page]], name: str, folder: Path, *, force: bool) -> None:
    """Write a file for each student into a folder, which is made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write into {folder}: {error.strerror or error}", "name a folder") from None
    for student, page in sheets:
        show_page(page, name, _path(folder, student, name), force=force)


def _path(folder: Path, student: str, name: str) -> str:
    return str(folder / f"{student}{find_format(name, None).SUFFIX}")
