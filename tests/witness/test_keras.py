"""Layers whose parameters Keras counts in a way of its own, against Keras's layers on PyTorch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archcalc.layers.attention import Attention
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


def test_a_head_of_two_features_has_150_parameters(keras: Any) -> None:
    theirs = keras.layers.MultiHeadAttention(1, 2)
    theirs.build((1, 7, 16), (1, 7, 16))
    assert params(Attention(1, key_dim=2), Shape("TF", (7, 16))) == theirs.count_params() == 150
