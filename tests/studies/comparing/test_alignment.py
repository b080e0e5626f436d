"""Aligning two lists: against every alignment there is, in narrow bands, and where lists are too long."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.studies.comparing import alignment
from archcalc.studies.comparing.alignment import NAME, Alignment, Entries, align

UNIT = 50
KINDS = 4

prices = st.lists(
    st.dictionaries(st.integers(0, KINDS - 1), st.integers(NAME, 2 * UNIT), max_size=KINDS),
    min_size=KINDS, max_size=KINDS,
).map(lambda rows: [row | {kind: NAME} for kind, row in enumerate(rows)])  # fmt: skip


def lists(most: int) -> st.SearchStrategy[Entries]:
    """Draw lists of at most so many entries, whose names differ."""
    entry = st.tuples(st.integers(0, KINDS - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    drawn = st.lists(entry, max_size=most, unique_by=lambda pair: pair[1])
    return drawn.map(lambda pairs: Entries([kind for kind, _ in pairs], [name for _, name in pairs]))


def cost(found: Alignment, left: Entries, right: Entries, table: list[dict[int, int]]) -> int:
    """Add up what an alignment costs."""
    assert all(i < k and j < m for (i, j), (k, m) in zip(found.pairs, found.pairs[1:], strict=False))
    alone = len(left.names) + len(right.names) - 2 * len(found.pairs)
    named = sum(left.names[i] == right.names[j] for i, j in found.pairs)
    return alone * UNIT + sum(table[left.classes[i]][right.classes[j]] for i, j in found.pairs) - NAME * named


def least(left: Entries, right: Entries, table: list[dict[int, int]]) -> int:
    """Try every way to pair entries in order, and return what the cheapest costs."""
    tried = [
        Alignment(tuple(zip(rows, columns, strict=True)), minimal=True)
        for count in range(min(len(left.names), len(right.names)) + 1)
        for rows in combinations(range(len(left.names)), count)
        for columns in combinations(range(len(right.names)), count)
        if all(right.classes[j] in table[left.classes[i]] for i, j in zip(rows, columns, strict=True))
    ]
    return min(cost(found, left, right, table) for found in tried)


@given(lists(5), lists(5), prices)
def test_no_alignment_of_short_lists_is_cheaper(left: Entries, right: Entries, table: list[dict[int, int]]) -> None:
    found = align(left, right, table, UNIT)
    assert found.minimal
    assert cost(found, left, right, table) == least(left, right, table)


@given(lists(26), lists(26), prices)
def test_a_narrow_band_that_widens_finds_what_a_wide_one_finds(
    left: Entries, right: Entries, table: list[dict[int, int]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "NARROW", 1)
        patch.setattr(alignment, "WIDER", 2)
        narrow = align(left, right, table, UNIT)
    wide = align(left, right, table, UNIT)
    assert narrow.minimal
    assert cost(narrow, left, right, table) == cost(wide, left, right, table)


def test_what_is_equal_at_both_ends_is_paired_at_once() -> None:
    many = 100_000
    left = Entries([0] * many, [str(number) for number in range(many)])
    right = Entries(
        [0] * (many // 2) + [1] + [0] * (many // 2), [*left.names[: many // 2], "new", *left.names[many // 2 :]]
    )
    found = align(left, right, [{0: NAME}, {1: NAME}], UNIT)
    assert found.minimal
    assert len(found.pairs) == many
    assert found.pairs[many // 2] == (many // 2, many // 2 + 1)


def test_lists_that_are_too_long_are_paired_by_name() -> None:
    left = Entries([0, 1, 0, 2, 0], list("abcde"))
    right = Entries([1, 0, 0, 3, 0], list("xcafe"))
    found = align(left, right, [{0: NAME}, {1: NAME}, {2: NAME}, {3: NAME}], UNIT, most=3)
    assert found == Alignment(((2, 1), (4, 4)), minimal=False)


def test_nothing_in_common_pairs_nothing() -> None:
    left, right = Entries([0, 0], ["a", "b"]), Entries([1, 1], ["a", "b"])
    table = [{0: NAME}, {1: NAME}]
    assert align(left, right, table, UNIT) == Alignment((), minimal=True)
    assert align(left, right, table, UNIT, most=1) == Alignment((), minimal=False)
    assert align(Entries([], []), Entries([], []), [], UNIT) == Alignment((), minimal=True)


def test_a_band_that_may_not_widen_gives_what_it_has() -> None:
    count = 200
    left = Entries([0] * count + [1] * count, [f"l{number}" for number in range(2 * count)])
    right = Entries([1] * count + [0] * count, [f"r{number}" for number in range(2 * count)])
    table = [{0: NAME}, {1: NAME}]
    whole = align(left, right, table, UNIT)
    part = align(left, right, table, UNIT, most=30_000)
    assert (whole.minimal, part.minimal) == (True, False)
    assert cost(whole, left, right, table) == 2 * count * UNIT + NAME * count
    assert cost(part, left, right, table) >= cost(whole, left, right, table)


@given(st.permutations(range(7)))
def test_by_name_as_many_are_paired_as_stand_in_one_order(order: list[int]) -> None:
    left = Entries([0] * 7, [str(number) for number in range(7)])
    right = Entries([0] * 7, [str(number) for number in order])
    found = alignment._by_name(left, right, [{0: NAME}])
    rising = max(len(some) for size in range(8) for some in combinations(order, size) if list(some) == sorted(some))
    assert len(found) == rising
    assert all(left.names[i] == right.names[j] for i, j in found)
