"""Layers whose parameters Keras counts in a way of its own, against Keras's layers on PyTorch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archcalc.errors import Refusal
from archcalc.layers.attention import Attention
from archcalc.layers.conv import Conv
from archcalc.layers.conv_transpose import ConvTranspose
from archcalc.layers.depthwise_conv import DepthwiseConv
from archcalc.layers.gru import GRU
from archcalc.layers.lstm import LSTM
from archcalc.layers.rnn import RNN
from archcalc.layers.separable_conv import SeparableConv
from archcalc.quantities.shape import Shape, grid
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


@settings(max_examples=4 * EXAMPLES)
@given(
    rank=st.integers(1, 3), filters=SMALL, kernel=SMALL, stride=SMALL, padding=st.sampled_from(["same", "valid"]),
    bias=st.booleans(), size=SMALL, channels=SMALL,
)  # fmt: skip
def test_a_transposed_convolution(  # noqa: PLR0913 - Keras's arguments
    *, rank: int, filters: int, kernel: int, stride: int, padding: str, bias: bool, size: int, channels: int, keras: Any
) -> None:
    build = getattr(keras.layers, f"Conv{rank}DTranspose")
    theirs = build(filters, kernel, strides=stride, padding=padding, use_bias=bias)
    theirs.build((1, *[size] * rank, channels))
    ours, x = ConvTranspose(filters, kernel, stride, padding, bias=bias), grid(channels, (size,) * rank)
    *places, last = theirs.compute_output_shape((1, *[size] * rank, channels))[1:]
    assert ours.output(x) == grid(last, tuple(places))
    assert params(ours, x) == theirs.count_params()


@settings(max_examples=2 * EXAMPLES)
@given(
    filters=SMALL, kernel=SMALL, stride=SMALL, padding=st.sampled_from(["same", "valid"]), steps=SMALL, features=SMALL
)
def test_a_convolution_of_tokens(  # noqa: PLR0913 - Keras's arguments
    *, filters: int, kernel: int, stride: int, padding: str, steps: int, features: int, keras: Any
) -> None:
    x = Shape("TF", (steps, features))
    for name, layer in (
        ("Conv1D", Conv(filters, kernel, stride, padding)),
        ("Conv1DTranspose", ConvTranspose(filters, kernel, stride, padding)),
    ):
        theirs = getattr(keras.layers, name)(filters, kernel, strides=stride, padding=padding)
        if padding == "valid" and name == "Conv1D" and kernel > steps:
            with pytest.raises(Refusal):
                layer.output(x)
            continue
        theirs.build((1, *x.sizes))
        assert list(layer.output(x).sizes) == list(theirs.compute_output_shape((1, *x.sizes))[1:])
        assert params(layer, x) == theirs.count_params()


@settings(max_examples=4 * EXAMPLES)
@given(
    rank=st.integers(1, 2), filters=SMALL, kernel=SMALL, stride=SMALL, padding=st.sampled_from(["same", "valid"]),
    bias=st.booleans(), size=st.integers(5, 8), channels=SMALL, multiplier=SMALL,
)  # fmt: skip
def test_depthwise_and_separable_convolutions(  # noqa: PLR0913 - Keras's arguments
    *,
    rank: int, filters: int, kernel: int, stride: int, padding: str, bias: bool, size: int, channels: int,
    multiplier: int, keras: Any,
) -> None:  # fmt: skip
    more = {"strides": stride, "padding": padding, "depth_multiplier": multiplier, "use_bias": bias}
    depthwise = getattr(keras.layers, f"DepthwiseConv{rank}D")(kernel, **more)
    separable = getattr(keras.layers, f"SeparableConv{rank}D")(filters, kernel, **more)
    x, read = grid(channels, (size,) * rank), (1, *[size] * rank, channels)
    for theirs, ours in (
        (depthwise, DepthwiseConv(kernel, multiplier, stride, padding, bias=bias)),
        (separable, SeparableConv(filters, kernel, multiplier, stride, padding, bias=bias)),
    ):
        theirs.build(read)
        *places, last = theirs.compute_output_shape(read)[1:]
        assert ours.output(x) == grid(last, tuple(places))
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
