"""`archcalc diff`: networks side by side."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING

import click

from archcalc.cli.base import find_format, show_page, write_text
from archcalc.cli.options import LOADING, SETTING, few, levels, networks, output, training_heads
from archcalc.errors import UsageError
from archcalc.rooms import Deferred
from archcalc.services.opening import load
from archcalc.studies.comparing.differences import diff
from archcalc.studies.showing.whatif import what_if
from archcalc.views.comparing.comparison import ComparisonOptions, comparison

if TYPE_CHECKING:
    from archcalc.services import reporting
else:  # most comparisons are no pages
    reporting = Deferred("archcalc.services.reporting")

FAILS, PAIR = 1, 2
HTML = "archcalc.reports.html"
FAIL_ON = "Exit with code 1 if the condition is true."

HELP = f"""Compare networks: totals, the work at each resolution, and (for two networks) the changed layers.

    {LOADING}

    --input and --set apply to all networks. Prefix a: or b: to apply them to the first or second network only. With
    symbolic sizes (3xHxW), the difference is a formula, and the output states for which sizes each network is
    smaller.

    --fail-on exits with code 1 if the condition is true for any network except the first. A condition compares a
    quantity (a key of --format json) with a limit. Write 'macs > +5%' or 'params > +100K' for an increase over the
    first network, 'macs > 90%' for a share of the first network, and 'params > 25M' for an absolute value.

    \b
    archcalc diff vgg16 googlenet
    archcalc diff resnet50 torchvision/resnet50
    archcalc diff alexnet vgg16 googlenet resnet50
    archcalc diff vgg16 vgg16 --set b:classes=10 --input b:3x160x160
    archcalc diff alexnet resnet50 --input 3xHxW
    git show HEAD:net.yaml | archcalc diff - net.yaml --fail-on 'macs > +5%' --format markdown
    """


@click.command(help=HELP, short_help="Compare networks.")
@click.argument("nets", nargs=-1, metavar="A B [NET]...", callback=few, shell_complete=networks)
@click.option("--input", "shapes", multiple=True, metavar="[a:][NAME=]SHAPE", help="Input shape.")
@click.option("--set", "settings", multiple=True, metavar="[a:]NAME=VALUE", help=SETTING)
@training_heads
@click.option("--fail-on", "conditions", multiple=True, metavar="CONDITION", help=FAIL_ON)
@click.option(
    "--edits/--no-edits", default=None, help="Show or hide changed layers (default: if networks are similar)."
)
@levels
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, nets: tuple[str, ...], shapes: tuple[str, ...], settings: tuple[str, ...], heads: bool,
    conditions: tuple[str, ...], edits: bool | None, depth: int | None, name: str | None, file: str | None, force: bool,
) -> int:  # fmt: skip
    """Compare networks."""
    if nets.count("-") > 1:
        raise UsageError("'-' is given more than once", "read one network from standard input, the others from files")
    given, wanted = _for_each(shapes, len(nets)), _for_each(settings, len(nets))
    tables = []
    for net, shape, setting in zip(nets, given, wanted, strict=True):
        network = load(net, _last_of_each(shape), setting)
        try:
            asked = what_if(network, _last_of_each(shape), setting, heads=heads)
            tables.append(network.table(asked))
        except UsageError as error:
            raise _with_letters(error, setting, settings) from None
    difference = diff(*tables, fail_on=conditions)
    page = comparison(difference, ComparisonOptions(edits=edits, depth=depth))
    if len(tables) == PAIR and find_format(name, file).__name__ == HTML:
        write_text(reporting.with_graphs(page, tables, depth), file, force=force)
    else:
        show_page(page, name, file, force=force)
    return 0 if difference.holds else FAILS


def _for_each(given: tuple[str, ...], count: int) -> list[list[str]]:
    """Return for each network what is given for it: for all, or behind its letter, which comes later and wins.

    >>> _for_each(("b:3x8x8", "3x32x32"), 2)
    [['3x32x32'], ['3x32x32', '3x8x8']]

    Raises:
        UsageError: there is no network of that letter.
    """
    for_all, for_one = list[str](), [list[str]() for _ in range(count)]
    for text in given:
        letter, sign, rest = text.partition(":")
        if not sign or letter.strip() not in ascii_lowercase or len(letter.strip()) != 1:
            for_all.append(text)
        elif ascii_lowercase.index(letter.strip()) < count:
            for_one[ascii_lowercase.index(letter.strip())].append(rest)
        else:
            known = " or ".join(f"{letter}:" for letter in ascii_lowercase[:count])
            raise UsageError(f"unknown prefix '{letter.strip()}:' in '{text}'", f"use {known}")
    return [for_all + own for own in for_one]


def _last_of_each(shapes: list[str]) -> list[str]:
    """Return the last shape given for each input by name, and the last without a name."""
    return list({text.partition("=")[0] if "=" in text else "": text for text in shapes}.values())


def _with_letters(error: UsageError, setting: list[str], settings: tuple[str, ...]) -> UsageError:
    """Return what is wrong with a network's settings; say how one is made for one network, if it was for all."""
    mistake, for_all = error.mistakes[0], [text for text in setting if text in settings]
    hints = [mistake.hint, f"to set it for one network only: --set a:{for_all[0]}" if for_all else ""]
    return UsageError(mistake.message, "\n".join(filter(None, hints)))
