"""`archcalc reconcile`: what another tool prints, and why."""

from __future__ import annotations

import click

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, changes, frozen, inputs, networks, output, training_heads
from archcalc.services.opening import load
from archcalc.studies.checking.profiles import tools
from archcalc.studies.checking.reconciliation import reconcile
from archcalc.studies.showing.whatif import what_if
from archcalc.views.checking.reconciliation import reconciliation

HELP = f"""Reproduce the totals that another tool reports and break the difference down by cause.

    {LOADING}

    \b
    archcalc reconcile torchvision/vit_b_16 --as torchinfo
    archcalc reconcile torchvision/resnet18 --as ptflops --freeze '**/conv'
    """


@click.command(help=HELP, short_help="Explain why another tool reports different totals.")
@click.argument("net", shell_complete=networks)
@click.option("--as", "tool", required=True, metavar="|".join(tools()), help="Tool to reproduce.")
@inputs
@training_heads
@changes
@frozen
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, tool: str, shapes: tuple[str, ...], settings: tuple[str, ...], heads: bool,
    freeze: tuple[str, ...], name: str | None, file: str | None, force: bool,
) -> None:  # fmt: skip
    """Reproduce the totals that another tool reports."""
    network = load(net, shapes, settings)
    asked = what_if(network, shapes, settings, heads=heads)
    table = network.table(asked, freeze)
    show_page(reconciliation(table, reconcile(table, tool)), name, file, force=force)
