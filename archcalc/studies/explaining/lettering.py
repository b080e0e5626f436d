"""A layer with the textbook's letters in it: each option and size a letter that carries its value.

So the layer's own formulas print as the rule, and with their values as the worked line. Nothing is typed again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import Refusal
from archcalc.layers.options import NATURAL, NATURALS, PADDING, SIZES
from archcalc.quantities.letters import OF_OPTIONS, PUT_OUT, USUAL, along, mixed, put_out, read, read_also
from archcalc.symbolic.carried import value
from archcalc.symbolic.expr import Expr, Letter
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.layers.base import Layer
    from archcalc.network.table import Row
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

PER_AXIS = (NATURALS, PADDING, SIZES)
"""The types of options that have a value for each spatial axis."""


class Lettered(NamedTuple):
    """A layer, what it reads and what it puts out, with letters for what are numbers.

    A size that is put out is the letter of the option or of the size that it is, or else the expression it follows
    from; ``named`` has a letter for each of these, too.
    """

    layer: Layer
    x: Shape
    output: Shape

    @property
    def named(self) -> Shape:
        """The output, each of whose sizes is one letter."""
        return lettered_output(self.output)

    @property
    def names(self) -> dict[Int, Letter]:
        """The letters of sizes along a map's axes that are put out, by the expressions that they follow from."""
        pairs = zip(self.output.lengths, self.named.lengths, strict=True)
        return {rule: name for rule, name in pairs if isinstance(rule, Expr) and isinstance(name, Letter)}


def lettered(row: Row) -> Lettered | None:
    """Return the layer of a row with letters, unless it computes something else with them (or cannot).

    >>> import archcalc
    >>> found = lettered(archcalc.load("alexnet").analyze()["conv1"])
    >>> found.output.sizes[1], found.named
    (floor((I - K + 2*P)/S) + 1, Shape(layout='CHW', sizes=(C_out, O, O), regions=1))
    """
    x = row.inputs[0]
    layer = _layer(row.layer, x, row.output)
    try:
        output = layer.output(_sized(x, read(x)))
        keeps = output.layout == x.layout and output.channels == _sized(x, read(x)).channels
        found = Lettered(layer, _sized(x, read(x, keeps=keeps)), layer.output(_sized(x, read(x, keeps=keeps))))
    except Refusal:
        return None
    return found if _values(found.output) == row.output.sizes else None


def lettered_output(output: Shape) -> Shape:
    """Return a shape with a letter for each size that has none: an expression's, or a number's.

    >>> from archcalc.quantities.shape import grid
    >>> lettered_output(grid(3, (Letter("H"), Letter("W", 5)))).sizes
    (C_out, O_h, W)
    """
    known = output._replace(sizes=_values(output))
    names = zip(put_out(known), output.sizes, known.sizes, strict=True)
    return output._replace(sizes=tuple(old if _carries(old) else Letter(name, size) for name, old, size in names))


def _values(shape: Shape) -> tuple[Int, ...]:
    """Return the sizes of a shape by the values that their letters carry; a size without such is its own value."""
    values = [value(size) for size in shape.sizes]
    return tuple(size if known is None else simplify(known) for size, known in zip(shape.sizes, values, strict=True))


def _carries(size: Int) -> bool:
    return isinstance(size, Letter) and size.value is not None


def _layer(layer: Layer, x: Shape, output: Shape) -> Layer:
    """Return a layer whose options are letters."""
    changes = {}
    for name in layer.declared.options:
        given = getattr(layer, name)
        if name == "stride" and given is None and hasattr(layer, "kernel"):
            given = layer.kernel  # a pool's stride is its kernel by default
        if layer.declared.options[name].type.reads and given is not None:
            changes[name] = _sized(given, read_also(given))
            continue
        counted = name == "filters" and getattr(layer, "table", None)  # by the rows of LeNet-5's table
        none = given == 0 and layer.declared.options[name].type is NATURAL  # a window of 0 is none
        if given != USUAL.get(name) and not counted and not none:
            axes = x.length_axes if layer.declared.options[name].type in PER_AXIS else ""
            letter = mixed(output.layout, "out") if name in PUT_OUT else OF_OPTIONS.get(name, name)
            changes[name] = _letter(letter, given, axes)
    return layer.changed(changes)


def _letter(name: str, given: Any, axes: str) -> Any:  # noqa: ANN401 - an option's value
    """Return a letter for a number, one for all axes where they agree, and anything else as it is."""
    if _whole(given):
        return Letter(name, given)
    if not isinstance(given, tuple) or len(given) != len(axes) or not all(map(_on_an_axis, given)):
        return given
    return tuple(_of_side(letter, side) for letter, side in zip(along(name, axes, given), given, strict=True))


def _on_an_axis(given: object) -> bool:
    """Whether something is a number, or a pair of numbers."""
    return _whole(given) or (isinstance(given, tuple) and len(given) == 2 and all(map(_whole, given)))  # noqa: PLR2004


def _of_side(name: str, given: Any) -> Any:  # noqa: ANN401
    if not isinstance(given, tuple):
        return Letter(name, given)
    before, after = given
    if before == after:
        return (Letter(name, before),) * 2
    return Letter(f"{name}_before", before), Letter(f"{name}_after", after)


def _whole(given: object) -> bool:
    return isinstance(given, int | Expr) and not isinstance(given, bool)


def _sized(x: Shape, names: Iterable[str]) -> Shape:
    return x._replace(sizes=tuple(Letter(name, size) for name, size in zip(names, x.sizes, strict=True)))
