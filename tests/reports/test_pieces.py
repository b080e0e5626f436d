"""Formats that write piece by piece: what is large is never in memory whole, and it is what a list would give."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.reports.base import formats
from archcalc.rooms import fetch
from archcalc.views.page import Page, RecordEntries
from archcalc.views.showing.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

PIECED = [report for name in formats() if name != "xlsx" and hasattr(report := fetch("reports", name), "pieces")]


def entries(count: int) -> Iterator[dict[str, Any]]:
    return ({"path": f"layer{number}", "field": {"size": [3, number]}} for number in range(count))


def test_there_are_some() -> None:
    assert {report.SUFFIX for report in PIECED} == {".csv", ".json"}


@pytest.mark.parametrize("report", PIECED, ids=lambda report: report.SUFFIX)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_entries_are_written_as_a_list_is(report: ModuleType, count: int) -> None:
    flowing = Page((), lambda: {"name": "a", "layers": RecordEntries(lambda: entries(count)), "more": []}, "layers")
    listed = Page((), lambda: {"name": "a", "layers": list(entries(count)), "more": []}, "layers")
    assert report.render(flowing) == report.render(listed) == "".join(report.pieces(flowing))
    assert flowing.record == listed.record


@pytest.mark.parametrize("report", PIECED, ids=lambda report: report.SUFFIX)
def test_many_entries_take_no_more_memory_than_few(report: ModuleType) -> None:
    few, many = (most_memory(report, count) for count in (200, 3_000))
    assert many < 2 * few


def most_memory(report: ModuleType, count: int) -> int:
    """Return the most bytes that are taken while entries are written and thrown away."""
    page = Page((), lambda: {"layers": RecordEntries(lambda: entries(count))}, "layers")
    tracemalloc.start()
    for _ in report.pieces(page):
        pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_copies_of_a_layer_have_entries_of_their_own() -> None:
    """What they have in common is made once: the paths, what is read and the fields differ."""
    conv = "conv: 3, kernel: 3, padding: 1"
    copies = archcalc.loads(f"{{input: 3x9x9, layers: [{{{conv}, repeat: 3}}, {{{conv}, name: own, share: conv/1}}]}}")
    found = summary(copies.analyze()).record["layers"]
    assert [(row["path"], row["reads"], row["receptive_field"]["size"]) for row in found[:3]] == [
        ("conv/1", ["input"], [3, 3]),
        ("conv/2", ["conv/1"], [5, 5]),
        ("conv/3", ["conv/2"], [7, 7]),
    ]
    assert [(row["params"], row.get("shares")) for row in found] == [(84, None)] * 3 + [(0, "conv/1")]
