"""Assignment files: what a teacher sets, and every mistake in it with its place."""

from __future__ import annotations

from fractions import Fraction

import pytest

from archcalc.errors import Source, SpecError
from archcalc.specfile.assignments import assignment
from archcalc.studies.homework.rules import Rules

FULL = """\
title: Homework 1
networks: [alexnet, vgg16]
columns: output, params
layers: [conv1, fc8]
points: {params: 2, output: 0.5}
convention: {biases: either, cost: flops, channels: last}
rounding: false
follow_through: half
seed: 7
"""


def test_everything_that_can_be_set() -> None:
    found = assignment(Source("hw.yaml", FULL))
    assert (found.title, found.networks, found.seed) == ("Homework 1", ("alexnet", "vgg16"), 7)
    assert found.rules == Rules(
        ("output", "params"), {"params": Fraction(2), "output": Fraction(1, 2)}, "either", "flops", "last",
        rounding=False, follow=Fraction(1, 2), layers=("conv1", "fc8"), complete=True,
    )  # fmt: skip


def test_a_network_is_enough() -> None:
    found = assignment(Source("hw.yaml", "network: lenet5"))
    assert (found.networks, found.rules, found.seed) == (("lenet5",), Rules(complete=True), None)
    assert assignment(Source("hw.yaml", "network: a\nfollow_through: 0.25")).rules.follow == Fraction(1, 4)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: [parms]\nnetwork: a", "hw.yaml:1:10: columns: unknown column 'parms'; did you mean params?"),
        ("netwrk: a", "hw.yaml:1:9: unknown key 'netwrk'"),
        ("network: a\nconvention: {bias: either}", "hw.yaml:2:20: unknown key 'bias'"),
        ("network: a\nconvention: {biases: maybe}", "hw.yaml:2:22: convention.biases: Input should be"),
        (
            "network: a\npoints: {params: many}",
            "hw.yaml:2:18: points.params: invalid value 'many': expected a number of points",
        ),
        (
            "network: a\npoints: {params: -1}",
            "points.params: invalid value '-1': expected a number of points from 0 to 1000",
        ),
        ("network: a\npoints: {zebra: 1}", "points: unknown column 'zebra'"),
        (
            "network: a\nfollow_through: 2",
            "follow_through: invalid value '2': use full, half, none, or a number from 0 to 1",
        ),
        ("network: a\nrounding: perhaps", "rounding: Input should be a valid boolean"),
        ("title: x", "the assignment does not name a network"),
        ("[alexnet]", "invalid assignment: expected a mapping"),
        ("network: [a]", "network: Input should be a valid string"),
    ],
)
def test_a_mistake_has_its_place(text: str, said: str) -> None:
    with pytest.raises(SpecError) as caught:
        assignment(Source("hw.yaml", text))
    assert said in str(caught.value)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(SpecError) as caught:
        assignment(Source("hw.yaml", "columns: [a]\nrounding: b\nzebra: c\nnetworks: [{x: 1}]"))
    assert len(caught.value.mistakes) == 4
