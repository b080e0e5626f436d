"""The graph of a Keras model: its layers, and their calls in an order in which each has what it reads.

Source: ``Functional.get_config`` and ``Sequential.get_config`` of Keras 2 and 3: ``layers`` with ``inbound_nodes``, one
for each call, and ``input_layers`` and ``output_layers`` as name, call and output.
"""

from __future__ import annotations

import heapq
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import UsageError
from archcalc.importers.keras.axes import Sizes, stated_sizes
from archcalc.limits import LAYERS, spend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.importers.keras.axes import Sizes

AGAIN = "save the model again, or get the file again"
TENSOR = "__keras_tensor__"
"""The class of a tensor in the files of Keras 3."""


class OutputOf(NamedTuple):
    """An output: of which layer, of which of its calls, and which one."""

    layer: str
    call: int = 0
    output: int = 0


class KerasLayer(NamedTuple):
    """A layer as a file describes it."""

    kind: str
    name: str
    config: Mapping[str, Any]
    module: str = ""
    built: Any = None
    calls: tuple[Any, ...] = ()


class KerasCall(NamedTuple):
    """A call of a layer: what it reads, in order and by the names of arguments, and its other arguments."""

    layer: KerasLayer
    number: int
    reads: tuple[OutputOf, ...] = ()
    named: Mapping[str, OutputOf] = MappingProxyType({})
    constants: Mapping[str, Any] = MappingProxyType({})


class KerasModel(NamedTuple):
    """A model: its calls in order, its inputs and outputs, and the sizes that the file states.

    ``names`` are its layers in the order of the file; ``graph`` is false for a sequence.
    """

    calls: tuple[KerasCall, ...]
    inputs: tuple[OutputOf, ...]
    outputs: tuple[OutputOf, ...]
    stated: Mapping[OutputOf, Sizes]
    names: tuple[str, ...] = ()
    graph: bool = True


def is_model(config: object) -> bool:
    """Whether a configuration is that of a model: it has layers."""
    return isinstance(config, list) or (isinstance(config, dict) and isinstance(config.get("layers"), list))


def read_model(config: Any, where: str) -> KerasModel:  # noqa: ANN401 - whatever the file holds
    """Return the graph of a model's configuration; ``where`` is what messages call it.

    >>> found = read_model({"layers": [{"class_name": "Dense", "config": {"name": "a", "units": 3}}]}, "m")
    >>> [call.layer.name for call in found.calls], found.outputs
    (['a'], (OutputOf(layer='a', call=0, output=0),))

    Raises:
        UsageError: a layer is missing, named twice or reads itself, or the configuration is damaged.
    """
    entries = config if isinstance(config, list) else config["layers"]
    if len(entries) > LAYERS.value:
        raise UsageError(*LAYERS.exceeded(where, len(entries)))
    layers: dict[str, KerasLayer] = {}
    for place, entry in enumerate(entries):
        found = _layer(entry, f"layer {place + 1} of {where}")
        if found.name in layers:
            raise UsageError(f"{where} has two layers with the name '{found.name}'", AGAIN)
        layers[found.name] = found
    if not layers:
        raise UsageError(f"{where} has no layers", AGAIN)
    if isinstance(config, list) or "output_layers" not in config:
        return _sequential(layers, config)
    return _functional(layers, config, where)


def _layer(entry: Any, where: str) -> KerasLayer:  # noqa: ANN401
    if not isinstance(entry, dict) or not isinstance(entry.get("class_name"), str):
        raise UsageError(f"{where} has no class_name", AGAIN)
    config = entry.get("config")
    name = entry.get("name") or (config.get("name") if isinstance(config, dict) else None)
    if not isinstance(name, str) or not isinstance(config, dict | list):
        raise UsageError(f"{where} ({entry['class_name']}) has no name or no config", AGAIN)
    built = entry.get("build_config")
    calls = entry.get("inbound_nodes", [])
    if not isinstance(calls, list):
        raise UsageError(f"{where} ({name}): inbound_nodes is not a list", AGAIN)
    return KerasLayer(
        kind=entry["class_name"].rpartition(">")[2],
        name=name,
        config=config if isinstance(config, dict) else {"layers": config},
        module=str(entry.get("module") or ""),
        built=built.get("input_shape") if isinstance(built, dict) else None,
        calls=tuple(calls),
    )


def _sequential(layers: Mapping[str, KerasLayer], config: Any) -> KerasModel:  # noqa: ANN401
    """Return layers one after the other; each states what the one before it puts out."""
    names = list(layers)
    first = layers[names[0]]
    begins = first.kind == "InputLayer"
    entrance = OutputOf(first.name if begins else "input")
    own = stated_sizes(first.built or (config.get("build_input_shape") if isinstance(config, dict) else None))
    stated = {} if own is None else {entrance: own}
    calls, before = [], entrance
    for name in names[begins:]:
        sizes = stated_sizes(layers[name].built)
        stated |= {} if sizes is None else {before: sizes}
        calls.append(KerasCall(layers[name], 0, (before,)))
        before = OutputOf(name)
    if begins:
        calls.insert(0, KerasCall(first, 0))
    return KerasModel(
        calls=tuple(calls), inputs=(entrance,), outputs=(before,), stated=stated, names=tuple(names), graph=False
    )


def _functional(layers: Mapping[str, KerasLayer], config: Mapping[str, Any], where: str) -> KerasModel:
    stated: dict[OutputOf, Sizes] = {}
    calls = {
        OutputOf(name, number): call
        for name, layer in layers.items()
        for number, call in enumerate(_calls(layer, stated, where))
    }
    calls = {source: _from_0(call, layers) for source, call in calls.items()}
    stated = {_counted_from_0(source, layers): sizes for source, sizes in stated.items()}
    inputs = tuple(_ends(config.get("input_layers"), where, "input_layers"))
    ends = _ends(config.get("output_layers"), where, "output_layers")
    outputs = tuple(_counted_from_0(end, layers, of_output=True) for end in ends)
    for end in (*inputs, *outputs):
        if end._replace(output=0) not in calls:
            raise UsageError(f"{where}: layer '{end.layer}' is missing, or is never called", AGAIN)
    ordered = tuple(_ordered(calls, where))
    return KerasModel(calls=ordered, inputs=inputs, outputs=outputs, stated=stated, names=tuple(layers))


def _counted_from_0(source: OutputOf, layers: Mapping[str, KerasLayer], *, of_output: bool = False) -> OutputOf:
    """Return a source with its call counted from 0: Keras counts those of a model within from 1, the model itself is 0.

    Keras 3 does so for outputs alone, and not for sequences.

    Source: ``get_config`` and ``serialize_node`` of Keras 3, and ``_should_skip_first_node`` of Keras 2.
    """
    layer = layers.get(source.layer)
    if layer is None or not is_model(layer.config) or not source.call:
        return source
    if any(isinstance(node, dict) for node in layer.calls):
        later = of_output and layer.kind != "Sequential"
    else:
        later = layer.kind != "Sequential" or _begins_with_input(layer.config["layers"])
    return source._replace(call=source.call - later)


def _begins_with_input(layers: Sequence[Any]) -> bool:
    return bool(layers) and isinstance(layers[0], dict) and layers[0].get("class_name") == "InputLayer"


def _from_0(call: KerasCall, layers: Mapping[str, KerasLayer]) -> KerasCall:
    """Return a call that reads calls counted from 0."""
    reads = tuple(_counted_from_0(source, layers) for source in call.reads)
    named = {name: _counted_from_0(source, layers) for name, source in call.named.items()}
    return call._replace(reads=reads, named=named)


def _calls(layer: KerasLayer, stated: dict[OutputOf, Sizes], where: str) -> Iterator[KerasCall]:
    """Yield the calls of a layer; that of an input reads nothing."""
    if layer.kind == "InputLayer":
        yield KerasCall(layer, 0)
        return
    for number, node in enumerate(layer.calls):
        try:
            read = _of_keras_3(node, stated) if isinstance(node, dict) else _of_keras_2(node)
        except (TypeError, ValueError, LookupError, AttributeError):
            raise UsageError(f"{where}: what layer '{layer.name}' reads cannot be understood", AGAIN) from None
        if not read[0] and not read[1]:
            raise UsageError(f"{where}: layer '{layer.name}' reads nothing", AGAIN)
        yield KerasCall(layer, number, *read)


def _of_keras_3(node: Mapping[str, Any], stated: dict[OutputOf, Sizes]) -> tuple[Any, ...]:
    args, kwargs = node["args"], node.get("kwargs") or {}
    reads = tuple(_tensors(args, stated))
    found = {str(name): next(_tensors(value, stated), None) for name, value in kwargs.items()}
    named = {name: source for name, source in found.items() if source is not None}
    return reads, named, {name: value for name, value in kwargs.items() if name not in named}


def _tensors(value: Any, stated: dict[OutputOf, Sizes]) -> Iterator[OutputOf]:  # noqa: ANN401
    """Yield the tensors in arguments of a call, in their order; note the sizes that they state."""
    waiting = [value]
    while waiting:
        spend(1)
        item = waiting.pop()
        if isinstance(item, dict) and item.get("class_name") == TENSOR:
            source = _source(item["config"]["keras_history"])
            sizes = stated_sizes(item["config"].get("shape"))
            stated.update({} if sizes is None else {source: sizes})
            yield source
        elif isinstance(item, list | dict):
            waiting += reversed(list(item.values()) if isinstance(item, dict) else item)


def _of_keras_2(node: Sequence[Any]) -> tuple[Any, ...]:
    entries = [node] if node and isinstance(node[0], str) else list(node)
    reads: list[OutputOf] = []
    named: dict[str, OutputOf] = {}
    constants: dict[str, Any] = {}
    for entry in entries:
        spend(1)
        if entry[0] != "_CONSTANT_VALUE":
            reads.append(_source(entry[:3]))
        more = entry[3] if len(entry) > len(OutputOf._fields) else {}
        for name, value in more.items():
            is_source = isinstance(value, list) and [type(part) for part in value[:3]] == [str, int, int]
            if is_source:
                named[name] = _source(value[:3])
            else:
                constants[name] = value
    return tuple(reads), named, constants


def _source(parts: Sequence[Any]) -> OutputOf:
    layer, call, output = parts
    if not isinstance(layer, str) or type(call) is not int or type(output) is not int:
        raise TypeError
    return OutputOf(layer, call, output)


def _ends(value: Any, where: str, key: str) -> Iterator[OutputOf]:  # noqa: ANN401
    """Yield inputs or outputs of a model: one, a list, or a mapping of them."""
    one = isinstance(value, list) and value and isinstance(value[0], str)
    entries = [value] if one else list(value.values()) if isinstance(value, dict) else value
    try:
        found = [_source(entry) for entry in entries]
    except (TypeError, ValueError):
        raise UsageError(f"{where}: {key} cannot be understood", AGAIN) from None
    if not found:
        raise UsageError(f"{where}: {key} is empty", AGAIN)
    yield from found


def _ordered(calls: Mapping[OutputOf, KerasCall], where: str) -> Iterator[KerasCall]:
    """Yield calls in the order of the file, but each after those that it reads."""
    places = {source: place for place, source in enumerate(calls)}
    sorter: TopologicalSorter[OutputOf] = TopologicalSorter()
    for source, call in calls.items():
        needed = [read._replace(output=0) for read in (*call.reads, *call.named.values())]
        spend(len(needed))
        for read in needed:
            if read not in calls:
                raise UsageError(f"{where}: layer '{call.layer.name}' reads '{read.layer}', which is missing", AGAIN)
        sorter.add(source, *needed)
    try:
        sorter.prepare()
    except CycleError as error:
        names = " → ".join(source.layer for source in error.args[1][:4])
        raise UsageError(f"{where}: layers read one another in a circle: {names}", AGAIN) from None
    ready: list[tuple[int, OutputOf]] = []
    while sorter.is_active():
        for source in sorter.get_ready():
            heapq.heappush(ready, (places[source], source))
        source = heapq.heappop(ready)[1]
        sorter.done(source)
        yield calls[source]
