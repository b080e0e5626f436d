"""Text files: a pasted summary or a spec, told apart by content."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archcalc.errors import NotASpec, UsageError
from archcalc.importers.pasted_summary import HINT, header_of, lines_of
from archcalc.importers.summaries.module_tree import begins

if TYPE_CHECKING:
    from collections.abc import Callable

    from archcalc.network.network import Network


def importer_of(path: str) -> str:
    """Return the importer of a text file: this one leaves it to the reader of specs.

    Raises:
        UsageError: the file cannot be read, or is something else than text.
    """
    lines = lines_of(str(Path(path).expanduser()))
    return "text_model" if header_of(lines) is None and begins(lines) is None else "pasted_summary"


def load(path: str, find: Callable[[str], Network]) -> Network:
    """Return the network of a spec.

    Raises:
        UsageError: the file is neither a spec nor a summary.
    """
    try:
        return find(path)
    except NotASpec:
        raise UsageError(f"{path} is a text file, neither a spec nor a printed model or summary", HINT) from None
