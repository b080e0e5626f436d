"""The page of `solve --clean` and `solve --min`."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.network.inputs import read_shape
from archcalc.network.network import WhatIf
from archcalc.studies.solving import pairs, size_laws
from archcalc.studies.solving.clean_sizes import CleanSizes, clean_sizes
from archcalc.studies.solving.fitting_sizes import FittingSizes, fitting_sizes
from archcalc.studies.solving.laws import Law
from archcalc.studies.solving.smallest_input import Smallest, smallest_input
from archcalc.views.page import Heading, Notes, Page
from archcalc.views.solving.input_sizes import FITTING, MEANING, PROVED, input_sizes, spelled


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


JOIN = "[{conv: 4, kernel: 3, padding: 1, name: c}, {maxpool: 2}, {upsample: 2, name: u}, {concat: [c, u], name: j}]"


def fits(layers: str, size: str) -> FittingSizes:
    """Return the sizes that fit."""
    return fitting_sizes(archcalc.load(layers), WhatIf(read_shape(size)))


def test_the_sizes_that_fit_have_a_page_and_a_record() -> None:
    page = input_sizes(fits=fits(JOIN, "1x8x7"))
    assert notes(page) == [
        "H and W: 2n, from 2", "H = 8 fits", "W = 7 does not fit; nearest: 6 and 8", FITTING, PROVED,
    ]  # fmt: skip
    law = {"step": 2, "offset": 0, "from": 2}
    assert page.record["fits"] == {"H": law, "W": law}
    assert page.record["solutions"] == [{"axis": "H", **law}, {"axis": "W", **law}]
    both = input_sizes(clean("alexnet"), fits=fits("alexnet", "3x227x227"))
    assert both.record["question"] == "fits and clean"
    assert both.record["solutions"][0]["fits"] == {"step": 1, "offset": 0, "from": 67}


def test_where_one_law_does_not_do_there_is_a_list() -> None:
    some = fits("[{maxpool: 2, name: a}, {multiply: [a, input]}]", "1x8x8")
    record = input_sizes(fits=some).record
    assert record["fits"]["H"] == [{"step": 0, "offset": 2, "from": 2}, {"step": 0, "offset": 3, "from": 3}]
    assert record["solutions"][0] == {"axis": "H", "laws": record["fits"]["H"]}
    assert notes(input_sizes(fits=some))[0] == "H and W: 2, 3"
    assert spelled(Law(4, (0,), 8, others=(3, 4))) == "4n from 4, 3"
    assert spelled(Law(1, (0,), 8, others=(3,))) == "any size from 8, 3"
    assert spelled(Law(0, tuple(range(1, 12)), 1)) == "1, 2, 3, 4, 5, 6, 7, 8 and 3 more"


@pytest.mark.parametrize(("side", "more"), [(64, "3,896"), pytest.param(256, "64,760", marks=pytest.mark.long)])
def test_coupled_axes_are_told_with_the_range_of_the_others(
    side: int, more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "MOST_COMBINED", side**2)
    layers = "[flatten, {reshape: [3, 8, 8]}]"
    page = input_sizes(None, smallest_input(archcalc.load(layers), WhatIf(read_shape("3x8x8"))), fits(layers, "3x8x8"))
    assert notes(page) == [
        "H = W: 8", "8×8 fits", "H×W also 1×64, 2×32, 4×16, 16×4, 32×2, 64×1", FITTING,
        f"{PROVED}, for equal H and W; other sizes: all H and W from 1 to {side} were tested",
        "H = W = 8", "at 7, reshape has no output: cannot reshape 147 (147 values) to 3×8×8 (192 values)",
        "H×W also 1×64, 2×32, 4×16, 16×4, 32×2, 64×1", f"all H and W from 1 to {side} were tested",
    ]  # fmt: skip
    assert page.record["pairs"][0] == {"H": 1, "W": 64}
    assert (page.record["pairs_tried"], page.record["smallest_pairs"][0]) == ([1, side], {"H": 1, "W": 64})
    square = fits("[{permute: [0, 2, 1], name: t}, {add: [t, input]}]", "2x8x8")
    assert notes(input_sizes(fits=square))[:3] == ["H = W: any size, from 1", "8×8 fits", "no sizes with H ≠ W"]
    unequal = smallest_input(archcalc.load("[flatten, {reshape: [3, 2, 3]}]"), WhatIf(read_shape("3x2x3")))
    assert notes(input_sizes(smallest=unequal)) == [
        "no size works with equal H and W", "H×W also 1×6, 2×3, 3×2, 6×1", f"all H and W from 1 to {side} were tested",
    ]  # fmt: skip
    many = fits("[{maxpool: 2}, {instancenorm}]", "2x8x8")
    assert notes(input_sizes(fits=many))[2].endswith(f"and {more} more")


def test_what_training_needs_and_what_is_not_proved_is_told() -> None:
    head = "{name: aux, train_only: true, layers: [{conv: 4, kernel: 5}]}"
    page = input_sizes(fits=fits(f"[{{conv: 8, kernel: 3}}, {head}, global_avgpool]", "3x9x9"))
    assert "with training-only heads, H and W: any size, from 7" in notes(page)
    assert page.record["fits_for_training"]["H"] == {"step": 1, "offset": 0, "from": 7}
    never = fits("[{maxpool: 2, name: p}, {upsample: 4}, {concat: [input, upsample]}]", "1x8x8")
    assert notes(input_sizes(fits=never))[0] == "no size fits"
    assert "padding same: the division is exact with the padding that it adds for this size" in notes(
        input_sizes(clean("xception"))
    )


@pytest.mark.parametrize(("side", "most"), [(10, 128), pytest.param(45, 512, marks=pytest.mark.long)])
def test_what_was_tried_without_a_proof_is_told(side: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "MOST_WIRED", side**2)
    monkeypatch.setattr(size_laws, "TRIED", range(1, most + 1))
    open_ = f"[{{conv: 1, kernel: 1, when: in_height < 99}}, {JOIN[1:]}"
    tried = input_sizes(None, smallest_input(archcalc.load(open_), WhatIf(read_shape("1x8x7"))), fits(open_, "1x8x7"))
    assert notes(tried)[:2] == ["H = W: 2n, from 2", "8×7 does not fit"]
    assert notes(tried)[-2:] == [
        f"all H and W from 1 to {side} were tested", "all sizes from 1 were tested for equal axes; not proved",
    ]  # fmt: skip
