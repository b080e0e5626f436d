"""The input sizes at which every division is whole: against windows laid one by one, size after size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.errors import ArchcalcError, UsageError
from archcalc.network.inputs import read_shape
from archcalc.network.network import WhatIf
from archcalc.quantities.window import Window
from archcalc.studies.solving import size_laws
from archcalc.studies.solving.clean_sizes import CleanSizes, Law, clean_sizes
from archcalc.studies.solving.smallest_input import smallest_input
from tests.drawn import examples
from tests.families import FIRST
from tests.known import known
from tests.studies.sliding_windows import Slide
from tests.studies.solving.drawn_graphs import Drawn, chains, graphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.network.table import Table

TRIED = range(1, 61)
MERGE = "[{conv: 8, kernel: 3, stride: 2, padding: 1, name: a}, {add: {x: [{maxpool: 2}, {upsample: 2}], y: []}}]"
"""A network that works on some sizes only."""
OPEN = f"[{{conv: 8, kernel: 1, when: in_height < 90}}, {MERGE[1:]}"
"""One of which letters do not tell what it is."""


def of(name: str, size: str | None = None) -> CleanSizes:
    """Return the clean sizes of a network."""
    return clean_sizes(archcalc.load(name), WhatIf(read_shape(size) if size else None))


def chain_is_clean(drawn: Drawn, size: int) -> bool:
    """Whether the last window of every layer of a chain ends where the padded map does."""
    for window in drawn.windows:
        if not window.starts(size) or window.left_over(size):
            return False
        size = len(window.starts(size))
    return True


@given(chains())
def test_the_law_of_a_chain_is_what_laying_windows_shows(drawn: Drawn) -> None:
    found = of(drawn.layers, "2x20x20")
    for law in found.laws.values():
        assert law.proved
        assert [size for size in TRIED if size in law and not found.never] == [
            size for size in TRIED if chain_is_clean(drawn, size)
        ]


def laid(window: Window) -> Slide:
    """Return a window of a layer as one to be laid."""
    return Slide(known(window.kernel), known(window.stride), known(window.before), known(window.dilation), window.ceil)


def size_is_left(window: Window, size: int) -> bool:
    """Whether anything is left over; with `same` padding where the last window ends before the map does."""
    if window.same:
        return range(0, size, known(window.stride))[-1] + known(window.span) < size
    return laid(window).left_over(size) > 0


def table_is_clean(table: Table) -> bool:
    """Whether the last window of every layer that inference runs ends where the padded map does."""
    return not any(
        size_is_left(window, known(size))
        for row in table
        if not row.train_only and row.geometry and type(row.geometry.windows[0]) is Window
        for window, size in zip(row.geometry.windows, row.inputs[0].spatial, strict=True)
    )


def clean(name: str, sizes: range, channels: int = 3) -> Iterator[int]:
    """Yield the sizes of square inputs at which a network works and is clean."""
    network = archcalc.load(name)
    for size in sizes:
        try:
            table = network.analyze((channels, size, size))
        except ArchcalcError:
            continue
        if table_is_clean(table):
            yield size


@given(graphs())
@settings(max_examples=examples(15))
def test_the_law_of_a_graph_is_what_its_table_shows(drawn: Drawn) -> None:
    found = of(drawn.layers, "2x20x20")
    expected = list(clean(drawn.layers, TRIED, channels=2))
    laws = set(found.laws.values())
    assert len(laws) == 1
    assert [size for size in TRIED if size in next(iter(laws)) and not found.never] == expected


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("alexnet", Law(32, (3,), 67)),
        pytest.param("resnet18", Law(32, (1,), 1), marks=pytest.mark.long),
        pytest.param("vgg16", Law(32, (0,), 32), marks=pytest.mark.long),
        pytest.param("torchvision/googlenet", Law(32, (13,), 45), marks=pytest.mark.long),
        ("unet", Law(16, (12,), 188)),
    ],
)
def test_the_law_of_a_known_network_holds_over_two_periods(name: str, law: Law) -> None:
    assert set(of(name).laws.values()) == {law}
    sizes = range(max(1, law.start - 20), law.start + 2 * law.step)
    channels = 1 if name == "unet" else 3
    assert list(clean(name, sizes, channels)) == [size for size in sizes if size in law]


@pytest.mark.long
@pytest.mark.parametrize("name", FIRST)
def test_the_law_of_every_family_holds_over_a_period(name: str) -> None:
    (shape, *others) = archcalc.load(name).analyze().inputs.values()
    if others or shape.layout != "CHW":
        pytest.skip("it reads no single map of two axes")
    (law,) = set(of(name).laws.values())
    sizes = range(max(1, law.start - 20), law.start + law.step + 2)
    assert list(clean(name, sizes, known(shape.channels))) == [size for size in sizes if size in law]


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 2))
def test_same_padding_is_clean_where_its_padding_makes_the_division_exact(kernel: int, stride: int, wide: int) -> None:
    found = of(f"[{{conv: 4, kernel: {kernel}, stride: {stride}, dilation: {wide}, padding: same}}]", "3x8x8")
    span = Slide(kernel, stride, 0, wide).span
    for size in TRIED:  # the last window starts at the last place a stride apart, and ends where the padded map does
        last = range(0, size, stride)[-1]
        assert (size in found.laws["H"]) == (last + span >= size)


def test_xception_divides_with_the_padding_that_same_adds() -> None:
    found = of("xception")
    assert found.laws["H"] == Law(32, (7,), 7)
    assert found.same
    assert [size for size in (39, 71, 295, 299, 327) if size in found.laws["W"]] == [39, 71, 295, 327]


def test_what_is_never_whole_is_named() -> None:
    found = of("[{adaptive_avgpool: 6, name: a}, {maxpool: 3, stride: 2, name: pool}]", "3x8x8")
    assert (found.never, found.holds) == (("pool",), False)


def test_divisions_that_exclude_each_other_leave_no_size() -> None:
    branches = "{concat: {a: [{maxpool: 2}, global_avgpool], b: [{maxpool: 3, stride: 2}, global_avgpool]}}"
    found = of(f"[{branches}]", "3x8x8")
    assert (found.laws["H"].offsets, found.holds) == ((), False)
    assert 8 not in found.laws["H"]


def test_several_offsets_make_one_law() -> None:
    found = of("[{maxpool: 2, stride: 6, name: a}, {maxpool: 1, stride: 1}]", "3x8x8")
    assert found.laws["H"] == Law(6, (2,), 2)
    two = "[{conv: 1, kernel: 1, stride: 2, padding: [[0, 0], [0, 0]]}, {add: {a: [{maxpool: 1}], b: []}}]"
    assert of(two, "3x9x9").laws["W"] == Law(2, (1,), 1)


def test_axes_have_laws_of_their_own() -> None:
    found = of("[{conv: 4, kernel: [3, 5], stride: [2, 3]}]", "3x8x8")
    assert found.laws == {"H": Law(2, (1,), 3), "W": Law(3, (2,), 5)}
    assert of("[{conv: 4, kernel: [3, 5], stride: [2, 3]}]", "3xHx8").laws == {"H": Law(2, (1,), 3)}


def test_the_nearest_clean_sizes_lie_on_either_side() -> None:
    law = Law(32, (3,), 67)
    assert (law.nearest(227), law.nearest(224), law.nearest(20), law.nearest(68)) == (
        (227,),
        (195, 227),
        (67,),
        (67, 99),
    )
    assert of("alexnet", "3x224x224").own == {"H": 224, "W": 224}


@pytest.mark.usefixtures("looked_at")
def test_where_letters_leave_it_open_a_range_is_tried() -> None:
    merge = of(MERGE, "3x32x32")
    assert merge.laws["H"].proved
    assert [size for size in TRIED if size in merge.laws["H"]] == list(clean(MERGE, TRIED))
    found = of(OPEN, "3x32x32")
    law = found.laws["input"]
    assert not law.proved
    assert [size for size in TRIED if size in law] == list(clean(OPEN, TRIED))
    assert found.own == {"input": 32}
    assert of(OPEN, "3xNxN").laws["N"] == law
    assert of(OPEN, "3xHxW").laws["input"] == law
    turned = "[{permute: [0, 2, 1]}, {conv: 1, kernel: 1, stride: 2}]"
    assert of(turned, "3x9x9").laws["W"] == Law(2, (1,), 1)
    coupled = of("[{maxpool: 1, stride: in_height}]", "3x9x9")  # (W − 1) mod H: whole for one position alone
    assert (list(coupled.laws), coupled.laws["input"].nearest(9), coupled.tried) == (["input"], (1,), size_laws.TRIED)
    assert coupled.pairs is not None
    assert coupled.pairs.found[:3] == ((1, 2), (1, 3), (1, 4))


def test_a_range_that_is_asked_for_is_tried() -> None:
    found = clean_sizes(archcalc.load("alexnet"), WhatIf(), within=range(60, 240))
    assert found.laws == {"input": Law(32, (3,), 67, proved=False)}
    none = clean_sizes(archcalc.load("alexnet"), WhatIf(), within=range(60, 65))
    assert (none.laws["input"].offsets, none.holds) == ((), False)
    odd = clean_sizes(archcalc.load("alexnet"), WhatIf(), within=range(60, 70))
    assert odd.laws["input"] == Law(0, (67,), 67, proved=False)
    assert (odd.laws["input"].nearest(60), odd.laws["input"].nearest(99)) == ((67,), (67,))
    assert list(odd.laws["input"].members()) == [67]


def test_an_interruption_keeps_what_was_found() -> None:
    def stopped(values: range) -> Iterator[int]:
        yield from values[:40]
        raise KeyboardInterrupt

    found = clean_sizes(archcalc.load("vgg16"), WhatIf(), stopped, range(30, 300))
    assert (found.complete, found.laws["input"].start) == (False, 32)


def test_a_network_that_refuses_clean_sizes_for_another_reason_is_tried() -> None:
    found = of("[{conv: 8, kernel: 2, stride: 2}, {grid_attention: 2, grid: 5}]", "3x10x10")
    assert found.laws == {"H": Law(10, (0,), 10), "W": Law(10, (0,), 10)}
    unshuffled = of("[{conv: 1, kernel: 2, name: a}, {space_to_depth: 5}]", "3x11x11")
    assert unshuffled.laws["H"] == Law(5, (1,), 6)


@pytest.mark.long
def test_a_period_that_is_too_long_is_tried_instead() -> None:
    layers = ", ".join(f"{{maxpool: {prime}, stride: {prime}}}" for prime in (101, 103, 2))
    found = clean_sizes(archcalc.load(f"[{layers}]"), WhatIf(read_shape("1x21000x21000")), within=range(20_800, 20_810))
    assert not found.laws["input"].proved
    assert 20_806 in found.laws["input"]
    assert not of(f"[{layers}]", "1x21000x21000").holds
    branches = ", ".join(f"b{prime}: [{{maxpool: {prime}}}, global_avgpool]" for prime in (101, 103, 107))
    assert not of(f"[{{concat: {{{branches}}}}}]", "1x999x999").laws["input"].proved


def test_without_height_and_width_there_is_nothing_to_say() -> None:
    with pytest.raises(UsageError, match="has no height or width"):
        of("[{linear: 3}]", "784")


@given(chains())
def test_the_smallest_input_of_a_chain_is_the_first_that_leaves_a_window_everywhere(drawn: Drawn) -> None:
    found = smallest_input(archcalc.load(drawn.layers), WhatIf(read_shape("2x20x20")))

    def works(size: int) -> bool:
        for window in drawn.windows:
            size = len(window.starts(size)) if size else 0
        return bool(size)

    least = next(size for size in range(1, 999) if works(size))
    assert found.sizes == {"H": least, "W": least}
    assert set(found.deaths) == ({"H", "W"} if least > 1 else set())


@given(graphs())
@settings(max_examples=examples(15))
def test_the_smallest_input_of_a_graph_is_the_first_that_works(drawn: Drawn) -> None:
    network = archcalc.load(drawn.layers)
    found = smallest_input(network, WhatIf(read_shape("2x20x20")))

    def works(size: int) -> bool:
        try:
            network.analyze((2, size, size))
        except ArchcalcError:
            return False
        return True

    least = [size for size in range(1, 31) if works(size)][:1]
    assert list(found.sizes.values())[:1] == least
    assert found.holds == bool(least)


def test_alexnet_dies_at_pool5_below_67() -> None:
    found = smallest_input(archcalc.load("alexnet"), WhatIf())
    assert found.sizes == {"H": 67, "W": 67}
    assert found.deaths["H"] == (66, "pool5", "kernel 3 is larger than the input 2: ⌊(2 − 3 + 0)/2⌋ + 1 = 0")
    assert smallest_input(archcalc.load("torchvision/googlenet"), WhatIf()).sizes == {"H": 15, "W": 15}
    assert smallest_input(archcalc.load("resnet18"), WhatIf()).deaths == {}


@pytest.mark.usefixtures("looked_at")
def test_the_smallest_input_is_tried_where_letters_leave_it_open() -> None:
    found = smallest_input(archcalc.load(OPEN), WhatIf(read_shape("3x32x32")))
    assert found.sizes == {"input": 3}
    assert found.deaths["input"].path == "x/maxpool"
    assert smallest_input(archcalc.load(OPEN), WhatIf(read_shape("3xNxN"))).sizes == {"N": 3}
    never = "[{add: {x: [{maxpool: 2}], y: []}}]"
    none = smallest_input(archcalc.load(never), WhatIf(read_shape("3x32x32")))
    assert (none.holds, none.complete) == (False, True)
    first = smallest_input(archcalc.load("[{add: {x: [{maxpool: 1}, {crop: 1}], y: []}}]"), WhatIf(read_shape("3x2x2")))
    assert (first.sizes, first.deaths) == ({"H": 1, "W": 1}, {})


@pytest.mark.usefixtures("looked_at")
@pytest.mark.parametrize(
    ("kernel", "training"),
    [pytest.param(1, {}, marks=pytest.mark.long), (5, {"input": 7}), (10**6, {})],
)
def test_the_smallest_input_of_training_is_tried_too(kernel: int, training: dict[str, int]) -> None:
    head = f"{{name: aux, train_only: true, layers: [{{conv: 4, kernel: {kernel}}}]}}"
    found = smallest_input(archcalc.load(f"[{head}, {OPEN[1:]}"), WhatIf(read_shape("3x32x32")))
    assert (found.sizes, found.training) == ({"input": 3}, training)


def test_trying_for_the_smallest_can_be_interrupted() -> None:
    def stopped(values: range) -> Iterator[int]:
        yield from values[:1]
        raise KeyboardInterrupt

    found = smallest_input(archcalc.load(OPEN), WhatIf(read_shape("3x32x32")), stopped)
    assert (found.holds, found.complete) == (False, False)
