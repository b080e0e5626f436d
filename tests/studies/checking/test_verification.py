"""Verifying published figures: every shipped one, and what can come of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.errors import SpecError
from archcalc.measures.quantities import find
from archcalc.network.written import Record
from archcalc.specfile.document import choose, read_spec
from archcalc.specfile.shipped import entries
from tests.families import FIRST

if TYPE_CHECKING:
    from archcalc.network.steps import Spec


@pytest.mark.parametrize(
    "name", [pytest.param(one.name, marks=[] if one.name in FIRST else pytest.mark.long) for one in entries()]
)
def test_every_shipped_network_has_sourced_figures_that_hold(name: str) -> None:
    network = archcalc.load(name)
    assert network.spec.expect
    assert all(expectation.source for expectation in network.spec.expect)
    verdicts = archcalc.verify(network)
    assert [verdict for verdict in verdicts if not verdict.holds] == []
    assert len(verdicts) == len(network.spec.expect)


def _outcome(figure: str, shape: str = "3x8x8") -> str:
    layers = "[{conv: 4, kernel: 3, name: c}, relu, {layers: [flatten, {linear: 2}], train_only: true, name: head}]"
    text = f"{{input: {shape}, layers: {layers}, expect: [{{{figure}, source: me}}]}}"
    (verdict,) = archcalc.verify(archcalc.loads(text))
    assert verdict.holds == (verdict.outcome not in ("wrong", "agrees after all", "unknown"))
    return verdict.outcome


@pytest.mark.parametrize(
    ("figure", "outcome"),
    [
        ("params: 112", "exact"),
        ("params: 112, of: c", "exact"),
        ("params: 0.1K", "rounds"),
        ("params: 113", "wrong"),
        ("params: 113, disputed: 4*28 is 112", "disputed"),
        ("params: 112, disputed: so it is said", "agrees after all"),
        ("params: 140, counted_differently: 112 + 28 statistics", "counted differently"),
        ("params: 140, unexplained: 4*28 is 112", "unexplained"),
        ("params: 112, unexplained: 4*28 is 112", "agrees after all"),
        ("params: 112, counted: true", "counted"),
        ("params: 112, counted: false", "exact"),
        ("params: 0.1K, counted: true", "rounds"),
        ("params: 113, counted: true", "wrong"),
        ("params: 113, counted: true, disputed: 4*28 is 112", "disputed"),
        ("params_with_heads: 402", "exact"),
        ("macs_with_heads: 4176", "exact"),
        ("output: 4x6x6", "exact"),
        ("output: 4x6x6, of: c", "exact"),
        ("output: 4x7x7", "wrong"),
        ("activations: 144, of: relu", "exact"),
        ("activations: 144", "exact"),
        ("receptive_field: 3", "exact"),
        ("receptive_field: all, of: head/linear", "exact"),
        ("receptive_field: 3, of: head/linear", "wrong"),
        ("weighted_depth: 1", "exact"),
        ("connections: 4032", "exact"),
        ("neurons: 144", "exact"),
    ],
)
def test_what_can_come_of_a_figure(figure: str, outcome: str) -> None:
    assert _outcome(figure) == outcome


def test_letters_leave_a_figure_open() -> None:
    assert _outcome("macs: 12", "3xHxW") == "unknown"


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        ("params: 112, of: d", "unknown layer or block 'd' of text\n"),
        ("params: lots", "invalid number 'lots'\n"),
        ("weighted_depth: 1, of: c", "weighted_depth is defined for the whole network only\n"),
        ("params: 113, disputed: a, unexplained: b", "got both 'disputed' and 'unexplained'\n"),
        ("params: 113, counted: maybe", "counted: expected true or false, got 'maybe'\n"),
    ],
)
def test_a_figure_that_cannot_be_checked_is_refused_in_its_place(figure: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        _outcome(figure)
    assert message in str(caught.value) + "\n"
    assert str(caught.value).startswith("<text>:1:")


def test_an_unknown_quantity_is_refused() -> None:
    table = archcalc.load("lenet5").analyze()
    with pytest.raises(archcalc.UsageError, match=r"unknown quantity 'parms'\n  did you mean params\?"):
        find("parms").of(table)


VARIANTS = "{input: '4', args: {w: 3}, layers: [{linear: w}], variants: {text: {}, small: {w: 2, expect: [{params: 9, source: me}]}}"


def test_a_figure_in_a_variant_is_that_variants() -> None:
    from_file = archcalc.loads(f"{VARIANTS}, expect: [{{params: 15, source: me}}]}}")
    assert [verdict.outcome for verdict in archcalc.verify(from_file)] == ["exact"]
    chosen = _choose(from_file, "small")
    assert [(figure.quantity, figure.printed) for figure in chosen.expect] == [("params", "9")]


def _choose(network: archcalc.Network, variant: str) -> Spec:
    record = network.spec.written
    assert isinstance(record, Record)
    return read_spec(choose(record, "", "text", variant), lambda _: network.spec)[0]


def test_a_figure_of_a_variant_that_there_is_not_is_a_mistake() -> None:
    with pytest.raises(SpecError, match=r"unknown variant 'smal'\n.*\n.*\n  did you mean small"):
        archcalc.loads(f"{VARIANTS}, expect: [{{params: 15, variant: smal, source: me}}]}}")


def test_a_disputed_figure_that_letters_leave_open_stays_open() -> None:
    assert _outcome("macs: 12, disputed: so it is said", "3xHxW") == "unknown"
