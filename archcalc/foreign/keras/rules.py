"""Layers of Keras without windows: norms, activation functions, merges, and what moves values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.foreign.expressing import NoCounterpart
from archcalc.foreign.keras import windows
from archcalc.foreign.keras.axes import place
from archcalc.foreign.keras.moving import MOVES, of_layer
from archcalc.foreign.programs.scopes import FrameworkCall
from archcalc.foreign.sizing.axes import named
from archcalc.foreign.sizing.heads import heads_of
from archcalc.foreign.sizing.numbers import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archcalc.network.graph import Node
    from archcalc.quantities.shape import Shape

    Shapes = Sequence[Shape]
    Rule = Callable[[Node, Shapes], FrameworkCall]


def _activation(name: str) -> Rule:
    return lambda *_: of_layer("Activation", activation=name)


def _all(op: str) -> Rule:
    """Return the rule of a layer that reads a list of tensors."""

    def rule(_: Node, shapes: Shapes) -> FrameworkCall:
        return of_layer(op, f"{{m}}([{', '.join(f'{{{at}}}' for at, _ in enumerate(shapes))}])")

    return rule


def _concat(node: Node, shapes: Shapes) -> FrameworkCall:
    axis = node.layer.axis  # type: ignore[attr-defined]
    where = -1 if axis is None else place(shapes[0], named(shapes[0], axis))
    return _all("Concatenate")(node, shapes)._replace(options=(("axis", where),))


def _linear(node: Node, _: Shapes) -> FrameworkCall:
    return of_layer("Dense", units=node.layer.outputs, use_bias=node.layer.bias)  # type: ignore[attr-defined]


def _batchnorm(node: Node, _: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    if not layer.statistics or layer.counter:
        raise NoCounterpart("Keras's batch norm has running statistics, and no counter")
    return of_layer("BatchNormalization", center=layer.shift, scale=layer.scale)


def _layernorm(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    every = layer.over == "all" and shapes[0].is_map
    axis = list(range(1, len(shapes[0].sizes) + 1)) if every else -1
    return of_layer("LayerNormalization", axis=axis, center=layer.shift, scale=layer.scale)


def _groupnorm(groups: Callable[[Any], object]) -> Rule:
    def rule(node: Node, shapes: Shapes) -> FrameworkCall:
        layer: Any = node.layer
        if getattr(layer, "statistics", False) or not shapes[0].is_map:
            raise NoCounterpart("Keras's group norm has no running statistics, and takes feature maps")
        return of_layer("GroupNormalization", groups=groups(layer), center=layer.shift, scale=layer.scale)

    return rule


def _rms(node: Node, _: Shapes) -> FrameworkCall:
    if not node.layer.scale:  # type: ignore[attr-defined]
        raise NoCounterpart("Keras's RMS norm has a scale")
    return of_layer("RMSNormalization")


def _prelu(node: Node, shapes: Shapes) -> FrameworkCall:
    axes = len(shapes[0].sizes) - 1
    shared = list(range(1, axes + 1 + node.layer.shared))  # type: ignore[attr-defined]
    return of_layer("PReLU", shared_axes=shared or None)


def _stochastic_depth(node: Node, shapes: Shapes) -> FrameworkCall:
    noise = (None, *(1 for _ in shapes[0].sizes))
    return of_layer("Dropout", rate=plain("p", node.layer.p), noise_shape=noise)  # type: ignore[attr-defined]


def _attention(node: Node, shapes: Shapes) -> FrameworkCall:
    layer: Any = node.layer
    lacks = {
        "learned relative positions": layer.relative is not None or layer.buckets is not None,
        "sliding windows": bool(layer.window), "a norm of queries and keys": layer.qk_norm, "a cache": layer.cache != 0,
        "biases that differ": len(set(heads_of(node).biases)) > 1,
    }  # fmt: skip
    for what, used in lacks.items():
        if used:
            raise NoCounterpart(f"Keras has no attention with {what}")
    sizes = heads_of(node)
    bias = sizes.biases[0]
    mask = ", use_causal_mask=True" if layer.causal else ""
    use = f"{{m}}({{0}}, {{{len(shapes) - 1}}}{mask})"
    if sizes.kv_heads == sizes.heads:
        own = {"num_heads": sizes.heads, "key_dim": sizes.keys, "value_dim": sizes.values}
        return of_layer("MultiHeadAttention", use, **own, use_bias=bias)
    if sizes.values != sizes.keys:
        raise NoCounterpart("Keras has no grouped attention with values of another size")
    return of_layer(
        "GroupQueryAttention", use, head_dim=sizes.keys, num_query_heads=sizes.heads,
        num_key_value_heads=sizes.kv_heads, use_bias=bias,
    )  # fmt: skip


def _recurrent(name: str) -> Rule:
    def rule(node: Node, shapes: Shapes) -> FrameworkCall:
        layer: Any = node.layer
        if layer.layers != 1 or layer.bidirectional or layer.return_ == "state" or shapes[0].is_map:
            raise NoCounterpart("several layers, directions or states at once")
        if getattr(layer, "projection", None) is not None or layer.bias == "torch":
            raise NoCounterpart("Keras has no projection of the state, and one bias where PyTorch has two")
        more = {"reset_after": layer.reset_after} if name == "GRU" else {}
        return of_layer(
            name, units=layer.hidden, use_bias=bool(layer.bias), return_sequences=layer.return_ == "sequence", **more
        )

    return rule


def _own(name: str, **given: Callable[[Any, Shape], object]) -> Rule:
    """Return the rule of a layer that the program has itself."""

    def rule(node: Node, shapes: Shapes) -> FrameworkCall:
        if getattr(node.layer, "fixed", False):
            raise NoCounterpart("fixed values")
        return FrameworkCall(name, tuple((option, value(node.layer, shapes[0])) for option, value in given.items()))

    return rule


def _positions(layer: Any, x: Shape) -> object:  # noqa: ANN401 - a layer of that kind
    return x.positions if layer.positions is None else layer.positions


def _pointwise(node: Node, shapes: Shapes) -> FrameworkCall:
    name = node.layer.function  # type: ignore[attr-defined]
    if len(shapes) == 1 and name in ("exp", "log", "sqrt", "sin", "cos", "square", "negative"):
        return FrameworkCall(use=f"ops.{name}({{0}})")
    raise NoCounterpart(f"the function '{name}'")


RULES: Mapping[str, Rule] = {
    **MOVES,
    "abs": lambda *_: FrameworkCall(use="ops.abs({0})"),
    "adaptive_avgpool": windows.adaptive,
    "adaptive_maxpool": windows.adaptive,
    "add": _all("Add"),
    "attention": _attention,
    "avgpool": windows.pool,
    "batchnorm": _batchnorm,
    "class_token": _own("ClassToken"),
    "concat": _concat,
    "conv": windows.conv,
    "conv_transpose": windows.transposed,
    "depthwise_conv": windows.depthwise,
    "dropout": lambda node, _: of_layer("Dropout", rate=plain("p", node.layer.p)),  # type: ignore[attr-defined]
    "elu": lambda node, _: of_layer("ELU", alpha=plain("", node.layer.alpha)),  # type: ignore[attr-defined]
    "embedding": lambda node, _: of_layer("Embedding", input_dim=node.layer.vocabulary, output_dim=node.layer.features),  # type: ignore[attr-defined]
    "gelu": _activation("gelu"),
    "global_avgpool": windows.global_,
    "global_maxpool": windows.global_,
    "groupnorm": _groupnorm(lambda layer: layer.groups),
    "gru": _recurrent("GRU"),
    "hardsigmoid": _activation("hard_sigmoid"),
    "hardswish": _activation("hard_silu"),
    "identity": lambda *_: of_layer("Identity"),
    "instancenorm": _groupnorm(lambda _: -1),
    "layer_scale": _own("LayerScale"),
    "layernorm": _layernorm,
    "leaky_relu": lambda node, _: of_layer("LeakyReLU", negative_slope=plain("", node.layer.slope)),  # type: ignore[attr-defined]
    "linear": _linear,
    "lrn": _own("LocalResponseNormalization", size=lambda layer, _: layer.size),
    "lstm": _recurrent("LSTM"),
    "maxpool": windows.pool,
    "multiply": _all("Multiply"),
    "pointwise": _pointwise,
    "position_embedding": _own("PositionEmbedding", positions=_positions),
    "prelu": _prelu,
    "relu": lambda *_: of_layer("ReLU"),
    "relu6": lambda *_: of_layer("ReLU", max_value=6),
    "rms_norm": _rms,
    "rnn": _recurrent("SimpleRNN"),
    "separable_conv": windows.separable,
    "sigmoid": _activation("sigmoid"),
    "silu": _activation("silu"),
    "softmax": lambda *_: of_layer("Softmax"),
    "stochastic_depth": _stochastic_depth,
    "subtract": _all("Subtract"),
    "tanh": _activation("tanh"),
    "token_type_embedding": _own("TokenTypeEmbedding", types=lambda layer, _: layer.types),
}
"""The rule of each kind: given the layer, and the shapes of all tensors that it reads."""


def call_of(node: Node, shapes: Shapes) -> FrameworkCall:
    """Return what a layer is in Keras.

    Raises:
        NoCounterpart: Keras has no counterpart, for a reason.
    """
    layer, x = node.layer, shapes[0]
    if any(shape.regions != 1 for shape in (*shapes, node.shape)):
        raise NoCounterpart("several regions for each image")
    if layer.kind not in RULES:
        raise NoCounterpart("Keras has no such layer")
    try:
        return RULES[layer.kind](node, shapes)
    except KeyError:
        raise NoCounterpart(f"Keras has no such layer for {x.described()}") from None
