"""`archcalc verify`: do the published figures hold."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, networks, output
from archcalc.specfile.library import entries
from archcalc.specfile.loading import load
from archcalc.studies.verification import verify
from archcalc.views.verification import verification

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

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
    with _progress(names) as progress:
        verdicts = [verdict for net in progress for verdict in verify(load(net))]
    show_page(verification(verdicts, everything=everything or bool(nets)), name, file, force=force)
    return 0 if all(verdict.holds for verdict in verdicts) else WRONG


def _progress(names: Sequence[str]) -> AbstractContextManager[Iterable[str]]:
    """Return the names behind a progress bar, where there are many and somebody looks."""
    if len(names) == 1 or not sys.stderr.isatty():
        return nullcontext(names)
    return click.progressbar(names, label="verifying", file=sys.stderr, item_show_func=lambda name: name or "")
