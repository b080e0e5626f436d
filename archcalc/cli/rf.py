"""`archcalc rf`: receptive fields."""

from __future__ import annotations

import click

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, changes, inputs, layers, levels, networks, output, training_heads
from archcalc.errors import UsageError
from archcalc.services.opening import load
from archcalc.studies.showing.whatif import what_if
from archcalc.views.receptive.fields import DIALECTS, PADDING, FieldOptions, fields
from archcalc.views.receptive.pixels import single

DIALECT = "Convention: size, effective stride and padding; or size, jump and start."
POSITION = "write row and column, counted from 0, for example 10,12"

HELP = f"""Show receptive fields: size, effective stride and effective padding of each layer, per axis.

    With LAYER, show this layer only. With --unit, also show the input pixels that one unit of LAYER depends on; with
    --pixel, the units of LAYER that depend on one input pixel.

    {LOADING}

    \b
    archcalc rf vgg16
    archcalc rf googlenet 3a --paths
    archcalc rf vgg16 conv3_3 --unit 10,12
    """


@click.command(help=HELP, short_help="Show receptive fields.")
@click.argument("net", shell_complete=networks)
@click.argument("layer", required=False, shell_complete=layers)
@inputs
@training_heads
@changes
@click.option("--unit", metavar="Y,X", help="Show the input pixels that this unit of LAYER depends on.")
@click.option("--pixel", metavar="Y,X", help="Show the units of LAYER that depend on this input pixel.")
@click.option("--paths", is_flag=True, help="Show the smallest and the largest path through each branch of a merge.")
@click.option("--dialect", type=click.Choice(DIALECTS), default=PADDING, help=DIALECT)
@levels
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, layer: str | None, shapes: tuple[str, ...], settings: tuple[str, ...], heads: bool, unit: str | None,
    pixel: str | None, paths: bool, dialect: str, depth: int | None, name: str | None, file: str | None, force: bool,
) -> None:  # fmt: skip
    """Show receptive fields."""
    network = load(net, shapes, settings)
    asked = what_if(network, shapes, settings, heads=heads)
    table = network.table(asked)
    how = FieldOptions(dialect, depth, paths)
    if layer is None:
        if unit or pixel:
            option = "--unit" if unit else "--pixel"
            raise UsageError(f"{option} requires a layer", f"for example: archcalc rf {net} LAYER {option} 0,0")
        page = fields(table, how)
    else:
        page = single(table, table.below(layer)[-1], how, _place("--unit", unit), _place("--pixel", pixel))
    show_page(page, name, file, force=force)


LONGEST = 19
"""The number of a unit has fewer digits."""


def _place(option: str, written: str | None) -> tuple[int, ...]:
    """Read the place that an option names.

    Raises:
        UsageError: it is no list of numbers.
    """
    if written is None:
        return ()
    numbers = written.strip("()[] ").replace("x", ",").split(",")
    if not all(number.strip().isdecimal() and len(number) < LONGEST for number in numbers):
        raise UsageError(f"{option}: invalid position '{written}'", POSITION)
    return tuple(int(number) for number in numbers)
