"""Cells that several pages have: a count, a receptive field's size, and what goes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.quantities.reach import agreed
from archcalc.quantities.shape import Shape
from archcalc.symbolic.printing import side_by_side
from archcalc.views.page import Axes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.measures.quantities import Value
    from archcalc.network.table import Table
    from archcalc.quantities.reach import Reach
    from archcalc.symbolic.expr import Int
    from archcalc.symbolic.ratio import Number
    from archcalc.views.page import Cell

ONE_COPY = "(one copy below)"
"""After the name of a repeated block: its line has the sums of all copies, and the lines below it are those of one."""


def some(number: Int) -> Cell:
    """Return a count, or nothing for zero."""
    return None if isinstance(number, int) and number == 0 else number


def of_value(value: Value) -> Cell:
    """Return the cell of a quantity's value: a number for each axis stands side by side."""
    return Axes(value) if isinstance(value, tuple) and not isinstance(value, Shape) else value


def axes(numbers: tuple[Number, ...]) -> Cell:
    """Return one number for all axes where they agree, else a number for each."""
    found = agreed(numbers)
    return found[0] if len(found) == 1 else Axes(found)


def extent(reach: Reach) -> Cell:
    """Return the size of a field on each axis, one number where they agree; a word where there is none."""
    return axes(reach.sizes) if reach.sizes else reach.word


def entry(table: Table) -> str:
    """Say what goes in."""
    shapes = [f"{name} {side_by_side(shape.sizes)}" for name, shape in table.inputs.items()]
    return " · ".join(shapes)


FEW_AUTHORS = 3


def citation(paper: Mapping[str, str]) -> str:
    """Return who published a network and when.

    >>> citation({"authors": "He, Zhang, Ren, Sun", "year": "2015"})
    'He et al. 2015'
    """
    names = [name.strip() for name in paper.get("authors", "").split(",") if name.strip()]
    authors = ", ".join(names) if len(names) <= FEW_AUTHORS else f"{names[0]} et al."
    return f"{authors} {paper.get('year', '')}".strip()
