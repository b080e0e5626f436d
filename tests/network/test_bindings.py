"""A step that is called again with the same values calls the same layer; with others it does not."""

from __future__ import annotations

import gc

import pytest

import archcalc
from archcalc.errors import SpecError


def layers(text: str) -> list[object]:
    """Return the layers of a network, in order."""
    return [row.layer for row in archcalc.loads(text).analyze()]


def test_copies_share_their_layers() -> None:
    first, relu, second, other = layers("{input: 4x8x8, layers: [{layers: [{conv: 4, kernel: 1}, relu], repeat: 2}]}")
    assert first is second
    assert relu is other


@pytest.mark.parametrize(
    ("options", "filters"),
    [
        ("{conv: 4 + index, kernel: 1}", [4, 5, 6]),
        ("{conv: 2*in_channels, kernel: 1}", [8, 16, 32]),
        ("{conv: 9 if last else 8, kernel: 1}", [8, 8, 9]),
        ("{conv: copies, kernel: [1, 1 + 2*index], padding: [0, index]}", [3, 3, 3]),
    ],
)
def test_copies_whose_names_mean_something_else_have_their_own(options: str, filters: list[int]) -> None:
    found = archcalc.loads(f"{{input: 4x8x8, layers: [{{layers: [{options}], repeat: 3}}]}}").analyze()
    assert [row.output.channels for row in found] == filters


def test_true_is_not_taken_for_the_one_it_equals() -> None:
    text = "{{input: 4x8x8, blocks: {{b: {{args: [k], layers: [{{conv: 4, kernel: k}}]}}}}, layers: [{{b: 1}}, {{b: {}}}]}}"
    one, other = layers(text.format(1))
    assert one is other
    with pytest.raises(archcalc.SpecError, match="kernel of conv"):
        layers(text.format("true"))


def test_a_size_that_the_input_does_not_have_is_refused_in_every_copy() -> None:
    with pytest.raises(archcalc.SpecError, match="in_height has no value here"):
        layers("{input: 4, layers: [{linear: in_height}]}")


def test_a_list_of_layers_that_is_an_argument_is_read_once_and_run_in_every_copy() -> None:
    text = """
input: 4x8x8
blocks:
  b: {args: [inner], layers: [{layers: inner, name: in}]}
layers:
  - {b: [[{conv: 4, kernel: 1}, relu]], repeat: 2}
"""
    first, _, second, _ = layers(text)
    assert first is second


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was(*, enabled: bool) -> None:
    try:
        if not enabled:
            gc.disable()
        archcalc.load("lenet5").analyze()
        assert gc.isenabled() == enabled
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("{layers: [{conv: in_length, kernel: 1}], repeat: 2}", "in_length has no value here"),
        ("{layers: [{conv: 4, kernel: 1}, flatten, {linear: in_height}]}", "in_height has no value here"),
        ("{layers: [{linear: in_height, over: channels}, flatten], repeat: 2}", "in_height has no value here"),
    ],
)
def test_a_size_that_one_copy_lacks_is_refused_there(layer: str, message: str) -> None:
    with pytest.raises(archcalc.SpecError, match=message):
        layers(f"{{input: 4x8x8, layers: [{layer}]}}")


TRIED = "{args: {w: 2}, input: 3xHx8, layers: [{conv: w, kernel: 3, padding: w//2}, {conv: in_height, kernel: 1}]}"


def test_a_network_that_is_tried_many_times_forgets_and_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    network = archcalc.loads(TRIED)
    expected = [network.analyze((3, size, 8)).totals.params for size in range(4, 20)]
    monkeypatch.setattr("archcalc.network.calls.MOST_BINDINGS", 3)
    forgetful = archcalc.loads(TRIED)
    assert [forgetful.analyze((3, size, 8)).totals.params for size in range(4, 20)] == expected
    assert expected[0] == 2 * (3 * 9 + 1) + 4 * (2 + 1)


def test_a_number_is_not_the_truth_value_that_equals_it() -> None:
    network = archcalc.loads("{args: {k: 1}, input: 3x8x8, layers: [{conv: 2, kernel: k}]}")
    assert network.analyze(arguments={"k": (1, 1)}).totals.params == 2 * (3 + 1)
    with pytest.raises(SpecError, match="kernel of conv"):
        network.analyze(arguments={"k": (True, True)})
