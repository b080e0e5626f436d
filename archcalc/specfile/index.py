"""The index of the shipped networks, made when the package is built: names, files, and the figures `list` shows."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from archcalc.errors import SpecError, UsageError
from archcalc.specfile import shipped
from archcalc.specfile.compiled import dump
from archcalc.specfile.loading import load
from archcalc.specfile.shipped import COMPILED, INDEX
from archcalc.specfile.validation import file_mistakes, layer_mistakes

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.specfile.shipped import ShippedNetwork


def build(specs: Path) -> dict[str, str]:
    """Validate every shipped spec; return what is shipped beside them: the index, and each spec compiled.

    The texts come by their paths below the specs folder.

    Raises:
        SpecError: a shipped spec has mistakes.
        UsageError: the folder is not the one this package ships.
    """
    if specs.resolve() != shipped.folder().resolve():
        raise UsageError(f"{specs} is not the folder of shipped specs, {shipped.folder()}")
    networks = {entry.name: row(entry) for entry in shipped.scan(specs)}
    made = {INDEX: json.dumps({"schema_version": 1, "networks": networks}, indent=1) + "\n"}
    for file in {entry.file for entry in shipped.scan(specs)}:
        compiled = json.dumps(dump(shipped.document(file)), ensure_ascii=False, separators=(",", ":"))
        made[str(PurePosixPath(file).with_suffix(COMPILED))] = compiled + "\n"
    return dict(sorted(made.items()))


def row(entry: ShippedNetwork) -> dict[str, Any]:
    """Return what the index says of one network, after validating its file."""
    network = load(entry.name)
    mistakes = [*file_mistakes(shipped.document(entry.file)), *layer_mistakes(network.spec)]
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
