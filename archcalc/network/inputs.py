"""The shapes of a network's inputs: read from text, taken from the spec, or given from outside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.layers.options import whole
from archcalc.network.written import Items, Record, Text
from archcalc.quantities.shape import BY_SIZES, LAYOUTS, Shape
from archcalc.symbolic.expr import Letter

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.network.scope import LayeredScope
    from archcalc.network.written import Written
    from archcalc.symbolic.expr import Int

EXPECTED = "as in 3x224x224, 3xHxW, 784 or TF 197x768"
_SIGN = re.compile(r"\s*[x×]\s*")


def read_shape(text: str, value: Callable[[str], object] = Letter) -> Shape:
    """Read a shape: numbers and letters joined by x, channels first; a layout may stand before it.

    ``value`` gives what a name in it stands for.

    >>> str(read_shape("3x227x227")), read_shape("TF 197x768").layout
    ('3×227×227', 'TF')

    Raises:
        Refusal: it is no shape.
    """
    layout, _, sizes = text.strip().rpartition(" ")
    if layout and layout not in LAYOUTS:
        raise Refusal(f"'{layout}' is no layout", f"choose from {', '.join(LAYOUTS)}")
    return shape_of(tuple(_size(part, value, text) for part in _SIGN.split(sizes)), layout)


def _size(part: str, value: Callable[[str], object], text: str) -> Int:
    if part.isascii() and part.isdigit() and len(part) < 19:  # noqa: PLR2004 - what a machine word holds
        return int(part)
    if part.isidentifier():
        return whole(value(part))
    raise Refusal(f"'{text}' is no shape", EXPECTED)


def shape_of(sizes: tuple[Int, ...], layout: str = "") -> Shape:
    """Return the shape with these sizes: one is a vector, two to four a map with its channels first.

    Raises:
        Refusal: there are too many sizes, too few for the layout, or one of them is less than 1.
    """
    layout = layout or BY_SIZES.get(len(sizes), "")
    if len(layout) != len(sizes) or not sizes:
        raise Refusal(f"{len(sizes)} sizes make no shape{f' {layout}' if layout else ''}", EXPECTED)
    for size in sizes:
        if isinstance(size, int) and size < 1:
            raise Refusal(f"a size of {size} is less than 1", EXPECTED)
    return Shape(layout, sizes)


def written_inputs(written: Written | None, scope: LayeredScope) -> dict[str, Shape]:
    """Return the inputs a spec writes: one, called `input`, or several by name.

    Raises:
        SpecError: an input is no shape; with its place.
    """
    if isinstance(written, Record):
        return {key.text: _written_shape(value, scope) for key, value in written.entries}
    return {"input": _written_shape(written, scope)}


def _written_shape(written: Written | None, scope: LayeredScope) -> Shape:
    try:
        if isinstance(written, Text):
            return read_shape(written.text, lambda name: _named(name, scope))
        if isinstance(written, Items):
            return shape_of(tuple(whole(scope.value(item)) for item in written.items))
    except Refusal as refusal:
        raise refusal.at(written.place if written else None) from None
    raise Refusal("there is no input", "write input: 3x224x224 in the spec, or give --input 3x224x224").at(None)


def _named(name: str, scope: LayeredScope) -> object:
    """Return the value of an argument, or a letter where there is no argument of that name."""
    try:
        return scope[name]
    except KeyError:
        return Letter(name)


def arguments_of_input(written: Written | None, given: Shape) -> dict[str, Int]:
    """Return the arguments that a given input decides: `[3, resolution, resolution]` with 3x240x240.

    An argument that would need two values, or that stands in an expression, is left as it is.
    """
    if not isinstance(written, Items) or len(written.items) != len(given.sizes):
        return {}
    found: dict[str, set[Int]] = {}
    for item, size in zip(written.items, given.sizes, strict=True):
        if isinstance(item, Text) and item.text.isidentifier():
            found.setdefault(item.text, set()).add(size)
    return {name: sizes.pop() for name, sizes in found.items() if len(sizes) == 1}
