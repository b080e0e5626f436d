"""The static site: the page, the engine and Python for browsers in a folder that any web server can send."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from archcalc.errors import UsageError
from archcalc.live.answering import answer
from archcalc.live.bundle import bundle
from archcalc.live.page_files import PageFile, page_files
from archcalc.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SETTINGS = "site.json"
"""What the page reads first; a folder that has it is a site."""


def build(folder: str, python: Mapping[str, PageFile], start: Mapping[str, str], *, force: bool) -> str:
    """Write the site into a folder, whole or not at all; return what was written.

    ``python`` are the files of Pyodide, ``start`` is the spec that the page opens with.

    Raises:
        UsageError: the folder has other files, or cannot be written.
    """
    target = Path(folder)
    refuse_other_files(target, force=force)
    settings = PageFile(SETTINGS, json.dumps(_settings(start)).encode())
    files = {**page_files(), **python, **{file.name: file for file in (bundle(), settings)}}
    try:
        _write(files, target)
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror or error}") from None
    size = sum(len(file.content) for file in files.values())
    return f"{folder}: {plural(len(files), 'file')}, {size / 10**6:.1f} MB"


def settings_of(*, server: bool, worker: bool, start: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page reads first.

    >>> settings_of(server=True, worker=False, start={})["worker"]
    False
    """
    return {"server": server, "worker": worker, "start": dict(start)}


def _settings(start: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings of a site, with the first answers: they are there before Python has started."""
    found = settings_of(server=False, worker=True, start=start)
    table = {"action": "table", "spec": start, "other": None}
    first = json.loads(answer(json.dumps(table))).get("record", {}).get("rows", [{}])[0].get("path", "")
    requests = [table, {"action": "layer", "spec": start, "other": None, "layer": first}, {"action": "networks"}]
    texts = [json.dumps(request, ensure_ascii=False, separators=(",", ":")) for request in requests]
    return {**found, "answers": {text: answer(text) for text in texts}}


def refuse_other_files(target: Path, *, force: bool) -> None:
    """Refuse a folder with files in it; with ``force`` a site is accepted."""
    if not target.exists():
        return
    if not target.is_dir():
        raise UsageError(f"{target} is not a directory", "name a directory for the site")
    if not any(target.iterdir()):
        return
    if not (target / SETTINGS).is_file():
        raise UsageError(f"{target} has other files", "name an empty directory for the site")
    if not force:
        raise UsageError(f"{target} already has a site", "use --force to overwrite it")


def _write(files: Mapping[str, PageFile], target: Path) -> None:
    """Write next to the target, then give the folder its name."""
    target = Path(os.path.realpath(target))
    beside = Path(mkdtemp(prefix=".archcalc-", dir=target.parent))
    try:
        _fill(beside, files.items())
        beside.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        beside.rename(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _fill(folder: Path, files: Iterable[tuple[str, PageFile]]) -> None:
    for name, file in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(file.content)
