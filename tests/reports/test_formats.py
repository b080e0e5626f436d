"""What every format does: it writes every kind of block, and every network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archcalc.errors import ArchcalcError, UsageError
from archcalc.reports.base import OF_ONE_COMMAND, formats
from archcalc.rooms import fetch
from archcalc.views.page import Page
from tests.drawn import examples
from tests.reports.pages import PAGE, networks, page_of, wishes

if TYPE_CHECKING:
    from types import ModuleType

    from archcalc.views.showing.summary import SummaryOptions


BANK: dict[str, Any] = {"title": "a", "questions": []}
ONE_KIND: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("canvas", "gift", "moodle"), BANK),
    **{name: {"lines": ["a line"]} for name in ("github", "gradescope", "sarif")},
}


def report(name: str) -> ModuleType:
    """Load a format, where what it needs is installed."""
    try:
        return fetch("reports", name)
    except ModuleNotFoundError as missing:
        pytest.skip(f"{missing.name} is not installed")


def written(name: str, page: Page) -> str | bytes:
    """Write a page; a format that is for pages of one kind refuses others, and says which command makes them."""
    format_ = report(name)
    if name in ONE_KIND:
        with pytest.raises(UsageError, match=rf"the format {name} requires .*\n  use archcalc "):
            format_.render(page)
        page = page._replace(apart={name: lambda: ONE_KIND[name]})
    found: str | bytes = format_.render(page)
    assert isinstance(found, bytes if getattr(format_, "BINARY", False) else str)
    return found


def test_the_formats_of_one_command_are_these() -> None:
    assert set(ONE_KIND) == set(OF_ONE_COMMAND)


@pytest.mark.parametrize("name", formats())
def test_every_format_writes_every_kind_of_block(name: str) -> None:
    found = written(name, PAGE)
    if isinstance(found, str):
        assert found.endswith("\n")
        assert "\x1b" not in found


@pytest.mark.parametrize("name", formats())
def test_every_format_writes_an_empty_page(name: str) -> None:
    written(name, Page(()))


@pytest.mark.parametrize("name", formats())
def test_every_format_has_a_suffix_of_its_own(name: str) -> None:
    suffixes = [report(other).SUFFIX for other in formats()]
    assert suffixes.count(report(name).SUFFIX) == 1


@settings(max_examples=examples(60))
@given(networks, st.sampled_from(["3x16x16", "1x9x12", "3xHx16", "3xHxW"]), wishes)
def test_every_format_writes_every_network(network: str, size: str, options: SummaryOptions) -> None:
    try:
        page = page_of(network, size, options)
    except ArchcalcError:
        assume(False)  # noqa: FBT003 - its shapes do not fit
    for name in formats():
        assert written(name, page)
    for width in (60, 80, 200):
        lines = fetch("reports", "table").draw(page, width).splitlines()
        assert max(map(fetch("reports", "base").breadth, lines)) <= width
