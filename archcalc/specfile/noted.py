"""The figures of a checkout's networks, noted between runs: it has no index, and computing all of them takes time.

The note is a file beside the specs. It counts only as long as neither a source file nor a spec has changed.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archcalc.specfile import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTE = ".archcalc-list.json"


def noted() -> dict[str, Any]:
    """Return what was noted of each network by its name; nothing without a note, or if something has changed."""
    try:
        note = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    current = isinstance(note, dict) and note.get("sources") == _sources()
    return dict(note["networks"]) if current else {}


def note(networks: Mapping[str, Any]) -> None:
    """Note figures of networks for the next run; not if the folder cannot be written to."""
    beside = _file().with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        beside.write_text(json.dumps({"sources": _sources(), "networks": networks}), encoding="utf-8")
        beside.replace(_file())


def _file() -> Path:
    return shipped.folder().parent / NOTE


def _sources() -> str:
    """Return a digest of all source files and specs."""
    package = Path(__file__).parents[1]
    files = [*package.rglob("*.py"), *shipped.folder().rglob("*.yaml")]
    found = sha256()
    for file in sorted(files):
        found.update(f"{file.name} {file.stat().st_size}\n".encode())
        found.update(file.read_bytes())
    return found.hexdigest()
