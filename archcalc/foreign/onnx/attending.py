"""Attention and recurrent layers as nodes of ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.foreign.expressing import NoCounterpart
from archcalc.foreign.onnx.graph import LOWEST
from archcalc.foreign.sizing.heads import heads_of
from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.foreign.onnx.graph import GrowingGraph
    from archcalc.foreign.sizing.heads import HeadSizes
    from archcalc.network.graph import Node


def projected(  # noqa: PLR0913 - what a projection is
    graph: GrowingGraph, node: Node, value: str, part: str, sizes: tuple[int, int], *, bias: bool
) -> str:
    """Add a linear layer over tokens: weights from the first to the second number of features."""
    made = graph.add("MatMul", value, graph.weight(node, f"{part}weight", *sizes))
    return graph.add("Add", made, graph.weight(node, f"{part}bias", sizes[1])) if bias else made


def attention(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    """Add attention: projections, and two products of matrices for each head."""
    layer: Any = node.layer
    _refuse(layer)
    x, memory = node.fitted.read[0], layer.memory or node.fitted.read[0]
    own, read, sizes = number(x.channels), number(memory.channels), heads_of(node)
    tokens, there = number(x.positions), number(memory.positions)
    query, key, value, output = sizes.biases
    wide = (sizes.heads * sizes.keys, sizes.kv_heads * sizes.keys, sizes.kv_heads * sizes.values)
    q = projected(graph, node, reads[0], "q_proj.", (own, wide[0]), bias=query)
    k = projected(graph, node, reads[-1], "k_proj.", (read, wide[1]), bias=key)
    v = projected(graph, node, reads[-1], "v_proj.", (read, wide[2]), bias=value)
    q = _normed(graph, node, _split(graph, q, tokens, sizes.heads, sizes.keys), "q_norm.weight")
    k = _normed(graph, node, _split(graph, k, there, sizes.kv_heads, sizes.keys), "k_norm.weight")
    v = _split(graph, v, there, sizes.kv_heads, sizes.values)
    k, v = (_repeated(graph, one, sizes, there, each) for one, each in ((k, sizes.keys), (v, sizes.values)))
    scores = graph.add("MatMul", q, graph.add("Transpose", k, perm=(0, 1, 3, 2)))
    scores = graph.add("Mul", scores, graph.number(sizes.keys**-0.5))
    for far, upper in _hidden(layer):
        hidden = graph.add("Trilu", graph.filled(LOWEST, tokens, there), graph.index(far), upper=upper)
        scores = graph.add("Add", scores, hidden)
    mixed = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), v)
    mixed = graph.add("Transpose", mixed, perm=(0, 2, 1, 3))
    mixed = graph.reshape(mixed, (tokens, sizes.heads * sizes.values))
    made = projected(graph, node, mixed, "out_proj.", (sizes.heads * sizes.values, own), bias=output)
    return graph.add("Identity", made, out=node.path)


def _refuse(layer: Any) -> None:  # noqa: ANN401 - attention
    lacks = {
        "learned relative positions": layer.relative is not None or layer.buckets is not None,
        "a cache": layer.cache != 0,
    }
    for what, used in lacks.items():
        if used:
            raise NoCounterpart(f"attention with {what}")


def _split(graph: GrowingGraph, value: str, tokens: int, heads: int, each: int) -> str:
    return graph.add("Transpose", graph.reshape(value, (tokens, heads, each)), perm=(0, 2, 1, 3))


def _normed(graph: GrowingGraph, node: Node, value: str, name: str) -> str:
    dims = {tensor.name: tensor.dims for tensor in node.layer.tensors(node.fitted.read[0])}
    if name not in dims:
        return value
    return graph.add("RMSNormalization", value, graph.weight(node, name, *map(number, dims[name])), axis=-1)


def _repeated(graph: GrowingGraph, value: str, sizes: HeadSizes, tokens: int, each: int) -> str:
    """Repeat the heads of keys and values for those of the queries."""
    copies = sizes.heads // sizes.kv_heads
    if copies == 1:
        return value
    apart = graph.reshape(value, (sizes.kv_heads, 1, tokens, each))
    wide = graph.add("Expand", apart, graph.ints(1, sizes.kv_heads, copies, tokens, each))
    return graph.reshape(wide, (sizes.heads, tokens, each))


def _hidden(layer: Any) -> list[tuple[int, int]]:  # noqa: ANN401 - attention
    """Return which keys a token does not attend to: from how far on, and whether these are later ones."""
    width = layer.window or 0
    side = width if layer.causal else width // 2 + 1
    later = [(1 if layer.causal else side, 1)] if layer.causal or width else []
    return later + ([(-side, 0)] if width else [])


GATES = {"gru": ("GRU", 3), "lstm": ("LSTM", 4), "rnn": ("RNN", 1)}
"""The operator and the number of gates of each kind."""


def recurrent(graph: GrowingGraph, node: Node, reads: Sequence[str]) -> str:
    """Add recurrent layers one after the other."""
    layer: Any = node.layer
    x = node.fitted.read[0]
    if x.is_map or layer.return_ == "state" or layer.bias == "keras" or getattr(layer, "projection", None) is not None:
        raise NoCounterpart("a recurrent layer over a map, of states alone, with one bias or with a projection")
    if layer.return_ != "sequence" and layer.bidirectional:
        raise NoCounterpart("the last step of both directions")
    directions, hidden = 1 + layer.bidirectional, number(layer.hidden)
    op, gates = GATES[layer.kind]
    steps, features = number(x.positions), number(x.channels)
    value = graph.add("Transpose", reads[0], perm=(1, 0, 2))
    for place in range(number(layer.layers)):
        weights = [
            graph.weight(node, f"l{place}.weight", directions, gates * hidden, features),
            graph.weight(node, f"l{place}.recurrence", directions, gates * hidden, hidden),
            *([graph.weight(node, f"l{place}.bias", directions, 2 * gates * hidden)] if layer.bias else []),
        ]
        more: dict[str, Any] = {"linear_before_reset": 1} if op == "GRU" and layer.reset_after else {}
        word = "bidirectional" if directions == 2 else "forward"  # noqa: PLR2004 - both directions
        made = graph.add(op, value, *weights, hidden_size=hidden, direction=word, **more)
        turned = graph.add("Transpose", made, perm=(0, 2, 1, 3))
        features = directions * hidden
        value = graph.add("Reshape", turned, graph.ints(steps, 1, features))
    sequence = graph.add("Transpose", value, perm=(1, 0, 2), out=node.path if layer.return_ == "sequence" else "")
    if layer.return_ == "sequence":
        return sequence
    return graph.add("Gather", sequence, graph.index(-1), axis=1, out=node.path)


RULES = {"attention": attention, "gru": recurrent, "lstm": recurrent, "rnn": recurrent}
"""The rule of each kind."""
