"""The findings of `lint` as commands that GitHub Actions shows as annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import printable
from archcalc.reports.texts import of_one_command

if TYPE_CHECKING:
    from archcalc.views.page import Page

SUFFIX = ".annotations"

NO_FINDINGS = "::debug::archcalc lint: no findings"


def render(page: Page) -> str:
    """Write a line for each finding; without any, one that only a debugging run shows, so that no file is empty.

    Raises:
        UsageError: it is not the page of `lint`.
    """
    found = of_one_command(page, "github", "findings", "archcalc lint NET --format github")
    return "".join(f"{printable(line)}\n" for line in found["lines"] or [NO_FINDINGS])
