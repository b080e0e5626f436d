"""`archcalc worksheet`: a network's table with blanks, or its solution."""

from __future__ import annotations

import click

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, networks, output
from archcalc.services.homework import table_of
from archcalc.studies.homework.asking import columns
from archcalc.views.homework.worksheet import WorksheetOptions, worksheet

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
    show_page(worksheet(table_of(net, seed), WorksheetOptions(columns(ask), key, seed)), name, file, force=force)
