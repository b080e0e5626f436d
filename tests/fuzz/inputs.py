"""What is tried: a command line, and the files and the standard input that it finds."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Content = str | list[Any] | dict[str, Any]
"""How a file's content is written down: a text; pieces, each a text or [text, times], where {n} counts; bytes in
base64; or the entries of a ZIP archive, each a content."""


LIBRARY = "archcalc.loads"
"""Stands where a command stands, for a spec that is given to the library."""

PAGE = "archcalc.live"
"""Stands where a command stands, for a request to the live page."""


@dataclass(frozen=True)
class FuzzInput:
    """One input. Names in ``special`` are made as what they say: folder, fifo, or a link to another name."""

    argv: tuple[str, ...]
    files: dict[str, bytes] = field(default_factory=dict)
    special: dict[str, str] = field(default_factory=dict)
    stdin: bytes = b""
    columns: str = ""
    closed: tuple[str, ...] = ()
    maker: str = ""

    @property
    def size(self) -> int:
        """How many bytes somebody wrote."""
        return sum(map(len, self.files.values())) + len(self.stdin) + sum(map(len, self.argv))

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept in a file."""
        record: dict[str, Any] = {"argv": list(self.argv)}
        record |= {"files": {name: _kept(content) for name, content in self.files.items()}} if self.files else {}
        record |= {"special": self.special} if self.special else {}
        record |= {"stdin": _kept(self.stdin)} if self.stdin else {}
        record |= {"columns": self.columns} if self.columns else {}
        record |= {"closed": list(self.closed)} if self.closed else {}
        return record


def _kept(content: bytes) -> Content:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def from_json(record: dict[str, Any]) -> FuzzInput:
    """Return the input that a record keeps."""
    return FuzzInput(
        argv=tuple(word for kept in record["argv"] for word in _words(kept)),
        files={name: content_of(kept) for name, kept in record.get("files", {}).items()},
        special=record.get("special", {}),
        stdin=content_of(record.get("stdin", "")),
        columns=record.get("columns", ""),
        closed=tuple(record.get("closed", ())),
        maker="corpus",
    )


def _words(kept: str | list[Any]) -> tuple[str, ...]:
    """Return a word of a command line, or many.

    >>> _words("--all"), _words(["--freeze=a{n}", 2])
    (('--all',), ('--freeze=a0', '--freeze=a1'))
    """
    text, times = (kept, 1) if isinstance(kept, str) else kept
    return tuple(text.replace("{n}", str(n)) for n in range(times))


def content_of(kept: Content) -> bytes:
    r"""Return the bytes that are written down.

    >>> content_of(["a", ["b{n}", 3]]), content_of({"base64": "/w=="})
    (b'ab0b1b2', b'\xff')
    """
    if isinstance(kept, str):
        return kept.encode("utf-8", "surrogatepass")
    if isinstance(kept, list):
        return b"".join(_piece(piece) for piece in kept)
    return base64.b64decode(kept["base64"]) if "base64" in kept else _zipped(kept["zip"])


def _piece(piece: str | list[Any]) -> bytes:
    if isinstance(piece, str):
        return content_of(piece)
    text, times = piece
    if "{n}" not in text:
        return content_of(text) * int(times)
    return "".join(text.replace("{n}", str(n)) for n in range(times)).encode()


def _zipped(entries: dict[str, Content]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, kept in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content_of(kept), zipfile.ZIP_DEFLATED, 1)  # quickly
    return out.getvalue()


def read(path: Path) -> dict[str, Any]:
    """Return the record of a file of the corpus."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
