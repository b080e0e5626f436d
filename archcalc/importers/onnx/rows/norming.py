"""Norms and softmax as layers."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from archcalc.importers import rules
from archcalc.importers.onnx.calls import along

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.onnx.operations import OnnxOperation

    Rule = Callable[[OnnxOperation], Value | Sequence[Value | None] | None]

SOFTMAX_BY_AXIS = 13
"""From this version on, Softmax is over one axis; before, over all from this one on."""


def batch_norm(operation: OnnxOperation) -> Value | None:
    """Add a batch norm."""
    return operation.layer("batchnorm", [rules.channels_second(operation.flow, operation.value())])


def affine_norm(kind: str, **options: Any) -> Rule:  # noqa: ANN401
    """Return the rule of a norm over the channels with scale and shift; ``options`` name the operator's attributes."""

    def rule(operation: OnnxOperation) -> Value | None:
        given = {name: operation.call.integer(key) for name, key in options.items()}
        return operation.layer(kind, [rules.channels_second(operation.flow, operation.value())], **given)

    return rule


def local_norm(operation: OnnxOperation) -> Value | None:
    """Add a local response norm."""
    value = rules.channels_second(operation.flow, operation.value())
    return operation.layer("lrn", [value], size=operation.call.integer("size", 1))


def group_norm(operation: OnnxOperation) -> Value | None:
    """Add a group norm; of several nodes, the number of groups is the number of channels that are normed alone."""
    value = operation.value()
    inner = [step for step in operation.group.steps if step.node.op == "InstanceNormalization"]
    groups = (inner[0].call.sizes() or (0, 0))[1] if inner else operation.call.integer("num_groups")
    return operation.layer("groupnorm", [rules.channels_second(operation.flow, value)], groups=groups)


def layer_norm(operation: OnnxOperation) -> Value | None:
    """Add a layer norm over the last axis."""
    bound, call, value = operation.group.bound, operation.call, operation.value()
    if value is None:
        return None
    if len(operation.group.steps) == 1 and call.integer("axis", -1) not in (-1, len(value.real) - 1):
        return None
    decomposed = len(operation.group.steps) > 1
    scale = "gamma" in bound if decomposed else operation.weighs(1)
    shift = "beta" in bound if decomposed else operation.weighs(2)
    options = {} if scale and shift else {"scale": scale, "shift": shift}
    return rules.normalized_last(operation, value, "layernorm", **options)


def rms_norm(operation: OnnxOperation) -> Value | None:
    """Add a norm by the root mean square over the last axis."""
    value = operation.value()
    if value is None or operation.call.integer("axis", -1) not in (-1, len(value.real) - 1):
        return None
    scale = "gamma" in operation.group.bound if len(operation.group.steps) > 1 else operation.weighs(1)
    return rules.normalized_last(operation, value, "rms_norm", **({} if scale else {"scale": False}))


def softmax(operation: OnnxOperation) -> Value | None:
    """Add a softmax."""
    rank, new = len(operation.sizes), operation.call.opset >= SOFTMAX_BY_AXIS or bool(operation.call.node.domain)
    axis = along(operation.call.integer("axis", -1 if new else 1), rank)
    if not new and prod(operation.sizes[axis + 1 :]) != 1:
        return None
    return rules.softened(operation, operation.value(), axis)


ROWS: dict[str, Rule] = {
    "BatchNormalization": batch_norm,
    "GroupNormalization": group_norm,
    "InstanceNormalization": affine_norm("instancenorm"),
    "LRN": local_norm,
    "LayerNormalization": layer_norm,
    "QLinearSoftmax": softmax,
    "RMSNormalization": rms_norm,
    "SimplifiedLayerNormalization": rms_norm,
    "Softmax": softmax,
}
"""The rules of this group by operator."""
