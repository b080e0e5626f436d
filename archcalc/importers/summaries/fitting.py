"""What is printed of a row, held against what archcalc's layers compute: the layers that it could be, and which fit."""

from __future__ import annotations

from math import gcd, prod
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import ArchcalcError
from archcalc.importers.arrangement import whole
from archcalc.layers.registry import build, find
from archcalc.quantities.shape import Shape, grid, vector
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archcalc.importers.summaries.rows import PrintedRow


class FittedCounts(NamedTuple):
    """The parameters, buffers and MACs of a layer."""

    params: int
    buffers: int
    macs: int


def counts(kind: str, options: dict[str, Any], shape: Shape) -> FittedCounts | None:
    """Return what a layer has on an input; None if it cannot work on it.

    >>> counts("linear", {"outputs": 10}, vector(784))
    FittedCounts(params=7850, buffers=0, macs=7840)
    """
    try:
        layer = build(find(kind), options)
        layer.shape_of((shape,))
        tensors = layer.tensors(shape)
        return FittedCounts(
            params=whole(count(tensors, WEIGHT, BIAS)),
            buffers=whole(count(tensors, BUFFER)),
            macs=whole(layer.macs_of((shape,))),
        )
    except ArchcalcError:
        return None


def fitting(row: PrintedRow, *, with_buffers: bool) -> tuple[list[FittedCounts], list[int]]:
    """Return the counts of the layers that a row can be, and the parameters that it could have, whatever is printed.

    Both are empty if the text does not state enough. ``with_buffers`` says that the printed number includes buffers.
    """
    rule = CANDIDATES.get(row.operation.partition(" ")[0])
    if rule is None:
        return [], []
    found = [one for one in rule(row) if one is not None]
    totals = [one.params + one.buffers * with_buffers for one in found]
    fits = [one for one, total in zip(found, totals, strict=True) if total == row.params]
    return fits, sorted(set(totals), reverse=True)


EITHER = (True, False)


def _norm(kind: str, *, each: bool = False) -> Callable[[PrintedRow], Iterator[FittedCounts | None]]:
    """Return the rule of a norm over the channels; ``each`` is for programs where scale and shift are chosen apart."""

    def candidates(row: PrintedRow) -> Iterator[FittedCounts | None]:
        for scale, shift in ((a, b) for a in EITHER for b in EITHER if a == b or each):
            if row.channels is not None:
                given = {"groups": 1} if kind == "groupnorm" else {}
                yield counts(kind, {**given, "scale": scale, "shift": shift}, vector(row.channels))

    return candidates


def _last_norm(row: PrintedRow) -> Iterator[FittedCounts | None]:
    """Yield layer norms over the last axis, or over the last axes together."""
    sizes = row.shape or ()
    for features in dict.fromkeys(prod(sizes[place:]) for place in range(len(sizes))):
        for scale, shift in ((True, True), (True, False), (False, False)):
            yield counts("layernorm", {"scale": scale, "shift": shift}, vector(features))


def _linear(row: PrintedRow) -> Iterator[FittedCounts | None]:
    """Yield linear layers over the last axis, which in maps of Keras are the channels."""
    for sizes in row.inputs[:1] if row.shape else ():
        map_ = row.of_keras and len(sizes) > len(("tokens", "features"))
        features, places = (sizes[0], sizes[1:]) if map_ else (sizes[-1], sizes[:-1])
        outputs = (row.shape or (1,))[0 if map_ else -1]
        shape = Shape("TF", (prod(places), features)) if places else vector(features)
        for bias in EITHER:
            yield counts("linear", {"outputs": outputs, "bias": bias}, shape)


def _conv(row: PrintedRow) -> Iterator[FittedCounts | None]:
    """Yield convolutions by their weights at each place of the output: stride and padding do not matter."""
    if row.kernel is None or row.shape is None or not row.inputs or len(row.shape) != len(row.kernel) + 1:
        return
    channels, filters, places = row.inputs[0][0], row.shape[0], row.shape[1:]
    shared = gcd(channels, filters)
    for groups in (number for number in range(1, min(shared, MOST_GROUPS) + 1) if shared % number == 0):
        for bias in EITHER:
            options = {"filters": filters, "kernel": row.kernel, "groups": groups, "bias": bias, "padding": "same"}
            yield counts("conv", options, grid(channels, places))


MOST_GROUPS = 20_000


def _prelu(row: PrintedRow) -> Iterator[FittedCounts | None]:
    for shared in EITHER:
        if row.channels is not None:
            yield counts("prelu", {"shared": shared}, grid(row.channels, (1, 1)))


CANDIDATES: dict[str, Callable[[PrintedRow], Iterator[FittedCounts | None]]] = {
    **{f"BatchNorm{rank}d": _norm("batchnorm") for rank in (1, 2, 3)},
    **{f"Conv{rank}d": _conv for rank in (1, 2, 3)},
    **{f"InstanceNorm{rank}d": _norm("batchnorm") for rank in (1, 2, 3)},
    "SyncBatchNorm": _norm("batchnorm"),
    "GroupNorm": _norm("groupnorm"),
    "LayerNorm": _last_norm,
    "LayerNormalization": _norm("layernorm", each=True),
    "Linear": _linear,
    "Dense": _linear,
    "PReLU": _prelu,
    "BatchNormalization": _norm("batchnorm", each=True),
}
"""The layers that a row of a class can be, by the shapes that are printed."""
