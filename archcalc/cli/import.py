"""`archcalc import`: a model of another framework as a spec."""

from __future__ import annotations

import click

from archcalc.cli.base import say
from archcalc.cli.files import write_file
from archcalc.cli.options import changes, inputs, trained, written
from archcalc.services.opening import as_spec


@click.command(short_help="Write a model of another framework as a spec.")
@click.argument("net")
@inputs
@changes
@trained
@written("Write to FILE.")
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, shapes: tuple[str, ...], settings: tuple[str, ...], train: bool, file: str | None, force: bool
) -> None:
    r"""Write a model of another framework as a spec: with blocks for what recurs, and arguments for what varies.

    torch: and timm: run the code that builds the model, and run the model once, without values. Other formats are only
    read.

    \b
    archcalc import torch:torchvision.models:resnet50 -o resnet50.yaml
    archcalc import torch:./net.py:Net --input 3x32x32 --set classes=10
    """
    text = as_spec(net, shapes, settings, train=train)
    if file in (None, "-"):
        say(text)
    else:
        write_file(text, file, force=force)
