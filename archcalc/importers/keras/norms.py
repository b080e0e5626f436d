"""The norms of Keras, over the last axis or others."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from archcalc.errors import Refusal
from archcalc.importers.arrangement import whole
from archcalc.importers.keras.axes import is_last, place_of

if TYPE_CHECKING:
    from archcalc.importers.arrangement import Value
    from archcalc.importers.keras.calls import LayerCall


def _affine(call: LayerCall) -> dict[str, Any]:
    return {"scale": call.fields.flag("scale", default=True), "shift": call.fields.flag("center", default=True)}


def _sizes(call: LayerCall, axes: tuple[int, ...]) -> int:
    """Return how many values the axes have together.

    Raises:
        Refusal: the input does not have them, or their sizes are open.
    """
    places = {place_of(axis, call.x.shape) for axis in axes}
    found = prod(0 if place is None else whole(call.x.shape.sizes[place]) for place in places)
    if not found:
        raise Refusal("unknown axes")
    return found


def _batch(call: LayerCall) -> Value:
    """Add a batch norm; over another axis than the last it is opaque."""
    axes = call.fields.axes("axis", -1)
    affine = _affine(call)
    if len(axes) == 1 and is_last(axes[0], call.x.shape):
        return call.row("batchnorm", **affine)
    size = _sizes(call, axes)
    return call.opaque(call.x.shape, params=size * sum(affine.values()), buffers=2 * size)


def _layer(call: LayerCall) -> Value:
    """Add a layer norm over the features, or over all axes."""
    axes = call.fields.axes("axis", -1)
    affine, shape = _affine(call), call.x.shape
    if call.fields.flag("rms_scaling", default=False):
        return _rms(call)
    if len(axes) == 1 and is_last(axes[0], shape):
        return call.row("layernorm", **affine)
    if {place_of(axis, shape) for axis in axes} == set(range(len(shape.sizes))):
        return call.row("layernorm", **affine, over="all")
    return call.opaque(shape, params=_sizes(call, axes) * sum(affine.values()))


def _rms(call: LayerCall) -> Value:
    axes = call.fields.axes("axis", -1)
    if len(axes) == 1 and is_last(axes[0], call.x.shape):
        return call.row("rms_norm")
    return call.opaque(call.x.shape, params=_sizes(call, axes))


def _groups(call: LayerCall) -> Value:
    """Add a group norm over the last axis."""
    axes = call.fields.axes("axis", -1)
    affine = _affine(call)
    if len(axes) == 1 and is_last(axes[0], call.x.shape):
        each = call.config.get("groups") == -1  # each channel by itself
        groups = call.x.shape.channels if each else call.fields.whole("groups", 32)
        return call.row("groupnorm", groups=groups, **affine)
    return call.opaque(call.x.shape, params=_sizes(call, axes) * sum(affine.values()))


def _normalization(call: LayerCall) -> Value:
    """Add a ``Normalization``: mean and variance are constants, or learned from data and counted with a counter.

    Source: keras.layers.Normalization.build: mean, variance and count where no mean is given.
    """
    if call.config.get("mean") is not None:
        return call.row("pointwise", function="normalization")
    if call.config.get("axis", -1) in (None, []):  # one mean and one variance of all values
        return call.opaque(call.x.shape, buffers=len(("mean", "variance", "count")))
    axes = call.fields.axes("axis", -1)
    if len(axes) == 1 and is_last(axes[0], call.x.shape):
        return call.row("batchnorm", scale=False, shift=False, counter=True)
    return call.opaque(call.x.shape, buffers=2 * _sizes(call, axes) + 1)


LAYERS = {
    "BatchNormalization": _batch, "SyncBatchNormalization": _batch, "BatchNormalizationV1": _batch,
    "LayerNormalization": _layer, "RMSNormalization": _rms, "GroupNormalization": _groups,
    "Normalization": _normalization,
}  # fmt: skip
"""The rules of the norms."""
