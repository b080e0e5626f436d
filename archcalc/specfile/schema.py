"""The JSON schema of a spec file, for editors: made from the keys of a file and the options that layers declare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcalc.layers.registry import find, kind_names
from archcalc.network.steps import GROUP, INCLUDE, USE
from archcalc.specfile.keys import FILE, PAPER, keyword

if TYPE_CHECKING:
    from archcalc.layers.base import Layer

_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_LAYERS: dict[str, Any] = {"$ref": "#/$defs/layers"}
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


def schema() -> dict[str, Any]:
    """Return the schema of a spec file (JSON Schema, draft 2020-12).

    >>> schema()["title"]
    'archcalc spec'
    """
    properties = FILE.schema["properties"] | {
        "paper": {"anyOf": [{"$ref": "#/$defs/Paper"}, {"type": "null"}], "default": None},
        "blocks": {"type": "object", "additionalProperties": {"$ref": "#/$defs/block"}},
        "layers": _LAYERS,
    }
    definitions = {
        "Paper": _described(PAPER.schema, "Publication of the network.", "Paper"),
        "layers": {"type": "array", "items": {"$ref": "#/$defs/layer"}},
        "layer": {"anyOf": [_SCALAR, *({"$ref": f"#/$defs/{name}"} for name in _kinds())]},
        "branch": _branch(),
        "block": _block(),
        **_kinds(),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_described(FILE.schema | {"properties": properties}, "A spec file.", "archcalc spec"),
        "anyOf": [{"required": [key]} for key in ("layers", "extends", "variants")],
        "$defs": definitions,
    }


def _described(schema: dict[str, Any], description: str, title: str) -> dict[str, Any]:
    return dict(sorted({**schema, "description": description, "title": title}.items()))


def _kinds() -> dict[str, Any]:
    """Return a definition for every kind of step, and one for the calls of a file's own blocks."""
    kinds = {kind: _layer(kind) for kind in kind_names()}
    own = {
        GROUP: _step(GROUP, {GROUP: {"anyOf": [_LAYERS, _SCALAR]}}),
        USE: {**_step(USE, {USE: _SCALAR, "args": _VALUE}), "additionalProperties": True},
        INCLUDE: _step(INCLUDE, {INCLUDE: _SCALAR, "until": _SCALAR, "args": {"type": "object"}}),
    }
    named = [*kinds, *own]
    call = {"type": "object", "minProperties": 1, "not": {"anyOf": [{"required": [name]} for name in named]}}
    return {f"step-{name}": step for name, step in {**kinds, **own, "block": call}.items()}


def _layer(kind: str) -> dict[str, Any]:
    found = find(kind)
    if found.joins:
        branches = {"type": "object", "additionalProperties": {"$ref": "#/$defs/branch"}}
        joined = {"anyOf": [branches, {"type": "array", "items": _SCALAR}]}
        return _step(kind, {kind: joined, **_options(found)}, found.__doc__)
    described = _options(found)
    main = found.declared.main
    value = described.pop(main) if main else {"type": "null"}
    optional = main is None or main not in found.declared.required
    head = {"anyOf": [value, {"type": ["null", "string"]}]} if optional else value
    needed = [name for name in found.declared.required if name != main]
    return _step(kind, {kind: head, **described}, found.__doc__, needed)


def _options(kind: type[Layer]) -> dict[str, Any]:
    options = kind.declared.options
    return {name: {**_keyword(kind, name), "description": declared.doc} for name, declared in options.items()}


def _keyword(kind: type[Layer], name: str) -> dict[str, Any]:
    more = {} if name in kind.declared.required else {"default": None}
    return keyword(name, kind.declared.options[name].type.schema, more)


def _step(
    kind: str, properties: dict[str, Any], doc: str | None = None, needed: list[str] | None = None
) -> dict[str, Any]:
    about = {"description": doc.splitlines()[0]} if doc else {}
    return {
        "type": "object",
        **about,
        "required": [kind, *(needed or [])],
        "properties": {**properties, **COMMON},
        "additionalProperties": False,
    }


def _branch() -> dict[str, Any]:
    properties = {"when": _SCALAR, "layers": _LAYERS}
    record = {"type": "object", "required": ["layers"], "properties": properties, "additionalProperties": False}
    return {"anyOf": [_LAYERS, record]}


def _block() -> dict[str, Any]:
    args = {"anyOf": [{"type": "array", "items": _SCALAR}, {"type": ["object", "null"]}]}
    properties = {"args": args, "layers": _LAYERS}
    return {"type": "object", "required": ["layers"], "properties": properties, "additionalProperties": False}
