"""The recurrent layers of Keras, in one direction or both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.importers.keras.fields import LayerFields
from archcalc.quantities.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archcalc.importers.arrangement import Value
    from archcalc.importers.keras.calls import LayerCall

KINDS = {
    "LSTM": "lstm", "CuDNNLSTM": "lstm", "GRU": "gru", "CuDNNGRU": "gru", "SimpleRNN": "rnn",
}  # fmt: skip

STATES = {"lstm": 2, "gru": 1, "rnn": 1}
"""How many states each of them has."""


def _options(kind: str, config: Mapping[str, Any], where: str) -> dict[str, Any]:
    fields = LayerFields(config, where)
    every = fields.flag("return_sequences", default=False)
    biased = fields.flag("use_bias", default=True)
    options: dict[str, Any] = {
        "hidden": fields.whole("units"), "bias": "keras" if biased else False,
        "return_": "sequence" if every else "last",
    }  # fmt: skip
    if kind == "gru":
        options["reset_after"] = fields.flag("reset_after", default=True)
    return options


def _recurrent(call: LayerCall) -> list[Value]:
    """Add a recurrent layer; one that begins with states of other layers reads more than the kind, and is opaque."""
    kind = KINDS[call.kind]
    return _with_states(call, kind, _options(kind, call.config, call.fields.where), call.config)


def _with_states(call: LayerCall, kind: str, options: dict[str, Any], config: Mapping[str, Any]) -> list[Value]:
    call.reads += [value for name, value in call.named.items() if name == "initial_state"]
    main = call.row(kind, **options) if len(call.reads) == 1 else call.counted_as(kind, **options)
    if config.get("return_state") is not True or call.used == {0}:
        return [main]
    both = 2 if options.get("bidirectional") else 1
    state = Shape("F", (options["hidden"],))
    made = [_state(call, state, main) for _ in range(both * STATES[kind])]
    return [main, *made]


def _state(call: LayerCall, shape: Shape, main: Value) -> Value:
    """Add a row for a state that a layer puts out besides its output."""
    return call.row("opaque", [main], "state", operation="a state", shape=shape.sizes)


def _both_ways(call: LayerCall) -> list[Value] | None:
    """Add a layer that runs in both directions, whose outputs are concatenated."""
    inner = call.config.get("layer")
    if not isinstance(inner, dict) or str(inner.get("class_name")) not in KINDS:
        return None
    if not isinstance(inner.get("config"), dict):
        return None
    backward = call.config.get("backward_layer")
    if isinstance(backward, dict) and _size(backward) != _size(inner):
        return None
    kind = KINDS[inner["class_name"]]
    options = _options(kind, inner["config"], call.fields.where) | {"bidirectional": True}
    if call.config.get("merge_mode", "concat") == "concat":
        return _with_states(call, kind, options, inner["config"])
    del options["bidirectional"]
    return [call.counted_as(kind, times=2, **options)] if call.config.get("merge_mode") else None


def _size(layer: Mapping[str, Any]) -> object:
    config = layer.get("config")
    return (layer.get("class_name"), config.get("units")) if isinstance(config, dict) else None


LAYERS = {**dict.fromkeys(KINDS, _recurrent), "Bidirectional": _both_ways}
"""The rules of the recurrent layers."""
