"""SARIF of the findings of `lint`, for the code scanning of hosts and editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archcalc.reports.texts import in_json, of_one_command

if TYPE_CHECKING:
    from archcalc.views.page import Page

SUFFIX = ".sarif"


def render(page: Page) -> str:
    """Write the findings of a page.

    Raises:
        UsageError: it is not the page of `lint`.
    """
    return in_json(of_one_command(page, "sarif", "findings", "archcalc lint NET --format sarif"), indent=2) + "\n"
