"""`archcalc solve`: what must an unknown be so that something holds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import track

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, layers, networks, output
from archcalc.errors import UsageError
from archcalc.specfile.loading import load
from archcalc.studies.showing.whatif import what_if
from archcalc.studies.solving.clean_sizes import clean_sizes
from archcalc.studies.solving.dials import INPUT, read_range
from archcalc.studies.solving.formula_questions import KINDS, is_formula, read_question
from archcalc.studies.solving.formula_solving import solve_formula
from archcalc.studies.solving.network_solving import Search, solve_network
from archcalc.studies.solving.smallest_input import smallest_input
from archcalc.views.solving.input_sizes import input_sizes
from archcalc.views.solving.solutions import solutions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.network.network import Network, WhatIf

NONE, INTERRUPTED = 1, 130

HELP = f"""Find what unknowns must be so that something holds: over integers, exactly, and all there are.

    One formula: 'O=55, I=227, K=11, S=4' — O output, I input, K kernel, S stride, P padding, D dilation, OP output
    padding. Letters that are missing are looked for; D and OP only with a question mark (D=?).

    A network and what is wanted of it: a layer's size ('pool5 = 6x6', 'fc6.in_features'), or budgets
    ('params <= 10M' 'macs <= 1G'); --vary says what may change. Or --clean, or --min.

    {LOADING}

    \b
    archcalc solve 'O=55, I=227, K=11, S=4'
    archcalc solve alexnet 'pool5 = 6x6'
    archcalc solve alexnet --clean --min
    archcalc solve resnet50 'params <= 10M' --vary base
    """


@click.command(help=HELP, short_help="What must an unknown be so that something holds.")
@click.argument("net", metavar="FORMULA|NET", shell_complete=networks)
@click.argument("questions", nargs=-1, metavar="[QUESTION]...")
@click.option("--kind", metavar="KIND", help=f"A formula's layer: {', '.join(KINDS)}; conv by default.")
@click.option("--ceil", is_flag=True, help="A formula's pool rounds up.")
@click.option("--vary", metavar="WHAT", default=INPUT, shell_complete=layers,
              help="What may change: input, an argument (base), or a layer's option (conv1.stride).")  # fmt: skip
@click.option("--range", "within", metavar="A..B", help="Look at these values of what may change.")
@click.option("--clean", is_flag=True, help="The input sizes at which every division is whole.")
@click.option("--min", "least", is_flag=True, help="The smallest input, and the layer that dies below it.")
@click.option("--input", "shape", metavar="SHAPE", help="Another input; letters in it are what may change: 3xHx224.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", shell_complete=layers, help="As for show.")
@click.option("--all", "everything", is_flag=True, help="Show every solution of many.")
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, questions: tuple[str, ...], kind: str | None, ceil: bool, vary: str, within: str | None, clean: bool,
    least: bool, shape: str | None, settings: tuple[str, ...], everything: bool,
    name: str | None, file: str | None, force: bool,
) -> int:  # fmt: skip
    """Find what unknowns must be."""
    if is_formula(net):
        _refuse(clean=clean, min=least, set=settings, input=shape, range=within, vary=vary != INPUT)
        text = ", ".join((net, *questions))
        answer = solve_formula(text, read_question(text), kind or KINDS[0], ceil=ceil)
        show_page(solutions(answer, everything=everything), name, file, force=force)
        return 0 if answer.holds else NONE
    if kind or ceil:
        raise UsageError(f"{'--kind' if kind else '--ceil'} goes with a formula", "as in 'O=112, I=224' --kind maxpool")
    network = load(net)
    asked, look = what_if(network, shape, settings), Search(vary, read_range(within) if within else None, _watched)
    if clean or least:
        if questions or vary != INPUT:
            raise UsageError(
                "--clean and --min are questions about the input, by themselves", "ask one after the other"
            )
        if within and not clean:
            raise UsageError("--min looks at every size: there is no --range", "--range goes with --clean")
        return _sizes(network, asked, look, clean=clean, least=least, out=(name, file, force))
    if not questions:
        raise UsageError("nothing is asked", f"as in archcalc solve {net} 'params <= 10M' --vary input, or --clean")
    found = solve_network(network, asked, questions, look)
    show_page(solutions(found, everything=everything), name, file, force=force)
    return _code(holds=found.holds, complete=found.complete)


def _refuse(**options: object) -> None:
    """Refuse options that go with a network."""
    for option, given in options.items():
        if given:
            raise UsageError(f"--{option} goes with a network, this is a formula", "archcalc solve NET QUESTION")


def _sizes(  # noqa: PLR0913 - two flags and where to write
    network: Network, asked: WhatIf, look: Search, *, clean: bool, least: bool, out: tuple[str | None, str | None, bool]
) -> int:
    """Show the clean sizes, the smallest input, or both."""
    name, file, force = out
    law = clean_sizes(network, asked, look.watch, look.within) if clean else None
    smallest = smallest_input(network, asked, look.watch) if least else None
    show_page(input_sizes(law, smallest), name, file, force=force)
    found = [part for part in (law, smallest) if part is not None]
    return _code(holds=all(part.holds for part in found), complete=all(part.complete for part in found))


def _code(*, holds: bool, complete: bool) -> int:
    return INTERRUPTED if not complete else 0 if holds else NONE


def _watched(values: range) -> Iterable[int]:
    """Return values behind a progress bar, where somebody looks."""
    if not sys.stderr.isatty():
        return values
    return track(values, "trying", console=Console(stderr=True), transient=True)
