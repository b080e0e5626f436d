"""Layers that PyTorch has with something around them, or not at all: then the program has a class for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.errors import Refusal
from archcalc.foreign.expressing import NoCounterpart
from archcalc.foreign.programs.scopes import PLAIN, FrameworkCall
from archcalc.foreign.pytorch.modules import of_foreign
from archcalc.foreign.sizing.heads import heads_of
from archcalc.foreign.sizing.padding import needed, pads
from archcalc.layers.base import Foreign
from archcalc.quantities.window import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archcalc.network.graph import Node
    from archcalc.quantities.shape import Shape

    Shapes = Sequence[Shape]
    Rule = Callable[[Node, Shapes], FrameworkCall]


FIXED_POSITIONS = "FixedPositions"
"""The class of positions that are a buffer."""


def padded(node: Node) -> str:
    """Return the padding that windows need, as ``F.pad`` takes it: from the last axis on, before and after each."""
    return str(tuple(side for row in reversed(needed(node)) for side in row))


def _padded(node: Node, shapes: Shapes) -> FrameworkCall:
    """Return a convolution or a pool after padding that differs from side to side."""
    layer, x = node.layer, shapes[0]
    rounds_up = getattr(layer, "ceil", False)
    if layer.kind == "avgpool" and rounds_up:
        raise NoCounterpart("an average pool with padding that differs from side to side and rounds up")
    options = {"padding": 0} | ({"ceil": False} if rounds_up else {})
    foreign = layer.changed(options).torch(x)
    if not isinstance(foreign, Foreign):
        raise NoCounterpart(foreign)
    filler = ', value=float("-inf")' if layer.kind == "maxpool" else ""
    call = of_foreign(foreign)
    inside = f"F.pad({{0}}, {padded(node)}{filler})"
    use = call.use.replace("{0}", inside, 1)
    if layer.kind == "avgpool" and layer.padding == "same":  # type: ignore[attr-defined]
        use += f" / {use.replace('{0}', 'torch.ones_like({0})')}"  # the padding does not count
    return call._replace(use=use)


def _module(name: str, **options: object) -> FrameworkCall:
    """Return the call of a class that the program has."""
    return FrameworkCall(name, tuple(options.items()))


def _class_token(_: Node, shapes: Shapes) -> FrameworkCall:
    return _module("ClassToken", features=shapes[0].channels)


def _position_embedding(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    positions = shapes[0].positions if layer.positions is None else layer.positions
    name = FIXED_POSITIONS if layer.fixed else "PositionEmbedding"
    return _module(name, positions=positions, features=shapes[0].channels)


def _token_types(node: Node, shapes: Shapes) -> FrameworkCall:
    return _module("TokenTypeEmbedding", types=node.layer.types, features=shapes[0].channels)  # type: ignore[attr-defined]


def _layer_scale(_: Node, shapes: Shapes) -> FrameworkCall:
    return _module("LayerScale", channels=shapes[0].channels, axes=len(shapes[0].spatial))


def _parameter(node: Node, _: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    if layer.fixed:
        raise NoCounterpart("a fixed tensor")
    return _module("Parameter", sizes=node.shape.sizes)


def _separable(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    x, rank = shapes[0], len(shapes[0].lengths)
    if not x.is_map:
        raise NoCounterpart("a separable convolution over tokens")
    use = f"{{m}}(F.pad({{0}}, {padded(node)}))" if pads(needed(node)) else PLAIN
    options = {
        "in_channels": x.channels, "out_channels": layer.filters,
        "kernel_size": _one(spread("kernel", layer.kernel, rank)), "stride": _one(spread("stride", layer.stride, rank)),
        "dilation": _one(spread("dilation", layer.dilation, rank)), "multiplier": layer.multiplier, "bias": layer.bias,
    }  # fmt: skip
    return FrameworkCall(f"SeparableConv{rank}d", tuple(options.items()), use)


def _one(numbers: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a number, or one for each axis
    return numbers[0] if len(set(numbers)) == 1 else numbers


def _subsampling(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    foreign = layer.geometry(shapes[0])
    if len(foreign.windows) != 2 or layer.ceil or layer.padding:  # noqa: PLR2004 - maps of two axes
        raise NoCounterpart("a subsampling with padding, or of a map that has not two axes")
    kernel, stride = (tuple(getattr(window, name) for window in foreign.windows) for name in ("kernel", "stride"))
    return _module("Subsampling", channels=shapes[0].channels, kernel_size=_one(kernel), stride=_one(stride))


def _rbf(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    return _module("RadialBasis", in_features=shapes[0].channels, out_features=layer.units)


def _attention(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    lacks = {"learned relative positions on a grid": layer.relative is not None, "a cache": layer.cache != 0}
    for what, used in lacks.items():
        if used:
            raise NoCounterpart(f"attention with {what}")
    x, sizes = shapes[0], heads_of(node)
    options: dict[str, object] = {
        "features": x.channels, "heads": sizes.heads, "kv_heads": sizes.kv_heads, "key_dim": sizes.keys,
        "value_dim": sizes.values, "biases": sizes.biases[0] if len(set(sizes.biases)) == 1 else sizes.biases,
        "memory_features": (layer.memory or x).channels, "qk_norm": layer.qk_norm, "causal": layer.causal,
        "window": layer.window or None, "buckets": layer.buckets,
    }  # fmt: skip
    return FrameworkCall("Attention", tuple(options.items()), "{m}({0}, {1})" if len(shapes) > 1 else "{m}({0})")


def _latent_attention(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    if layer.cache:
        raise NoCounterpart("attention with a cache")
    names = ("heads", "kv_rank", "nope_dim", "rope_dim", "value_dim", "query_rank", "bias", "causal")
    return _module("LatentAttention", features=shapes[0].channels, **{name: getattr(layer, name) for name in names})


def _experts(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    names = ("number", "active", "hidden", "gated", "bias", "router_bias", "shared")
    shared = {
        "shared_hidden": layer.hidden if layer.shared_hidden is None else layer.shared_hidden,
        "shared_gate": layer.shared_gate,
    }
    return _module("Experts", features=shapes[0].channels, **{name: getattr(layer, name) for name in names}, **shared)


def _recurrent(node: Node, shapes: Shapes) -> FrameworkCall:
    """Return a recurrent layer whose last step alone is read."""
    layer: Any = node.layer
    try:
        foreign = layer.changed({"return": "sequence"}).torch(shapes[0])
    except Refusal as refusal:
        raise NoCounterpart(refusal.mistakes[0].message) from None
    if not isinstance(foreign, Foreign):
        raise NoCounterpart(foreign)
    if layer.return_ == "state":
        last = "{m}({0})[1][0]" if foreign.op == "LSTM" else "{m}({0})[1]"
        return of_foreign(foreign)._replace(use=f"{last}.transpose(0, 1)")
    if layer.bidirectional:
        raise NoCounterpart("the last step of both directions")
    return of_foreign(foreign)._replace(use="{m}({0})[0][:, -1]")


def _windows_3d(node: Node, shapes: Shapes) -> FrameworkCall:
    """Return torchvision's attention within windows of videos."""
    layer: Any = node.layer
    x = shapes[0]
    if x.layout != "CDHW" or layer.cosine or layer.relative != "table":
        raise NoCounterpart("attention within windows that torchvision does not have")
    options = {
        "dim": x.channels, "window_size": list(spread("window", layer.window, 3)),
        "shift_size": list(spread("shift", layer.shift, 3)), "num_heads": layer.heads, "qkv_bias": layer.bias,
        "proj_bias": layer.bias,
    }  # fmt: skip
    use = "{m}({0}.movedim(1, -1)).movedim(-1, 1)"
    return FrameworkCall(
        "ShiftedWindowAttention3d", tuple(options.items()), use, home="torchvision.models.video.swin_transformer"
    )


PARTS: Mapping[str, Rule] = {
    "attention": _attention,
    "avgpool": _padded,
    "class_token": _class_token,
    "conv": _padded,
    "depthwise_conv": _padded,
    "experts": _experts,
    "gru": _recurrent,
    "latent_attention": _latent_attention,
    "layer_scale": _layer_scale,
    "lstm": _recurrent,
    "maxpool": _padded,
    "parameter": _parameter,
    "position_embedding": _position_embedding,
    "rbf": _rbf,
    "rnn": _recurrent,
    "separable_conv": _separable,
    "subsampling": _subsampling,
    "token_type_embedding": _token_types,
    "window_attention": _windows_3d,
}
"""The rule of each kind: given the layer, and the shapes of all tensors that it reads."""
