"""Layers of Keras without windows: norms, activation functions, merges, and what moves values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.exporters.base import Missing
from archcalc.exporters.keras_calls import windows
from archcalc.exporters.keras_calls.axes import last, one, place, rearranged
from archcalc.exporters.programs.scopes import Call
from archcalc.exporters.pytorch.modules import plain
from archcalc.exporters.sizing.axes import averaged, named
from archcalc.exporters.sizing.heads import heads_of
from archcalc.quantities.window import paddings, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archcalc.network.graph import Node
    from archcalc.quantities.shape import Shape

    Shapes = Sequence[Shape]
    Rule = Callable[[Node, Shapes], Call]


def _layer(op: str, use: str = "{m}({0})", **options: object) -> Call:
    return Call(f"layers.{op}", tuple(options.items()), use)


def _activation(name: str) -> Rule:
    return lambda *_: _layer("Activation", activation=name)


def _all(op: str) -> Rule:
    """Return the rule of a layer that reads a list of tensors."""

    def rule(_: Node, shapes: Shapes) -> Call:
        return _layer(op, f"{{m}}([{', '.join(f'{{{at}}}' for at, _ in enumerate(shapes))}])")

    return rule


def _concat(node: Node, shapes: Shapes) -> Call:
    axis = node.layer.axis  # type: ignore[attr-defined]
    where = -1 if axis is None else place(shapes[0], named(shapes[0], axis))
    return _all("Concatenate")(node, shapes)._replace(options=(("axis", where),))


def _linear(node: Node, _: Shapes) -> Call:
    return _layer("Dense", units=node.layer.outputs, use_bias=node.layer.bias)  # type: ignore[attr-defined]


def _batchnorm(node: Node, _: Shapes) -> Call:
    layer: Any = node.layer
    if not layer.statistics or layer.counter:
        raise Missing("Keras's batch norm has running statistics, and no counter")
    return _layer("BatchNormalization", center=layer.shift, scale=layer.scale)


def _layernorm(node: Node, shapes: Shapes) -> Call:
    layer: Any = node.layer
    every = layer.over == "all" and shapes[0].is_map
    axis = list(range(1, len(shapes[0].sizes) + 1)) if every else -1
    return _layer("LayerNormalization", axis=axis, center=layer.shift, scale=layer.scale)


def _groupnorm(groups: Callable[[Any], object]) -> Rule:
    def rule(node: Node, shapes: Shapes) -> Call:
        layer: Any = node.layer
        if getattr(layer, "statistics", False) or not shapes[0].is_map:
            raise Missing("Keras's group norm has no running statistics, and takes feature maps")
        return _layer("GroupNormalization", groups=groups(layer), center=layer.shift, scale=layer.scale)

    return rule


def _rms(node: Node, _: Shapes) -> Call:
    if not node.layer.scale:  # type: ignore[attr-defined]
        raise Missing("Keras's RMS norm has a scale")
    return _layer("RMSNormalization")


def _prelu(node: Node, shapes: Shapes) -> Call:
    axes = len(shapes[0].sizes) - 1
    shared = list(range(1, axes + 1 + node.layer.shared))  # type: ignore[attr-defined]
    return _layer("PReLU", shared_axes=shared or None)


def _stochastic_depth(node: Node, shapes: Shapes) -> Call:
    noise = (None, *(1 for _ in shapes[0].sizes))
    return _layer("Dropout", rate=plain("p", node.layer.p), noise_shape=noise)  # type: ignore[attr-defined]


def _attention(node: Node, shapes: Shapes) -> Call:
    layer: Any = node.layer
    lacks = {
        "learned relative positions": layer.relative is not None or layer.buckets is not None,
        "sliding windows": bool(layer.window), "a norm of queries and keys": layer.qk_norm, "a cache": layer.cache != 0,
        "biases that differ": len(set(heads_of(node).biases)) > 1,
    }  # fmt: skip
    for what, used in lacks.items():
        if used:
            raise Missing(f"Keras has no attention with {what}")
    sizes = heads_of(node)
    bias = sizes.biases[0]
    mask = ", use_causal_mask=True" if layer.causal else ""
    use = f"{{m}}({{0}}, {{{len(shapes) - 1}}}{mask})"
    if sizes.kv_heads == sizes.heads:
        own = {"num_heads": sizes.heads, "key_dim": sizes.keys, "value_dim": sizes.values}
        return _layer("MultiHeadAttention", use, **own, use_bias=bias)
    if sizes.values != sizes.keys:
        raise Missing("Keras has no grouped attention with values of another size")
    return _layer(
        "GroupQueryAttention", use, head_dim=sizes.keys, num_query_heads=sizes.heads,
        num_key_value_heads=sizes.kv_heads, use_bias=bias,
    )  # fmt: skip


def _recurrent(name: str) -> Rule:
    def rule(node: Node, shapes: Shapes) -> Call:
        layer: Any = node.layer
        if layer.layers != 1 or layer.bidirectional or layer.return_ == "state" or shapes[0].is_map:
            raise Missing("several layers, directions or states at once")
        if getattr(layer, "projection", None) is not None or layer.bias == "torch":
            raise Missing("Keras has no projection of the state, and one bias where PyTorch has two")
        more = {"reset_after": layer.reset_after} if name == "GRU" else {}
        return _layer(
            name, units=layer.hidden, use_bias=bool(layer.bias), return_sequences=layer.return_ == "sequence", **more
        )

    return rule


def _flatten(_: Node, __: Shapes) -> Call:
    return _layer("Flatten")


def _reshape(node: Node, shapes: Shapes) -> Call:
    """Return a reshape whose values lie as with channels first, where it makes a map."""
    if shapes[0].is_map:
        raise Missing("a feature map in another shape, whose values lie in another order in Keras")
    sizes, x = node.shape.sizes, node.shape
    if not x.is_map:
        return Call(use=f"layers.Reshape({sizes})({{0}})")
    order = tuple(range(2, len(sizes) + 1))
    return Call(use=f"layers.Permute({(*order, 1)})(layers.Reshape({sizes})({{0}}))")


def _permute(node: Node, shapes: Shapes) -> Call:
    layer: Any = node.layer
    order = [0] * len(layer.axes)
    for axis, source in enumerate(layer.axes):
        order[place(node.shape, axis) - 1] = place(shapes[0], source)
    return _layer("Permute", dims=tuple(order))


def _tokens(node: Node, _: Shapes) -> Call:
    return Call(use=f"layers.Reshape({node.shape.sizes})({{0}})")


def _slice(node: Node, _: Shapes) -> Call:
    first, end = node.layer.channels  # type: ignore[attr-defined]
    return Call(use=f"{{0}}[..., {first}:{end}]")


def _split(node: Node, shapes: Shapes) -> Call:
    layer: Any = node.layer
    width = shapes[0].channels // layer.parts
    return Call(use=f"{{0}}[..., {layer.part * width}:{(layer.part + 1) * width}]")


def _take(node: Node, shapes: Shapes) -> Call:
    index = node.layer.index  # type: ignore[attr-defined]
    return Call(use=f"{{0}}[:, {index if index >= 0 else shapes[0].positions + index}]")


def _mean(node: Node, shapes: Shapes) -> Call:
    axes = sorted(place(shapes[0], axis) for axis in averaged(node))
    return Call(use=f"ops.mean({{0}}, axis={axes[0] if len(axes) == 1 else tuple(axes)})")


def _matmul(node: Node, shapes: Shapes) -> Call:
    if shapes[0].is_map:
        raise Missing("a product of matrices for each channel")
    turned = node.layer.transpose  # type: ignore[attr-defined]
    sides = [
        f"ops.swapaxes({{{at}}}, 1, 2)" if turned == name else f"{{{at}}}" for at, name in enumerate(("left", "right"))
    ]
    return Call(use=f"ops.matmul({sides[0]}, {sides[1]})")


def _pad(node: Node, shapes: Shapes) -> Call:
    layer: Any = node.layer
    sides = paddings(layer.padding, len(shapes[0].spatial))
    if layer.channels == (0, 0):
        return Call(use=windows.padded(sides, shapes[0]))  # type: ignore[arg-type]
    return Call(use=f"ops.pad({{0}}, {((0, 0), *sides, layer.channels)})")


def _crop(node: Node, shapes: Shapes) -> Call:
    layer: Any = node.layer
    sizes = node.shape.spatial
    starts = layer.starts(shapes[0], sizes)
    rows = tuple(
        (start, size - start - kept) for size, kept, start in zip(shapes[0].spatial, sizes, starts, strict=True)
    )
    return _layer(f"Cropping{len(rows)}D", cropping=rows[0] if len(rows) == 1 else rows)


def _upsample(node: Node, shapes: Shapes) -> Call:
    layer: Any = node.layer
    before, after = shapes[0].spatial, node.shape.spatial
    exact = all(b % a == 0 for a, b in zip(before, after, strict=True))
    factors = one([b // a for a, b in zip(before, after, strict=True)])
    if exact and (layer.mode == "nearest" or len(before) == 2):  # noqa: PLR2004 - images
        more = {"interpolation": layer.mode} if len(before) == 2 else {}  # noqa: PLR2004
        return _layer(f"UpSampling{len(before)}D", size=factors, **more)
    if len(before) != 2:  # noqa: PLR2004
        raise Missing("Keras resizes feature maps of two axes")
    return _layer("Resizing", height=after[0], width=after[1], interpolation=layer.mode)


def _pixel_shuffle(node: Node, shapes: Shapes) -> Call:
    factor, x = node.layer.factor, shapes[0]  # type: ignore[attr-defined]
    rank = len(x.spatial)
    left = [*x.spatial, node.shape.channels, *[factor] * rank]
    order = [axis for at in range(rank) for axis in (at, rank + 1 + at)] + [rank]
    return Call(use=rearranged(left, order, last(node.shape)))


def _space_to_depth(node: Node, shapes: Shapes) -> Call:
    x, rank = shapes[0], len(shapes[0].spatial)
    blocks = spread("block", node.layer.block, rank)  # type: ignore[attr-defined]
    left = [n for size, block in zip(x.spatial, blocks, strict=True) for n in (size // block, block)]
    order = [*range(0, 2 * rank, 2), 2 * rank, *range(1, 2 * rank, 2)]
    return Call(use=rearranged([*left, x.channels], order, last(node.shape)))


def _channel_shuffle(node: Node, shapes: Shapes) -> Call:
    groups, x = node.layer.groups, shapes[0]  # type: ignore[attr-defined]
    rank = len(x.spatial)
    left = [*x.spatial, groups, x.channels // groups]
    return Call(use=rearranged(left, [*range(rank), rank + 1, rank], last(x)))


def _maxout(node: Node, shapes: Shapes) -> Call:
    pieces = node.layer.pieces  # type: ignore[attr-defined]
    sizes = ", ".join(map(str, (*last(shapes[0])[:-1], shapes[0].channels // pieces, pieces)))
    return Call(use=f"ops.max(ops.reshape({{0}}, (-1, {sizes})), axis=-1)")


def _own(name: str, **given: Callable[[Any, Shape], object]) -> Rule:
    """Return the rule of a layer that the program has itself."""

    def rule(node: Node, shapes: Shapes) -> Call:
        if getattr(node.layer, "fixed", False):
            raise Missing("fixed values")
        return Call(name, tuple((option, value(node.layer, shapes[0])) for option, value in given.items()))

    return rule


def _positions(layer: Any, x: Shape) -> object:  # noqa: ANN401 - a layer of that kind
    return x.positions if layer.positions is None else layer.positions


def _pointwise(node: Node, shapes: Shapes) -> Call:
    name = node.layer.function  # type: ignore[attr-defined]
    if len(shapes) == 1 and name in ("exp", "log", "sqrt", "sin", "cos", "square", "negative"):
        return Call(use=f"ops.{name}({{0}})")
    raise Missing(f"the function '{name}'")


RULES: Mapping[str, Rule] = {
    "abs": lambda *_: Call(use="ops.abs({0})"),
    "adaptive_avgpool": windows.adaptive,
    "adaptive_maxpool": windows.adaptive,
    "add": _all("Add"),
    "attention": _attention,
    "avgpool": windows.pool,
    "batchnorm": _batchnorm,
    "channel_shuffle": _channel_shuffle,
    "class_token": _own("ClassToken"),
    "concat": _concat,
    "conv": windows.conv,
    "conv_transpose": windows.transposed,
    "crop": _crop,
    "depthwise_conv": windows.depthwise,
    "dropout": lambda node, _: _layer("Dropout", rate=plain("p", node.layer.p)),  # type: ignore[attr-defined]
    "elu": lambda node, _: _layer("ELU", alpha=plain("", node.layer.alpha)),  # type: ignore[attr-defined]
    "embedding": lambda node, _: _layer("Embedding", input_dim=node.layer.vocabulary, output_dim=node.layer.features),  # type: ignore[attr-defined]
    "flatten": _flatten,
    "gelu": _activation("gelu"),
    "global_avgpool": windows.global_,
    "global_maxpool": windows.global_,
    "groupnorm": _groupnorm(lambda layer: layer.groups),
    "gru": _recurrent("GRU"),
    "hardsigmoid": _activation("hard_sigmoid"),
    "hardswish": _activation("hard_silu"),
    "identity": lambda *_: _layer("Identity"),
    "instancenorm": _groupnorm(lambda _: -1),
    "layer_scale": _own("LayerScale"),
    "layernorm": _layernorm,
    "leaky_relu": lambda node, _: _layer("LeakyReLU", negative_slope=plain("", node.layer.slope)),  # type: ignore[attr-defined]
    "linear": _linear,
    "lrn": _own("LocalResponseNormalization", size=lambda layer, _: layer.size),
    "lstm": _recurrent("LSTM"),
    "matmul": _matmul,
    "maxout": _maxout,
    "maxpool": windows.pool,
    "mean": _mean,
    "multiply": _all("Multiply"),
    "pad": _pad,
    "permute": _permute,
    "pixel_shuffle": _pixel_shuffle,
    "pointwise": _pointwise,
    "position_embedding": _own("PositionEmbedding", positions=_positions),
    "prelu": _prelu,
    "relu": lambda *_: _layer("ReLU"),
    "relu6": lambda *_: _layer("ReLU", max_value=6),
    "reshape": _reshape,
    "rms_norm": _rms,
    "rnn": _recurrent("SimpleRNN"),
    "separable_conv": windows.separable,
    "sigmoid": _activation("sigmoid"),
    "silu": _activation("silu"),
    "slice": _slice,
    "softmax": lambda *_: _layer("Softmax"),
    "space_to_depth": _space_to_depth,
    "split": _split,
    "stochastic_depth": _stochastic_depth,
    "subtract": _all("Subtract"),
    "take": _take,
    "tanh": _activation("tanh"),
    "token_type_embedding": _own("TokenTypeEmbedding", types=lambda layer, _: layer.types),
    "tokens": _tokens,
    "upsample": _upsample,
}
"""The rule of each kind: given the layer, and the shapes of all tensors that it reads."""


def call_of(node: Node, shapes: Shapes) -> Call:
    """Return what a layer is in Keras.

    Raises:
        Missing: Keras has no counterpart, for a reason.
    """
    layer, x = node.layer, shapes[0]
    if any(shape.regions != 1 for shape in (*shapes, node.shape)):
        raise Missing("several regions for each image")
    if node.tied:
        raise Missing("shared weights")
    if layer.kind not in RULES:
        raise Missing("Keras has no such layer")
    try:
        return RULES[layer.kind](node, shapes)
    except KeyError:
        raise Missing(f"Keras has no such layer for {x.described()}") from None
