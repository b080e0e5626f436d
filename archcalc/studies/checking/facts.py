"""What the profiles of other tools may name of a layer: its counts and sizes, as numbers, and its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, count
from archcalc.quantities.window import spread
from archcalc.symbolic.expr import ceildiv, product
from archcalc.symbolic.known import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.network.table import Row
    from archcalc.symbolic.expr import Int


def values(row: Row) -> dict[str, int]:
    """Return what a profile's expressions may name: a layer's counts, and the sizes of its input and output.

    ``params`` are what the layer works with; ``owned`` what it adds to the network, nothing for shared weights;
    ``trainable`` what of these is trained.

    >>> import archcalc
    >>> values(archcalc.load("alexnet").analyze()["conv1"])["positions"]
    3025
    """
    weights, biases, buffers = (number(count(row.tensors, role)) for role in (WEIGHT, BIAS, BUFFER))
    x, y = row.inputs[0], row.output
    sizes: dict[str, Int] = {
        "owned": row.params,
        "trainable": row.counts.trainable,
        "macs": row.macs,
        "outputs": row.activations,
        "inputs": x.elements,
        "positions": y.positions,
        "input_positions": x.positions,
        "channels": x.channels,
        "output_channels": y.channels,
        **_attended(row),
    }
    known = {name: number(size) for name, size in sizes.items()}
    return {"weights": weights, "biases": biases, "params": weights + biases, "buffers": buffers, **known}


def _attended(row: Row) -> dict[str, Int]:
    """Return the positions of a map that attention pads to whole windows, and how many of them each one sees."""
    side = getattr(row.layer, "window", getattr(row.layer, "grid", None))
    if side is None:
        return {}
    sides = spread("window", side, len(row.inputs[0].spatial))
    padded = product(ceildiv(size, one) * one for size, one in zip(row.inputs[0].spatial, sides, strict=True))
    return {"padded": padded, "seen": product(sides)}


def facts(row: Row) -> Mapping[str, object]:
    """Return what a profile's conditions may name: the counts, the options of the layer, and what follows from them.

    >>> import archcalc
    >>> found = facts(archcalc.loads("{input: 3x8x8, layers: [{adaptive_avgpool: 3}]}").analyze().rows[0])
    >>> found["axes"], found["even_bins"]
    (2, False)
    """
    options = {name: getattr(row.layer, name) for name in row.layer.declared.options}
    before, after = row.inputs[0].spatial, row.output.spatial
    return {
        **options,
        **values(row),
        **_windows(row),
        "several_factors": isinstance(options.get("factor"), tuple) and len(before) > 1,
        "axes": len(before),
        "affine": bool(row.tensors) and bool(count(row.tensors, WEIGHT)),
        "even_bins": len(before) == len(after) and all(a % b == 0 for a, b in zip(before, after, strict=True)),
    }


def _windows(row: Row) -> dict[str, int]:
    """Return the elements of a kernel, its groups, and the positions if each side were padded as little as the other.

    The last are those of a convolution whose padding ``same`` adds no odd pixel.
    """
    if row.geometry is None:
        return {"volume": 1}
    windows = row.geometry.windows
    odd = (
        number(size) - (number(window.span) - 1) % 2 for size, window in zip(row.output.lengths, windows, strict=True)
    )
    return {
        "volume": number(product(window.kernel for window in windows)),
        "groups": number(row.geometry.groups),
        "even_positions": number(product(odd)),
    }
