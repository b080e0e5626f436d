"""Receptive fields that are asked for: against ones counted by hand, and against tables at every value."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.errors import UsageError
from archcalc.network.inputs import read_shape
from archcalc.network.network import WhatIf
from archcalc.studies.solving.network_answers import NetworkAnswer, Search
from archcalc.studies.solving.network_solving import solve_network
from archcalc.studies.solving.solutions import Span

TCN = """
input: 1x4000
args: {levels: 4, kernel: 3}
layers:
  - repeat: levels
    name: level_#
    layers:
      - {pad: [["(kernel - 1)*2**index", 0]]}
      - {conv: 16, kernel: kernel, dilation: 2**index, name: conv}
"""
TWO = "[{conv: 2, kernel: [3, 5], name: a}, {conv: 2, kernel: 3, name: b}]"


def solved(
    network: archcalc.Network, question: str, vary: str, size: str | None = None, within: range | None = None
) -> NetworkAnswer:
    """Return the answer to a question about a receptive field."""
    asked = WhatIf(read_shape(size) if size else None)
    answer = solve_network(network, asked, [question], Search(vary, within))
    assert isinstance(answer, NetworkAnswer)
    return answer


def test_the_levels_of_a_temporal_network() -> None:
    """A level of dilation d adds 2d: 1 + 2(2^levels − 1) is 511 for 8, 1,023 for 9."""
    found = solved(archcalc.loads(TCN), "rf >= 1000", "levels", within=range(1, 33))
    assert found.solutions[0].values == {"levels": 9}
    assert [dict(total.totals) for total in found.totals] == [{"receptive_field": 1023}, {"receptive_field": 511}]
    kernel = solved(archcalc.loads(TCN), "level_2/conv.rf = 13", "kernel")
    assert kernel.solutions[0].values == {"kernel": 5}


def test_the_field_of_a_layer() -> None:
    """AlexNet's conv5 sees 163 pixels with the kernel 5 of conv2; each more adds 8, the stride before it."""
    assert solved(archcalc.load("alexnet"), "conv5.rf = 163", "conv2.kernel").solutions[0].values == {"conv2.kernel": 5}
    assert not solved(archcalc.load("alexnet"), "conv5.rf = 164", "conv2.kernel").holds


def test_axes_that_differ_have_a_field_each() -> None:
    net = archcalc.load(TWO)
    assert solved(net, "b.rf = 9x11", "b.kernel", "1x20x20").solutions[0].values == {"b.kernel": 7}
    assert solved(net, "b.rf >= 9", "b.kernel", "1x20x20").solutions[0].values == {"b.kernel": Span(7, 16)}
    assert solved(net, "b.rf <= 9", "b.kernel", "1x20x20").solutions[0].values == {"b.kernel": 5}
    assert not solved(net, "b.rf = 9", "b.kernel", "1x20x20").holds
    square = archcalc.load("[{conv: 2, kernel: 3, name: a}, {conv: 2, kernel: 3, name: b}]")
    assert solved(square, "b.rf = 9x9", "b.kernel", "1x20x20").solutions[0].values == {"b.kernel": 7}


@pytest.mark.parametrize(("relation", "kernels"), [(">=", [7, 8]), ("<=", [1, 2, 3, 4, 5]), ("=", [])])
def test_fields_that_come_to_differ_are_compared_by_the_axis_that_decides(relation: str, kernels: list[int]) -> None:
    text = "{input: 1x20x20, args: {k: 1}, layers: [{conv: 2, kernel: [3 if k > 1 else 1, k], name: a},"
    net = archcalc.loads(f"{text} {{conv: 2, kernel: [k, 1], name: b}}]}}")
    answer = solve_network(net, WhatIf(), [f"b.rf {relation} 7"], Search("k", range(1, 9)))
    found = []
    for k in range(1, 9):
        high, wide = (k + 2, k) if k > 1 else (1, 1)
        decides = {">=": min(high, wide) >= 7, "<=": max(high, wide) <= 7, "=": high == wide == 7}[relation]
        found += [k] if decides else []
    assert found == kernels
    assert answer.holds == bool(kernels)
    if kernels:
        value = answer.solutions[0].values["k"]
        assert value == (kernels[0] if relation == ">=" else kernels[-1])


@pytest.mark.parametrize(
    ("name", "question", "message"),
    [
        ("vit_b_16", "rf >= 3", "the receptive field of vit_b_16 covers the whole input"),
        ("alexnet", "conv5.rf = 1x2x3", "invalid size 1x2x3: the receptive field has 2 axes"),
        ("alexnet", "conv5.rf = lots", "invalid number 'lots'"),
        ("alexnet", "conv5.rf = 3xH", "invalid size '3xH'"),
        ("alexnet", "conv5.rf", "'receptive_field' is not a condition"),
    ],
)
def test_what_cannot_be_asked_of_a_field(name: str, question: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        solved(archcalc.load(name), question, "input")
    assert str(refused.value).startswith(message)


def test_values_at_which_there_is_no_field_do_not_count() -> None:
    text = "{input: 1x8x8, args: {k: 3}, layers: [{conv: 2, kernel: 3, padding: 1, name: a},"
    net = archcalc.loads(f"{text} {{global_avgpool: , when: k > 3}}, {{conv: 2, kernel: 1, name: b}}]}}")
    answer = solve_network(net, WhatIf(), ["b.rf >= 3"], Search("k", range(1, 9)))
    assert answer.solutions[0].values == {"k": Span(1, 3)}
