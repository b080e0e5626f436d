"""What `show --memory` adds to a page."""

from __future__ import annotations

import archcalc
from archcalc.views.page import Label, PageTable
from archcalc.views.showing.memory import with_memory
from archcalc.views.showing.summary import summary


def test_bytes_stand_below_the_page_and_in_its_record() -> None:
    table = archcalc.load("vgg16").analyze()
    page = with_memory(summary(table), table, {"inplace": True})
    lines = page.blocks[-2]
    assert isinstance(lines, PageTable)
    assert [line.cells[1:3] for line in lines.lines[:3]] == [("553.43", "527.79"), ("0.00", "0.00"), ("73.26", "69.87")]
    assert page.record["memory"]["activations"] == 73_258_912  # measured with PyTorch 2.13
    assert page.record["memory"]["batch"] == 1
    assert page.record["totals"]["params"] == 138_357_544


def test_stored_activations_may_be_all_outputs() -> None:
    table = archcalc.load("vgg16").analyze()
    for inplace, said, size in ((True, "in place", 60_950_432), (False, "including activation functions", 0)):
        page = with_memory(summary(table), table, {"inplace": inplace, "stored": "outputs"})
        lines = page.blocks[-2]
        assert isinstance(lines, PageTable)
        assert said in str(lines.lines[2].cells[3])
        assert size in (0, page.record["memory"]["activations"])


def test_what_nobody_knows_is_named() -> None:
    table = archcalc.load("lenet5").analyze()
    page = with_memory(summary(table), table, {})
    lines = page.blocks[-2]
    assert isinstance(lines, PageTable)
    cells = {line.cells[0]: line.cells[1:] for line in lines.lines}
    assert [cells[Label(name)][0] for name in ("stored activations", "training")] == ["unknown", "unknown"]
    assert str(cells[Label("stored activations")][2]).startswith("rules are missing for subsampling, conv and rbf;")
    assert page.record["memory"]["activations"] is None
    assert page.record["memory"]["unknown"][0] == {"path": "S2", "kind": "subsampling"}


def test_letters_are_bytes_in_letters() -> None:
    table = archcalc.load("alexnet").analyze("3xHxW")
    lines = with_memory(summary(table), table, {"batch": 32, "dtype": "float16", "optimizer": "adam"}).blocks[-2]
    assert isinstance(lines, PageTable)
    assert str(lines.lines[2].cells[1]).endswith("bytes")
    assert lines.lines[-1].cells[1] == "unknown"
