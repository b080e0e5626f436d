"""Mixtures of experts: run token by token, and the totals that Mixtral's authors give."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.layers.experts import Experts
from archcalc.quantities.shape import Shape
from archcalc.quantities.tensor import BIAS, WEIGHT, count
from tests.layers.counting import Matrix

SMALL = st.integers(1, 3)


@given(
    number=SMALL,
    hidden=SMALL,
    features=SMALL,
    tokens=SMALL,
    shared=st.integers(0, 2),
    gated=st.booleans(),
    data=st.data(),
)
def test_a_token_multiplies_the_experts_that_it_runs(  # noqa: PLR0913 - what a mixture has
    *, number: int, hidden: int, features: int, tokens: int, shared: int, gated: bool, data: st.DataObject
) -> None:
    active, done = data.draw(st.integers(1, number)), Matrix()
    for _token in range(tokens):
        done.multiply(1, features, number)  # the router
        for _expert in [*range(active), *range(shared)]:
            for _matrix in ("gate", "up") if gated else ("up",):
                done.multiply(1, features, hidden)
            done.multiply(1, hidden, features)
    layer = Experts(number, active=active, hidden=hidden, gated=gated, shared=shared)
    x = Shape("TF", (tokens, features))
    assert layer.output(x) == x
    assert layer.macs(x) == done.multiplications


@given(number=st.integers(1, 4), bias=st.booleans(), data=st.data())
def test_active_parameters_are_those_of_a_mixture_of_the_active_experts_alone(
    *, number: int, bias: bool, data: st.DataObject
) -> None:
    active, x = data.draw(st.integers(1, number)), Shape("TF", (5, 6))
    few, all_of_them = (Experts(n, active=active, hidden=7, bias=bias) for n in (active, number))
    owned = [count(layer.tensors(x), WEIGHT, BIAS) for layer in (few, all_of_them)]
    router = (number - active) * 6  # which chooses among all
    assert owned[1] - all_of_them.idle(x) == owned[0] + router
    assert few.idle(x) == 0


def test_mixtral_has_the_parameters_that_are_published() -> None:
    table = archcalc.loads(
        """
        input: 4
        layers:
          - {embedding: 32000, features: 4096}
          - layers:
              - add:
                  attend: [rms_norm, {attention: 32, kv_heads: 8, bias: false, causal: true}]
                  skip: []
                name: attend
              - add:
                  think: [rms_norm, {experts: 8, active: 2, hidden: 14336}]
                  skip: []
                name: think
            repeat: 32
            name: layer
          - rms_norm
          - {linear: 32000, bias: false}
        """
    ).analyze()
    assert (table.totals.params, table.totals.counts.active) == (46_702_792_704, 12_879_925_248)


def test_all_other_layers_are_active_whole() -> None:
    for row in archcalc.load("lenet5").analyze():
        assert row.counts.active == row.params


def test_frozen_and_shared_experts() -> None:
    spec = """
        input: TF 3x8
        layers:
          - {experts: 4, active: 1, hidden: 5, name: one}
          - {experts: 4, active: 1, hidden: 5, name: two, share: one}
        """
    once = archcalc.loads("{input: TF 3x8, layers: [{experts: 4, active: 1, hidden: 5}]}").analyze().totals.counts
    for freeze in ([], ["one"]):
        counts = archcalc.loads(spec).analyze(freeze=freeze).totals.counts
        assert (counts.params, counts.active, counts.macs) == (once.params, once.active, 2 * once.macs)
