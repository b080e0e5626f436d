"""Layers as Keras has them: its names, and where its output or its count differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.layers.spellings import KERAS, names_in
from archcalc.quantities.shape import vector
from archcalc.symbolic.known import simplify

if TYPE_CHECKING:
    from archcalc.network.table import Row
    from archcalc.quantities.shape import Shape
    from archcalc.symbolic.expr import Int

NAMES = names_in(KERAS)
"""Keras's names for kinds; the rank stands where the braces are."""

GLOBAL = ("global_avgpool", "global_maxpool")
"""Pools after which Keras has a vector."""


def name_of(row: Row) -> str:
    """Return what Keras calls a layer; what it does not have goes by the kind's own name.

    >>> import archcalc
    >>> table = archcalc.load("[{conv_transpose: 4, kernel: 2}, {channel_shuffle: 2}]").analyze("3x8x8")
    >>> [name_of(row) for row in table]
    ['Conv2DTranspose', 'ChannelShuffle']
    """
    known = NAMES.get(row.kind)
    return row.kind.title().replace("_", "") if known is None else known.format(len(row.inputs[0].lengths))


def output_of(row: Row) -> Shape:
    """Return the shape that Keras prints: after a global pool that of a vector."""
    return vector(row.output.channels) if row.kind in GLOBAL else row.output


def params_of(row: Row) -> Int:
    """Return what Keras counts: moving statistics too, and of PReLU a slope for each value of the input.

    Source: keras.layers.PReLU, whose slopes are shared along no axis by default.
    """
    return simplify(row.params + row.counts.buffers + _slopes(row))


def trainable_of(row: Row) -> Int:
    """Return how many of these are trainable."""
    frozen = isinstance(row.counts.trainable, int) and row.counts.trainable == 0
    return row.counts.trainable if frozen else simplify(row.counts.trainable + _slopes(row))


def _slopes(row: Row) -> Int:
    """Return how many slopes Keras's PReLU has more than one for each channel."""
    own = row.kind == "prelu" and not row.layer.shared and row.shares is None  # type: ignore[attr-defined]
    return simplify(row.inputs[0].elements - row.params) if own else 0
