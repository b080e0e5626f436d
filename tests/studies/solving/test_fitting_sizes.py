"""The input sizes that fit: against networks that are built for every size of a range, and work or do not."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import pytest
from hypothesis import given, settings

import archcalc
from archcalc.errors import ArchcalcError
from archcalc.network.inputs import read_shape
from archcalc.network.network import WhatIf
from archcalc.studies.solving import pairs
from archcalc.studies.solving.fitting_sizes import FittingSizes, fitting_sizes
from archcalc.studies.solving.laws import Law
from archcalc.studies.solving.pairs import alone, combined, reach
from archcalc.studies.solving.size_laws import SizeDemand, proved_laws
from archcalc.studies.solving.smallest_input import smallest_input
from archcalc.symbolic.expr import Letter
from archcalc.symbolic.supposing import Condition
from tests.drawn import examples
from tests.studies.solving.drawn_merges import merges

TRIED = range(1, 31)
JOIN = "[{conv: 4, kernel: 3, padding: 1, name: c}, {maxpool: 2}, {upsample: 2, name: u}, {concat: [c, u], name: j}]"


def fits(layers: str, size: str) -> FittingSizes:
    """Return the sizes that fit."""
    return fitting_sizes(archcalc.load(layers), WhatIf(read_shape(size)))


@lru_cache(maxsize=1)
def read(layers: str) -> archcalc.Network:
    """Read layers once for all sizes that are tried."""
    return archcalc.load(layers)


def works(layers: str, *sizes: int, channels: int = 2) -> bool:
    """Whether a network can be built for a size."""
    try:
        read(layers).analyze((channels, *sizes))
    except ArchcalcError:
        return False
    return True


@given(merges())
@settings(max_examples=examples(16))
def test_the_laws_of_a_graph_are_the_sizes_at_which_it_can_be_built(layers: str) -> None:
    found = fits(layers, "2x24x24")
    assert found.tried is None
    high = [size for size in TRIED if size in found.laws["H"]]
    wide = [size for size in TRIED if size in found.laws["W"]]
    other = (wide or [12])[-1]
    assert [size for size in TRIED if works(layers, size, other)] == (high if wide else [])
    other = (high or [12])[-1]
    assert [size for size in TRIED if works(layers, other, size)] == (wide if high else [])


@given(merges())
@settings(max_examples=examples(6))
def test_the_smallest_sizes_of_a_graph_are_those_below_which_none_works(layers: str) -> None:
    found = smallest_input(archcalc.load(layers), WhatIf(read_shape("2x24x24")))
    working = [sizes for sizes in product(range(1, 17), repeat=2) if works(layers, *sizes)]
    if not working:
        assert max(found.sizes.values(), default=17) > 16
        return
    assert found.sizes == {"H": min(high for high, _ in working), "W": min(wide for _, wide in working)}
    assert works(layers, *found.sizes.values())


@pytest.mark.parametrize(
    ("layers", "size", "laws"),
    [
        (JOIN, "1x8x7", {"H": Law(2, (0,), 2), "W": Law(2, (0,), 2)}),
        (JOIN.replace("maxpool: 2", "maxpool: [1, 4]").replace("upsample: 2", "upsample: [1, 4]"), "1x8x8",
         {"H": Law(1, (0,), 1), "W": Law(4, (0,), 4)}),
        ("[{conv: 4, kernel: 7}, {space_to_depth: 32}]", "3x64x64", {"H": Law(32, (6,), 38), "W": Law(32, (6,), 38)}),
        ("[{conv: 2, kernel: 3, name: c}, {maxpool: 2}, {upsample: 2, name: u}, {add: [c, u]}]", "1x9",
         {"L": Law(2, (0,), 4)}),
        (JOIN, "1x8x8x8", {"D": Law(2, (0,), 2), "H": Law(2, (0,), 2), "W": Law(2, (0,), 2)}),
        ("[{crop: 4, name: a}, {maxpool: 2}, {upsample: 2, name: u}, {add: [a, u]}]", "1x8x8",
         {"H": Law(1, (0,), 4), "W": Law(1, (0,), 4)}),
        ("[{maxpool: 2, name: a}, {multiply: [a, input]}]", "1x8x8", {"H": Law(0, (2, 3), 2), "W": Law(0, (2, 3), 2)}),
    ],
)  # fmt: skip
def test_laws_that_are_known_by_hand(layers: str, size: str, laws: dict[str, Law]) -> None:
    assert fits(layers, size).laws == laws


def test_a_padded_unet_fits_where_every_pool_divides() -> None:
    down = ", ".join(f"{{conv: 2, kernel: 3, padding: 1, name: d{level}}}, {{maxpool: 2}}" for level in range(4))
    up = ", ".join(f"{{upsample: 2, name: u{level}}}, {{concat: [d{level}, u{level}]}}" for level in (3, 2, 1, 0))
    layers = f"[{down}, {up}]"
    assert fits(layers, "1x64x64").laws == {"H": Law(16, (0,), 16), "W": Law(16, (0,), 16)}
    assert [size for size in range(1, 100) if works(layers, size, 32, channels=1)] == [16, 32, 48, 64, 80, 96]


@pytest.mark.usefixtures("looked_at")
@pytest.mark.parametrize(
    ("layers", "size"),
    [
        ("[{permute: [0, 2, 1], name: t}, {add: [t, input]}, {maxpool: 3, stride: 2}]", "2x8x8"),
        ("[flatten, {reshape: [2, 6, 6]}]", "2x6x6"),
        ("[{maxpool: 2}, {instancenorm}]", "2x8x8"),
        ("[{maxpool: 2}, tokens, {attention: 1, relative: [4, 4]}]", "2x8x8"),
    ],
)
def test_axes_that_are_coupled_are_looked_at_in_pairs(layers: str, size: str) -> None:
    found = fits(layers, size)
    assert found.pairs is not None
    (law,) = found.laws.values()
    assert law.proved
    assert [one for one in TRIED if one in law] == [one for one in TRIED if works(layers, one, one)]
    expected = {sizes for sizes in product(range(1, 21), repeat=2) if sizes[0] != sizes[1] and works(layers, *sizes)}
    assert {sizes for sizes in found.pairs.found if max(sizes) <= 20} == expected
    assert found.pairs.tried == reach(2, pairs.MOST_COMBINED)
    assert found.own_works is works(layers, *(int(one) for one in size.split("x")[1:]))


@pytest.mark.usefixtures("looked_at")
def test_of_three_axes_those_that_are_coupled_are_looked_at_together() -> None:
    layers = (
        "[{maxpool: [2, 1, 1]}, {upsample: [2, 1, 1], name: u}, {permute: [0, 1, 3, 2], name: t}, {add: [t, input]}]"
    )
    found = fits(layers, "2x4x5x5")
    assert found.laws == {"D": Law(2, (0,), 2), "H=W": Law(1, (0,), 1)}
    assert found.pairs is not None
    assert (found.pairs.letters, found.pairs.found) == (("H", "W"), ())
    assert smallest_input(archcalc.load(layers), WhatIf(read_shape("2x4x5x5"))).sizes == {"D": 2, "H=W": 1}


@pytest.mark.usefixtures("looked_at")
def test_the_smallest_of_coupled_axes_are_those_beside_which_none_is_smaller() -> None:
    found = smallest_input(archcalc.load("[flatten, {reshape: [3, 2, 2]}]"), WhatIf(read_shape("3x2x2")))
    assert found.sizes == {"input": 2}
    assert found.pairs is not None
    assert found.pairs.found == ((1, 4), (4, 1))
    never = smallest_input(archcalc.load("[flatten, {reshape: [3, 2, 3]}]"), WhatIf(read_shape("3x2x3")))
    assert (never.sizes, never.holds) == ({}, True)


def test_training_heads_have_laws_of_their_own() -> None:
    head = "{name: aux, train_only: true, layers: [{conv: 4, kernel: 5}]}"
    found = fits(f"[{{conv: 8, kernel: 3}}, {head}, global_avgpool]", "3x9x9")
    assert (found.laws["H"], found.training["H"]) == (Law(1, (0,), 3), Law(1, (0,), 7))
    assert fits("[{conv: 8, kernel: 3}]", "3x9x9").training == {}


def test_inputs_of_different_sizes_are_not_judged_by_the_first() -> None:
    sizes = {"left": read_shape("1x105x105"), "right": read_shape("1x105x100")}
    assert fitting_sizes(archcalc.load("siamese"), WhatIf(sizes)).own == {}
    assert fitting_sizes(archcalc.load("siamese"), WhatIf()).own == {"H": 105, "W": 105}


def test_a_rule_that_was_not_noted_shows_in_the_network_and_the_law_is_not_called_proved() -> None:
    hidden = SizeDemand(conditions=lambda _: (), holds=lambda _: False)
    assert proved_laws(archcalc.load("[{maxpool: 2}]"), WhatIf(read_shape("1x8x8")), hidden) is None


def test_where_a_term_has_no_value_the_size_does_not_count() -> None:
    high, wide = Letter("H"), Letter("W")
    divided = [Condition(wide % (high - 3), "==")]
    assert list(combined(divided, {"H": range(3, 6), "W": range(1, 5)})) == [(4, w) for w in range(1, 5)] + [
        (5, 2),
        (5, 4),
    ]
    assert alone([Condition(12 % (wide - 3), "==")], range(1, 8)) == [1, 2, 4, 5, 6, 7]
    certain = [Condition(high * wide - high * wide + 1, "==")]
    assert list(combined(certain, {"H": range(1, 3), "W": range(1, 3)})) == []
