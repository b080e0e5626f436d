"""Quantities, asked for by name: limits as people type them, and what is no single number."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.measures.quantities import find


@pytest.mark.parametrize(
    ("written", "limit"),
    [("8GiB", 8 * 2**30), ("300 MB", 300_000_000), ("1.5e9", 1_500_000_000), ("2KiB", 2_048), ("10M", 10_000_000)],
)
def test_a_limit_of_bytes_is_read_with_its_unit(written: str, limit: int) -> None:
    assert find("memory").limit(written) == limit


@pytest.mark.parametrize("written", ["3MMB", "3M GB", "1.2.3 MB"])
def test_what_is_no_number_of_bytes_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match=f"invalid number of bytes '{written}'"):
        find("memory").limit(written)


def test_a_shape_is_no_single_number() -> None:
    table = archcalc.load("alexnet").analyze()
    with pytest.raises(UsageError, match="output of conv1 is not a single number: 96x55x55"):
        find("output").number(table, "conv1")
    with pytest.raises(UsageError, match="output of alexnet is not a single number: 1000"):
        find("output").number(table)
