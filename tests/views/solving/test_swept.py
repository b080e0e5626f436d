"""The page and the picture of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.drawings import svg
from archcalc.errors import UsageError
from archcalc.network.network import WhatIf
from archcalc.reports import csv, json, table
from archcalc.services.sweeping import run_sweep
from archcalc.studies.solving.fronts import read_objectives
from archcalc.studies.solving.swept import read_sweep
from archcalc.views.drawing.points import draw_points
from archcalc.views.solving.swept import chosen, sweep_page

if TYPE_CHECKING:
    from archcalc.studies.solving.sweeping import SweepResult


def swept(*vary: str, totals: tuple[str, ...] = ("params", "macs"), keep: tuple[str, ...] = ()) -> SweepResult:
    """Return the result of a sweep of ResNet-50."""
    return run_sweep(read_sweep(archcalc.load("resnet50"), WhatIf(), vary, totals, keep))


def test_a_page_shows_the_first_points_and_says_how_many_there_are() -> None:
    found = swept("base=8..32:8", "input=32..224:32")
    page = table.draw(sweep_page(found), 80)
    assert "28 points; 28 kept; closed forms in base and input" in page
    assert "and 8 more; use --all to show them, or -o FILE.csv" in page
    assert "and 8 more" not in table.draw(sweep_page(found, everything=True), 80)
    assert len(csv.render(sweep_page(found)).splitlines()) == 29
    assert '{"base": 8, "input": 32, "params": ' in json.render(sweep_page(found))


def test_a_page_says_what_does_not_work_and_what_was_computed_apart() -> None:
    found = swept("n4=1..2", "input=32,64", keep=("macs <= 1",))
    page = table.draw(sweep_page(found), 90)
    assert "4 points; 0 kept; closed forms in input, for 2 combinations of the others" in page
    net = archcalc.load("alexnet")
    small = run_sweep(read_sweep(net, WhatIf(), ["input=60..70"], ["params"], []))
    assert "11 points; 4 kept; the network does not work at 7; closed forms in input" in table.draw(
        sweep_page(small), 90
    )
    alone = run_sweep(read_sweep(net, WhatIf(), ["conv1.stride=4,5", "conv2.groups=1,2"], ["params"], []))
    assert alone.points == sorted(alone.points)
    assert "interrupted: 4 points" in table.draw(sweep_page(alone._replace(complete=False)), 90)


def test_points_that_no_form_gives_are_said_to_be_computed_one_by_one() -> None:
    found = swept("n4=1..2")
    assert "2 points; 2 kept; computed one by one" in table.draw(sweep_page(found), 90)


def test_a_front_is_shown_alone() -> None:
    found = swept("base=8..32:8", "input=32..224:32")
    objectives = read_objectives("macs,+params")
    assert [point[:2] for point in chosen(found, objectives)] == [(base, 32) for base in (8, 16, 24, 32)]
    assert "Pareto front of smallest macs and largest params: 4 points" in table.draw(sweep_page(found, objectives), 80)
    assert sweep_page(found, objectives).record["pareto"] == ["macs", "+params"]


def test_a_picture_has_a_point_for_each_and_larger_ones_for_the_front() -> None:
    found = swept("base=8..32:8", "input=32..224:32")
    picture = svg.render(draw_points("ResNet-50", found, chosen(found, read_objectives("macs,+params"))))
    assert "Parameters against MACs: ResNet-50" in picture
    assert picture.count('r="1.6"') == 28
    assert picture.count('r="4"') == 4


def test_a_picture_needs_points_and_two_totals() -> None:
    with pytest.raises(UsageError, match="needs two totals"):
        draw_points("", swept("base=8..9", totals=("macs",)), ())
    with pytest.raises(UsageError, match="no points to draw"):
        draw_points("", swept("base=8..9", keep=("macs <= 1",)), ())
