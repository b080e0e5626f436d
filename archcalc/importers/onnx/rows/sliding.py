"""Convolutions and pools as layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.importers import rules
from archcalc.importers.onnx.shapes.windows import MAP_AXES, kernel_of, windows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.onnx.operations import OnnxOperation
    from archcalc.quantities.window import Window

    Rule = Callable[[OnnxOperation], Value | Sequence[Value | None] | None]


def _options(operation: OnnxOperation, kernel: tuple[int, ...]) -> dict[str, Any]:
    """Return kernel, stride, padding and dilation as options of a layer."""
    found = windows(operation.call, kernel)
    return {
        "kernel": rules.same(kernel),
        "stride": rules.same([window.stride for window in found]),
        "padding": _padding(operation, found),
    } | _unless(1, dilation=rules.same([window.dilation for window in found]))


def _unless(default: object, **options: Any) -> dict[str, Any]:  # noqa: ANN401
    return {name: value for name, value in options.items() if value != default}


def _padding(operation: OnnxOperation, found: Sequence[Window]) -> Any:  # noqa: ANN401
    """Return the padding as an option: one number, a number per axis, a pair per axis, or `same`."""
    automatic = operation.call.text("auto_pad", "NOTSET")
    if automatic == "SAME_UPPER":
        return "same"
    sizes = (operation.call.sizes() or ())[MAP_AXES:]
    sides = [window.pads(size or 1) for window, size in zip(found, sizes, strict=True)]
    if automatic == "SAME_LOWER":  # the odd one lies before
        sides = [(after, before) for before, after in sides]
    if all(before == after for before, after in sides):
        return rules.same([before for before, _ in sides])
    return tuple(sides)


def convolution(weight: int, bias: int) -> Rule:
    """Return the rule of a convolution whose weight and bias are these inputs."""

    def rule(operation: OnnxOperation) -> Value | None:
        sizes, kernel = operation.fixed(weight), kernel_of(operation.call, weight)
        if sizes is None or kernel is None:
            return None
        options = _options(operation, kernel) | _unless(1, groups=operation.call.integer("group", 1))
        biased = operation.weighs(bias)
        return rules.sliding(
            operation, operation.value(), "conv", len(kernel), filters=sizes[0], bias=biased, **options
        )

    return rule


def transposed(operation: OnnxOperation) -> Value | None:
    """Add a transposed convolution."""
    call, sizes, kernel = operation.call, operation.fixed(1), kernel_of(operation.call, 1)
    if sizes is None or kernel is None or call.given("output_shape") or call.text("auto_pad", "NOTSET") != "NOTSET":
        return None
    groups, more = call.integer("group", 1), call.integers("output_padding") or (0,)
    options = _options(operation, kernel) | _unless(1, groups=groups) | _unless(0, output_padding=rules.same(more))
    return rules.sliding(
        operation, operation.value(), "conv_transpose", len(kernel), filters=sizes[1] * groups,
        bias=operation.weighs(2), **options,
    )  # fmt: skip


def pool(kind: str) -> Rule:
    """Return the rule of a pool."""

    def rule(operation: OnnxOperation) -> Value | None:
        kernel = kernel_of(operation.call)
        if kernel is None:
            return None
        options = _options(operation, kernel) | _unless(0, ceil=operation.call.integer("ceil_mode"))
        if "ceil" in options:
            options["ceil"] = True
        return rules.sliding(operation, operation.value(), kind, len(kernel), **options)

    return rule


def global_pool(kind: str) -> Rule:
    """Return the rule of a pool over the whole map."""

    def rule(operation: OnnxOperation) -> Value | None:
        value = operation.value()
        return rules.sliding(operation, value, kind, len(operation.sizes) - MAP_AXES)

    return rule


ROWS: dict[str, Rule] = {
    "AveragePool": pool("avgpool"),
    "Conv": convolution(1, 2),
    "ConvInteger": convolution(1, 15),
    "ConvTranspose": transposed,
    "FusedConv": convolution(1, 2),
    "GlobalAveragePool": global_pool("global_avgpool"),
    "GlobalMaxPool": global_pool("global_maxpool"),
    "MaxPool": pool("maxpool"),
    "QLinearAveragePool": pool("avgpool"),
    "QLinearConv": convolution(3, 8),
    "QLinearGlobalAveragePool": global_pool("global_avgpool"),
}
"""The rules of this group by operator."""
