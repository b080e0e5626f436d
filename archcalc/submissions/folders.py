"""The folder of one submission, as Gradescope's autograder has it: the table in it, and who handed it in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from archcalc.errors import UsageError
from archcalc.file_bytes import read_bytes
from archcalc.submissions.archives import TABLES

METADATA = "submission_metadata.json"
"""What Gradescope writes next to the folder. Source: gradescope-autograders.readthedocs.io, Submission Metadata."""

_KEYS = ("email", "sid", "name", "id")


def table_in(folder: str) -> str:
    """Return the path of the one table in a folder: of several, the likeliest by suffix.

    Raises:
        UsageError: there is none.
    """
    return min(tables_in(folder), key=lambda path: TABLES.index(Path(path).suffix.lower()))


def tables_in(folder: str) -> list[str]:
    """Return the paths of all tables in a folder, by their names.

    Raises:
        UsageError: there is none.
    """
    files = [path for path in Path(folder).iterdir() if path.is_file() and not path.name.startswith(".")]
    tables = sorted(str(path) for path in files if path.suffix.lower() in TABLES)
    if not tables:
        raise UsageError(f"{folder} contains no table", f"expected a file that ends in {', '.join(TABLES)}")
    return tables


def submitters(folder: str) -> list[str]:
    """Return the names of those who handed in a folder, from Gradescope's metadata, if there are any."""
    path = Path(folder).resolve().parent / METADATA
    if not path.is_file():
        return []
    try:
        found = json.loads(read_bytes(str(path)))
    except (ValueError, RecursionError):
        return []
    users = found.get("users") if isinstance(found, dict) else None
    known = users if isinstance(users, list) else []
    return [name for user in known if isinstance(user, dict) for name in _names(user)]


def _names(user: dict[str, Any]) -> list[str]:
    return [str(user[key]) for key in _KEYS if isinstance(user.get(key), str | int)]
