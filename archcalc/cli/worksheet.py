"""`archcalc worksheet`: a network's table with blanks, or its solution."""

from __future__ import annotations

import click

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, networks, output
from archcalc.services.homework import table_of
from archcalc.studies.homework.asking import columns
from archcalc.views.homework.worksheet import WorksheetOptions, worksheet

HELP = f"""Write a table of a network with blank answers, for `archcalc check`; with --key, write the answer key.

    The file extension selects the format: .csv, .md, .tex or .xlsx. With --seed, a sequential network gets other input
    sizes, channels and kernels, chosen so that all divisions are exact.

    {LOADING}

    \b
    archcalc worksheet alexnet -o homework.csv
    archcalc worksheet vgg16 --ask output,params,macs,rf --seed 17 -o homework.xlsx
    archcalc worksheet alexnet --key
    """


@click.command(help=HELP, short_help="Write a blank table, or its answer key.")
@click.argument("net", shell_complete=networks)
@click.option("--ask", default="", metavar="A,B", help="The answer columns, for example output,params,macs,rf.")
@click.option("--key", is_flag=True, help="Write the answer key.")
@click.option("--seed", type=click.IntRange(0), help="The seed of a student-specific variant.")
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, ask: str, key: bool, seed: int | None, name: str | None, file: str | None, force: bool
) -> None:
    """Write a worksheet."""
    show_page(worksheet(table_of(net, seed), WorksheetOptions(columns(ask), key, seed)), name, file, force=force)
