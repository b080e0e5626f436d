"""Counts and tensors: sums, conversions, fan-in and fan-out."""

from __future__ import annotations

import pytest

from archcalc.errors import UsageError
from archcalc.quantities.counts import Counts, convert, summed
from archcalc.quantities.tensor import BIAS, BUFFER, WEIGHT, Tensor, bias, count, fan


def test_sums_add_every_count() -> None:
    parts = [Counts(1, 2, 3, 4, 5, 6, 7, 8), Counts(10, 20, 30, 40, 50, 60, 70, 80)]
    assert summed(parts) == Counts(11, 22, 33, 44, 55, 66, 77, 88)
    assert summed([]) == Counts()


def test_flops_are_two_per_mac() -> None:
    assert convert(21, "macs") == 21
    assert convert(21, "flops") == 42


@pytest.mark.parametrize(("word", "hint"), [("flop", "did you mean flops?"), ("elephants", "available: macs, flops")])
def test_an_unknown_way_to_count_is_refused(word: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        convert(1, word)
    assert str(caught.value) == f"unknown unit '{word}' for count\n  {hint}"


def test_tensors_count_by_role() -> None:
    tensors = [Tensor("weight", (4, 3)), Tensor("bias", (4,), BIAS), Tensor("running_mean", (4,), BUFFER)]
    assert [count(tensors, role) for role in (WEIGHT, BIAS, BUFFER)] == [12, 4, 4]


def test_a_bias_is_there_or_not() -> None:
    assert bias(4) == (Tensor("bias", (4,), BIAS),)
    assert bias(4, present=False) == ()


def test_fan_in_and_fan_out_count_the_kernel() -> None:
    assert fan([Tensor("weight", (96, 3, 11, 11)), Tensor("bias", (96,), BIAS)]) == (3 * 121, 96 * 121)
    assert fan([Tensor("weight", (10, 84))]) == (84, 10)
    assert fan([Tensor("weight", (64,))]) is None
