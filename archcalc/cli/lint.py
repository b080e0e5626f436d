"""`archcalc lint`: what a reviewer would remark on a network."""

from __future__ import annotations

from functools import partial

import click

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, changes, inputs, networks, once, output, training_heads
from archcalc.errors import UsageError
from archcalc.services.opening import importer, load
from archcalc.specfile.loading import variants
from archcalc.studies.linting.lint import chosen, lint
from archcalc.studies.linting.rules import Severity
from archcalc.studies.linting.subject import LintOptions
from archcalc.studies.showing.whatif import what_if
from archcalc.views.linting.findings import Linted, findings, rule_list

FOUND = 1
NEVER = "never"

HELP = f"""Review networks: skipped pixels, unused outputs, misaligned merges, missing activation functions, and more.

    Each finding has the layer, a rule, the numbers and the reason with a source. --rules lists all rules; some are off
    by default and are applied if --select names them. A spec allows findings with `allow: [A103]`, or with reasons:
    `allow: {{A103: "section 4.1", A109: {{"*/shortcut/*": "section 3.3"}}}}`.

    Exit code 1: a finding has at least the severity of --fail-on.

    {LOADING}

    \b
    archcalc lint resnet50
    archcalc lint ./mynet.yaml --select all --ignore A108,A117
    archcalc lint ./mynet.yaml --format github
    archcalc lint *.yaml --format sarif -o lint.sarif
    """


@click.command(help=HELP, short_help="Review networks by rules.")
@click.argument("nets", nargs=-1, metavar="NET...", callback=once, shell_complete=networks)
@inputs
@training_heads
@changes
@click.option(
    "--select", default="", metavar="A,B", help="Apply these rules: codes, beginnings of codes, names, or all."
)
@click.option("--ignore", default="", metavar="A,B", help="Do not apply these rules.")
@click.option(
    "--fail-on", type=click.Choice([*map(str, Severity), NEVER]), default=str(Severity.WARNING), show_default=True,
    help="Least severity for exit code 1.",
)  # fmt: skip
@click.option("--objects", type=click.IntRange(1), metavar="N", help="Size of the objects in pixels, for rule A111.")
@click.option(
    "--multiple",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    metavar="N",
    help="Divisor of channels, for rule A108.",
)
@click.option("--all", "everything", is_flag=True, help="Also show the findings that the spec allows.")
@click.option("--rules", is_flag=True, help="List all rules.")
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, nets: tuple[str, ...], shapes: tuple[str, ...], heads: bool, settings: tuple[str, ...], select: str, ignore: str,
    fail_on: str, objects: int | None, multiple: int, everything: bool, rules: bool, name: str | None, file: str | None,
    force: bool,
) -> int:  # fmt: skip
    """Review networks."""
    if rules:
        show_page(rule_list(), name, file, force=force)
        return 0
    if not nets:
        raise UsageError("no network given", "for example: archcalc lint resnet50; --rules lists the rules")
    applied, options = chosen(select, ignore), LintOptions(multiple, objects)
    found = []
    for net in [one for given in nets for one in ((given,) if importer(given) else variants(given))]:
        network = load(net, shapes, settings)
        asked = what_if(network, shapes, settings, heads=heads)
        table = network.table(asked)
        found.append(Linted(table, lint(table, applied, options), partial(network.places, asked)))
    show_page(findings(found, everything=everything), name, file, force=force)
    return FOUND if _fails(found, fail_on) else 0


def _fails(linted: list[Linted], least: str) -> bool:
    order = list(Severity)
    if least == NEVER:
        return False
    failing = order[order.index(Severity(least)) :]
    return any(remark.rule.severity in failing for one in linted for remark in one.shown)
