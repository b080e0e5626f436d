"""Shapes that are written as sizes, with or without a layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.quantities.shape import AXES, BY_SIZES, Shape
from archcalc.wording import plural

if TYPE_CHECKING:
    from archcalc.symbolic.expr import Int

POSITIONS = {name: letter for letter, name in AXES.items() if letter not in "CF"}
"""The letter of each axis along which there are positions, by its name."""


def laid_out(sizes: tuple[Int, ...], layout: str | None) -> Shape:
    """Return the shape with these sizes: a vector of one, a map of more, unless there is a layout.

    >>> laid_out((30, 7, 7), None).layout, laid_out((100, 256), "TF").layout
    ('CHW', 'TF')

    Raises:
        Refusal: there are more sizes than any layout has, or not those of the layout.
    """
    count = len(sizes)
    if layout is None and count not in BY_SIZES:
        raise Refusal(f"a shape cannot have {plural(count, 'size')}", f"use 1 to {max(BY_SIZES)} sizes")
    layout = layout or BY_SIZES[count]
    if len(layout) != count:
        axes = " × ".join(AXES[letter] for letter in layout)
        raise Refusal(f"{plural(count, 'size')} for layout {layout}: expected {len(layout)}", f"{layout} is {axes}")
    return Shape(layout, sizes)
