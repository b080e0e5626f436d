"""The rows of a Keras model: call by call, nested models within the path of their layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError
from archcalc.importers.arrangement import made
from archcalc.importers.flow import Flow
from archcalc.importers.keras.axes import LAYOUTS, shape_of, stated_sizes
from archcalc.importers.keras.calls import NO_PARAMETERS, LayerCall
from archcalc.importers.keras.layers import rule_of
from archcalc.importers.keras.listing import listed_layers
from archcalc.importers.keras.model import AGAIN, KerasCall, KerasModel, OutputOf, is_model, read_model
from archcalc.importers.onnx.paths import cleaned
from archcalc.importers.wishes import no_input
from archcalc.layers.opaque import UNKNOWN
from archcalc.limits import LAYERS, spend
from archcalc.symbolic.expr import Letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.importers.arrangement import Value
    from archcalc.importers.keras.axes import Sizes
    from archcalc.importers.keras.model import KerasLayer
    from archcalc.importers.wishes import Wishes
    from archcalc.symbolic.expr import Int
    from archcalc.views.showing.keras_summary import KerasSummary

LEVELS = 20
"""How deep models can lie within models."""


class Within(NamedTuple):
    """A model whose calls are made: its tensors so far, which outputs are read, its path and level."""

    model: KerasModel
    values: dict[OutputOf, Value]
    used: Mapping[OutputOf, set[int]]
    path: str
    level: int


class KerasBuilder:
    """Makes the rows of a model; ``remarks`` are what a reader of its table has to know."""

    def __init__(self, name: str, wished: Wishes) -> None:
        self.flow = Flow()
        self._name, self._wished = name, wished
        self._rows: dict[str, list[str]] = {}
        self._models: dict[str, KerasModel] = {}
        self._taken: set[str] = set()
        self._trust = True
        self._values: dict[OutputOf, Value] = {}
        self.frozen: list[str] = []
        self.frozen_paths: set[str] = set()

    def build(self, config: Any) -> list[Value]:  # noqa: ANN401 - whatever the file holds
        """Add all rows of a model, and return its outputs.

        Raises:
            UsageError: the configuration is damaged, or its input is not known.
        """
        self._model = model = read_model(config, self._name)
        return self._run(model, self._entered(model), "", 0)

    def summary(self, title: str) -> KerasSummary:
        """Return the layers of the model that was built as Keras lists them."""
        return listed_layers(title, self._model, self._values, self._rows, self.frozen_paths)

    def _entered(self, model: KerasModel) -> list[Value]:
        """Add the inputs: of the sizes that are wished, or stated; letters stand for those that are open."""
        layers = {call.layer.name: call.layer for call in model.calls}
        found = []
        for source in model.inputs:
            layer = layers.get(source.layer)
            stated = _input_sizes(layer) if layer is not None and layer.kind == "InputLayer" else None
            stated = stated or model.stated.get(source) or self._first(model)
            alone = len(model.inputs) == 1
            name = "input" if alone else "_".join(cleaned([source.layer])) or "input"
            found.append(self._input(self.flow.free(name), source.layer, stated))
        return found

    def _first(self, model: KerasModel) -> Sizes | None:
        """Return the input sizes that the first layer of a sequence states, as Keras 2 has them."""
        return _input_sizes(model.calls[0].layer) if model.calls else None

    def _input(self, name: str, layer: str, stated: Sizes | None) -> Value:
        wished = self._wished.inputs.get(layer) or self._wished.inputs.get(name) or self._wished.inputs.get("")
        if wished and len(wished) in LAYOUTS:
            shape = shape_of((*wished[1:], wished[0]) if len(wished) > len("TF") else wished)
            sizes: Sequence[Int | None] = (*shape.spatial, shape.channels) if shape.is_map else shape.sizes
            self._trust = self._trust and stated is not None and tuple(sizes) == tuple(stated)
        else:
            sizes = () if stated is None else stated
        if stated is None and not wished:
            raise no_input(self._name, "3x224x224")
        if len(sizes) not in LAYOUTS:
            many = f"the input '{layer}' has {len(sizes)} axes beside the batch"
            raise UsageError(f"{self._name}: {many}; expected 1 to {max(LAYOUTS)}")
        shape = shape_of(self._opened(list(sizes)))
        self.flow.inputs[name] = self.flow.shapes[name] = shape
        return made(name, shape, (self.flow.batch,))

    def _opened(self, sizes: list[Int | None]) -> list[Int]:
        """Put a letter for each size that is open, called like its axis."""
        layout = LAYOUTS[len(sizes)]
        called = layout[1:] + layout[0] if layout[0] == "C" else "T" if layout == "F" else layout
        return [self._letter(called[place]) if size is None else size for place, size in enumerate(sizes)]

    def _letter(self, axis: str) -> Letter:
        name, number = axis, 1
        while name in self._taken:
            number += 1
            name = f"{axis}{number}"
        self._taken.add(name)
        return Letter(name)

    def _run(self, model: KerasModel, inputs: Sequence[Value], path: str, level: int) -> list[Value]:
        """Add the rows of a model within a path, and return its outputs."""
        if len(inputs) != len(model.inputs):
            raise UsageError(f"{path or self._name} has {len(model.inputs)} inputs, but reads {len(inputs)}", AGAIN)
        values = dict(zip(model.inputs, inputs, strict=True))
        self._values = values if not level else self._values
        within = Within(model=model, values=values, used=_used(model), path=path, level=level)
        for call in model.calls:
            if call.layer.kind != "InputLayer":
                found = self._called(call, within)
                values |= {OutputOf(call.layer.name, call.number, place): value for place, value in enumerate(found)}
        return [self._read(source, within) for source in model.outputs]

    def _read(self, source: OutputOf, within: Within) -> Value:
        if source not in within.values:
            raise UsageError(f"{within.path or self._name}: '{source.layer}' has no output {source.output}", AGAIN)
        return within.values[source]

    def _called(self, call: KerasCall, within: Within) -> list[Value]:
        """Add the rows of one call: of a layer, or of a model within this one."""
        spend(1)
        layer = call.layer
        path = "/".join(filter(None, (within.path, *cleaned(layer.name.split("/"))))) or "layer"
        self._check(layer, path, within.level)
        reads = [self._read(source, within) for source in call.reads]
        named = {name: self._read(source, within) for name, source in call.named.items()}
        if is_model(layer.config):
            if path not in self._models:  # it can be called many times
                self._models[path] = read_model(layer.config, f"{self._name}: {path}")
            return self._run(self._models[path], [*reads, *named.values()], path, within.level + 1)
        used = within.used.get(OutputOf(layer.name, call.number), {0})
        stated = {place: within.model.stated.get(OutputOf(layer.name, call.number, place)) for place in used}
        row = LayerCall(
            self.flow, layer.kind, path, layer.config, reads, named=named, constants=call.constants,
            stated={place: sizes for place, sizes in stated.items() if sizes is not None and self._trust},
            first=self._rows.get(path, ()), module=layer.module, used=frozenset(used),
        )  # fmt: skip
        found = self._outputs(row)
        self._rows.setdefault(path, row.rows)
        return found

    def _check(self, layer: KerasLayer, path: str, level: int) -> None:
        """Refuse too many rows or levels, and layers with their channels first; note those that are frozen."""
        if len(self.flow.steps) > LAYERS.value:
            raise UsageError(*LAYERS.exceeded(self._name))
        if level > LEVELS:
            raise UsageError(f"{self._name} has models within models on more than {LEVELS} levels", AGAIN)
        if layer.config.get("data_format") == "channels_first":
            raise UsageError(
                f"{self._name}: layer '{layer.name}' has its channels first, which is not supported",
                "save the model with data_format='channels_last'",
            )
        if layer.config.get("trainable") is False:
            self.frozen.append(layer.name)
            self.frozen_paths.add(path)

    def _outputs(self, call: LayerCall) -> list[Value]:
        """Add what a rule makes of a call, or else an opaque row; and one for each further output that is read."""
        rule, most = rule_of(call), max(call.used)
        found = call.attempt(rule) if rule is not None else None
        if found is None or most >= len(found):
            found = [call.unknown(), *(self._further(call, place) for place in range(1, most + 1))]
        return found

    def _further(self, call: LayerCall, place: int) -> Value:
        shape = call.stated_shape(place)
        options: dict[str, object] = {"operation": f"output {place + 1} of {call.kind}"}
        options |= {"shape": "unknown"} if shape is None else {"shape": shape.sizes, "layout": shape.layout}
        return call.row("opaque", call.reads[:1], f"output_{place + 1}", **options)

    @property
    def remarks(self) -> Iterator[str]:
        """What the page of the network says of it."""
        opaque = {path: step.options for path, step in self.flow.steps.items() if step.kind == "opaque"}
        for what, names in (
            ("parameters", [path for path, options in opaque.items() if options["operation"].endswith(NO_PARAMETERS)]),
            ("MACs", [path for path, options in opaque.items() if options.get("mult_adds") == UNKNOWN]),
            ("shapes", [path for path, options in opaque.items() if options["shape"] == UNKNOWN]),
        ):
            if names:
                yield f"unknown {what}: {_few(names)}"
        if self.frozen:
            yield f"trainable: false is not taken into account: {_few(self.frozen)}"


def _few(names: Sequence[str], most: int = 5) -> str:
    distinct = list(dict.fromkeys(names))
    more = f" and {len(distinct) - most} more" if len(distinct) > most else ""
    return ", ".join(distinct[:most]) + more


def _used(model: KerasModel) -> dict[OutputOf, set[int]]:
    """Return which outputs of each call are read, or are outputs of the model."""
    found: dict[OutputOf, set[int]] = {}
    reads = (source for call in model.calls for source in (*call.reads, *call.named.values()))
    for source in (*reads, *model.outputs):
        if not 0 <= source.output < 1000:  # noqa: PLR2004 - no layer has as many
            raise UsageError(f"layer '{source.layer}' has no output {source.output}", AGAIN)
        found.setdefault(source._replace(output=0), {0}).add(source.output)
    return found


def _input_sizes(layer: KerasLayer) -> Sizes | None:
    """Return the sizes of an input, by whichever of its names a version of Keras calls them."""
    for name in ("batch_shape", "batch_input_shape"):
        found = stated_sizes(layer.config.get(name))
        if found is not None:
            return found
    return None
