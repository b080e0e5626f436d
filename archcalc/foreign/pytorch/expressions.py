"""Layers that are expressions on tensors in PyTorch: merges, and what moves or selects values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.foreign.expressing import NoCounterpart
from archcalc.foreign.programs.scopes import FrameworkCall
from archcalc.foreign.sizing import axes
from archcalc.foreign.sizing.axes import channels_axis

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archcalc.foreign.sizing.axes import Turned
    from archcalc.network.graph import Node
    from archcalc.quantities.shape import Shape

    Shapes = Sequence[Shape]
    Rule = Callable[[Node, Shapes], FrameworkCall]


def tensors(shapes: Shapes) -> list[str]:
    """Return the places of all tensors that are read."""
    return [f"{{{place}}}" for place, _ in enumerate(shapes)]


def _joined(sign: str) -> Rule:
    return lambda _, shapes: FrameworkCall(use=f" {sign} ".join(tensors(shapes)))


def _concat(node: Node, shapes: Shapes) -> FrameworkCall:
    axis = axes.named(shapes[0], node.layer.axis) + 1  # type: ignore[attr-defined]
    return FrameworkCall(use=f"torch.cat([{', '.join(tensors(shapes))}], dim={axis})")


def _matmul(node: Node, _: Shapes) -> FrameworkCall:
    turned = node.layer.transpose  # type: ignore[attr-defined]
    left, right = ("{0}.mT" if turned == "left" else "{0}"), ("{1}.mT" if turned == "right" else "{1}")
    return FrameworkCall(use=f"{left} @ {right}")


def _slice(node: Node, shapes: Shapes) -> FrameworkCall:
    first, end = node.layer.channels  # type: ignore[attr-defined]
    return FrameworkCall(use=f"{{0}}[:, {first}:{end}]" if shapes[0].is_map else f"{{0}}[..., {first}:{end}]")


def _split(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    return FrameworkCall(use=f"{{0}}.chunk({layer.parts}, dim={channels_axis(shapes[0])})[{layer.part}]")


def _mean(node: Node, _: Shapes) -> FrameworkCall:
    found = tuple(axis + 1 for axis in axes.averaged(node))
    return FrameworkCall(use=f"{{0}}.mean(dim={found[0] if len(found) == 1 else found})")


def _permute(node: Node, _: Shapes) -> FrameworkCall:
    order = ", ".join(str(axis + 1) for axis in node.layer.axes)  # type: ignore[attr-defined]
    return FrameworkCall(use=f"{{0}}.permute(0, {order})")


def _reshape(node: Node, _: Shapes) -> FrameworkCall:
    return FrameworkCall(use=f"{{0}}.reshape(-1, {', '.join(map(str, node.shape.sizes))})")


def _flat(node: Node, _: Shapes) -> FrameworkCall:
    del node
    return FrameworkCall(use="{0}.flatten(1)")


def rearranged(left: Sequence[int], order: Sequence[int], right: Sequence[int]) -> str:
    """Return the expression that divides axes, puts them in another order and joins them again.

    >>> rearranged((2, 3, 4), (1, 0, 2), (3, 8))
    '{0}.reshape(-1, 2, 3, 4).permute(0, 2, 1, 3).reshape(-1, 3, 8)'
    """
    sizes = [f"reshape(-1, {', '.join(map(str, sizes))})" for sizes in (left, right)]
    turned = "" if list(order) == list(range(len(order))) else f".permute(0, {', '.join(str(a + 1) for a in order)})"
    return f"{{0}}.{sizes[0]}{turned}.{sizes[1]}"


def _turned(movement: Callable[[Node], Turned]) -> Rule:
    """Return the rule of a movement of axes."""
    return lambda node, _: FrameworkCall(use=rearranged(*movement(node), node.shape.sizes))  # type: ignore[arg-type]


def _pyramid(node: Node, shapes: Shapes) -> FrameworkCall:
    rank = len(shapes[0].spatial)
    pools = [f"F.adaptive_max_pool{rank}d({{0}}, {bins}).flatten(1)" for bins in node.layer.bins]  # type: ignore[attr-defined]
    return FrameworkCall(use=f"torch.cat([{', '.join(pools)}], dim=1)")


def _maxout(node: Node, shapes: Shapes) -> FrameworkCall:
    pieces, axis = node.layer.pieces, channels_axis(shapes[0])  # type: ignore[attr-defined]
    return FrameworkCall(use=f"{{0}}.unflatten({axis}, (-1, {pieces})).amax(dim={axis + 1})")


FUNCTIONS = {"exp", "sqrt", "log", "sin", "cos", "neg", "reciprocal", "rsqrt", "square", "erf", "sign", "floor", "ceil"}
"""Functions of one value that are methods of a tensor by the same name."""


def _pointwise(node: Node, shapes: Shapes) -> FrameworkCall:
    name = node.layer.function  # type: ignore[attr-defined]
    if len(shapes) == 1 and name in FUNCTIONS:
        return FrameworkCall(use=f"{{0}}.{name}()")
    if name in ("maximum", "minimum") and len(shapes) == 2:  # noqa: PLR2004 - functions of two tensors
        return FrameworkCall(use=f"torch.{name}({{0}}, {{1}})")
    raise NoCounterpart(f"the function '{name}'")


EXPRESSIONS: Mapping[str, Rule] = {
    "abs": lambda *_: FrameworkCall(use="{0}.abs()"),
    "add": _joined("+"),
    "concat": _concat,
    "flatten": _flat,
    "matmul": _matmul,
    "maxout": _maxout,
    "mean": _mean,
    "multiply": _joined("*"),
    "permute": _permute,
    "pointwise": _pointwise,
    "rearrange": _turned(axes.rearranged),
    "reshape": _reshape,
    "slice": _slice,
    "space_to_depth": _turned(axes.space_to_depth),
    "split": _split,
    "spp": _pyramid,
    "subtract": _joined("-"),
    "take": lambda node, _: FrameworkCall(use=f"{{0}}[:, {node.layer.index}]"),  # type: ignore[attr-defined]
    "tokens": lambda *_: FrameworkCall(use="{0}.flatten(2).transpose(1, 2)"),
}
"""The rule of each kind: given the layer, and the shapes of all tensors that it reads."""
