"""What every format does: it writes every kind of block, and every network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archcalc.errors import ArchcalcError
from archcalc.reports.base import formats
from archcalc.rooms import fetch
from archcalc.views.page import Page
from tests.reports.pages import PAGE, networks, page_of, wishes

if TYPE_CHECKING:
    from archcalc.views.showing.summary import SummaryOptions


@pytest.mark.parametrize("name", formats())
def test_every_format_writes_every_kind_of_block(name: str) -> None:
    text = fetch("reports", name).render(PAGE)
    assert text.endswith("\n")
    assert "\x1b" not in text


@pytest.mark.parametrize("name", formats())
def test_every_format_writes_an_empty_page(name: str) -> None:
    assert isinstance(fetch("reports", name).render(Page(())), str)


@pytest.mark.parametrize("name", formats())
def test_every_format_has_a_suffix_of_its_own(name: str) -> None:
    suffixes = [fetch("reports", other).SUFFIX for other in formats()]
    assert suffixes.count(fetch("reports", name).SUFFIX) == 1


@settings(max_examples=60)
@given(networks, st.sampled_from(["3x16x16", "1x9x12", "3xHx16", "3xHxW"]), wishes)
def test_every_format_writes_every_network(network: str, size: str, options: SummaryOptions) -> None:
    try:
        page = page_of(network, size, options)
    except ArchcalcError:
        assume(False)  # noqa: FBT003 - its shapes do not fit
    for name in formats():
        assert fetch("reports", name).render(page)
    for width in (60, 80, 200):
        lines = fetch("reports", "table").draw(page, width).splitlines()
        assert max(map(fetch("reports", "base").breadth, lines)) <= width
