"""Closed forms against the numeric engine: the same shapes, counts and totals for every size, refusals included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.errors import SpecError
from archcalc.measures.validity import least_sizes
from archcalc.quantities.counts import NAMES
from archcalc.specfile import shipped
from archcalc.symbolic.expr import evaluate
from tests.families import FIRST

if TYPE_CHECKING:
    from archcalc.network.network import Network
    from archcalc.network.table import Table

ENTRIES = shipped.entries()
"""One network of each file: the others of its family are made of the same blocks."""

CLASSIC = ["alexnet", "vgg16-c", "googlenet", "resnet18", "nin", "resnet20", "squeezenet-1.0", "mobilenet_v1"]

STEPS = (-33, -1, 0, 1, 2, 17, 31, 32, 33)
"""Around the least size, and over one residue period."""


def _image(name: str, height: object, width: object) -> str:
    """Return the shape of an image for a network; skip the test where it reads something else."""
    inputs = archcalc.load(name).analyze().inputs
    (shape, *others) = inputs.values()
    if others or shape.layout != "CHW":
        pytest.skip("it reads no single map of two axes")
    return f"{shape.channels}x{height}x{width}"


def _closed(name: str) -> Table:
    """Return the table with letters; a network that asks for numbers says so, which is an answer too."""
    try:
        return archcalc.load(name).analyze(_image(name, "H", "W"))
    except SpecError as error:
        mistake = error.mistakes[0]
        asks = "depend" in mistake.message or "cannot be decided" in mistake.message
        assert asks or "they differ, for example, for" in mistake.hint  # branches that meet for some sizes only
        pytest.skip(mistake.message)


def _agree(closed: Table, numeric: Table, values: dict[str, int]) -> None:
    there = {row.path for row in numeric}
    assert all(row.train_only for row in closed if row.path not in there)  # a head that does not work is left out
    for ours, theirs in zip((row for row in closed if row.path in there), numeric, strict=True):
        assert tuple(evaluate(size, values) for size in ours.output.sizes) == theirs.output.sizes, ours.path
    for count in NAMES:
        assert evaluate(getattr(closed.totals.counts, count), values) == getattr(numeric.totals.counts, count), count


def _compare(name: str, sizes: list[int] | None = None) -> None:
    network, closed = archcalc.load(name), _closed(name)
    least = least_sizes(closed)
    around = sorted({max(1, least.get("H", 1) + step) for step in STEPS})
    for height in sizes or around:
        width = height + 5
        fits = height >= least.get("H", 1) and width >= least.get("W", 1)
        numeric = _numeric(network, _image(name, height, width))
        if isinstance(numeric, str):
            # A grid of attention has to divide the map, which the closed forms leave open.
            assert not fits or "does not divide the size" in numeric, height
        else:
            assert fits, height
            _agree(closed, numeric, {"H": height, "W": width})


def _numeric(network: Network, image: str) -> Table | str:
    """Return the table for an image, or why there is none."""
    try:
        return network.analyze(image)
    except SpecError as error:
        return error.mistakes[0].message


@pytest.mark.parametrize("name", CLASSIC)
def test_they_agree_around_the_least_size(name: str) -> None:
    _compare(name)


@pytest.mark.long
@pytest.mark.parametrize("name", [entry.name for entry in ENTRIES])
def test_they_agree_around_the_least_size_of_every_network(name: str) -> None:
    _compare(name)


@pytest.mark.long
@pytest.mark.parametrize("name", FIRST)
def test_they_agree_over_whole_periods(name: str) -> None:
    deep = len(archcalc.load(name).analyze()) > 300
    _compare(name, None if deep else list(range(1, 130)))


@pytest.mark.long
@pytest.mark.parametrize("name", CLASSIC)
def test_they_agree_for_every_size_up_to_600(name: str) -> None:
    _compare(name, list(range(1, 601)))
