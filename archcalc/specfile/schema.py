"""The JSON schema of a spec file, for editors: made from the keys of a file and the options that layers declare."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from archcalc.layers.options import field_of
from archcalc.layers.registry import find, kind_names
from archcalc.network.steps import GROUP, INCLUDE, USE
from archcalc.specfile.keys import FILE, PAPER, keyword
from archcalc.symbolic.ratio import Ratio

if TYPE_CHECKING:
    from archcalc.layers.base import Layer

_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_VALUE: dict[str, Any] = {}

COMMON: dict[str, Any] = {
    "name": {**_SCALAR, "description": "name of the layer; # is replaced by the number of the copy"},
    "when": {**_SCALAR, "description": "condition, evaluated on the input tensor; if false, the layer is skipped"},
    "repeat": {**_SCALAR, "description": "number of copies"},
    "first": {"type": "object", "description": "arguments for the first copy only"},
    "from": {**_SCALAR, "description": "earlier layer to use as input instead of the previous one"},
    "share": {**_SCALAR, "description": "layer or block whose weights are shared"},
    "train_only": {**_SCALAR, "description": "training-only head (auxiliary classifier)"},
}
"""The options that every layer takes."""


PLAIN = "-without-blocks"
"""The ending of the definitions for a file that defines no blocks: every layer in it is of a known kind."""


def schema() -> dict[str, Any]:
    """Return the schema of a spec file (JSON Schema, draft 2020-12).

    >>> schema()["title"]
    'archcalc spec'
    """
    properties = FILE.schema["properties"] | {
        "paper": {"anyOf": [{"$ref": "#/$defs/Paper"}, {"type": "null"}], "default": None},
        "blocks": {"type": "object", "additionalProperties": {"$ref": "#/$defs/block"}},
        "layers": _layers(""),
    }
    needy = [kind for kind in kind_names() if find(kind).joins or find(kind).declared.required]
    definitions = {
        "Paper": _described(PAPER.schema, "Publication of the network.", "Paper"),
        "block": _block(),
        **{f"step-{kind}": _layer(kind) for kind in kind_names() if not find(kind).joins},
        **_lists("", [_SCALAR, {"$ref": "#/$defs/step-block"}]),
        **_lists(PLAIN, [{"enum": [kind for kind in kind_names() if kind not in needy]}]),
        "step-block": _call(),
    }
    defines = {"anyOf": [{"required": [key]} for key in ("blocks", "extends")]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_described(FILE.schema | {"properties": properties}, "A spec file.", "archcalc spec"),
        "anyOf": [{"required": [key]} for key in ("layers", "extends", "variants")],
        "if": {"not": defines},
        "then": {"properties": {"layers": _layers(PLAIN)}},
        "$defs": definitions,
    }


def _described(schema: dict[str, Any], description: str, title: str) -> dict[str, Any]:
    return dict(sorted({**schema, "description": description, "title": title}.items()))


def _layers(ending: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/layers{ending}"}


def _lists(ending: str, others: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the definitions of lists of layers and of all that holds lists; ``others`` are the entries that differ."""
    merges = {kind: _merge(kind, ending) for kind in kind_names() if find(kind).joins}
    own = {
        **merges,
        GROUP: _step(GROUP, {GROUP: {"anyOf": [_layers(ending), _SCALAR]}}),
        USE: {**_step(USE, {USE: _SCALAR, "args": _VALUE}), "additionalProperties": True},
        INCLUDE: _step(INCLUDE, {INCLUDE: _SCALAR, "until": _SCALAR, "args": {"type": "object"}}),
    }
    kinds = [f"step-{kind}" for kind in kind_names() if kind not in merges]
    entries = [{"$ref": f"#/$defs/{name}"} for name in (*kinds, *(f"step-{kind}{ending}" for kind in own))]
    return {
        f"layers{ending}": {"type": "array", "items": {"$ref": f"#/$defs/layer{ending}"}},
        f"layer{ending}": {"anyOf": [*others, *entries]},
        f"branch{ending}": _branch(ending),
        **{f"step-{kind}{ending}": step for kind, step in own.items()},
    }


def _call() -> dict[str, Any]:
    """Return the schema of a call of a block: one of its keys is no word of the language, and names the block."""
    words = [*kind_names(), GROUP, USE, INCLUDE, *COMMON]
    return {"type": "object", "minProperties": 1, "not": {"propertyNames": {"enum": words}}}


def _merge(kind: str, ending: str) -> dict[str, Any]:
    branches = {"type": "object", "additionalProperties": {"$ref": f"#/$defs/branch{ending}"}}
    joined = {"anyOf": [branches, {"type": "array", "items": _SCALAR}, _SCALAR]}
    return _step(kind, {kind: joined, **_options(find(kind))}, find(kind).__doc__)


def _layer(kind: str) -> dict[str, Any]:
    """Return the schema of a layer that is no merge: its options after the kind, all of them by name, or within it."""
    found = find(kind)
    described = _options(found)
    main = found.declared.main
    value = described[main] if main else {"type": "null"}
    optional = main is None or main not in found.declared.required
    head = {"anyOf": [value, {"type": ["null", "string"]}]} if optional else value
    others = {name: option for name, option in described.items() if name != main}
    needed = [name for name in found.declared.required if name != main]
    beside = _step(kind, {kind: head, **others}, found.__doc__, needed)
    required = list(found.declared.required)
    by_name = [_step(kind, {kind: {"enum": [None, ""]}, **described}, None, required)] if main else []
    within = _step(kind, {kind: _step(None, described, None, required)})
    return {"anyOf": [beside, *by_name, within], "description": beside.pop("description")}


def _options(kind: type[Layer]) -> dict[str, Any]:
    options = kind.declared.options
    return {name: {**_keyword(kind, name), "description": declared.doc} for name, declared in options.items()}


def _keyword(kind: type[Layer], name: str) -> dict[str, Any]:
    """Return the schema of an option, with its default where it has one that a spec can write."""
    default = next(field.default for field in fields(kind) if field.name == field_of(name))  # type: ignore[arg-type]
    more = {} if default is MISSING or default is None or isinstance(default, Ratio) else {"default": default}
    return keyword(name, kind.declared.options[name].type.schema, more)


def _step(
    kind: str | None, properties: dict[str, Any], doc: str | None = None, needed: list[str] | None = None
) -> dict[str, Any]:
    about = {"description": doc.splitlines()[0]} if doc else {}
    return {
        "type": "object",
        **about,
        "required": [*([kind] if kind else []), *(needed or [])],
        "properties": {**properties, **COMMON},
        "additionalProperties": False,
    }


def _branch(ending: str) -> dict[str, Any]:
    properties = {"when": _SCALAR, "layers": _layers(ending)}
    record = {"type": "object", "required": ["layers"], "properties": properties, "additionalProperties": False}
    return {"anyOf": [_layers(ending), record]}


def _block() -> dict[str, Any]:
    args = {"anyOf": [{"type": "array", "items": _SCALAR}, {"type": ["object", "null"]}]}
    outputs = {"anyOf": [{"type": "array", "items": _SCALAR}, {"type": "object", "additionalProperties": _SCALAR}]}
    properties = {"args": args, "layers": _layers(""), "outputs": outputs}
    return {"type": "object", "required": ["layers"], "properties": properties, "additionalProperties": False}
