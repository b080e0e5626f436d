"""`archcalc explain`: the worked solution, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, changes, inputs, layers, networks, output, spoken, training_heads
from archcalc.errors import UsageError, did_you_mean
from archcalc.services.opening import importer, load
from archcalc.specfile.loading import loads
from archcalc.specfile.paths import looks_like_path
from archcalc.specfile.shipped import entries
from archcalc.studies.checking.verification import verify
from archcalc.studies.explaining.concepts import CONCEPTS, topic, topics
from archcalc.studies.showing.whatif import what_if
from archcalc.views.explaining.explanation import explanation
from archcalc.views.explaining.topics import concept_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.network.network import Network
    from archcalc.studies.checking.verification import Verdict
    from archcalc.views.language import Language

HELP = f"""Show how each number is computed: formula, values, steps, result and source.

    With LAYER (a layer or a block), show all steps. Without it, show one line per quantity of each layer.

    {LOADING}

    Instead of NET, give one of these topics: {", ".join(CONCEPTS)}.

    \b
    archcalc explain alexnet conv1
    archcalc explain googlenet 3a
    archcalc explain three-3x3
    """


@click.command(help=HELP, short_help="Show how each number is computed.")
@click.argument("net", shell_complete=networks)
@click.argument("layer", required=False, shell_complete=layers)
@inputs
@training_heads
@changes
@spoken("topics")
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, net: str, layer: str | None, shapes: tuple[str, ...], settings: tuple[str, ...], heads: bool,
    said_in: Language, name: str | None, file: str | None, force: bool,
) -> None:  # fmt: skip
    """Show how each number is computed."""
    if topic(net):
        if layer or shapes or settings:
            raise UsageError(f"the topic {net} takes no layer and no options", f"for example: archcalc explain {net}")
        concept = CONCEPTS[topic(net)]
        page = concept_page(concept, [_network(case.network).analyze() for case in concept.cases], said_in)
    else:
        network = _loaded(net, shapes, settings)
        asked = what_if(network, shapes, settings, heads=heads)
        table = network.table(asked)
        rows = table.rows if layer is None else table.below(layer)
        printed = [] if asked else [v for v in verify(network) if _concerns(v, layer)]
        page = explanation(table, rows, printed)
    show_page(page, name, file, force=force)


def _loaded(net: str, shapes: Sequence[str], settings: Sequence[str]) -> Network:
    """Load a network; what is misspelled may be a topic."""
    known = {entry.name for entry in entries()}
    if (
        net in known
        or "[" in net
        or "{" in net
        or looks_like_path(net.partition("#")[0])
        or net == "-"
        or importer(net)
    ):
        return load(net, shapes, settings)
    near = did_you_mean(net, [*known, *topics()])
    hint = near or "see archcalc list for the networks and archcalc explain --help for the topics"
    raise UsageError(f"unknown network or topic '{net}'", hint)


def _network(written: str) -> Network:
    """Return a shipped network by its name, or the one that a text holds."""
    return loads(written) if written.startswith("{") else load(written)


def _concerns(verdict: Verdict, layer: str | None) -> bool:
    """Whether a printed figure is about a layer; of a whole network, whether it is one that is wrong."""
    of = verdict.expectation.of
    return bool(verdict.expectation.differs) if layer is None else of == layer or of.startswith(f"{layer}/")
