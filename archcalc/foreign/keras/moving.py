"""What moves, selects and joins values in Keras, with channels last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.foreign.expressing import NoCounterpart
from archcalc.foreign.keras import windows
from archcalc.foreign.keras.axes import last, one, place, rearranged
from archcalc.foreign.programs.scopes import FrameworkCall
from archcalc.foreign.sizing.axes import averaged
from archcalc.quantities.window import paddings, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archcalc.network.graph import Node
    from archcalc.quantities.shape import Shape

    Shapes = Sequence[Shape]
    Rule = Callable[[Node, Shapes], FrameworkCall]


def of_layer(op: str, use: str = "{m}({0})", **options: object) -> FrameworkCall:
    """Return a layer of Keras with its options."""
    return FrameworkCall(f"layers.{op}", tuple(options.items()), use)


def _flatten(_: Node, __: Shapes) -> FrameworkCall:
    return of_layer("Flatten")


def _reshape(node: Node, shapes: Shapes) -> FrameworkCall:
    """Return a reshape whose values lie as with channels first, where it makes a map."""
    if shapes[0].is_map:
        raise NoCounterpart("a feature map in another shape, whose values lie in another order in Keras")
    sizes, x = node.shape.sizes, node.shape
    if not x.is_map:
        return FrameworkCall(use=f"layers.Reshape({sizes})({{0}})")
    order = tuple(range(2, len(sizes) + 1))
    return FrameworkCall(use=f"layers.Permute({(*order, 1)})(layers.Reshape({sizes})({{0}}))")


def _permute(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    order = [0] * len(layer.axes)
    for axis, source in enumerate(layer.axes):
        order[place(node.shape, axis) - 1] = place(shapes[0], source)
    return of_layer("Permute", dims=tuple(order))


def _tokens(node: Node, _: Shapes) -> FrameworkCall:
    return FrameworkCall(use=f"layers.Reshape({node.shape.sizes})({{0}})")


def _slice(node: Node, _: Shapes) -> FrameworkCall:
    first, end = node.layer.channels  # type: ignore[attr-defined]
    return FrameworkCall(use=f"{{0}}[..., {first}:{end}]")


def _split(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    width = shapes[0].channels // layer.parts
    return FrameworkCall(use=f"{{0}}[..., {layer.part * width}:{(layer.part + 1) * width}]")


def _take(node: Node, shapes: Shapes) -> FrameworkCall:
    index = node.layer.index  # type: ignore[attr-defined]
    return FrameworkCall(use=f"{{0}}[:, {index if index >= 0 else shapes[0].positions + index}]")


def _mean(node: Node, shapes: Shapes) -> FrameworkCall:
    axes = sorted(place(shapes[0], axis) for axis in averaged(node))
    return FrameworkCall(use=f"ops.mean({{0}}, axis={axes[0] if len(axes) == 1 else tuple(axes)})")


def _matmul(node: Node, shapes: Shapes) -> FrameworkCall:
    if shapes[0].is_map:
        raise NoCounterpart("a product of matrices for each channel")
    turned = node.layer.transpose  # type: ignore[attr-defined]
    sides = [
        f"ops.swapaxes({{{at}}}, 1, 2)" if turned == name else f"{{{at}}}" for at, name in enumerate(("left", "right"))
    ]
    return FrameworkCall(use=f"ops.matmul({sides[0]}, {sides[1]})")


def _pad(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    sides = paddings(layer.padding, len(shapes[0].spatial))
    if layer.channels == (0, 0):
        return FrameworkCall(use=windows.padded(sides, shapes[0]))  # type: ignore[arg-type]
    return FrameworkCall(use=f"ops.pad({{0}}, {((0, 0), *sides, layer.channels)})")


def _crop(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    sizes = node.shape.spatial
    starts = layer.starts(shapes[0], sizes)
    rows = tuple(
        (start, size - start - kept) for size, kept, start in zip(shapes[0].spatial, sizes, starts, strict=True)
    )
    return of_layer(f"Cropping{len(rows)}D", cropping=rows[0] if len(rows) == 1 else rows)


def _upsample(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    before, after = shapes[0].spatial, node.shape.spatial
    exact = all(b % a == 0 for a, b in zip(before, after, strict=True))
    factors = one([b // a for a, b in zip(before, after, strict=True)])
    if exact and (layer.mode == "nearest" or len(before) == 2):  # noqa: PLR2004 - images
        more = {"interpolation": layer.mode} if len(before) == 2 else {}  # noqa: PLR2004
        return of_layer(f"UpSampling{len(before)}D", size=factors, **more)
    if len(before) != 2:  # noqa: PLR2004
        raise NoCounterpart("Keras resizes feature maps of two axes")
    return of_layer("Resizing", height=after[0], width=after[1], interpolation=layer.mode)


def _pixel_shuffle(node: Node, shapes: Shapes) -> FrameworkCall:
    factor, x = node.layer.factor, shapes[0]  # type: ignore[attr-defined]
    rank = len(x.spatial)
    left = [*x.spatial, node.shape.channels, *[factor] * rank]
    order = [axis for at in range(rank) for axis in (at, rank + 1 + at)] + [rank]
    return FrameworkCall(use=rearranged(left, order, last(node.shape)))


def _space_to_depth(node: Node, shapes: Shapes) -> FrameworkCall:
    x, rank = shapes[0], len(shapes[0].spatial)
    blocks = spread("block", node.layer.block, rank)  # type: ignore[attr-defined]
    left = [n for size, block in zip(x.spatial, blocks, strict=True) for n in (size // block, block)]
    order = [*range(0, 2 * rank, 2), 2 * rank, *range(1, 2 * rank, 2)]
    return FrameworkCall(use=rearranged([*left, x.channels], order, last(node.shape)))


def _channel_shuffle(node: Node, shapes: Shapes) -> FrameworkCall:
    groups, x = node.layer.groups, shapes[0]  # type: ignore[attr-defined]
    rank = len(x.spatial)
    left = [*x.spatial, groups, x.channels // groups]
    return FrameworkCall(use=rearranged(left, [*range(rank), rank + 1, rank], last(x)))


def _maxout(node: Node, shapes: Shapes) -> FrameworkCall:
    pieces = node.layer.pieces  # type: ignore[attr-defined]
    sizes = ", ".join(map(str, (*last(shapes[0])[:-1], shapes[0].channels // pieces, pieces)))
    return FrameworkCall(use=f"ops.max(ops.reshape({{0}}, (-1, {sizes})), axis=-1)")


MOVES: Mapping[str, Rule] = {
    "channel_shuffle": _channel_shuffle,
    "crop": _crop,
    "flatten": _flatten,
    "matmul": _matmul,
    "maxout": _maxout,
    "mean": _mean,
    "pad": _pad,
    "permute": _permute,
    "pixel_shuffle": _pixel_shuffle,
    "reshape": _reshape,
    "slice": _slice,
    "space_to_depth": _space_to_depth,
    "split": _split,
    "take": _take,
    "tokens": _tokens,
    "upsample": _upsample,
}
"""The rule of each kind."""
