"""What is foreseen of a network is never more than what is run, and all of it where nothing is conditional."""

from __future__ import annotations

import pytest

import archcalc
from archcalc.limits import LAYERS, STEPS, InputLimit
from archcalc.network.foreseen import least
from archcalc.network.network import WhatIf
from archcalc.network.placing import Placing
from archcalc.specfile.shipped import entries

UNCONDITIONAL = """
input: 3x16x16
blocks: {twice: {args: [n], layers: [{conv: n, kernel: 1}, {layers: [relu], repeat: 3}]}}
layers: [{twice: 4, repeat: 2}, {add: {main: [{conv: 4, kernel: 1}], skip: []}}, {conv: 2, kernel: 1, repeat: 5}]
"""


def run(network: archcalc.Network, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Wire a network, and return how many steps and layers there were."""
    placings: list[Placing] = []

    def checked(self: Placing) -> None:
        placings.append(self)

    monkeypatch.setattr(Placing, "finish", checked)
    nodes = network.wire(WhatIf()).nodes
    return placings[0].steps, sum(not node.is_input for node in nodes)


def test_without_conditions_all_steps_and_layers_are_foreseen(monkeypatch: pytest.MonkeyPatch) -> None:
    network = archcalc.loads(UNCONDITIONAL)
    assert least(network.spec) == run(network, monkeypatch)


COUNTED_BY_AN_ARGUMENT = """
input: 3x16x16
args: {n: 20, m: 2}
blocks: {b: {args: {before: }, layers: [relu, {relu, repeat: m}, {add: [input, relu]}, {add: [relu, before]}]}}
layers: [{relu, name: a}, {b: , before: [], repeat: n * m}, {relu, repeat: in_height}]
"""


def test_copies_are_counted_by_arguments_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    network = archcalc.loads(COUNTED_BY_AN_ARGUMENT)
    steps, layers = run(network, monkeypatch)
    assert least(network.spec, network.arguments(WhatIf())).layers == 1 + 40 * 2
    assert (steps, layers) == (1 + (1 + 40 * 7) + 17, 1 + 40 * 4 + 16)


@pytest.mark.parametrize("name", [entry.name for entry in entries()][::9])
def test_no_more_is_foreseen_than_there_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network = archcalc.load(name)
    found, there = least(network.spec, network.arguments(WhatIf())), run(network, monkeypatch)
    assert found.steps <= there[0]
    assert found.layers <= there[1]


@pytest.mark.parametrize(("limit", "unit"), [(LAYERS, "layers"), (STEPS, "steps to expand")])
def test_what_is_foreseen_is_refused_early(limit: InputLimit, unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(limit.variable, "30000")
    for other in {LAYERS, STEPS} - {limit}:
        monkeypatch.setenv(other.variable, "10000000")
    placed: list[str] = []
    original = Placing.name

    def named(self: Placing, path: str, node: int | None) -> None:
        placed.append(path)
        original(self, path, node)

    monkeypatch.setattr(Placing, "name", named)
    with pytest.raises(archcalc.SpecError, match=f"more than 30,000 {unit}"):
        archcalc.loads("{input: '8', layers: [{relu, repeat: 20000}, {relu, repeat: 20000}]}").analyze()
    assert len(placed) < 10_000
