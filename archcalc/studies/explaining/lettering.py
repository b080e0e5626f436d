"""A layer with the textbook's letters in it: each option and size a letter that carries its value.

So the layer's own formulas print as the rule, and with their values as the worked line. Nothing is typed again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from archcalc.layers.options import NATURALS, PADDING, SIZES
from archcalc.symbolic.expr import Letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.layers.base import Layer
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

LETTERS = {
    "filters": "C_out",
    "kernel": "K",
    "stride": "S",
    "padding": "P",
    "dilation": "D",
    "groups": "G",
    "outputs": "N_out",
    "heads": "h",
    "window": "w",
    "grid": "g",
    "pieces": "k",
    "factor": "r",
    "block": "r",
    "vocabulary": "V",
    "features": "F",
    "output_padding": "P_out",
}
"""The letter for an option; an option that is not here goes by its own name."""

USUAL = {"dilation": 1, "groups": 1, "output_padding": 0}
"""Values that a textbook's line leaves out."""

PER_AXIS = (NATURALS, PADDING, SIZES)
"""The types of options that have a value for each spatial axis."""

AXES = {"C": "C_in", "F": "N_in", "T": "T"}
"""The letter for an axis that is not spatial."""


def lettered(layer: Layer, x: Shape) -> tuple[Layer, Shape]:
    """Return a layer and its input with letters for what are numbers.

    >>> from archcalc.layers.registry import build, find
    >>> from archcalc.quantities.shape import grid
    >>> conv, x = lettered(build(find("conv"), {"filters": 96, "kernel": 11, "stride": 4}), grid(3, (227, 227)))
    >>> conv.output(x).spatial[0]
    floor((I - K + 2*P)/S) + 1
    """
    suffixes = [letter.lower() for letter in x.layout[1:]] if x.is_map else []
    changes = {}
    for name in layer.declared.options:
        value = getattr(layer, name)
        if name == "stride" and value is None and hasattr(layer, "kernel"):
            value = layer.kernel  # a pool's stride is its kernel by default
        counted = name == "filters" and getattr(layer, "table", None)  # by the rows of LeNet-5's table
        if value != USUAL.get(name) and not counted:
            axes = suffixes if layer.declared.options[name].type in PER_AXIS else []
            changes[name] = _letter(LETTERS.get(name, name), value, axes)
    return replace(layer, **changes), _input(x, suffixes)  # type: ignore[type-var]


def _letter(name: str, value: Any, suffixes: Sequence[str]) -> Any:  # noqa: ANN401 - an option's value
    """Return a letter for a number, one for all axes where they agree, and anything else as it is."""
    if _whole(value):
        return Letter(name, value)
    if not isinstance(value, tuple) or len(value) != len(suffixes) or not all(map(_on_an_axis, value)):
        return value
    if len(set(value)) == 1:
        return (_of_side(name, value[0]),) * len(value)
    return tuple(_of_side(f"{name}_{suffix}", side) for suffix, side in zip(suffixes, value, strict=True))


def _on_an_axis(value: object) -> bool:
    """Whether something is a number, or a pair of numbers."""
    return _whole(value) or (isinstance(value, tuple) and len(value) == 2 and all(map(_whole, value)))  # noqa: PLR2004


def _of_side(name: str, value: Any) -> Any:  # noqa: ANN401
    if not isinstance(value, tuple):
        return Letter(name, value)
    before, after = value
    if before == after:
        return (Letter(name, before),) * 2
    return Letter(f"{name}_before", before), Letter(f"{name}_after", after)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _input(x: Shape, suffixes: Sequence[str]) -> Shape:
    if not x.is_map:
        names = ["T", "F"] if x.layout == "TF" else ["N_in"]
        return x._replace(sizes=tuple(_size(name, size) for name, size in zip(names, x.sizes, strict=True)))
    same = len(set(x.spatial)) == 1
    spatial = [_size("I" if same else f"I_{suffix}", size) for suffix, size in zip(suffixes, x.spatial, strict=True)]
    return x._replace(sizes=(_size(AXES["C"], x.channels), *spatial))


def _size(name: str, size: Int) -> Int:
    return Letter(name, size) if isinstance(size, int) else size
