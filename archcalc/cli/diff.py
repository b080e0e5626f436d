"""`archcalc diff`: networks side by side."""

from __future__ import annotations

from string import ascii_lowercase

import click

from archcalc.cli.base import show_page
from archcalc.cli.options import LOADING, networks, output
from archcalc.errors import UsageError
from archcalc.specfile.loading import load
from archcalc.studies.comparing.differences import diff
from archcalc.studies.showing.whatif import what_if
from archcalc.views.comparing.comparison import ComparisonOptions, comparison

FAILS = 1

HELP = f"""Compare two networks or more: totals, what each does at every resolution, and the edit from A to B.

    {LOADING}

    --input and --set are for all networks, or for one of them with its letter in front: a: is the first, b: the
    second. Letters make the difference a closed form, and say for which sizes which network is cheaper.

    --fail-on exits with 1 if a condition holds for any network but the first: 'macs > +5%' or 'params > +100K' more
    than the first has, 'macs > 90%' of what it has, 'params > 25M' by itself. Quantities are those of --format json.

    \b
    archcalc diff vgg16 googlenet
    archcalc diff resnet50 torchvision/resnet50
    archcalc diff alexnet vgg16 googlenet resnet50
    archcalc diff vgg16 vgg16 --set b:classes=10 --input b:3x160x160
    archcalc diff alexnet resnet50 --input 3xHxW
    git show HEAD:net.yaml | archcalc diff - net.yaml --fail-on 'macs > +5%' --format markdown
    """


@click.command(help=HELP, short_help="Networks side by side, and the edit from one to the other.")
@click.argument("nets", nargs=-1, metavar="A B [NET]...", shell_complete=networks)
@click.option("--input", "shapes", multiple=True, metavar="[a:]SHAPE", help="Another input, for all or for one.")
@click.option(
    "--set", "settings", multiple=True, metavar="[a:]NAME=VALUE",
    help="Set an argument (classes=10) or a layer's option (conv1.stride=1), for all or for one.",
)  # fmt: skip
@click.option("--fail-on", "conditions", multiple=True, metavar="CONDITION", help="Exit with 1 if it holds.")
@click.option("--edits/--no-edits", default=None, help="Show the edit; by default if the networks are related.")
@click.option("--depth", type=click.IntRange(0), help="Open blocks of the edit so many levels deep; 0 closes all.")
@output
def command(  # noqa: PLR0913 - as many as there are options
    *, nets: tuple[str, ...], shapes: tuple[str, ...], settings: tuple[str, ...], conditions: tuple[str, ...],
    edits: bool | None, depth: int | None, name: str | None, file: str | None, force: bool,
) -> int:  # fmt: skip
    """Compare networks."""
    if nets.count("-") > 1:
        raise UsageError("standard input can be read once", "write one of the networks to a file")
    given, wanted = _for_each(shapes, len(nets)), _for_each(settings, len(nets))
    tables = []
    for net, shape, setting in zip(nets, given, wanted, strict=True):
        network = load(net)
        try:
            asked = what_if(network, shape[-1] if shape else None, setting)
            tables.append(network.analyze(asked.input, asked.arguments, asked.options))
        except UsageError as error:
            raise _with_letters(error, setting, settings) from None
    difference = diff(*tables, fail_on=conditions)
    show_page(comparison(difference, ComparisonOptions(edits=edits, depth=depth)), name, file, force=force)
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
            known = ", ".join(f"{letter}:" for letter in ascii_lowercase[:count])
            raise UsageError(f"'{text}': there is no network {letter.strip()}", f"there are {known}")
    return [for_all + own for own in for_one]


def _with_letters(error: UsageError, setting: list[str], settings: tuple[str, ...]) -> UsageError:
    """Return what is wrong with a network's settings; say how one is made for one network, if it was for all."""
    mistake, for_all = error.mistakes[0], [text for text in setting if text in settings]
    hints = [mistake.hint, f"for one network alone: --set a:{for_all[0]}" if for_all else ""]
    return UsageError(mistake.message, "\n".join(filter(None, hints)))
