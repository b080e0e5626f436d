"""What the page offers: the built-in networks, examples, and the words of the language for completion."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from archcalc.layers.registry import find, kind_names
from archcalc.live.specs import word
from archcalc.network.steps import GROUP, INCLUDE, USE
from archcalc.specfile import shipped
from archcalc.specfile.keys import FILE
from archcalc.specfile.schema import COMMON
from archcalc.studies.explaining.kinds import summary

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLES = Path(__file__).parents[1] / "pages" / "examples"

STRUCTURE = {
    GROUP: "several layers as one block",
    USE: "a block of this file",
    INCLUDE: "the layers of another network",
}
"""The words that are written like a kind of layer."""


def networks(request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - every action takes the request
    """Return the names of the built-in networks.

    >>> "alexnet" in networks({})["networks"]
    True
    """
    return {"networks": [entry.name for entry in shipped.entries()]}


def opened(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the spec of a built-in network, and which of its variants is meant.

    >>> opened({"name": "vgg16"})["variant"]
    'vgg16'

    Raises:
        UsageError: the network is unknown.
    """
    entry = shipped.find(word(request, "name"))
    return {"text": shipped.text(entry.file), "variant": entry.variant or ""}


def examples(request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - every action takes the request
    """Return small specs to begin with.

    >>> examples({})["examples"][0]["text"].startswith("# One convolution.")
    True
    """
    files = sorted(EXAMPLES.glob("*.yaml"))
    return {"examples": [{"name": file.stem, "text": file.read_text(encoding="utf-8")} for file in files]}


def vocabulary(request: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - every action takes the request
    """Return the words of the language for completion: the kinds with their options, and the keys of a file.

    >>> vocabulary({})["kinds"]["relu"]["about"]
    'max(0, x) of each value'
    """
    kinds = {kind: _kind(kind) for kind in kind_names()}
    structure = {name: {"about": about, "options": {}} for name, about in STRUCTURE.items()}
    return {
        "kinds": kinds | structure,
        "common": {name: _about(schema["description"]) for name, schema in COMMON.items()},
        "keys": {name: _about(schema.get("description", "")) for name, schema in FILE.schema["properties"].items()},
    }


def _kind(kind: str) -> dict[str, Any]:
    layer = find(kind)
    options = {name: _about(option.doc, option.type.words) for name, option in layer.declared.options.items()}
    return {"about": summary(layer), "options": options}


def _about(text: str, words: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"about": text, "words": list(words)}
