"""What formats share: which there are, and which of them a file name means."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from archcalc.errors import UsageError, did_you_mean
from archcalc.limits import CONVERTED
from archcalc.rooms import fetch, members

if TYPE_CHECKING:
    from types import ModuleType

    from archcalc.network.table import Table

SHARED_FILES = ("base",)
"""The shared files of this room."""

FIRST = "torch"
"""The format that is meant where several have a suffix."""


def rendered(module: ModuleType, table: Table) -> str | bytes:
    """Return a network in a format.

    Raises:
        UsageError: it has too many layers, a size is not a number, or layers have no counterpart.
    """
    layers = len(table.rows)
    if layers > CONVERTED.value:
        raise UsageError(*CONVERTED.exceeded(table.spec.name, layers))
    made: str | bytes = module.render(table)
    return made


def formats() -> tuple[str, ...]:
    """List the names of all formats without loading any.

    >>> "torch" in formats()
    True
    """
    return tuple(name for name in members("exporters") if name not in SHARED_FILES)


def meanings() -> dict[str, str]:
    """Return the formats, with what each is.

    >>> meanings()["torch"]
    'a PyTorch module'
    """
    return {name: fetch("exporters", name).MEANING for name in formats()}


def find_format(name: str | None, file: str | None) -> ModuleType:
    """Return the format that is meant: by its name, or by the suffix of a file.

    >>> find_format(None, "net.py").__name__, find_format("keras", "net.py").__name__
    ('archcalc.exporters.torch', 'archcalc.exporters.keras')

    Raises:
        UsageError: the format is unknown.
    """
    if name:
        if name not in formats():
            hint = did_you_mean(name, formats()) or f"available: {', '.join(formats())}"
            raise UsageError(f"unknown export format '{name}'", hint)
        return fetch("exporters", name)
    suffix = os.path.splitext(file or "")[1].lower()  # noqa: PTH122 - a name, which need not be a path
    order = sorted(formats(), key=lambda known: known != FIRST)
    found = [module for module in (fetch("exporters", known) for known in order) if suffix in module.SUFFIXES]
    if not suffix:
        raise UsageError("an export needs a format", f"use --format {'|'.join(formats())}, or -o FILE.py")
    if not found:
        known = dict.fromkeys(suffix for known in formats() for suffix in fetch("exporters", known).SUFFIXES)
        hint = did_you_mean(suffix, known) or f"use {', '.join(known)}, or --format"
        raise UsageError(f"unknown export format '{suffix}'", hint)
    return found[0]
