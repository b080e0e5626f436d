"""`archcalc worksheet`: a network's table with blanks, or its solution."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archcalc.cli.base import say, show_page, write_file
from archcalc.cli.options import LOADING, networks, output
from archcalc.errors import UsageError
from archcalc.reports.csv import FORMULA
from archcalc.rooms import fetch
from archcalc.services.homework import INSTALL, table_of
from archcalc.studies.homework.asking import columns
from archcalc.views.homework.worksheet import WorksheetOptions, rows, worksheet

if TYPE_CHECKING:
    from archcalc.network.table import Table

CSV, XLSX = "csv", "xlsx"

HELP = f"""Write a network's table with blanks: a worksheet for `archcalc check`, or with --key its solution.

    A file that ends in .csv, .md, .tex or .xlsx is written in that format. With --seed a chain of layers is varied:
    other sizes, channels and kernels, drawn so that every division is whole.

    {LOADING}

    \b
    archcalc worksheet alexnet -o homework.csv
    archcalc worksheet vgg16 --ask output,params,macs,rf --seed 17 -o homework.xlsx
    archcalc worksheet alexnet --key
    """


@click.command(help=HELP, short_help="A blank table to fill, or its solution.")
@click.argument("net", shell_complete=networks)
@click.option("--ask", default="", metavar="A,B", help="The columns: output, params, macs, rf, ...")
@click.option("--key", is_flag=True, help="With the solution.")
@click.option("--seed", type=click.IntRange(0), help="A variation of a chain of layers.")
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, ask: str, key: bool, seed: int | None, name: str | None, file: str | None, force: bool
) -> None:
    """Write a worksheet."""
    how, table = WorksheetOptions(columns(ask), key, seed), table_of(net, seed)
    kind = name or (Path(file).suffix.lower().removeprefix(".") if file else "")
    if kind == XLSX:
        _spreadsheet(table, how, file, force=force)
    elif kind == CSV:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(map(_guarded, rows(table, how)))
        say(out.getvalue()) if file is None else write_file(out.getvalue(), file, force=force)
    else:
        show_page(worksheet(table, how), name, file, force=force)


def _guarded(row: list[str]) -> list[str]:
    """Return the cells of a row so that none of them starts a formula."""
    return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row]


def _spreadsheet(table: Table, how: WorksheetOptions, file: str | None, *, force: bool) -> None:
    if file is None:
        raise UsageError("a spreadsheet is written to a file", "-o homework.xlsx")
    try:
        door = fetch("submissions", "xlsx_writing")
    except ModuleNotFoundError:
        raise UsageError(f"{file}: writing spreadsheets needs openpyxl, which is not installed", INSTALL) from None
    content = door.written(rows(table, how), table.spec.name)
    try:
        with Path(file).open("wb" if force else "xb") as out:
            out.write(content)
    except FileExistsError:
        raise UsageError(f"{file} is there already", "--force writes over it") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or error}") from None
