"""Closed forms against the numeric engine: the same shapes, counts and totals for every size, refusals included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.errors import SpecError
from archcalc.quantities.counts import NAMES
from archcalc.specfile import shipped
from archcalc.studies.validity import least_sizes
from archcalc.symbolic.expr import evaluate

if TYPE_CHECKING:
    from archcalc.network.table import Table

SHIPPED = [entry.name for entry in shipped.entries()]

SOME = ["alexnet", "vgg16-c", "googlenet", "resnet18", "nin", "resnet20"]


def _image(name: str, height: object, width: object) -> str:
    channels = archcalc.load(name).analyze().inputs["input"].channels
    return f"{channels}x{height}x{width}"


def _agree(closed: Table, numeric: Table, values: dict[str, int]) -> None:
    for ours, theirs in zip(closed, numeric, strict=True):
        assert tuple(evaluate(size, values) for size in ours.output.sizes) == theirs.output.sizes, ours.path
    for count in NAMES:
        assert evaluate(getattr(closed.totals.counts, count), values) == getattr(numeric.totals.counts, count), count


def _compare(name: str, sizes: list[int]) -> None:
    network = archcalc.load(name)
    closed = network.analyze(_image(name, "H", "W"))
    least = least_sizes(closed)
    for height in sizes:
        width = height + 5
        fits = height >= least.get("H", 1) and width >= least.get("W", 1)
        try:
            numeric = network.analyze(_image(name, height, width))
        except SpecError:
            assert not fits, height
        else:
            assert fits, height
            _agree(closed, numeric, {"H": height, "W": width})


def _around(name: str) -> list[int]:
    least = least_sizes(archcalc.load(name).analyze(_image(name, "H", "W"))).get("H", 1)
    return sorted({max(1, least + step) for step in (-33, -1, 0, 1, 2, 17, 31, 32, 33)})


@pytest.mark.parametrize("name", SOME)
def test_they_agree_around_the_least_size(name: str) -> None:
    _compare(name, _around(name))


@pytest.mark.long
@pytest.mark.parametrize("name", SHIPPED)
def test_they_agree_over_a_whole_period(name: str) -> None:
    deep = len(archcalc.load(name).analyze()) > 1000
    _compare(name, _around(name) if deep else list(range(1, 130)))
