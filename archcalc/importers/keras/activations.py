"""The activation functions of Keras: the argument of a layer, and layers of their own."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from archcalc.errors import Refusal
from archcalc.importers.arrangement import whole
from archcalc.importers.keras.axes import sizes_of
from archcalc.importers.learned import exact

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.importers.arrangement import Value
    from archcalc.importers.keras.calls import LayerCall

KINDS = {
    "relu": "relu", "relu6": "relu6", "sigmoid": "sigmoid", "tanh": "tanh", "softmax": "softmax", "elu": "elu",
    "swish": "silu", "silu": "silu", "gelu": "gelu", "hard_swish": "hardswish", "hard_silu": "hardswish",
}  # fmt: skip
"""The functions that are kinds of archcalc."""

OTHERS = (
    "selu", "softplus", "softsign", "exponential", "mish", "log_softmax", "celu", "glu", "threshold", "hard_tanh",
    "hard_shrink", "soft_shrink", "tanh_shrink", "squareplus", "log_sigmoid", "sparse_plus", "sparsemax",
    "sparse_sigmoid", "hard_sigmoid", "leaky_relu",
)  # fmt: skip
"""The other functions of values that Keras has."""

SLOPE = 0.2
"""The slope of ``leaky_relu`` in Keras 3; as a layer it was 0.3 in Keras 2."""


def named(call: LayerCall, function: str, value: Value, name: str = "") -> Value | None:
    """Add the row of a function by its name; nothing for the linear one.

    Raises:
        Refusal: Keras has no such function.
    """
    if function in ("linear", ""):
        return value
    if function == "glu":
        return None
    if function in KINDS:
        return call.row(KINDS[function], [value], name)
    if function == "hard_sigmoid" and call.keras_3:  # before, its slope was 0.2
        return call.row("hardsigmoid", [value], name)
    if function == "leaky_relu":
        return call.row("leaky_relu", [value], name, slope=exact(SLOPE))
    if function not in OTHERS:
        raise Refusal(f"unknown function {function}")
    return call.row("pointwise", [value], name, function=function)


def function_of(written: Any) -> str:  # noqa: ANN401 - as the file has it
    """Return the name of a function: as a text, or as Keras writes an object; nothing for none.

    >>> function_of("relu"), function_of(None), function_of({"class_name": "function", "config": "relu6"})
    ('relu', '', 'relu6')
    """
    if written is None:
        return ""
    if isinstance(written, str):
        return written.rpartition(">")[2]
    if isinstance(written, dict):
        inner = written.get("config")
        return inner if isinstance(inner, str) else str(written.get("class_name"))
    return "?"


def activated(call: LayerCall, value: Value) -> Value:
    """Add what the ``activation`` argument of a layer does, as a row after the layer's; also if it is not known."""
    written = call.config.get("activation")
    function = function_of(written)
    try:
        if isinstance(written, dict) and function in LAYERS:
            found = LAYERS[function](call.of(written, value, "activation"))
        else:
            found = named(call, function, value, function)
    except Refusal:
        found = None
    if found is not None:
        return found
    return _unknown(call, value, function)


def _unknown(call: LayerCall, value: Value, function: str) -> Value:
    """Add the row of a function that Keras does not have; it can change the shape."""
    shape = call.stated_shape(0)
    known: dict[str, Any] = {"shape": "unknown"} if shape is None else {"shape": shape.sizes, "layout": shape.layout}
    operation = f"the function {function[:40]}"
    return call.row("opaque", [value], "activation", operation=operation, mult_adds="unknown", **known)


def activation(call: LayerCall) -> Value | None:
    """Add the row of an ``Activation`` layer; a linear one passes its input on."""
    function = function_of(call.config.get("activation"))
    if function in ("linear", ""):
        return call.row("identity")
    return named(call, function, call.x)


def rectified(call: LayerCall) -> Value:
    """Add the row of a ``ReLU`` layer: up to 6, with a slope below zero, or neither."""
    slope = call.fields.number("negative_slope", 0)
    most, threshold = call.config.get("max_value"), call.fields.number("threshold", 0)
    if threshold or (most is not None and (slope or most != len("relu6") + 1)):
        return call.row("pointwise", function="relu")
    if most is not None:
        return call.row("relu6")
    return call.row("leaky_relu", slope=slope) if slope else call.row("relu")


def leaky(call: LayerCall) -> Value:
    """Add the row of a ``LeakyReLU`` layer."""
    slope = call.fields.number("negative_slope", call.fields.number("alpha", exact(0.3)))
    return call.row("leaky_relu", slope=slope)


def exponential(call: LayerCall) -> Value:
    """Add the row of an ``ELU`` layer."""
    return call.row("elu", alpha=call.fields.number("alpha", 1))


def parametric(call: LayerCall) -> Value:
    """Add the row of a ``PReLU`` layer: a slope for each value, or for each channel if all axes before are shared."""
    shared = call.fields.axes("shared_axes", 0) if call.config.get("shared_axes") else ()
    shape = call.x.shape
    if set(shared) == set(range(1, len(shape.sizes))):
        return call.row("prelu")
    slopes = [size for axis, size in enumerate(sizes_of(shape), start=1) if axis not in shared]
    return call.opaque(shape, params=prod(map(whole, slopes)), operation="PReLU with a slope for each value")


def softmax(call: LayerCall) -> Value:
    """Add the row of a ``Softmax`` layer: over the channels, or as a function along another axis."""
    axes = call.fields.axes("axis", -1)
    last = axes in ((-1,), (len(call.x.shape.sizes),))
    return call.row("softmax") if last else call.row("pointwise", function="softmax")


LAYERS: dict[str, Callable[[LayerCall], Value | None]] = {
    "Activation": activation, "ReLU": rectified, "LeakyReLU": leaky, "ELU": exponential, "PReLU": parametric,
    "Softmax": softmax, "ThresholdedReLU": lambda call: call.row("pointwise", function="thresholded_relu"),
}  # fmt: skip
