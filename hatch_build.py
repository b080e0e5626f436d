"""Build hook of the wheel: the networks of ``specs/`` travel inside the package, with an index made here.

Making the index reads and validates every shipped spec, so that no start of the program has to. In an
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
        """Make the index in a temporary folder; name it and every spec as files of the wheel."""
        if version == "editable":
            return
        specs = Path(self.root, "specs")
        self.made = TemporaryDirectory(prefix="archcalc-build-")
        index = Path(self.made.name, "index.json")
        index.write_text(make_index(Path(self.root), specs), encoding="utf-8")
        found = {path: path.relative_to(specs) for path in sorted(specs.rglob("*.yaml"))}
        files = {str(path): f"{INSIDE}/{place.as_posix()}" for path, place in found.items()}
        build_data["force_include"] |= {**files, str(index): f"{INSIDE}/index.json"}

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the temporary folder once the wheel is written."""
        if version != "editable":
            self.made.cleanup()


def make_index(root: Path, specs: Path) -> str:
    """Return the index of a folder of specs as JSON, made by the sources below ``root``."""
    with sources_of(root):
        index = importlib.import_module("archcalc.specfile.index")
        return str(index.build(specs))


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
