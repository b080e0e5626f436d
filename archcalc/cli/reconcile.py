"""`archcalc reconcile`: what another tool prints, and why."""

from __future__ import annotations

import click

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, inputs, layers, networks, output, training_heads
from archcalc.specfile.loading import load
from archcalc.studies.checking.reconciliation import reconcile, tools
from archcalc.studies.showing.whatif import what_if
from archcalc.views.checking.reconciliation import reconciliation

HELP = f"""Reproduce the totals that another tool prints for a network, and account for the gap to ours by its causes.

    {LOADING}

    \b
    archcalc reconcile torchvision/vit_b_16 --as torchinfo
    """


@click.command(help=HELP, short_help="What another tool prints, and why.")
@click.argument("net", shell_complete=networks)
@click.option("--as", "tool", required=True, metavar="|".join(tools()), help="The tool.")
@inputs
@training_heads
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", shell_complete=layers, help="As for show.")
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, tool: str, shapes: tuple[str, ...], settings: tuple[str, ...], heads: bool,
    name: str | None, file: str | None, force: bool,
) -> None:  # fmt: skip
    """Reproduce the totals that another tool prints."""
    network = load(net)
    asked = what_if(network, shapes, settings, heads=heads)
    table = network.table(asked)
    show_page(reconciliation(table, reconcile(table, tool)), name, file, force=force)
