"""`archcalc export`: a network as code, or as a file, of another framework."""

from __future__ import annotations

import click

from archcalc.cli.base import write_text
from archcalc.cli.options import LOADING, changes, inputs, networks, written
from archcalc.errors import UsageError
from archcalc.exporters.base import find_format, formats, meanings, rendered
from archcalc.services.opening import load
from archcalc.studies.showing.whatif import what_if

LISTED = "\n".join(f"    {name:<6} {meaning}" for name, meaning in meanings().items())

HELP = f"""Write a network as code, or as a file, of another framework.

    \b
{LISTED}

    Layers without a counterpart are an error that names all of them. {LOADING}

    \b
    archcalc export resnet50 -o resnet50.py
    archcalc export alexnet --set classes=10 --format keras -o alexnet.py
    """

OUTPUT = "Write to FILE; the format follows from the suffix (.py: torch)."


@click.command(help=HELP, short_help="Write a network as code or a file of another framework.")
@click.argument("net", shell_complete=networks)
@inputs
@changes
@click.option("--format", "name", metavar="|".join(formats()), help="Export format.")
@written(OUTPUT)
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, shapes: tuple[str, ...], settings: tuple[str, ...], name: str | None, file: str | None, force: bool
) -> None:
    """Write a network as code, or as a file, of another framework."""
    if file == "":
        raise UsageError("-o requires a file name", "use -o - for standard output")
    module = find_format(name, file)
    if getattr(module, "BINARY", False) and file in (None, "-"):
        raise UsageError("this format cannot be written to standard output", f"use -o FILE{module.SUFFIXES[0]}")
    network = load(net, shapes, settings)
    write_text(rendered(module, network.table(what_if(network, shapes, settings))), file, force=force)
