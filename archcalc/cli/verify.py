"""`archcalc verify`: do the published figures hold."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import track

from archcalc.cli.base import is_terminal, show_page
from archcalc.cli.options import LOADING, networks, once, output
from archcalc.errors import UsageError
from archcalc.rooms import Deferred, fetch
from archcalc.services.opening import importer, load
from archcalc.specfile.loading import variants
from archcalc.specfile.shipped import entries
from archcalc.studies.checking.verification import verify
from archcalc.studies.checking.witness import compare
from archcalc.views.checking.verification import verification
from archcalc.views.checking.weights import weights_report
from archcalc.views.checking.witness import comparisons

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

    from archcalc.services import weights
    from archcalc.views.page import Page
else:  # most comparisons are made without them
    weights = Deferred("archcalc.services.weights")

WRONG = 1

INSTALL = "pip install torch torchvision; if another build of torch is installed: pip install --no-deps torchvision"

HELP = f"""Compare published values with computed values. Exit with code 1 if a value disagrees.

    Without NET, verify all built-in networks and show only the values that disagree. Of a file, all variants are
    verified, unless one is named (./mynet.yaml#small).

    With --torch, torchvision models are built on the meta device and compared layer by layer: kind, output shape,
    parameters, buffers. NET is then one of the networks torchvision/…; without NET, all of them are compared.

    With --weights, one network is compared with a file of its weights: names and shapes of all tensors, and which are
    tied. No values are read, and nothing in the file is run.

    {LOADING}
    """


@click.command(help=HELP, short_help="Compare published values with computed values.")
@click.argument("nets", nargs=-1, metavar="[NET]...", callback=once, shell_complete=networks)
@click.option("--all", "everything", is_flag=True, help="Show all values, including those that agree.")
@click.option("--strict", is_flag=True, help="Exit with code 1 if a network has no published values.")
@click.option("--torch", "witness", is_flag=True, help="Compare the layers with torchvision's models.")
@click.option(
    "--weights", "stored", metavar="FILE",
    help="Compare the tensors with a file: .safetensors, .pt, or the .index.json of several parts.",
)  # fmt: skip
@output
def command(  # noqa: PLR0913 - as many as there are options
    *,
    nets: tuple[str, ...],
    everything: bool,
    strict: bool,
    witness: bool,
    stored: str | None,
    name: str | None,
    file: str | None,
    force: bool,
) -> int:
    """Compare the figures that papers print with the exact values, or layers with those of torchvision."""
    if stored is not None:
        page, holds = _weights(nets, stored, refused={"--torch": witness, "--strict": strict}, everything=everything)
        show_page(page, name, file, force=force)
        return 0 if holds else WRONG
    if witness:
        return _witness(nets, name, file, force=force)
    names = tuple(found for net in nets for found in _variants(net)) or tuple(entry.name for entry in entries())
    found = {net: verify(load(net, witness=True)) for net in _progress(names)}
    verdicts = [verdict for of_network in found.values() for verdict in of_network]
    without = [net for net, of_network in found.items() if not of_network] if nets or strict else []
    show_page(verification(verdicts, without, everything=everything or bool(nets)), name, file, force=force)
    return 0 if all(verdict.holds for verdict in verdicts) and not (strict and without) else WRONG


def _variants(net: str) -> tuple[str, ...]:
    return (net,) if importer(net) else variants(net)


def _weights(nets: tuple[str, ...], file: str, *, refused: dict[str, bool], everything: bool) -> tuple[Page, bool]:
    """Return the page of a network and a file of its weights, and whether they agree."""
    for option, given in refused.items():
        if given:
            raise UsageError(f"{option} and --weights cannot be combined", "use one of them")
    if len(nets) != 1:
        raise UsageError("--weights requires one network", "for example archcalc verify resnet50 --weights model.pt")
    report = weights.verify_weights(nets[0], file)
    return weights_report(report, everything=everything), report.holds


def _witness(nets: tuple[str, ...], name: str | None, file: str | None, *, force: bool) -> int:
    """Compare networks with those that torchvision builds, and return the exit code."""
    door = _torchvision()
    names = nets or tuple(entry.name for entry in entries() if door.has(entry.name))
    tables = (load(net).analyze() for net in _progress(names))
    found = [compare(table, door.modules(table), door.version()) for table in tables]
    show_page(comparisons(found), name, file, force=force)
    return 0 if all(comparison.holds for comparison in found) else WRONG


def _torchvision() -> ModuleType:
    """Load the door to torchvision.

    Raises:
        UsageError: PyTorch or torchvision is not installed, or they do not fit together.
    """
    try:
        return fetch("importers", "torchvision")
    except ModuleNotFoundError as missing:
        raise UsageError(f"--torch requires {missing.name}, which is not installed", INSTALL) from None
    except (ImportError, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        raise UsageError(f"PyTorch and torchvision cannot be loaded: {reason}", INSTALL) from None


def _progress(names: Sequence[str]) -> Iterable[str]:
    """Return the names behind a progress bar, where there are many and somebody looks."""
    if len(names) == 1 or not is_terminal(sys.stderr):
        return names
    return track(names, "verifying", console=Console(stderr=True), transient=True)
