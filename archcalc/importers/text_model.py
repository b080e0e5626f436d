"""Text files: a pasted summary or a spec, told apart by content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.importers import pasted_summary
from archcalc.importers.document import Selected
from archcalc.importers.summaries.module_tree import begins

if TYPE_CHECKING:
    from archcalc.importers.document import Imported
    from archcalc.importers.wishes import Wishes


def spec(target: str, wished: Wishes) -> Imported | Selected:
    """Read a text file as what it is: a pasted summary, or a spec, which is left to the reader of specs.

    Raises:
        UsageError: the file cannot be read, is something else than text, or is a damaged summary.
    """
    lines = pasted_summary.lines_of(target)
    if pasted_summary.header_of(lines) is None and begins(lines) is None:
        message = f"{target} is a text file, neither a spec nor a printed model or summary"
        return Selected(target, otherwise=(message, pasted_summary.HINT))
    return pasted_summary.spec(target, wished)
