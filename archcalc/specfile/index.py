"""The index of the shipped networks, made when the package is built: names, files, and the figures `list` shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archcalc.errors import SpecError, UsageError
from archcalc.specfile import library
from archcalc.specfile.document import as_record
from archcalc.specfile.loading import load
from archcalc.specfile.validation import file_mistakes, layer_mistakes
from archcalc.specfile.yaml_text import parse

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.specfile.library import Entry


def build(specs: Path) -> str:
    """Validate every shipped spec and return the index as JSON text.

    Raises:
        SpecError: a shipped spec has mistakes.
        UsageError: the folder is not the one this package ships.
    """
    if specs.resolve() != library.folder().resolve():
        raise UsageError(f"{specs} is not the folder of shipped specs, {library.folder()}")
    networks = {entry.name: row(entry) for entry in library.scan(specs)}
    return json.dumps({"schema_version": 1, "networks": networks}, indent=1) + "\n"


def row(entry: Entry) -> dict[str, Any]:
    """Return what the index says of one network, after validating its file."""
    network = load(entry.name)
    mistakes = [*file_mistakes(as_record(parse(library.source(entry.file)))), *layer_mistakes(network.spec)]
    if mistakes:
        raise SpecError(*mistakes)
    table = network.analyze()
    return {
        "file": entry.file,
        "variant": entry.variant,
        "title": network.spec.title,
        "year": network.spec.paper.get("year", ""),
        "family": network.spec.family,
        "params": table.totals.params,
        "macs": table.totals.macs,
        "input": [list(shape.sizes) for shape in table.inputs.values()],
    }
