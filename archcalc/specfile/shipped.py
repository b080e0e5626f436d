"""The shipped networks: which there are, and in which file each stands. Names are places."""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.errors import Source, UsageError, did_you_mean
from archcalc.rooms import Deferred
from archcalc.specfile.compiled import restore
from archcalc.specfile.document import as_record, extend, variant_names

if TYPE_CHECKING:
    import pathlib
    from pathlib import Path

    from archcalc.network.written import Record
    from archcalc.specfile import yaml_text
else:
    pathlib = Deferred("pathlib")
    yaml_text = Deferred("archcalc.specfile.yaml_text")

INDEX, COMPILED = "index.json", ".json"
"""The index, and the ending of a compiled spec: both made when the package is built."""


FRAMEWORKS = ("torchvision",)
"""Folders that are part of the name, because a framework's network is not the paper's; the others sort the files."""


class ShippedNetwork(NamedTuple):
    """One shipped network: its name, its file below the specs folder, and the variant in it, if any."""

    name: str
    file: str
    variant: str | None = None


@lru_cache
def folder() -> Path:
    """Return the folder of the shipped specs: inside the installed package, beside it in a checkout."""
    return pathlib.Path(_folder())


@lru_cache
def _folder() -> str:
    package = os.path.dirname(os.path.dirname(__file__))
    installed = os.path.join(package, "specs")
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(package), "specs")


def exists(file: str) -> bool:
    """Whether there is a shipped file of that name."""
    return os.path.isfile(os.path.join(_folder(), file))


def text(file: str) -> str:
    """Return the text of a built-in file."""
    with open(os.path.join(_folder(), file), encoding="utf-8") as opened:
        return opened.read()


@lru_cache
def index() -> dict[str, Any]:
    """Return the index made when the package was built; in a checkout, one of names only, made on the spot."""
    if exists(INDEX):
        return dict(json.loads(text(INDEX)))
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
        hint = did_you_mean(name, networks) or "archcalc list shows the built-in networks; give a file as ./mynet.yaml"
        raise UsageError(f"unknown network '{name}'", hint)
    return ShippedNetwork(name, networks[name]["file"], networks[name]["variant"])


def document(file: str) -> Record:
    """Return a shipped file: as it was compiled when the package was built, or parsed from its text; each once."""
    return _document(_folder(), file)


@cache
def _document(folder: str, file: str) -> Record:  # noqa: ARG001 - the same file of another folder is another file
    made = file.removesuffix(".yaml") + COMPILED
    if exists(made):
        source = Source(f"specs/{file}", lambda: text(file))
        return as_record(restore(json.loads(text(made)), source))
    return as_record(yaml_text.parse(Source(f"specs/{file}", text(file))))


def scan(specs: Path) -> list[ShippedNetwork]:
    """List the networks of a folder by reading every file in it: for building the index, and for checkouts."""
    found = [entry for path in sorted(specs.rglob("*.yaml")) for entry in _networks_of(specs, path)]
    twice = [name for name, times in Counter(entry.name for entry in found).items() if times > 1]
    if twice:
        raise UsageError(f"several files in {specs.name} define the network '{twice[0]}'", "rename one of them")
    return found


def _networks_of(specs: Path, path: Path) -> list[ShippedNetwork]:
    file = path.relative_to(specs).as_posix()
    place, own = prefix(file), path.stem
    record = document(file)
    parent = record.get("extends")
    while parent is not None and not variant_names(record):
        above = document(f"{parent.plain}.yaml")
        record, parent = extend(above, record), above.get("extends")
    names = variant_names(record)
    return [ShippedNetwork(f"{place}{name}", file, name) for name in names] or [ShippedNetwork(f"{place}{own}", file)]


def prefix(file: str) -> str:
    """Return what the names of a file's networks start with: the folder of a framework.

    >>> prefix("torchvision/resnet.yaml"), prefix("llm/gpt2.yaml"), prefix("resnet.yaml")
    ('torchvision/', '', '')
    """
    folder, slash, _ = file.rpartition("/")
    return folder + slash if folder in FRAMEWORKS else ""
