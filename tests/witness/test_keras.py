"""Layers whose parameters Keras counts in a way of its own, against Keras's layers on PyTorch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archcalc.layers.attention import Attention
from archcalc.layers.gru import GRU
from archcalc.layers.lstm import LSTM
from archcalc.layers.rnn import RNN
from archcalc.quantities.shape import Shape
from archcalc.quantities.tensor import BIAS, WEIGHT, count

if TYPE_CHECKING:
    from archcalc.layers.base import Layer

pytestmark = [pytest.mark.peers, pytest.mark.filterwarnings("ignore")]

EXAMPLES = 25
SMALL = st.integers(1, 5)


@pytest.fixture(scope="module")
def keras(torch: Any) -> Any:  # noqa: ARG001 - Keras computes with it
    """Keras, or a skipped test where it is not installed."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras")


def params(layer: Layer, x: Shape) -> object:
    """What a layer learns."""
    return count(layer.tensors(x), WEIGHT, BIAS)


@settings(max_examples=EXAMPLES)
@given(heads=SMALL, key=SMALL, value=st.none() | SMALL, bias=st.booleans(), features=SMALL, width=SMALL)
def test_attention(  # noqa: PLR0913 - Keras's arguments
    *, heads: int, key: int, value: int | None, bias: bool, features: int, width: int, keras: Any
) -> None:
    theirs = keras.layers.MultiHeadAttention(heads, key, value_dim=value, use_bias=bias)
    theirs.build((1, 7, features), (1, 4, width))
    x, memory = Shape("TF", (7, features)), Shape("TF", (4, width))
    ours = Attention(heads, key_dim=key, value_dim=value, bias=bias, memory=memory)
    assert params(ours, x) == theirs.count_params()


RECURRENT = {"SimpleRNN": RNN, "LSTM": LSTM, "GRU": GRU}


@pytest.mark.parametrize("name", RECURRENT)
@settings(max_examples=EXAMPLES)
@given(hidden=SMALL, features=SMALL, bias=st.booleans(), both=st.booleans(), all_steps=st.booleans(), data=st.data())
def test_a_recurrent_layer(  # noqa: PLR0913 - Keras's arguments
    *, name: str, hidden: int, features: int, bias: bool, both: bool, all_steps: bool, data: st.DataObject, keras: Any
) -> None:
    more = {"reset_after": data.draw(st.booleans())} if name == "GRU" else {}
    theirs = getattr(keras.layers, name)(hidden, use_bias=bias, return_sequences=all_steps, **more)
    theirs = keras.layers.Bidirectional(theirs) if both else theirs
    theirs.build((1, 7, features))
    returns = "sequence" if all_steps else "last"
    ours = RECURRENT[name](
        hidden,
        bidirectional=both,
        bias="keras" if bias else False,
        return_=returns,
        **more,
    )
    x = Shape("TF", (7, features))
    assert params(ours, x) == theirs.count_params()
    assert ours.output(x).sizes == theirs.compute_output_shape((1, 7, features))[1:]


@pytest.mark.parametrize(
    ("ours", "theirs", "features", "published"),
    [
        (LSTM(256, bias="keras"), ("LSTM", 256, {}), 4096, 4_457_472),
        (GRU(32, bidirectional=True, bias="keras"), ("GRU", 32, {}), 16, 9_600),
        (GRU(32, bidirectional=True, bias="keras", reset_after=False), ("GRU", 32, {"reset_after": False}), 16, 9_408),
        (LSTM(9, bias="keras"), ("LSTM", 9, {}), 1, 396),
    ],
)
def test_known_answers(
    ours: Any, theirs: tuple[str, int, dict[str, Any]], features: int, published: int, keras: Any
) -> None:
    name, units, more = theirs
    layer = getattr(keras.layers, name)(units, **more)
    layer = keras.layers.Bidirectional(layer) if ours.bidirectional else layer
    layer.build((1, 7, features))
    assert params(ours, Shape("TF", (7, features))) == layer.count_params() == published


def test_a_head_of_two_features_has_150_parameters(keras: Any) -> None:
    theirs = keras.layers.MultiHeadAttention(1, 2)
    theirs.build((1, 7, 16), (1, 7, 16))
    assert params(Attention(1, key_dim=2), Shape("TF", (7, 16))) == theirs.count_params() == 150
