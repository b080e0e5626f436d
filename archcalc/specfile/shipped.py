"""The shipped networks: which there are, and in which file each stands. Names are places."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import Source, UsageError, did_you_mean
from archcalc.rooms import fetch
from archcalc.specfile.compiled import restore
from archcalc.specfile.document import as_record, extend, variant_names

if TYPE_CHECKING:
    from archcalc.network.written import Record

INDEX, COMPILED = "index.json", ".json"
"""The index, and the ending of a compiled spec: both made when the package is built."""


class ShippedNetwork(NamedTuple):
    """One shipped network: its name, its file below the specs folder, and the variant in it, if any."""

    name: str
    file: str
    variant: str | None = None


@lru_cache
def folder() -> Path:
    """Return the folder of the shipped specs: inside the installed package, beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "specs"
    return installed if installed.is_dir() else package.parent / "specs"


@lru_cache
def index() -> dict[str, Any]:
    """Return the index made when the package was built; in a checkout, one of names only, made on the spot."""
    made = folder() / INDEX
    if made.is_file():
        return dict(json.loads(made.read_text(encoding="utf-8")))
    return {"networks": {entry.name: {"file": entry.file, "variant": entry.variant} for entry in scan(folder())}}


def entries() -> list[ShippedNetwork]:
    """List the shipped networks in alphabetical order."""
    return [ShippedNetwork(name, row["file"], row["variant"]) for name, row in sorted(index()["networks"].items())]


def find(name: str) -> ShippedNetwork:
    """Return the entry of a shipped network.

    >>> find("resnet50").file
    'resnet.yaml'

    Raises:
        UsageError: there is none of that name; with the nearest names.
    """
    networks = index()["networks"]
    if name not in networks:
        hint = did_you_mean(name, networks) or "archcalc list shows them all; a file is written ./mynet.yaml"
        raise UsageError(f"there is no network '{name}'", hint)
    return ShippedNetwork(name, networks[name]["file"], networks[name]["variant"])


def document(file: str) -> Record:
    """Return a shipped file: as it was compiled when the package was built, or parsed from its text."""
    path = folder() / file
    made = path.with_suffix(COMPILED)
    if made.is_file():
        source = Source(f"specs/{file}", lambda: path.read_text(encoding="utf-8"))
        return as_record(restore(json.loads(made.read_text(encoding="utf-8")), source))
    return as_record(fetch("specfile", "yaml_text").parse(Source(f"specs/{file}", path.read_text(encoding="utf-8"))))


def scan(specs: Path) -> list[ShippedNetwork]:
    """List the networks of a folder by reading every file in it: for building the index, and for checkouts."""
    found = [entry for path in sorted(specs.rglob("*.yaml")) for entry in _networks_of(specs, path)]
    twice = [entry.name for entry in found if sum(other.name == entry.name for other in found) > 1]
    if twice:
        raise UsageError(f"several files in {specs.name} hold a network called {twice[0]}", "names must differ")
    return found


def _networks_of(specs: Path, path: Path) -> list[ShippedNetwork]:
    file = path.relative_to(specs).as_posix()
    own = file.removesuffix(".yaml")
    place = own.rpartition("/")[0]
    record = document(file)
    parent = record.get("extends")
    while parent is not None and not variant_names(record):
        above = document(f"{parent.plain}.yaml")
        record, parent = extend(above, record), above.get("extends")
    names = variant_names(record)
    return [ShippedNetwork(f"{place}/{name}" if place else name, file, name) for name in names] or [
        ShippedNetwork(own, file)
    ]
