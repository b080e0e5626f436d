"""The engine for browsers: this package with its networks, and PyYAML, in one archive."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from archcalc.live.page_files import LIVE, PageFile
from archcalc.specfile import shipped
from archcalc.specfile.index import build
from archcalc.specfile.yaml_text import LIBRARY

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "engine.zip"

PACKAGE = Path(__file__).parents[1]
ABSENT = ("cli", "__pycache__", "specs")
"""The room that nothing on the page uses, and the networks, which are added from where they are."""

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time of all entries, so that equal sources make equal archives."""


def bundle() -> PageFile:
    """Return the archive of all that Python needs in a browser."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(_entries()):
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return PageFile(NAME, packed.getvalue())


def _entries() -> Iterator[tuple[str, bytes]]:
    for path in PACKAGE.rglob("*"):
        place = path.relative_to(PACKAGE)
        if path.is_file() and not set(place.parts) & set(ABSENT) and LIVE not in path.parents:
            yield f"archcalc/{place.as_posix()}", path.read_bytes()
    for path in Path(LIBRARY).parent.glob("*.py"):
        yield f"yaml/{path.name}", path.read_bytes()
    yield from _networks()


def _networks() -> Iterator[tuple[str, bytes]]:
    """Yield the shipped specs, with what is made of them when a package is built."""
    folder = shipped.folder()
    made = {} if shipped.exists(shipped.INDEX) else build(folder)
    for path in folder.rglob("*"):
        if path.suffix in (".yaml", ".json"):
            yield f"archcalc/specs/{path.relative_to(folder).as_posix()}", path.read_bytes()
    yield from ((f"archcalc/specs/{place}", text.encode("utf-8")) for place, text in made.items())
