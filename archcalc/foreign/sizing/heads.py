"""The sizes of attention's heads, as its options give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from archcalc.network.graph import Node


class HeadSizes(NamedTuple):
    """Heads of queries, heads of keys and values, features of a key and of a value, and which projections have biases.

    ``biases`` are those of queries, keys, values and the output.
    """

    heads: int
    kv_heads: int
    keys: int
    values: int
    biases: tuple[bool, bool, bool, bool]


def heads_of(node: Node) -> HeadSizes:
    """Return the sizes of a layer of kind ``attention``."""
    layer: Any = node.layer
    heads = number(layer.heads)
    own = number(node.fitted.read[0].channels) // heads
    biases = (layer.query_bias, layer.key_bias, layer.value_bias, layer.output_bias)
    return HeadSizes(
        heads=heads,
        kv_heads=heads if layer.kv_heads is None else number(layer.kv_heads),
        keys=_first(layer.key_dim, layer.head_dim, own),
        values=_first(layer.value_dim, layer.head_dim, layer.key_dim, own),
        biases=tuple(layer.bias if given is None else given for given in biases),
    )


def _first(*sizes: Any) -> int:  # noqa: ANN401 - numbers, or None
    return number(next(size for size in sizes if size is not None))
