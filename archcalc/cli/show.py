"""`archcalc show`: the table of a network."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, changes, frozen, inputs, levels, networks, output, trained, training_heads
from archcalc.errors import UsageError
from archcalc.quantities.counts import CONVENTIONS
from archcalc.rooms import Deferred
from archcalc.services.opening import importer, keras_summary, load
from archcalc.studies.showing.whatif import remarks, what_if
from archcalc.symbolic.printing import amount
from archcalc.views.showing.summary import SummaryOptions, summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.network.table import Table
    from archcalc.services import weights
    from archcalc.studies.showing import decoding
    from archcalc.views.page import Page
    from archcalc.views.showing import keras_summary as keras_style
    from archcalc.views.showing import memory, styles
else:  # most tables are shown without them
    decoding = Deferred("archcalc.studies.showing.decoding")
    keras_style = Deferred("archcalc.views.showing.keras_summary")
    memory = Deferred("archcalc.views.showing.memory")
    styles = Deferred("archcalc.views.showing.styles")
    weights = Deferred("archcalc.services.weights")

HELP = f"""Show shapes, parameters and MACs of each layer.

    {LOADING}

    Of a file of weights (model.safetensors, model.pt, model.safetensors.index.json), show the tensors by module.

    \b
    archcalc show alexnet
    archcalc show alexnet --input 3xHxW
    archcalc show vgg16 --set classes=10 --freeze 'conv*'
    """


WEIGHTS, WITHOUT_BIASES = "weights", "kind,window,output,weights,macs"
"""The convention of lectures that count no biases, and the columns in which it is printed."""


@click.command(help=HELP, short_help="Show shapes, parameters and MACs of each layer.")
@click.argument("net", shell_complete=networks)
@inputs
@training_heads
@trained
@changes
@frozen
@levels
@click.option(
    "--columns", default="", metavar="A,B|+A,+B", help="Columns to show; a leading + adds to the default ones."
)
@click.option(
    "--count", "unit", type=click.Choice([*CONVENTIONS, WEIGHTS]), default="macs",
    help="Unit of the cost column; weights: parameters without biases (CS231n).",
)  # fmt: skip
@click.option(
    "--style", metavar="NAME", help="Use the layout of another tool: keras, torchinfo, torchsummary or cs231n."
)
@click.option(
    "--decode", is_flag=True,
    help="Cost of one more token of a language model; keys and values of the input's tokens are cached.",
)  # fmt: skip
@click.option("--memory", "with_memory", is_flag=True, help="Estimate the memory for inference and training.")
@click.option("--batch", type=click.IntRange(1), metavar="N", help="Batch size (requires --memory).")
@click.option("--dtype", metavar="TYPE", help="Data type (requires --memory): float32, bfloat16, int8, int4, …")
@click.option(
    "--context", type=click.IntRange(1), metavar="N",
    help="Number of tokens in the KV cache (requires --memory; default: tokens of the input).",
)  # fmt: skip
@click.option("--optimizer", metavar="NAME", help="Optimizer (requires --memory): sgd, momentum or adam.")
@click.option("--inplace", is_flag=True, help="Run activation functions in place (requires --memory).")
@click.option(
    "--stored", metavar="NAME",
    help="Activations stored for training (requires --memory): backward (default; like PyTorch) or outputs.",
)  # fmt: skip
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, shapes: tuple[str, ...], settings: tuple[str, ...], heads: bool, train: bool, freeze: tuple[str, ...],
    depth: int | None, columns: str, unit: str, style: str | None, decode: bool, with_memory: bool, batch: int | None,
    dtype: str | None, context: int | None, optimizer: str | None, inplace: bool, stored: str | None,
    name: str | None, file: str | None, force: bool,
) -> None:  # fmt: skip
    """Show shapes, parameters and MACs of each layer."""
    if getattr(importer(net), "module", "") == "weights":
        show_page(_tensors(net, depth), name, file, force=force)
        return
    given = {"batch": batch, "dtype": dtype, "context": context, "optimizer": optimizer}
    wishes = _of_memory({**given, "inplace": inplace, "stored": stored}, asked=with_memory)
    if style:
        refused = {"--depth": depth is not None, "--columns": columns, "--count": unit != "macs", "--decode": decode}
        _refuse_with_style(style, refused)
    network = load(net, shapes, settings, train=train)
    asked = what_if(network, shapes, settings, heads=heads)
    table, said = network.table(asked, freeze), []
    if decode:
        table, before = decoding.one_token(network, asked, table, freeze)
        said = [f"decoding: cost of one token after {amount(before)} tokens whose keys and values are cached"]
        wishes = {"context": before + 1, **wishes}
    if unit == WEIGHTS:
        unit, columns = "macs", columns or WITHOUT_BIASES
    if style:
        page = _in_style(style, net, shapes, table)
    else:
        page = summary(table, SummaryOptions(depth, columns, unit), [*said, *remarks(network, asked, table)])
    page = memory.with_memory(page, table, wishes) if with_memory else page
    show_page(page, name, file, force=force)


def _in_style(style: str, net: str, shapes: tuple[str, ...], table: Table) -> Page:
    """Return the table in the style of another tool; of a Keras model what Keras itself prints."""
    page = styles.styled(table, style)
    listed = keras_summary(net, shapes) if style == KERAS else None
    columns = shutil.get_terminal_size().columns
    return page if listed is None else keras_style.printed(table, listed, columns, page)


KERAS = "keras"

OF_WEIGHTS = ("net", "depth", "name", "file", "force")
"""The options that apply to the table of a file of weights."""


def _tensors(path: str, depth: int | None) -> Page:
    """Return the page of a file of weights; refuse the options that only a network has."""
    context = click.get_current_context()
    given = [
        p for p in context.command.params if context.get_parameter_source(p.name or "") is ParameterSource.COMMANDLINE
    ]
    refused = [max(option.opts, key=len) for option in given if option.name not in OF_WEIGHTS]
    if refused:
        raise UsageError(f"{' and '.join(refused)} cannot be used for a file of weights", "use --depth, --format or -o")
    return weights.tensors_page(path, depth)


def _of_memory(given: dict[str, object], *, asked: bool) -> dict[str, object]:
    """Return the options that only say how memory is estimated; refuse them where that is not asked for."""
    wishes = {option: value for option, value in given.items() if value}
    if wishes and not asked:
        verb = "requires" if len(wishes) == 1 else "require"
        raise UsageError(f"{' and '.join(f'--{option}' for option in wishes)} {verb} --memory", "add --memory")
    return wishes


def _refuse_with_style(style: str, given: Mapping[str, object]) -> None:
    """Refuse the options that the table of another tool has no place for."""
    options = [option for option, value in given.items() if value]
    if options:
        message = f"{' and '.join(options)} cannot be combined with --style"
        raise UsageError(message, f"the style {style} has fixed columns; remove one of the two options")
