"""`archcalc verify`: do the published figures hold."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import track

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, networks, output
from archcalc.specfile.loading import load
from archcalc.specfile.shipped import entries
from archcalc.studies.verification import verify
from archcalc.views.verification import verification

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WRONG = 1

HELP = f"""Compare the figures that papers print with the exact values; exit with 1 if one does not hold.

    Without NET, all shipped networks are verified, and only what does not hold is shown.

    {LOADING}
    """


@click.command(help=HELP, short_help="Published figures against the exact values.")
@click.argument("nets", nargs=-1, metavar="[NET]...", shell_complete=networks)
@click.option("--all", "everything", is_flag=True, help="Show every figure, also those that hold.")
@output
def command(*, nets: tuple[str, ...], everything: bool, name: str | None, file: str | None, force: bool) -> int:
    """Compare the figures that papers print with the exact values."""
    names = nets or tuple(entry.name for entry in entries())
    verdicts = [verdict for net in _progress(names) for verdict in verify(load(net))]
    show_page(verification(verdicts, everything=everything or bool(nets)), name, file, force=force)
    return 0 if all(verdict.holds for verdict in verdicts) else WRONG


def _progress(names: Sequence[str]) -> Iterable[str]:
    """Return the names behind a progress bar, where there are many and somebody looks."""
    if len(names) == 1 or not sys.stderr.isatty():
        return names
    return track(names, "verifying", console=Console(stderr=True), transient=True)
