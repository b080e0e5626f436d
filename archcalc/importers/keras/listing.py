"""The layers of a Keras model in the order, and with the connections, in which its summary lists them.

Source: ``print_summary`` in keras/src/utils/summary_utils.py.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from archcalc.importers.keras.axes import sizes_of
from archcalc.importers.keras.model import OutputOf
from archcalc.importers.onnx.paths import cleaned
from archcalc.views.showing.keras_summary import KerasLine, KerasSummary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from archcalc.importers.arrangement import Value
    from archcalc.importers.keras.model import KerasCall, KerasLayer, KerasModel

BYTES = {"float16": 2, "bfloat16": 2, "float64": 8}
"""The bytes of a weight by its number type; of others 4."""


def listed_layers(
    title: str,
    model: KerasModel,
    values: Mapping[OutputOf, Value],
    rows: Mapping[str, Sequence[str]],
    frozen: AbstractSet[str],
) -> KerasSummary:
    """Return the layers of a model, each once; ``rows`` are those that each has in the table, by its path.

    ``frozen`` are the paths of layers that are not trained.
    """
    by_name: dict[str, list[KerasCall]] = {}
    for call in model.calls:
        by_name.setdefault(call.layer.name, []).append(call)
    sequence = not model.graph
    lines = [
        _line(by_name[name], values, _rows_of(by_name[name][0].layer, rows), frozen)
        for name in model.names
        if name in by_name and not (sequence and by_name[name][0].layer.kind == "InputLayer")
    ]
    return KerasSummary(title, tuple(lines), sequence or _is_chain(model))


def _rows_of(layer: KerasLayer, rows: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the rows of a layer, or of a model within the model."""
    path = "/".join(cleaned(layer.name.split("/"))) or "layer"
    return tuple(row for at, found in rows.items() if at == path or at.startswith(f"{path}/") for row in found)


def _line(
    calls: Sequence[KerasCall], values: Mapping[OutputOf, Value], rows: tuple[str, ...], frozen: AbstractSet[str]
) -> KerasLine:
    layer, last = calls[0].layer, calls[-1]
    outputs = [values[source] for source in _outputs(layer.name, last.number) if source in values]
    read = [source for call in calls for source in (*call.reads, *call.named.values())]
    return KerasLine(
        name=layer.name,
        kind=layer.kind,
        sizes=tuple(sizes_of(value.shape) for value in outputs),
        rows=rows,
        links=tuple(f"{source.layer}[{source.call}][{source.output}]" for source in read),
        frozen=frozenset(row for row in rows if any(row == path or row.startswith(f"{path}/") for path in frozen)),
        bytes=BYTES.get(_number_type(layer.config.get("dtype")), 4),
    )


MOST_OUTPUTS = 10


def _outputs(name: str, call: int) -> list[OutputOf]:
    return [OutputOf(name, call, place) for place in range(MOST_OUTPUTS)]


def _number_type(stated: Any) -> str:  # noqa: ANN401 - a word, or a policy
    """Return the number type of weights: a policy of mixed precision has them in float32."""
    config = stated.get("config") if isinstance(stated, dict) else None
    name = config.get("name") if isinstance(config, dict) else stated
    return name if isinstance(name, str) else ""


def _is_chain(model: KerasModel) -> bool:
    """Whether each layer is called once and reads one output, which no other reads."""
    read = Counter(source._replace(output=0) for call in model.calls for source in (*call.reads, *call.named.values()))
    called = Counter(call.layer.name for call in model.calls)
    single = all(len(call.reads) + len(call.named) <= 1 for call in model.calls)
    return single and len(model.inputs) == 1 and max(read.values(), default=1) == 1 and max(called.values()) == 1
