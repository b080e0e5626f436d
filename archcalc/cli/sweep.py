"""`archcalc sweep`: every combination of arguments, options and input sizes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import track

from archcalc.cli.base import complain, is_terminal, show_page, suffix_of, write_text
from archcalc.cli.options import LOADING, changes, inputs, networks, output_or, processes
from archcalc.drawings.base import formats as pictures
from archcalc.errors import UsageError
from archcalc.services.drawing import picture_format
from archcalc.services.opening import load
from archcalc.services.sweeping import Partial, Sweeping, as_csv, as_parquet, check_points, interruption, run_sweep
from archcalc.studies.showing.whatif import what_if
from archcalc.studies.solving.fronts import read_objectives
from archcalc.studies.solving.swept import read_sweep
from archcalc.views.drawing.points import draw_points
from archcalc.views.solving.swept import chosen, sweep_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.studies.solving.fronts import Objective
    from archcalc.studies.solving.sweeping import SweepResult, SweptBlock

NONE, INTERRUPTED, PARQUET = 1, 130, "parquet"

HELP = f"""Compute totals for every combination of arguments, layer options and input sizes.

    --vary gives the values: a range (base=32..128), with a step (base=32..128:8), or a list (input=224,256). --keep
    selects the combinations that satisfy conditions. --pareto shows only those on a Pareto front.

    The suffix of -o selects the format: .csv, .json, .parquet (requires pyarrow), .md; .svg and the other formats of
    `draw` write a scatter plot. If a sweep with -o is interrupted, --resume continues it.

    {LOADING}

    \b
    archcalc sweep resnet50 --vary base=32..128:32 --vary input=128..320:64 --keep 'macs <= 2G'
    archcalc sweep resnet50 --vary base=16..128:16 --vary input=128..320:64 --pareto macs,+params -o front.csv
    """


VARY = "Values of an argument (base), of a layer option (conv1.stride), or of the input size (input)."


@click.command(help=HELP, short_help="Compute totals for every combination of arguments and input sizes.")
@click.argument("net", shell_complete=networks)
@click.option("--vary", multiple=True, metavar="NAME=A..B[:STEP]", help=VARY)
@click.option("--keep", multiple=True, metavar="CONDITION", help="Keep what satisfies a condition: 'macs <= 2G'.")
@click.option("--totals", default="params,macs", metavar="A,B", help="Totals to compute (default: params,macs).")
@click.option("--pareto", metavar="A,+B", help="Show the Pareto front: smallest A, largest B.")
@inputs
@changes
@processes("Number of processes (default: that of processors).")
@click.option("--resume", is_flag=True, help="Continue an interrupted sweep with the same -o.")
@click.option("--all", "everything", is_flag=True, help="Show all points.")
@output_or(PARQUET, *pictures())
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, vary: tuple[str, ...], keep: tuple[str, ...], totals: str, pareto: str | None, shapes: tuple[str, ...],
    settings: tuple[str, ...], jobs: int | None, resume: bool, everything: bool, name: str | None, file: str | None,
    force: bool,
) -> int:  # fmt: skip
    """Compute totals for every combination of arguments, layer options and input sizes."""
    network = load(net, shapes, settings)
    objectives = read_objectives(pareto) if pareto else ()
    names = dict.fromkeys([*totals.split(","), *(objective.total for objective in objectives)])
    sweep = read_sweep(network, what_if(network, shapes, settings), vary, list(names), keep)
    partial = _partial(file, (net, vary, totals, keep, shapes, settings, pareto), resume=resume, force=force)
    found = run_sweep(sweep, Sweeping(jobs or os.cpu_count() or 1, _watched, partial))
    if not found.complete:
        hint = "\n  use --resume to continue" if partial else ""
        return complain(interruption(found) + hint, INTERRUPTED)
    check_points(found, partial)
    _write(found, objectives, (name, file), everything=everything, force=force)
    if partial:
        partial.remove()
    return 0 if found.points else NONE


def _partial(file: str | None, task: tuple[object, ...], *, resume: bool, force: bool) -> Partial | None:
    if file in (None, "-", ""):
        if resume:
            raise UsageError("--resume requires a file", "use the -o of the interrupted sweep")
        return None
    return Partial(file or "", task, resume=resume, force=force)


def _watched(blocks: Iterable[SweptBlock], number: int) -> Iterable[SweptBlock]:
    """Return blocks with a progress bar, on a terminal."""
    if not is_terminal(sys.stderr):
        return blocks
    return track(blocks, "computing", total=number, console=Console(stderr=True), transient=True)


def _write(
    found: SweepResult,
    objectives: tuple[Objective, ...],
    out: tuple[str | None, str | None],
    *,
    everything: bool,
    force: bool,
) -> None:
    """Write the points: as a picture, as Parquet, or as a page."""
    name, file = out
    suffix = suffix_of(file) if not name else ""
    if PARQUET in (suffix, name):
        write_text(as_parquet(found, chosen(found, objectives)), file, force=force)
    elif suffix == "csv":
        write_text(as_csv(found, chosen(found, objectives)), file, force=force)
    elif suffix in pictures() and suffix != "html":
        picture = draw_points(found.sweep.network.called, found, chosen(found, objectives) if objectives else ())
        write_text(picture_format(suffix).render(picture), file, force=force)
    else:
        show_page(sweep_page(found, objectives, everything=everything), name, file, force=force)
