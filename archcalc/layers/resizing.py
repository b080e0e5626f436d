"""What cropping and upsampling share: the size of another layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Refusal

if TYPE_CHECKING:
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int


def size_of(to: Shape, x: Shape) -> tuple[Int, ...]:
    """Return the spatial size of the tensor that ``to`` names, for a map ``x``.

    >>> from archcalc.quantities.shape import grid
    >>> size_of(grid(64, (56, 56)), grid(8, (64, 64)))
    (56, 56)

    Raises:
        Refusal: it is no map of as many axes.
    """
    if to.layout != x.layout:
        raise Refusal(f"cannot resize {x.described()} to the size of {to.described()}")
    return to.spatial


def either(who: str, option: str) -> Refusal:
    """Return the refusal of a call that has neither its size nor ``to``, or both."""
    return Refusal(f"either {option} or to is required", f"for example: {{{who}: 2}} or {{{who}: , to: input}}")
