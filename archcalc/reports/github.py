"""The findings of `lint` as commands that GitHub Actions shows as annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.errors import printable
from archcalc.reports.texts import of_one_command

if TYPE_CHECKING:
    from archcalc.views.page import Page

SUFFIX = ".annotations"


def render(page: Page) -> str:
    """Write a line for each finding.

    Raises:
        UsageError: it is not the page of `lint`.
    """
    found = of_one_command(page, "github", "findings", "archcalc lint NET --format github")
    return "".join(f"{printable(line)}\n" for line in found["lines"])
