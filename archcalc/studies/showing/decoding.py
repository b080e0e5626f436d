"""One more token of a language model, after tokens whose keys and values are cached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError
from archcalc.quantities.shape import Shape

if TYPE_CHECKING:
    from archcalc.network.network import Network, WhatIf
    from archcalc.network.table import Row, Table
    from archcalc.symbolic.expr import Int

TOKENS = ("F", "TF")
"""The layouts of an input of tokens: their numbers, or their features."""

CACHE = "cache"
"""The option of layers that keep something of earlier tokens: how many these are."""


class Decoded(NamedTuple):
    """The table of one token, and how many tokens came before it."""

    table: Table
    before: Int


def one_token(network: Network, asked: WhatIf, table: Table, freeze: tuple[str, ...] = ()) -> Decoded:
    """Compute the table of one token that follows the tokens of a table.

    Raises:
        UsageError: the input is not one sequence of tokens, a layer reads later tokens or several of them, or weights
            depend on the number of tokens.
    """
    shapes = list(table.inputs.values())
    if len(shapes) > 1 or shapes[0].layout not in TOKENS:
        raise UsageError("--decode requires a network whose only input is a sequence of tokens")
    before, options = shapes[0].sizes[0], {path: dict(given) for path, given in asked.options.items()}
    for row in table:
        _refuse_several(row)
        if CACHE in row.layer.declared.options:
            options.setdefault(row.path, {})[CACHE] = before
    one = Shape(shapes[0].layout, (1, *shapes[0].sizes[1:]))
    found = network.table(asked._replace(input=one, options=options), freeze)
    if found.totals.params != table.totals.params:
        grown = next(row.path for row in table if row.params != found[row.path].params)
        raise UsageError(
            f"--decode: the parameters of {grown} depend on the number of tokens", "give it a fixed number of positions"
        )
    return Decoded(found, before)


def _refuse_several(row: Row) -> None:
    """Refuse a layer of which one token is not computed from cached keys and values and itself."""
    layer: Any = row.layer
    if CACHE in layer.declared.options and not layer.causal:
        raise UsageError(f"--decode requires causal attention: {row.path} reads later tokens", "add causal: true")
    if row.geometry is not None and row.inputs[0].layout == "TF":
        raise UsageError(f"--decode: {row.path} reads several tokens, which are not cached")
