"""The page of `solve --clean` and `solve --min`."""

from __future__ import annotations

import archcalc
from archcalc.network.inputs import read_shape
from archcalc.network.network import WhatIf
from archcalc.studies.solving.clean_sizes import CleanSizes, Law, clean_sizes
from archcalc.studies.solving.smallest_input import Smallest, smallest_input
from archcalc.views.page import Heading, Notes, Page
from archcalc.views.solving.input_sizes import MEANING, PROVED, input_sizes, spelled


def notes(page: Page) -> list[str]:
    """Return all sentences of a page."""
    return [line for block in page.blocks if isinstance(block, Notes) for line in block.lines]


def clean(name: str, size: str | None = None) -> CleanSizes:
    """Return the clean sizes of a network."""
    return clean_sizes(archcalc.load(name), WhatIf(read_shape(size) if size else None))


def test_the_law_and_the_smallest_input_share_a_page() -> None:
    network = archcalc.load("alexnet")
    page = input_sizes(clean_sizes(network, WhatIf()), smallest_input(network, WhatIf()))
    assert [block for block in page.blocks if isinstance(block, Heading)] == [
        Heading("Clean input sizes", "AlexNet"), Heading("Smallest input", "AlexNet"),
    ]  # fmt: skip
    assert notes(page) == [
        "H and W: 32n + 3, from 67", "227 is clean", MEANING, PROVED,
        "H and W = 67", "at 66, pool5 has no output: kernel 3 is larger than the input 2: ⌊(2 − 3 + 0)/2⌋ + 1 = 0",
    ]  # fmt: skip
    law = {"step": 32, "offset": 3, "from": 67}
    record = page.record
    assert (record["clean"], record["smallest"]) == ({"H": law, "W": law}, {"H": 67, "W": 67})
    assert record["solutions"][0] == {"axis": "H", **law, "smallest": 67}
    assert (record["question"], record["dies_below"]["W"]["path"]) == ("clean and smallest", "pool5")


def test_a_size_that_is_not_clean_is_told_with_its_neighbours() -> None:
    assert notes(input_sizes(clean("alexnet", "3x224x224")))[1] == "224 is not clean; nearest: 195 and 227"
    assert notes(input_sizes(clean("alexnet", "3xHxW")))[1] == MEANING


def test_axes_that_differ_have_a_line_each() -> None:
    layers = "[{conv: 4, kernel: [3, 5], stride: [2, 3]}]"
    page = input_sizes(clean(layers, "3x8x8"), smallest_input(archcalc.load(layers), WhatIf(read_shape("3x8x8"))))
    assert notes(page)[:3] == ["H: 2n + 1, from 3", "W: 3n + 2, from 5", "8 is not clean; nearest: 7 and 9"]
    assert "H = 3, W = 5" in notes(page)


def test_where_nothing_is_clean_it_is_said_why() -> None:
    layers = "[{adaptive_avgpool: 6}, {maxpool: 3, stride: 2, name: p}, {maxpool: 2, stride: 3, name: q}]"
    page = input_sizes(clean(layers, "3x8x8"))
    assert notes(page)[0] == "no size is clean: the division in p is not exact for any input size"
    assert page.record["clean"] == {}
    branches = "{concat: {a: [{maxpool: 2}, global_avgpool], b: [{maxpool: 3, stride: 2}, global_avgpool]}}"
    assert notes(input_sizes(clean(f"[{branches}]", "3x8x8"))) == ["no size is clean", MEANING, PROVED]
    two = CleanSizes(network="x", laws={"H": Law(1, (0,), 1)}, own={}, never=("p", "q", "r"))
    assert (
        notes(input_sizes(two))[0]
        == "no size is clean: the division in p is not exact for any input size (2 other layers likewise)"
    )


def test_a_guess_is_called_a_guess_and_an_end_is_told() -> None:
    law = Law(4, (0, 1), 4, proved=False)
    found = CleanSizes(network="x", laws={"input": law}, own={}, tried=range(1, 41), complete=False)
    page = input_sizes(found)
    said = "sizes from 1 to 40 were tested; not proved"
    assert notes(page) == ["input: 4n or 4n + 1, from 4", MEANING, f"interrupted: {said}"]
    whole = CleanSizes(network="x", laws={"input": Law(0, (67, 99), 67)}, own={"input": 70}, tried=range(1, 41))
    assert notes(input_sizes(whole)) == ["input: 67, 99", "70 is not clean; nearest: 67 and 99", MEANING, f"all {said}"]
    nothing = CleanSizes(network="x", laws={"input": Law(1, (), 1)}, own={}, tried=range(1, 1), complete=False)
    assert notes(input_sizes(nothing))[-1] == "interrupted: sizes that exist were tested; not proved"
    assert page.record["clean"] == {"input": {"step": 4, "offsets": [0, 1], "from": 4}}
    assert (page.record["proved"], page.record["complete"]) == (False, False)


def test_a_network_that_no_size_kills_says_so() -> None:
    assert notes(input_sizes(smallest=smallest_input(archcalc.load("resnet18"), WhatIf()))) == [
        "H and W = 1", "no size is too small",
    ]  # fmt: skip
    assert notes(input_sizes(smallest=Smallest("x", {}, {}))) == ["no size works"]
    assert notes(input_sizes(smallest=Smallest("x", {}, {}, tried=range(1, 9)))) == ["no tested size works"]
    stopped = input_sizes(smallest=Smallest("x", {}, {}, complete=False))
    assert notes(stopped) == ["interrupted before a size that works was found"]
    assert stopped.record["complete"] is False


def test_a_law_is_spelled_as_one_writes_it() -> None:
    assert spelled(Law(32, (), 1)) == "none"
    assert spelled(Law(1, (0,), 3)) == "any size, from 3"
