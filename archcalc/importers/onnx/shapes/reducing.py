"""Operators that reduce axes: sums, means, extremes and where they stand, and losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.importers.onnx.calls import along

if TYPE_CHECKING:
    from archcalc.importers.onnx.calls import NodeCall
    from archcalc.importers.onnx.known import Sizes

_REDUCTIONS = [
    "ReduceL1",
    "ReduceL2",
    "ReduceLogSum",
    "ReduceLogSumExp",
    "ReduceMax",
    "ReduceMean",
    "ReduceMin",
    "ReduceProd",
    "ReduceSum",
    "ReduceSumSquare",
]


def reduced_axes(call: NodeCall) -> tuple[int, ...] | None:
    """Return the axes that are reduced: all where none are given, unless it says that none is; None if unknown."""
    rank, axes = call.input(0).rank, call.listed(1, "axes")
    if rank is None or axes is None:
        return None
    if not axes:
        return () if call.integer("noop_with_empty_axes") else tuple(range(rank))
    return tuple(along(axis, rank) for axis in axes)


def _reduce(call: NodeCall) -> list[Sizes]:
    sizes, axes, keep = call.sizes(), reduced_axes(call), call.integer("keepdims", 1)
    if sizes is None:
        return []
    if axes is None:
        return [(None,) * len(sizes)] if keep else []
    return [_without(sizes, axes, keep)]


def _without(sizes: Sizes, axes: tuple[int, ...], keep: int) -> Sizes:
    kept = ((1 if axis in axes else size) for axis, size in enumerate(sizes or ()) if keep or axis not in axes)
    return tuple(kept)


def _arg(call: NodeCall) -> list[Sizes]:
    sizes = call.sizes()
    if sizes is None:
        return []
    return [_without(sizes, (along(call.integer("axis"), len(sizes)),), call.integer("keepdims", 1))]


def _loss(call: NodeCall) -> list[Sizes]:
    """Return the sizes of a loss, one value or one per target, and of the log-probabilities."""
    targets = call.sizes(1)
    return [targets if call.text("reduction", "mean") == "none" else (), call.sizes()]


def _det(call: NodeCall) -> list[Sizes]:
    sizes = call.sizes()
    return [None if sizes is None else sizes[:-2]]


RULES = {
    **dict.fromkeys(_REDUCTIONS, _reduce),
    "ArgMax": _arg,
    "ArgMin": _arg,
    "Det": _det,
    "NegativeLogLikelihoodLoss": _loss,
    "SoftmaxCrossEntropyLoss": _loss,
}
"""The rules of this group by operator."""
