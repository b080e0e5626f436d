"""Build hook of the wheel: the networks of ``specs/`` travel inside the package, with an index made here.

Making the index reads and validates every shipped spec, and leaves it parsed beside its text, so that no start of
the program has to. In an
editable installation the program reads the folder ``specs/`` beside the package, and nothing is made.
"""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if TYPE_CHECKING:
    from collections.abc import Iterator

INSIDE = "archcalc/specs"


class SpecsHook(BuildHookInterface[Any]):
    """Puts the specs and their index into the wheel, and nothing into the source tree."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make index and compiled specs in a temporary folder; name them and every spec as files of the wheel."""
        if version == "editable":
            return
        specs = Path(self.root, "specs")
        self.made = TemporaryDirectory(prefix="archcalc-build-")
        found = {path: path.relative_to(specs) for path in sorted(specs.rglob("*.yaml"))}
        files = {str(path): f"{INSIDE}/{place.as_posix()}" for path, place in found.items()}
        for place, text in make(Path(self.root), specs).items():
            path = Path(self.made.name, place)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            files[str(path)] = f"{INSIDE}/{place}"
        build_data["force_include"] |= files

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the temporary folder once the wheel is written."""
        if version != "editable":
            self.made.cleanup()


def make(root: Path, specs: Path) -> dict[str, str]:
    """Return what is made of a folder of specs, by the sources below ``root``: texts by their places in it."""
    with sources_of(root):
        index = importlib.import_module("archcalc.specfile.index")
        return dict(index.build(specs))


@contextmanager
def sources_of(root: Path) -> Iterator[None]:
    """Import from a source tree for a while, without leaving byte code in it."""
    before = sys.path[:], sys.dont_write_bytecode
    sys.path.insert(0, str(root))
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.path[:], sys.dont_write_bytecode = before
