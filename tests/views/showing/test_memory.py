"""What `show --memory` adds to a page."""

from __future__ import annotations

import archcalc
from archcalc.views.page import PageTable
from archcalc.views.showing.memory import with_memory
from archcalc.views.showing.summary import summary


def test_bytes_stand_below_the_page_and_in_its_record() -> None:
    table = archcalc.load("vgg16").analyze()
    page = with_memory(summary(table), table, {"inplace": True})
    lines = page.blocks[-2]
    assert isinstance(lines, PageTable)
    assert [line.cells[1:3] for line in lines.lines[:3]] == [("553.43", "527.79"), ("0.00", "0.00"), ("60.95", "58.13")]
    assert page.record["memory"]["activations"] == 60_950_432
    assert page.record["memory"]["batch"] == 1
    assert page.record["totals"]["params"] == 138_357_544


def test_letters_are_bytes_in_letters() -> None:
    table = archcalc.load("alexnet").analyze("3xHxW")
    lines = with_memory(summary(table), table, {"batch": 32, "dtype": "float16", "optimizer": "adam"}).blocks[-2]
    assert isinstance(lines, PageTable)
    assert str(lines.lines[2].cells[1]).endswith("bytes")
    assert lines.lines[-1].cells[1] == "unknown"
