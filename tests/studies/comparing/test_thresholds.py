"""Limits that a comparison must keep."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcalc.errors import UsageError
from archcalc.studies.comparing.thresholds import check, read_limit
from archcalc.studies.comparing.totals import Total
from archcalc.symbolic.expr import Letter

counts = st.integers(0, 10**9)


def fails(written: str, first: object, other: object, name: str = "macs") -> bool | None:
    (found,) = check([Total(name, (first, other))], [read_limit(written)])  # type: ignore[arg-type]
    assert found.holds == (found.fails is False)
    return found.fails


@given(counts, counts, st.integers(0, 300), st.integers(0, 99))
def test_a_signed_percentage_is_more_or_less_than_the_first_has(a: int, b: int, whole: int, part: int) -> None:
    limit = Fraction(100 * whole + part, 10_000)
    assert fails(f"macs > +{whole}.{part:02}%", a, b) == (b > a * (1 + limit))
    assert fails(f"macs < -{whole}.{part:02}%", a, b) == (b < a * (1 - limit))
    assert fails(f"macs >= {whole}.{part:02}%", a, b) == (b >= a * limit)


@given(counts, counts, st.integers(0, 10**6))
def test_a_signed_number_is_a_difference_and_another_one_a_value(a: int, b: int, limit: int) -> None:
    assert fails(f"macs > +{limit}", a, b) == (b - a > limit)
    assert fails(f"macs<=-{limit}K", a, b) == (b - a <= -1000 * limit)
    assert fails(f"macs == {limit}", a, b) == (b == limit)
    assert fails("macs != +0", a, b) == (a != b)


def test_every_network_is_held_against_the_first() -> None:
    found = check([Total("params", (10, 11, 9))], [read_limit("parameters > +5%")])
    assert [(one.which, one.fails, one.quantity) for one in found] == [(1, True, "params"), (2, False, "params")]


def test_a_kind_of_layer_is_a_quantity_too() -> None:
    assert fails("conv > 3", 2, 4, "layers.conv") is True
    assert fails("layers.conv > 4", 2, 4, "layers.conv") is False


def test_what_letters_or_words_leave_open_is_undecided() -> None:
    n = Letter("N")
    assert fails("macs > +5%", n, 3) is None
    assert fails("macs > +0", n, n + 1) is True
    assert fails("receptive_field > 3", "all", 4, "receptive_field") is None
    assert fails("field > 3", 4, (3, 4), "receptive_field") is None


@pytest.mark.parametrize("written", ["macs", "macs 5", "> 5", "", "mäcs > 5"])
def test_what_is_no_condition_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match=r"^invalid condition '"):
        read_limit(written)


@pytest.mark.parametrize("written", ["macs > x", "macs > 5 6", "macs > 5%%", "macs > +", "macs > 1.5", "macs > %"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match=r"^invalid limit '.*': expected a number or a percentage"):
        read_limit(written)


def test_an_unknown_quantity_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        check([Total("macs", (1, 2))], [read_limit("mac > 3")])
    assert str(caught.value) == "unknown quantity 'mac' in 'mac > 3'\n  did you mean macs?"
    with pytest.raises(UsageError) as caught:
        check([Total("macs", (1, 2)), Total("layers.conv", (1, 2))], [read_limit("beauty > 3")])
    assert str(caught.value).endswith("available: macs, or layers.conv")
