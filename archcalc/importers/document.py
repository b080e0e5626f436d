"""A flow as a spec: what is read like a file, so that nothing later knows where a network came from."""

from __future__ import annotations

from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.importers.flow import Reference
from archcalc.layers.options import field_of, shown
from archcalc.layers.registry import find
from archcalc.network.steps import COMMON
from archcalc.network.written import Items, Record, Text
from archcalc.quantities.shape import BY_SIZES
from archcalc.symbolic.expr import Expr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archcalc.importers.flow import Flow, Planned
    from archcalc.network.written import Written
    from archcalc.quantities.shape import Shape


class Imported(NamedTuple):
    """What an importer made of a model: the layers, the paths of those that are outputs, and further keys of a spec."""

    flow: Flow
    outputs: Sequence[str] = ()
    keys: Mapping[str, Any] = MappingProxyType({})


class Selected(NamedTuple):
    """A network that an importer selected: its name or file, and the fields of its spec that it sets.

    ``otherwise`` are the message and the hint for a file that is not a spec.
    """

    network: str
    fields: Mapping[str, Any] = MappingProxyType({})
    otherwise: tuple[str, str] | None = None


ARGS = "args"


def reserved(imported: Imported) -> dict[str, Written]:
    """Return the arguments of a model whose names a spec reserves, such as `in_features`: no file can have them."""
    named = imported.keys.get(ARGS, {}).items()
    return {name: written(value) for name, value in named if name in COMMON or name.startswith("in_")}


def document(imported: Imported) -> Record:
    """Return the spec of a network: its input, its layers, and its outputs if the last layer is not the only one."""
    return spec_of(imported, Items(tuple(_steps(imported.flow))))


def spec_of(imported: Imported, layers: Items, blocks: Record | None = None) -> Record:
    """Return a spec with some list of layers, and blocks."""
    flow, kept = imported.flow, set(reserved(imported))
    keys = dict(imported.keys)
    if kept:
        keys[ARGS] = {name: value for name, value in keys[ARGS].items() if name not in kept}
    entries = [(Text(name), written(value)) for name, value in keys.items() if name != ARGS or value]
    entries.append((Text("input"), _inputs(flow.inputs)))
    if blocks is not None and blocks.entries:
        entries.append((Text("blocks"), blocks))
    entries.append((Text("layers"), layers))
    listed = [path for path in dict.fromkeys(imported.outputs) if path in flow.steps]
    if listed and listed != [next(reversed(flow.steps))]:
        entries.append((Text("outputs"), written(tuple(listed))))
    return Record(tuple(entries))


def _inputs(inputs: Mapping[str, Shape]) -> Written:
    spelled = {name: _shape(shape) for name, shape in inputs.items()}
    return written(spelled["input"] if set(spelled) == {"input"} else spelled)


def _shape(shape: Shape) -> str:
    sizes = "x".join(map(str, shape.sizes))
    return sizes if BY_SIZES.get(len(shape.sizes)) == shape.layout else f"{shape.layout} {sizes}"


def _steps(flow: Flow) -> Iterator[Record]:
    before = next(iter(flow.inputs)) if len(flow.inputs) == 1 else ""
    for head, steps in groupby(flow.steps.values(), lambda step: step.train_only):
        found, entering = [], before
        for step in steps:
            found.append(_step(step, before))
            before = step.path
        if head:
            before = entering
            yield Record(((Text("layers"), Items(tuple(found))), (Text("train_only"), Text("true"))))
        else:
            yield from found


def _step(step: Planned, before: str) -> Record:
    """Return one layer as it stands in a list; it says what it reads where that is not the layer before it."""
    found = find(step.kind)
    options = {name: value for name, value in step.options.items() if value != _default(step, name)}
    main = found.declared.main
    if found.joins:
        first: Any = tuple(step.reads)
    else:
        first = options.pop(main, None) if main else None
    entries = [(step.kind, first), *options.items(), ("name", step.path)]
    if not found.joins and step.reads[0] != before:
        entries.append(("from", step.reads[0]))
    if step.shares:
        entries.append(("share", step.shares))
    return Record(tuple((Text(name), written(value)) for name, value in entries))


def _default(step: Planned, name: str) -> object:
    return getattr(type(step.layer), field_of(name), None)


def written(value: Any) -> Written:  # noqa: ANN401 - whatever a spec can say
    """Return a value as a spec has it: texts, lists and records.

    >>> written({"kernel": (3, 1), "bias": False}).plain
    {'kernel': ['3', '1'], 'bias': 'false'}
    """
    if isinstance(value, Reference):
        return Text(value.path)
    if isinstance(value, dict):
        return Record(tuple((Text(str(key)), written(item)) for key, item in value.items()))
    if isinstance(value, tuple | list):
        return Items(tuple(map(written, value)))
    return Text("" if value is None else value if isinstance(value, str) else _spelled(value))


def _spelled(value: object) -> str:
    return str(value) if isinstance(value, Expr) else shown(value)


def flow_style(value: Written) -> str:
    """Write a value in one line of YAML.

    >>> flow_style(written({"conv": 64, "kernel": (3, 1), "name": "a"}))
    '{conv: 64, kernel: [3, 1], name: a}'
    """
    if isinstance(value, Text):
        return quoted(value.text)
    if isinstance(value, Items):
        return f"[{', '.join(map(flow_style, value.items))}]"
    return "{" + ", ".join(f"{quoted(key.text)}: {flow_style(item)}" for key, item in value.entries) + "}"


def quoted(text: str) -> str:
    """Quote a text in YAML where it would mean something else.

    >>> quoted("t (h=12 d) -> h t d"), quoted("conv"), quoted("a: b")
    ('"t (h=12 d) -> h t d"', 'conv', '"a: b"')
    """
    safe = text[:1] not in "-.*" and all(sign.isalnum() or sign in "/_.-*+" for sign in text)
    if safe or not text:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
