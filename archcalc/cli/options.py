"""Options and arguments that several commands take, and how a shell completes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from archcalc.errors import ArchcalcError
from archcalc.reports.base import formats
from archcalc.specfile.loading import load
from archcalc.specfile.shipped import entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

Decorated = TypeVar("Decorated", bound="Callable[..., object]")

LOADING = """NET is the name of a shipped network (alexnet, torchvision/resnet50; `archcalc list` shows them), a file
    (./mynet.yaml, ./mynet.yaml#variant), - for standard input, or layers in place ('[{conv: 64, kernel: 3}, relu]')."""


def networks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem | str]:  # noqa: ARG001
    """Complete the name of a shipped network."""
    return [entry.name for entry in entries() if entry.name.startswith(incomplete)]


def layers(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem | str]:  # noqa: ARG001
    """Complete the path of a layer of the network that stands on the line already."""
    # An option that still lacks its value ends click's parsing early: then the network is among the loose words.
    net = ctx.params.get("net") or next(iter(ctx.args), "")
    try:
        table = load(net).analyze()
    except ArchcalcError:
        return []
    return [row.path for row in table if row.path.startswith(incomplete)]


def inputs(command: Decorated) -> Decorated:
    """Add the option that gives another input, or several by name."""
    return click.option(
        "--input", "shapes", multiple=True, metavar="[NAME=]SHAPE",
        help="Another input: 3x224x224, 3xHxW, HWC 224x224x3; of several inputs each by name: left=1x105x105.",
    )(command)  # fmt: skip


def training_heads(command: Decorated) -> Decorated:
    """Add the option that leaves training heads out."""
    return click.option("--heads/--no-heads", default=True, help="With or without the heads that only training runs.")(
        command
    )


def output(command: Decorated) -> Decorated:
    """Add the options that say how and where a page is written."""
    for option in reversed(
        (
            click.option("--format", "name", metavar="|".join(formats()), help="How to write it: table by default."),
            click.option("-o", "--output", "file", metavar="FILE", help="Write to a file; its suffix says the format."),
            click.option("--force", is_flag=True, help="Write over a file that is there already."),
        )
    ):
        command = option(command)
    return command
