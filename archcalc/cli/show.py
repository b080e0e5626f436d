"""`archcalc show`: the table of a network."""

from __future__ import annotations

import click

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, layers, networks, output
from archcalc.quantities.counts import CONVENTIONS
from archcalc.rooms import fetch
from archcalc.specfile.loading import load
from archcalc.studies.showing.whatif import remarks, what_if
from archcalc.views.showing.summary import SummaryOptions, summary

HELP = f"""Show every layer of a network: shapes, parameters, cost.

    {LOADING}

    \b
    archcalc show alexnet
    archcalc show alexnet --input 3xHxW
    archcalc show vgg16 --set classes=10 --freeze 'conv*'
    """


WEIGHTS, WITHOUT_BIASES = "weights", "kind,window,output,weights,macs"
"""The convention of lectures that count no biases, and the columns in which it is printed."""


@click.command(help=HELP, short_help="The table of a network.")
@click.argument("net", shell_complete=networks)
@click.option("--input", "shape", metavar="SHAPE", help="Another input: 3x224x224, or with letters 3xHxW.")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", shell_complete=layers,
    help="Set an argument (classes=10) or a layer's option (conv1.stride=1).",
)  # fmt: skip
@click.option(
    "--freeze", multiple=True, metavar="PATTERN", shell_complete=layers,
    help="Layers that are not trained: 'conv*'; ** crosses slashes.",
)  # fmt: skip
@click.option("--depth", type=click.IntRange(0), help="Open blocks so many levels deep; 0 closes all.")
@click.option("--columns", default="", metavar="A,B|+A,+B", help="These columns, or these as well.")
@click.option(
    "--count", "unit", type=click.Choice([*CONVENTIONS, WEIGHTS]), default="macs",
    help="How cost is counted; weights: parameters without biases, as CS231n counts them.",
)  # fmt: skip
@click.option("--style", metavar="NAME", help="As another world prints it: keras, torchinfo, torchsummary, cs231n.")
@click.option("--memory", "with_memory", is_flag=True, help="What it takes in memory, to run and to train.")
@click.option("--batch", type=click.IntRange(1), metavar="N", help="Images at once, for --memory.")
@click.option("--dtype", metavar="TYPE", help="Type of number, for --memory: float32, float16, …")
@click.option("--optimizer", metavar="NAME", help="Optimizer, for --memory: sgd, momentum or adam.")
@click.option("--inplace", is_flag=True, help="Functions write over their input, for --memory.")
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, shape: str | None, settings: tuple[str, ...], freeze: tuple[str, ...], depth: int | None,
    columns: str, unit: str, style: str | None, with_memory: bool, batch: int | None, dtype: str | None,
    optimizer: str | None, inplace: bool, name: str | None, file: str | None, force: bool,
) -> None:  # fmt: skip
    """Show every layer of a network."""
    network = load(net)
    asked = what_if(network, shape, settings)
    table = network.analyze(asked.input, asked.arguments, asked.options, freeze)
    if unit == WEIGHTS:
        unit, columns = "macs", columns or WITHOUT_BIASES
    if style:
        page = fetch("views.showing", "styles").styled(table, style)
    else:
        page = summary(table, SummaryOptions(depth, columns, unit), remarks(network, asked, table))
    given = {"batch": batch, "dtype": dtype, "optimizer": optimizer, "inplace": inplace}
    wishes = {option: value for option, value in given.items() if value}
    if with_memory or wishes:
        page = fetch("views.showing", "memory").with_memory(page, table, wishes)
    show_page(page, name, file, force=force)
