"""The results.json of Gradescope's autograder, of a marked table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archcalc.errors import UsageError, printable
from archcalc.file_bytes import read_bytes
from archcalc.reports.texts import in_json, of_one_command
from archcalc.views.homework.gradescope import GRADESCOPE, MADE_BY

if TYPE_CHECKING:
    from archcalc.views.page import Page

SUFFIX = ""
"""It has none of its own: it is asked for by name."""


def render(page: Page) -> str:
    """Write what a page holds for Gradescope.

    >>> from archcalc.views.page import Page
    >>> print(render(Page((), apart={GRADESCOPE: lambda: {"score": 1}})), end="")
    {
      "score": 1
    }

    Raises:
        UsageError: it is no marked table.
    """
    found = of_one_command(page, GRADESCOPE, "a graded table", "archcalc check FILE --format gradescope")
    return in_json(_shown(found), indent=2) + "\n"


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever a result holds
    """Return a result whose texts can stand on a web page: what they hold comes from submissions."""
    match value:
        case str():
            return "\n".join(map(printable, value.split("\n")))
        case list():
            return [_shown(item) for item in value]
        case dict():
            return {key: _shown(item) for key, item in value.items()}
    return value


def is_own(file: str) -> bool:
    """Whether a file is an older result of our own, which may be written over."""
    try:
        found = json.loads(read_bytes(file))
    except (UsageError, ValueError, RecursionError):
        return False
    extra = found.get("extra_data") if isinstance(found, dict) else None
    return isinstance(extra, dict) and extra.get("made_by") == MADE_BY
