"""`archcalc draw`: pictures of networks."""

from __future__ import annotations

import sys

import click

from archcalc.cli.base import is_terminal, write_text
from archcalc.cli.options import LOADING, changes, few, inputs, levels, networks, training_heads, written
from archcalc.drawings.base import formats
from archcalc.errors import UsageError
from archcalc.services.drawing import draw, kinds, picture_format
from archcalc.services.opening import load
from archcalc.studies.showing.whatif import what_if
from archcalc.views.drawing.options import DOWN, LINEAR, LOG, RIGHT

LISTED = "\n".join(f"    {kind:<8} {meaning}" for kind, meaning in kinds().items())

HELP = f"""Draw one or several networks.

    \b
{LISTED}

    Formats: svg, html, tex (TikZ); png and pdf (pip install 'archcalc[draw]'); of graphs also dot and mmd (Mermaid).

    {LOADING}

    \b
    archcalc draw googlenet -o googlenet.svg
    archcalc draw alexnet --kind volumes -o alexnet.pdf
    archcalc draw vgg16 resnet50 googlenet -o networks.svg
    """


@click.command(help=HELP, short_help="Draw networks: graphs, volumes, bars, receptive fields, points.")
@click.argument("nets", nargs=-1, required=True, metavar="NET...", callback=few, shell_complete=networks)
@click.option("--kind", type=click.Choice(tuple(kinds())), help="Kind of picture (default: graph, diff or scatter).")
@inputs
@training_heads
@changes
@levels
@click.option("--counts", metavar="A,B", help="Columns of `show` to write into boxes, or to draw as bars.")
@click.option("--direction", type=click.Choice((DOWN, RIGHT)), help="Direction of graphs (default: down).")
@click.option("--scale", type=click.Choice((LOG, LINEAR)), help="Scale of volumes (default: log).")
@click.option("--layer", metavar="LAYER", help="Layer whose receptive field is drawn (default: the last).")
@click.option("--x", metavar="TOTAL", help="Horizontal axis of a scatter plot (default: macs).")
@click.option("--y", metavar="TOTAL", help="Vertical axis of a scatter plot (default: params).")
@click.option("--dark", is_flag=True, help="Use dark colors.")
@click.option("--format", "name", type=click.Choice(formats()), help="Picture format (default: svg).")
@written()
def command(  # noqa: PLR0913 - as many as there are options
    *, nets: tuple[str, ...], kind: str | None, shapes: tuple[str, ...], heads: bool, settings: tuple[str, ...],
    dark: bool, name: str | None, file: str | None, force: bool, **wishes: object,
) -> None:  # fmt: skip
    """Draw one or several networks."""
    module = picture_format(_format(name, file))
    if file in (None, "-") and getattr(module, "BINARY", False):
        raise UsageError(f"a picture in {name} cannot be written to standard output", f"use -o FILE.{name}")
    tables = []
    for net in nets:
        network = load(net, shapes, settings)
        tables.append(network.table(what_if(network, shapes, settings, heads=heads)))
    asked = {option: value for option, value in wishes.items() if value is not None}
    write_text(module.render(draw(*tables, kind=kind or "", **asked), dark=dark), file, force=force)


def _format(name: str | None, file: str | None) -> str:
    """Return the format that is meant: by its name, or by the suffix of a file."""
    if file == "":
        raise UsageError("-o requires a file name", "use -o - for standard output")
    suffix = (file or "").rpartition(".")[2].lower() if "." in (file or "") else ""
    if not name and file is None and is_terminal(sys.stdout):
        raise UsageError("a picture needs a file", "use -o FILE.svg, or -o - for standard output")
    return name or suffix or "svg"
