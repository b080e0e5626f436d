"""`archcalc solve`: what must an unknown be so that something holds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import click
from rich.console import Console
from rich.progress import track

from archcalc.cli.base import is_terminal, show_page
from archcalc.cli.options import LOADING, changes, inputs, layers, networks, output
from archcalc.errors import UsageError
from archcalc.network.table import Running
from archcalc.services.opening import load
from archcalc.studies.showing.whatif import what_if
from archcalc.studies.solving.clean_sizes import clean_sizes
from archcalc.studies.solving.demands import refuse_unused_type
from archcalc.studies.solving.dials import INPUT, read_range
from archcalc.studies.solving.fitting_sizes import fitting_sizes
from archcalc.studies.solving.formula_questions import KINDS, is_formula, read_question
from archcalc.studies.solving.formula_solving import solve_formula
from archcalc.studies.solving.network_solving import Search, solve_network
from archcalc.studies.solving.smallest_input import smallest_input
from archcalc.views.solving.input_sizes import input_sizes
from archcalc.views.solving.solutions import solutions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archcalc.network.network import Network, WhatIf

T = TypeVar("T")

NONE, INTERRUPTED = 1, 130

HELP = f"""Find all integer values of the unknowns that satisfy a formula or a condition on a network.

    Formula: 'O=55, I=227, K=11, S=4' with O output, I input, K kernel, S stride, P padding, D dilation and OP output
    padding. Missing letters are the unknowns. D and OP are 1 and 0 unless you write D=? or OP=?.

    Network: give NET and one or more conditions: a size of a layer ('pool5 = 6x6', 'fc6.in_features') or limits
    ('params <= 10M' 'macs <= 1G'). --vary selects the unknown. Or use --clean, --fits
    or --min.

    {LOADING}

    \b
    archcalc solve 'O=55, I=227, K=11, S=4'
    archcalc solve alexnet 'pool5 = 6x6'
    archcalc solve alexnet --clean --min
    archcalc solve resnet50 'params <= 10M' --vary base
    """


@click.command(help=HELP, short_help="Find sizes, options or widths that satisfy a condition.")
@click.argument("net", metavar="FORMULA|NET", shell_complete=networks)
@click.argument("questions", nargs=-1, metavar="[QUESTION]...")
@click.option("--kind", metavar="KIND", help=f"Layer kind of a formula: {', '.join(KINDS)} (default: conv).")
@click.option("--ceil", is_flag=True, help="Use ceil mode in a formula for a pooling layer.")
@click.option("--vary", "varied", metavar="WHAT", multiple=True, shell_complete=layers,
              help="Unknown: input, batch, context, an argument (base) or a layer option (conv1.stride).")  # fmt: skip
@click.option("--range", "within", metavar="A..B", help="Range of the unknown.")
@click.option(
    "--step", metavar="S", help="Step between tested values of an argument that takes decimals, for example 0.25."
)
@click.option(
    "--dtype", metavar="TYPE", help="Data type of conditions on memory: float32 (default), bfloat16, int8, int4, …"
)
@click.option("--clean", is_flag=True, help="Find the input sizes for which all divisions are exact.")
@click.option(
    "--fits", is_flag=True, help="Find the input sizes for which all merges match and all layers have an output."
)
@click.option("--min", "least", is_flag=True, help="Find the smallest valid input size.")
@inputs
@changes
@click.option("--all", "everything", is_flag=True, help="Show all solutions.")
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, questions: tuple[str, ...], kind: str | None, ceil: bool, varied: tuple[str, ...],
    within: str | None, step: str | None, dtype: str | None, clean: bool, fits: bool, least: bool,
    shapes: tuple[str, ...], settings: tuple[str, ...], everything: bool, name: str | None, file: str | None,
    force: bool,
) -> int:  # fmt: skip
    """Find the values of the unknowns."""
    vary = _one(varied)
    if is_formula(net):
        sizes = {"clean": clean, "fits": fits, "min": least, "vary": vary != INPUT}
        _refuse(**sizes, set=settings, input=shapes, range=within, step=step, dtype=dtype)
        text = ", ".join((net, *questions))
        answer = solve_formula(text, read_question(text), kind or KINDS[0], ceil=ceil)
        show_page(solutions(answer, everything=everything), name, file, force=force)
        return 0 if answer.holds else NONE
    _refuse_without_formula(kind, ceil=ceil)
    network = load(net, shapes, settings)
    asked, look = what_if(network, shapes, settings), _look(vary, within, step)
    asked = asked._replace(run=Running(dtype=dtype)) if dtype else asked
    if clean or fits or least:
        refuse_unused_type(asked.run.dtype, ())
        _refuse_beside_sizes(asked=bool(questions) or vary != INPUT, within=bool(within) and not (clean or fits))
        return _sizes(network, asked, look, SizeQuestion(clean=clean, fits=fits, least=least), (name, file, force))
    if not questions:
        example = f"for example: archcalc solve {net} 'params <= 10M' --vary input, or --clean"
        raise UsageError("no condition given", example)
    found = solve_network(network, asked, questions, look)
    show_page(solutions(found, everything=everything), name, file, force=force)
    return _code(holds=found.holds, complete=found.complete)


def _refuse_without_formula(kind: str | None, *, ceil: bool) -> None:
    """Refuse options that only say of which kind of layer a formula is."""
    if kind or ceil:
        option = "--kind" if kind else "--ceil"
        raise UsageError(f"{option} requires a formula", "for example: archcalc solve 'O=112, I=224' --kind maxpool")


def _refuse_beside_sizes(*, asked: bool, within: bool) -> None:
    """Refuse conditions and ranges beside a question about the sizes of the input."""
    if asked:
        flags = "--clean, --fits and --min"
        raise UsageError(f"{flags} cannot be combined with a condition or --vary", "run one at a time")
    if within:
        raise UsageError("--range cannot be combined with --min", "use --range with --clean, --fits or a condition")


def _look(vary: str, within: str | None, step: str | None) -> Search:
    """Return what is varied, over which values."""
    if step is None:
        return Search(vary, read_range(within) if within else None, _watched)
    if vary == INPUT:
        raise UsageError("--step requires an argument of the network", "for example --vary alpha --step 0.25")
    return Search(vary, watch=_watched, steps=(step, within))


def _one(varied: tuple[str, ...]) -> str:
    """Return the one unknown that is varied; the input by default."""
    if len(varied) > 1:
        raise UsageError("--vary can be given once", "vary one unknown; give the others values with --set")
    return varied[0] if varied else INPUT


def _refuse(**options: object) -> None:
    """Refuse options that require a network."""
    for option, given in options.items():
        if given:
            example = "for example: archcalc solve alexnet 'params <= 10M'"
            raise UsageError(f"--{option} requires a network, but a formula is given", example)


class SizeQuestion(NamedTuple):
    """What is asked about the sizes of the input."""

    clean: bool
    fits: bool
    least: bool


def _sizes(
    network: Network, asked: WhatIf, look: Search, sizes: SizeQuestion, out: tuple[str | None, str | None, bool]
) -> int:
    """Show the clean sizes, those that fit, the smallest input, or several of these."""
    name, file, force = out
    law = clean_sizes(network, asked, look.watch, look.within) if sizes.clean else None
    fitting = fitting_sizes(network, asked, look.watch, look.within) if sizes.fits else None
    smallest = smallest_input(network, asked, look.watch) if sizes.least else None
    show_page(input_sizes(law, smallest, fitting), name, file, force=force)
    found = [part for part in (law, fitting, smallest) if part is not None]
    return _code(holds=all(part.holds for part in found), complete=all(part.complete for part in found))


def _code(*, holds: bool, complete: bool) -> int:
    return INTERRUPTED if not complete else 0 if holds else NONE


def _watched(values: Sequence[T]) -> Iterable[T]:
    """Return values behind a progress bar, where somebody looks."""
    if not is_terminal(sys.stderr):
        return values
    return track(values, "testing", console=Console(stderr=True), transient=True)
