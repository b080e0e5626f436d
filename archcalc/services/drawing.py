"""Drawing networks: the kind of picture, the networks for it, and the format it is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.drawings.base import formats
from archcalc.errors import UsageError, did_you_mean
from archcalc.rooms import fetch, members
from archcalc.views.columns import chosen
from archcalc.views.drawing.options import DrawOptions
from archcalc.wording import listed, plural

if TYPE_CHECKING:
    from types import ModuleType

    from archcalc.network.table import Table
    from archcalc.views.drawing.picture import Picture

KINDS = "views.drawing.kinds"
USUAL = {1: "graph", 2: "diff"}
"""The default kind of picture by the number of networks; for more networks it is a scatter plot."""

MANY = "scatter"


def kinds() -> dict[str, str]:
    """Return the kinds of pictures, with what each shows.

    >>> list(kinds())
    ['cost', 'diff', 'graph', 'rf', 'scatter', 'volumes']
    """
    return {name: fetch(KINDS, name).MEANING for name in members(KINDS)}


def draw(*tables: Table, kind: str = "", **wishes: Any) -> Picture:  # noqa: ANN401
    """Draw one or several networks.

    ``kind`` is one of ``graph``, ``volumes``, ``cost``, ``rf``, ``diff`` (two networks) and ``scatter``; ``counts`` are
    columns of ``show``, separated by commas; the other wishes are those of
    :class:`~archcalc.views.drawing.options.DrawOptions`.

    >>> import archcalc
    >>> picture = draw(archcalc.load("lenet5").analyze())
    >>> picture.title, picture.description
    ('LeNet-5', 'The graph of LeNet-5, from input to output: 9 boxes.')

    Raises:
        UsageError: the kind, an option or a quantity is unknown, or the kind draws another number of networks.
    """
    kind = kind or USUAL.get(len(tables), MANY)
    module = _kind(kind)
    if module.NETWORKS not in (None, len(tables)):
        needs = f"the kind {kind} draws {plural(module.NETWORKS, 'network')}, got {len(tables)}"
        raise UsageError(needs, f"use --kind {USUAL.get(len(tables), MANY)}")
    unused = [name for name in wishes if name not in module.USES]
    if unused:
        options = listed(f"--{name}" for name in module.USES)
        raise UsageError(f"--{unused[0]} does not apply to --kind {kind}", f"this kind uses {options}")
    if "counts" in wishes:
        wishes["counts"] = tuple(measure.key for measure in chosen(wishes["counts"])[1:])
    return module.draw(tables, DrawOptions(**wishes))  # type: ignore[no-any-return]


def _kind(name: str) -> ModuleType:
    if name not in members(KINDS):
        hint = did_you_mean(name, members(KINDS)) or f"available: {', '.join(members(KINDS))}"
        raise UsageError(f"unknown kind of picture '{name}'", hint)
    return fetch(KINDS, name)


def picture_format(name: str) -> ModuleType:
    """Load a format of pictures.

    >>> picture_format("svg").__name__
    'archcalc.drawings.svg'

    Raises:
        UsageError: the format is unknown, or a package that it needs is not installed.
    """
    if name not in formats():
        hint = did_you_mean(name, formats()) or f"available: {', '.join(formats())}"
        raise UsageError(f"unknown picture format '{name}'", hint)
    try:
        return fetch("drawings", name)
    except ModuleNotFoundError as missing:
        needs = f"the format {name} requires {missing.name}, which is not installed"
        raise UsageError(needs, "pip install 'archcalc[draw]', or use svg") from None
