"""JSON: exact, stable, one line for each layer."""

from __future__ import annotations

import json

import archcalc
from archcalc.reports.json import render
from archcalc.symbolic.expr import Letter
from archcalc.views.page import Page
from archcalc.views.showing.summary import summary


def test_it_reads_back_as_the_record() -> None:
    page = summary(archcalc.load("googlenet").analyze())
    assert json.loads(render(page)) == page.record
    assert list(json.loads(render(page))) == list(page.record)


def test_letters_are_strings_and_numbers_stay_whole() -> None:
    found = json.loads(render(summary(archcalc.load("alexnet").analyze("3xHx227"))))
    pool5 = next(layer for layer in found["layers"] if layer["path"] == "pool5")
    assert pool5["output"] == [256, "floor((H - 35)/32)", 6]
    assert json.loads(render(Page((), lambda: {"n": 2**80, "x": Letter("H") - 1}))) == {"n": 2**80, "x": "H - 1"}


def test_every_layer_is_a_line() -> None:
    lines = render(summary(archcalc.load("alexnet").analyze())).splitlines()
    assert sum(line.startswith('    {"path"') for line in lines) == 24
    assert render(Page((), lambda: {"layers": []})) == '{\n  "layers": []\n}\n'
