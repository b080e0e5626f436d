"""Python for browsers: the files of one version of Pyodide, each known by its checksum."""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from archcalc.errors import UsageError
from archcalc.live.page_files import PageFile

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "314.0.7"
PACKAGE = f"pyodide@{VERSION}"

CHECKSUMS = {
    "package.json": "40ca48e43ce4ddc68412d5b7a7ca9e2477cd4f0e672277ae468ac2245717079b",
    "pyodide.mjs": "6f1d60f7bf529beb300f0f47983c921d3982363640ba20af0e38efdddbc66109",
    "pyodide.asm.mjs": "f7cdc8ece80678ceb712f8e65ebe6d3a83203a180c399865f49612a051693635",
    "pyodide.asm.wasm": "cc36e3cab04fdfc9a63ff13eb52eae2b911bf46c025cc7b281f394bd3de1d5e6",
    "pyodide-lock.json": "5dc2fc119108bc148c7457dc86e7675b5c87e1cafd420b9c34c1eaef7b36c010",
    "python_stdlib.zip": "fa1957e5777068fc4f7437f96d860ae2fbe9c19732ba06c84e004ec16dd7dd7a",
}
"""The files of the package that a browser needs, and their SHA-256."""

PLACE = "pyodide"
"""The folder of a site that has them."""

PATIENCE = 600
"""Seconds that a download may take."""


def from_folder(folder: str) -> dict[str, PageFile]:
    """Return the files from a folder, by the names that they have on a site.

    Raises:
        UsageError: a file is missing, or is not that of this version.
    """
    return _named(_read(Path(folder), name) for name in CHECKSUMS)


def downloaded() -> dict[str, PageFile]:
    """Return the files of the package that npm downloads.

    Raises:
        UsageError: npm is not installed, or cannot download it.
    """
    npm = which("npm")
    advice = f"download {PACKAGE} with npm pack, unpack it, and name its folder with --pyodide"
    if npm is None:
        raise UsageError("npm is not installed", advice)
    with TemporaryDirectory() as folder:
        command = [npm, "pack", PACKAGE, "--silent", "--pack-destination", folder]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE, cwd=folder)  # noqa: S603
        except (subprocess.SubprocessError, OSError):
            raise UsageError(f"npm cannot download {PACKAGE}", advice) from None
        return _named(_unpacked(next(Path(folder).glob("*.tgz"))))


def _read(folder: Path, name: str) -> PageFile:
    try:
        return PageFile(name, (folder / name).read_bytes())
    except OSError:
        needs = f"{folder} has no {name} that can be read"
        raise UsageError(needs, f"name the folder of the package {PACKAGE}") from None


def _unpacked(archive: Path) -> Iterator[PageFile]:
    with tarfile.open(archive) as package:
        for name in CHECKSUMS:
            file = package.extractfile(f"package/{name}")
            yield PageFile(name, file.read() if file else b"")


def _named(files: Iterator[PageFile]) -> dict[str, PageFile]:
    """Return files by their names on a site, after their checksums are compared."""
    found = list(files)
    other = [file.name for file in found if hashlib.sha256(file.content).hexdigest() != CHECKSUMS[file.name]]
    if other:
        raise UsageError(f"{other[0]} is not that of {PACKAGE}", f"name the folder of the package {PACKAGE}")
    return {f"{PLACE}/{file.name}": file for file in found}
