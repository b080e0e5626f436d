"""`archcalc kinds`: the kinds of layers, their options, formulas and names elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from archcalc.cli.base import show_page
from archcalc.cli.options import output
from archcalc.errors import UsageError
from archcalc.layers.registry import find, kind_names, unknown_kind
from archcalc.specfile.loading import load
from archcalc.studies.explaining.kinds import by_family, described
from archcalc.views.explaining.kinds import kind_list, kind_pages

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from archcalc.layers.base import Layer
    from archcalc.network.table import Table


def _complete(ctx: click.Context, param: click.Parameter, start: str) -> list[str | CompletionItem]:  # noqa: ARG001
    return [name for name in kind_names() if name.startswith(start)]


@click.command(short_help="List the kinds of layers, or show all about some.")
@click.argument("names", metavar="[KIND]...", nargs=-1, shell_complete=_complete)
@click.option("--all", "every", is_flag=True, help="Show all about every kind.")
@output
def command(*, names: tuple[str, ...], every: bool, name: str | None, file: str | None, force: bool) -> None:
    r"""List the kinds of layers, or show all about some: options, formulas, names in other frameworks, an example.

    \b
    archcalc kinds
    archcalc kinds conv maxpool
    """
    if every and names:
        raise UsageError("--all cannot be combined with names of kinds", "remove one of them")
    families = by_family() if every or not names else {}
    kinds = [kind for members in families.values() for kind in members] if every else [_named(name) for name in names]
    whole = kind_list(families) if families else None
    page = kind_pages([described(kind, _analyzed) for kind in kinds], whole) if kinds else whole
    assert page is not None  # noqa: S101 - without names it is the list
    show_page(page, name, file, force=force)


def _named(written: str) -> type[Layer]:
    """Return a kind by its name; one of another framework is answered with ours."""
    if written in kind_names():
        return find(written)
    mistake = unknown_kind(written, kind_names()).mistakes[0]
    raise UsageError(mistake.message.replace("unknown layer", "unknown kind"), mistake.hint)


def _analyzed(layers: str, shape: str) -> Table:
    return load(layers).analyze(shape)
