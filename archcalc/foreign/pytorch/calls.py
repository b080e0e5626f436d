"""Layers as PyTorch has them: its own module where a layer names one, else an expression or a class of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import Refusal
from archcalc.foreign.expressing import NoCounterpart
from archcalc.foreign.pytorch.expressions import EXPRESSIONS
from archcalc.foreign.pytorch.modules import of_foreign
from archcalc.foreign.pytorch.parts import FIXED_POSITIONS, PARTS
from archcalc.layers.base import Foreign

if TYPE_CHECKING:
    from archcalc.foreign.programs.scopes import FrameworkCall
    from archcalc.layers.base import Layer
    from archcalc.network.graph import Node
    from archcalc.quantities.shape import Shape


def call_of(node: Node, shapes: tuple[Shape, ...]) -> FrameworkCall:
    """Return what a layer is in PyTorch.

    Raises:
        NoCounterpart: PyTorch has no counterpart, for a reason.
    """
    if any(shape.regions != 1 for shape in (*shapes, node.shape)):
        raise NoCounterpart("several regions for each image")
    layer, x = node.layer, shapes[0]
    foreign = _foreign(layer, x)
    if isinstance(foreign, Foreign) and not getattr(layer, "causal", False):  # a module would be called with a mask
        return _fixed(layer, of_foreign(foreign))
    for rules in (EXPRESSIONS, PARTS):
        if layer.kind in rules:
            return _fixed(layer, rules[layer.kind](node, shapes))
    raise NoCounterpart(str(foreign))


def _foreign(layer: Layer, x: Shape) -> Foreign | str:
    try:
        return layer.torch(x)
    except Refusal as refusal:
        return refusal.mistakes[0].message


def _fixed(layer: Layer, call: FrameworkCall) -> FrameworkCall:
    fixed = getattr(layer, "fixed", False) and call.op and call.op != FIXED_POSITIONS
    return call._replace(after=".requires_grad_(False)") if fixed else call
