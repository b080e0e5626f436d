"""`archcalc report`: a network as one page of HTML that answers without Python."""

from __future__ import annotations

import click

from archcalc.cli.base import write_text
from archcalc.cli.options import LOADING, changes, inputs, networks, training_heads, written
from archcalc.errors import UsageError
from archcalc.services.opening import load
from archcalc.services.reporting import report
from archcalc.studies.showing.whatif import what_if

HELP = f"""Write an interactive report of a network as one HTML file.

    The report contains the table as a tree that folds, sorts and filters, the graph, the formulas of each layer and its
    receptive field. Sliders change the size of the input and the arguments; all numbers follow. The file needs no
    network connection and no Python.

    {LOADING}

    \b
    archcalc report resnet50 -o resnet50.html
    archcalc report ./mynet.yaml --set classes=10 -o mynet.html
    """


@click.command(help=HELP, short_help="Write an interactive report as one HTML file.")
@click.argument("net", shell_complete=networks)
@inputs
@training_heads
@changes
@written("Write to FILE (.html), or to standard output with -.")
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, shapes: tuple[str, ...], heads: bool, settings: tuple[str, ...], file: str | None, force: bool
) -> None:
    """Write an interactive report of a network as one HTML file."""
    if not file:
        raise UsageError("a report needs a file", "use -o FILE.html, or -o - for standard output")
    if file != "-" and not file.lower().endswith((".html", ".htm")):
        raise UsageError(f"a report is HTML, and {file} is not", "use -o FILE.html")
    network = load(net, shapes, settings)
    page = report(network, what_if(network, shapes, settings, heads=heads))
    write_text(page, file, force=force)
