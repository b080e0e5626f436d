"""The padding that `same` adds: how much along each axis, and on which side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archcalc.measures.leftover import LINES
from archcalc.quantities.letters import along
from archcalc.quantities.window import halves
from archcalc.symbolic.carried import value
from archcalc.symbolic.expr import Expr, Letter
from archcalc.symbolic.known import simplify
from archcalc.symbolic.printing import unicode
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.table import Row
    from archcalc.studies.explaining.lettering import Lettered
    from archcalc.symbolic.expr import Int

SIDES = {
    "H": ("above", "below"),
    "W": ("on the left", "on the right"),
    "L": ("before", "after"),
    "D": ("at the front", "at the back"),
    "T": ("before", "after"),
}
"""The two sides of a map along an axis."""

TOGETHER = "P"
"""The letter for the padding of both sides together."""


class SamePadding(NamedTuple):
    """Along one axis: the padding of both sides together, as rule and result, and where it lies, in words."""

    axis: str
    symbol: str
    rule: Expr
    result: Int
    where: str


def same_padding(row: Row, found: Lettered) -> Iterator[SamePadding]:
    """Yield the padding that `same` adds along each axis of a layer.

    >>> import archcalc
    >>> from archcalc.studies.explaining.lettering import lettered
    >>> table = archcalc.load("[{conv: 4, kernel: 4, stride: 2, padding: same}]").analyze((3, 9, 10))
    >>> [(padding.result, padding.where) for padding in same_padding(table.rows[0], lettered(table.rows[0]))]
    [(3, '1 row of zeros above, 2 below'), (2, '1 column of zeros on the left, 1 on the right')]
    """
    geometry, lettering = row.geometry, found.layer.geometry(found.x)
    if geometry is None or lettering is None:
        return
    what = "zeros" if row.tensors else "padding"
    axes, sizes = row.inputs[0].length_axes, row.inputs[0].lengths
    rules = [window.missing(letter) for window, letter in zip(lettering.windows, found.x.lengths, strict=True)]
    results = [simplify(window.missing(size)) for window, size in zip(geometry.windows, sizes, strict=True)]
    symbols = along(TOGETHER, axes, tuple(results))
    for axis, symbol, rule, result, window in zip(axes, symbols, rules, results, geometry.windows, strict=True):
        if window.same and isinstance(rule, Expr) and value(rule) is not None:
            where = _where(axis, result if isinstance(result, int) else Letter(symbol), what)
            yield SamePadding(axis, symbol, rule, result=result, where=where)


def _where(axis: str, together: Int, what: str) -> str:
    """Say how many lines are added on either side; nothing of a side without."""
    pads = halves(together)
    told = [(pad, side) for pad, side in zip(pads, SIDES[axis], strict=True) if not isinstance(pad, int) or pad]
    if not told:
        return f"no {what}"
    (pad, side), *others = told
    lines = plural(pad, LINES[axis]) if isinstance(pad, int) else f"{unicode(pad)} {LINES[axis]}s"
    return ", ".join([f"{lines} of {what} {side}", *(f"{unicode(pad)} {side}" for pad, side in others)])
