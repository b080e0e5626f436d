"""The files of the page, as the server sends them and the static site has them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from archcalc.errors import UsageError
from archcalc.reports.markup import escaped

PAGES = Path(__file__).parents[1] / "pages"
LIVE = PAGES / "live"
SHARED = (PAGES / "expressions.js", PAGES / "tree.js", PAGES.parent / "reports" / "page.css")
"""What the report has too."""

EDITOR = "editor.js"
"""The editor, which is built (docs/live.md)."""

INDEX = "index.html"

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
    ".svg": "image/svg+xml",
}
"""The types of the files that a browser gets, by their suffixes."""

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "worker-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'"
)
"""What the page may load and run: its own files, and WebAssembly."""


class PageFile(NamedTuple):
    """A file of the page: its name, and its content."""

    name: str
    content: bytes

    @property
    def type(self) -> str:
        """What a browser is told that it is."""
        return TYPES.get(Path(self.name).suffix, "application/octet-stream")


def page_files() -> dict[str, PageFile]:
    """Return the files of the page by their names.

    Raises:
        UsageError: the editor was not built.
    """
    if not (LIVE / EDITOR).is_file():
        built = "in a checkout: cd web && npm ci && npm run build"
        raise UsageError("this installation has no editor for the live page", built)
    paths = [*sorted(LIVE.iterdir()), *SHARED]
    files = [PageFile(path.name, path.read_bytes()) for path in paths if path.suffix in TYPES]
    return {file.name: _with_policy(file) if file.name == INDEX else file for file in files}


def _with_policy(file: PageFile) -> PageFile:
    return file._replace(content=file.content.replace(b"{policy}", escaped(POLICY).encode("ascii")))
