"""Recurrent layers: run step by step, and the numbers that others publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.layers.gru import GRU
from archcalc.layers.lstm import LSTM
from archcalc.layers.recurrent import MOST_NAMED
from archcalc.layers.rnn import RNN
from archcalc.quantities.reach import pixel
from archcalc.quantities.shape import Shape
from archcalc.quantities.tensor import BIAS, WEIGHT, count
from archcalc.symbolic.equality import equal
from archcalc.symbolic.expr import Letter
from tests.layers.counting import Matrix

if TYPE_CHECKING:
    from archcalc.layers.recurrent import Recurrent

GATES = {RNN: ("candidate",), LSTM: ("input", "forget", "output", "candidate"), GRU: ("reset", "update", "candidate")}
SMALL = st.integers(1, 4)


def params(layer: Recurrent, x: Shape) -> object:
    return count(layer.tensors(x), WEIGHT, BIAS)


@given(st.sampled_from([RNN, LSTM, GRU]), SMALL, SMALL, SMALL, st.integers(1, 3), st.booleans())
def test_every_gate_multiplies_input_and_state_at_every_step(  # noqa: PLR0913, PLR0917 - what a stack has
    kind: type[Recurrent],
    steps: int,
    features: int,
    hidden: int,
    layers: int,
    both: bool,  # noqa: FBT001
) -> None:
    done, read = Matrix(), features
    for _layer in range(layers):
        for _direction in ("forwards", "backwards") if both else ("forwards",):
            for _step in range(steps):
                for _gate in GATES[kind]:
                    done.multiply(1, read, hidden)
                    done.multiply(1, hidden, hidden)
        read = len(("forwards", "backwards")) * hidden if both else hidden
    layer, x = kind(hidden, layers, both), Shape("TF", (steps, features))
    assert layer.macs(x) == done.multiplications
    assert layer.output(x).sizes == (steps, read)


@given(steps=SMALL, features=SMALL, hidden=st.integers(2, 4), layers=st.integers(1, 3), data=st.data())
def test_a_projection_is_multiplied_at_every_step_and_is_what_the_next_reads(
    *, steps: int, features: int, hidden: int, layers: int, data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, hidden - 1))
    done, read = Matrix(), features
    for _layer in range(layers):
        for _step in range(steps):
            for _gate in GATES[LSTM]:
                done.multiply(1, read, hidden)
                done.multiply(1, size, hidden)
            done.multiply(1, hidden, size)
        read = size
    layer, x = LSTM(hidden, layers, projection=size), Shape("TF", (steps, features))
    assert layer.macs(x) == done.multiplications
    assert layer.output(x).sizes == (steps, size)


@pytest.mark.parametrize(
    ("layer", "features", "published"),
    [
        (LSTM(256, bias="keras"), 4096, 4_457_472),
        (GRU(32, bidirectional=True, bias="keras"), 16, 9_600),
        (GRU(32, bidirectional=True, bias="keras", reset_after=False), 16, 9_408),
        (LSTM(9, bias="keras"), 1, 396),
    ],
)
def test_the_numbers_that_keras_prints(layer: Recurrent, features: int, published: int) -> None:
    assert params(layer, Shape("TF", (16, features))) == published


def test_what_is_returned() -> None:
    x = Shape("TF", (16, 10))
    shown = {
        word: str(LSTM(20, 3, bidirectional=True, return_=word).output(x)) for word in ("sequence", "last", "state")
    }
    assert shown == {"sequence": "16×40", "last": "40", "state": "6×20"}
    assert str(LSTM(20, projection=5, return_="state").output(x)) == "1×5"


def test_a_spec_says_return_and_layers() -> None:
    table = archcalc.load("[{embedding: 100, features: 8}, {gru: 16, layers: 2, return: last}]").analyze("50")
    (_, gru) = table
    assert (str(gru.output), gru.params) == ("16", 3 * (16 * 8 + 16 * 16 + 32) + 3 * (2 * 16 * 16 + 32))


def test_a_stack_of_any_height_is_counted_at_once() -> None:
    x = Shape("TF", (3, 2))
    high = [params(RNN(4, layers), x) for layers in (MOST_NAMED, MOST_NAMED + 1, MOST_NAMED + 2)]
    assert isinstance(high[0], int)
    assert [more - high[0] for more in high[1:]] == [4 * 4 + 4 * 4 + 8, 2 * (4 * 4 + 4 * 4 + 8)]  # type: ignore[operator]
    assert len(RNN(4, 10**9).tensors(x)) == 2 * len(RNN(4).tensors(x))


def test_letters_go_through() -> None:
    steps, features, hidden = Letter("T"), Letter("F"), Letter("H")
    layer, x = LSTM(hidden, bias=False), Shape("TF", (steps, features))
    assert layer.output(x).sizes == (steps, hidden)
    assert equal(layer.macs(x), 4 * steps * hidden * (features + hidden))


def test_the_last_step_depends_on_everything() -> None:
    assert RNN(3).reach(Shape("TF", (4, 6)), pixel(1)).word == "all"
