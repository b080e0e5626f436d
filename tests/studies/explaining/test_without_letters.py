"""Layers that cannot be worked out with letters: the numbers stand alone; memories are worked out with theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import archcalc
from archcalc.studies.explaining import working
from archcalc.symbolic.expr import Expr

if TYPE_CHECKING:
    from collections.abc import Iterator

CROSS = "{input: {a: TF 5x8, b: TF 9x6}, layers: [{linear: 6, from: b, name: m}, {attention: 2, from: a, memory: m, name: x}]}"


@pytest.fixture
def _forgotten() -> Iterator[None]:
    """What is worked out without letters is neither kept from other tests nor for them."""
    working._of_layer.cache_clear()
    yield
    working._of_layer.cache_clear()


@pytest.mark.usefixtures("_forgotten")
def test_without_letters_the_results_stand_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    layers = "[{conv: 4, kernel: 3, name: c}]", "[{experts: 4, active: 1, hidden: 5, name: e}]"
    monkeypatch.setattr(working, "lettered", lambda _: None)
    conv = archcalc.load(layers[0]).analyze("3x8x8")
    assert {w.quantity: w.result for w in working.solution(conv, conv["c"]).workings}["weights"] == 4 * 3 * 9
    experts = archcalc.load(layers[1]).analyze("TF 3x8")
    found = {w.quantity: w.result for w in working.solution(experts, experts["e"]).workings}
    assert found["active parameters"] == experts["e"].counts.active


def test_the_tokens_of_a_memory_have_letters_of_their_own() -> None:
    table = archcalc.loads(CROSS).analyze()
    macs = next(w for w in working.solution(table, table["x"]).workings if w.quantity == "MACs")
    assert isinstance(macs.rule, Expr)
    assert macs.result == table["x"].macs == 5 * 8 * 8 * 2 + 9 * 6 * 8 * 2 + 2 * 5 * 9 * 8
