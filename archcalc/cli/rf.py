"""`archcalc rf`: receptive fields."""

from __future__ import annotations

import click

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, layers, networks, output
from archcalc.errors import UsageError
from archcalc.specfile.loading import load
from archcalc.studies.showing.whatif import what_if
from archcalc.views.receptive.fields import DIALECTS, PADDING, FieldOptions, fields
from archcalc.views.receptive.pixels import single

HELP = f"""Show what each layer sees: the receptive field's size, effective stride and effective padding per axis.

    With LAYER, that layer's field alone; --unit the very pixels that one of its units reads, --pixel the units that
    read one pixel of the input.

    {LOADING}

    \b
    archcalc rf vgg16
    archcalc rf googlenet 3a --paths
    archcalc rf vgg16 conv3_3 --unit 10,12
    """


@click.command(help=HELP, short_help="Receptive fields, down to the pixel.")
@click.argument("net", shell_complete=networks)
@click.argument("layer", required=False, shell_complete=layers)
@click.option("--input", "shape", metavar="SHAPE", help="Another input: 3x224x224, or with letters 3xHxW.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", shell_complete=layers, help="As for show.")
@click.option("--unit", metavar="Y,X", help="The pixels that this unit of LAYER reads.")
@click.option("--pixel", metavar="Y,X", help="The units of LAYER that read this pixel.")
@click.option("--paths", is_flag=True, help="The smallest and the largest path through each branch of merges.")
@click.option("--dialect", type=click.Choice(DIALECTS), default=PADDING, help="Effective padding, or jump and start.")
@click.option("--depth", type=click.IntRange(0), help="Open blocks so many levels deep; 0 closes all.")
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, layer: str | None, shape: str | None, settings: tuple[str, ...], unit: str | None, pixel: str | None,
    paths: bool, dialect: str, depth: int | None, name: str | None, file: str | None, force: bool,
) -> None:  # fmt: skip
    """Show what each layer sees."""
    network = load(net)
    asked = what_if(network, shape, settings)
    table = network.analyze(asked.input, asked.arguments, asked.options)
    how = FieldOptions(dialect, depth, paths)
    if layer is None:
        if unit or pixel:
            option = "--unit" if unit else "--pixel"
            raise UsageError(f"{option} needs a layer", f"as in archcalc rf {net} LAYER {option} 0,0")
        page = fields(table, how)
    else:
        page = single(table, table.below(layer)[-1], how, _place("--unit", unit), _place("--pixel", pixel))
    show_page(page, name, file, force=force)


def _place(option: str, written: str | None) -> tuple[int, ...]:
    """Read the place that an option names.

    Raises:
        UsageError: it is no list of numbers.
    """
    if written is None:
        return ()
    numbers = written.strip("()[] ").replace("x", ",").split(",")
    if not all(number.strip().isdecimal() for number in numbers):
        raise UsageError(f"{option}: '{written}' is no place", "as in 10,12: the row and the column, counted from 0")
    return tuple(int(number) for number in numbers)
