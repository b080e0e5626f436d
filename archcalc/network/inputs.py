"""The shapes of a network's inputs: read from text, taken from the spec, or given from outside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.layers.options import whole
from archcalc.network.written import Items, Record, Text
from archcalc.quantities.shape import BY_SIZES, LAYOUTS, Shape
from archcalc.symbolic.expr import Letter
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.network.scope import LayeredScope
    from archcalc.network.written import Written
    from archcalc.symbolic.expr import Int

EXPECTED = "examples: 3x224x224, 3xHxW, 784, TF 197x768"
_SIGN = re.compile("[x×*,]")
_WRITTEN = re.compile(
    r"(?:(?P<layout>[A-Za-z]{1,5})\s+(?=[\w(\[?-])(?!x\s))?(?:torch\.Size)?\s*(?P<sizes>.*)", re.DOTALL
)
_BRACKETS = ("(", ")"), ("[", "]")
BATCH = "N"
"""The axis that a framework's layout may have beside ours: it counts for nothing here."""
UNKNOWN_BATCH = ("None", "?", "-1")
"""How frameworks print the size of a batch that may be any."""


def read_shape(text: str, value: Callable[[str], object] = Letter) -> Shape:
    """Read a shape: numbers and letters joined by x, channels first; a layout may stand before it, also a foreign one.

    ``value`` gives what a name in it stands for.

    >>> str(read_shape("3x227x227")), read_shape("TF 197x768").layout, str(read_shape("NHWC 1x224x224x3"))
    ('3×227×227', 'TF', '3×224×224')

    Raises:
        Refusal: it is no shape.
    """
    layout, sizes = read_sizes(text, value)
    return shape_of(sizes, layout)


def read_sizes(text: str, value: Callable[[str], object] = Letter) -> tuple[str, tuple[Int, ...]]:
    """Read the sizes of a shape, and the layout where one is said; sizes of a foreign layout come in our order.

    >>> read_sizes("(1, 3, 224, 224)"), read_sizes("HWC 224x224x3")
    (('', (1, 3, 224, 224)), ('CHW', (3, 224, 224)))

    Raises:
        Refusal: it is no shape, or in no layout that there is.
    """
    match = _WRITTEN.fullmatch(text.strip())
    assert match is not None  # noqa: S101 - its parts may all be empty
    layout = match["layout"] or ""
    parts = [part.strip() for part in _SIGN.split(_without_brackets(match["sizes"]))]
    if len(parts) > 1 and parts[0] in UNKNOWN_BATCH:
        parts, layout = parts[1:], layout.removeprefix(BATCH)
    sizes = tuple(_size(part, value, text) for part in parts)
    return _in_our_order(layout.upper(), sizes) if layout else ("", sizes)


def _without_brackets(sizes: str) -> str:
    for opening, closing in _BRACKETS:
        if sizes.startswith(opening) and sizes.endswith(closing):
            sizes = sizes[1:-1].strip().removesuffix(",")
    return sizes


def _in_our_order(layout: str, sizes: tuple[Int, ...]) -> tuple[str, tuple[Int, ...]]:
    """Return one of our layouts for a permutation of it, with or without a batch, and the sizes in its order."""
    ours = next((known for known in LAYOUTS if sorted(known) == sorted(layout.replace(BATCH, "", 1))), None)
    if ours is None:
        raise Refusal(
            f"unknown layout '{layout}'", f"available: {', '.join(LAYOUTS)}, and their permutations, for example NHWC"
        )
    if len(sizes) != len(layout):
        raise Refusal(_wrong_number(len(sizes), layout), EXPECTED)
    by_axis = dict(zip(layout, sizes, strict=True))
    return ours, tuple(by_axis[axis] for axis in ours)


def _size(part: str, value: Callable[[str], object], text: str) -> Int:
    if part.isascii() and part.isdigit() and len(part) < 19:  # noqa: PLR2004 - what a machine word holds
        return int(part)
    if part.isidentifier():
        return whole(value(part))
    raise Refusal(f"invalid input shape '{text}'", EXPECTED)


def shape_of(sizes: tuple[Int, ...], layout: str = "") -> Shape:
    """Return the shape with these sizes: one is a vector, two to four a map with its channels first.

    Raises:
        Refusal: there are too many sizes, too few for the layout, or one of them is less than 1.
    """
    layout = layout or BY_SIZES.get(len(sizes), "")
    if len(layout) != len(sizes) or not sizes:
        raise Refusal(_wrong_number(len(sizes), layout), EXPECTED)
    require_positive(sizes)
    return Shape(layout, sizes)


def _wrong_number(given: int, layout: str) -> str:
    needs = f"layout {layout} requires {plural(len(layout), 'size')}" if layout else "a shape has 1 to 4 sizes"
    return f"invalid input shape: {needs}, got {given}"


def require_positive(sizes: tuple[Int, ...]) -> None:
    """Refuse a size below 1, as far as it is a number.

    Raises:
        Refusal: there is one.
    """
    for size in sizes:
        if isinstance(size, int) and size < 1:
            raise Refusal(f"invalid input size {size}: expected an integer ≥ 1", EXPECTED)


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
    raise Refusal("no input shape", "add input: 3x224x224 to the spec or use --input 3x224x224").at(None)


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
