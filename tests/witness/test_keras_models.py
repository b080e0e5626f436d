"""Imported Keras models against Keras: parameters, learned and not, and the output of each layer."""

from __future__ import annotations

import inspect
import os
from typing import Any

import pytest

from tests.witness.keras_models import NASNETS, differences, ours, theirs

pytestmark = [pytest.mark.peers, pytest.mark.filterwarnings("ignore")]

SAMPLE = (
    "MobileNet", "MobileNetV2", "MobileNetV3Small", "ResNet50", "ResNet50V2", "DenseNet121", "Xception",
    "EfficientNetB0", "EfficientNetV2B0", "NASNetMobile", "ConvNeXtTiny", "InceptionV3", "InceptionResNetV2",
)  # fmt: skip


@pytest.fixture(scope="module")
def keras(torch: Any) -> Any:  # noqa: ARG001 - Keras computes with it
    """Keras, or a skipped test where it is not installed."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras")


def built(keras: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a model of keras.applications without its weights."""
    if name in NASNETS:
        module = inspect.getmodule(getattr(keras.applications, name))
        monkeypatch.setattr(inspect.unwrap(module.NASNetMobile).__globals__["backend"], "backend", lambda: "jax")  # type: ignore[union-attr]
    return getattr(keras.applications, name)(weights=None)


def compare(keras: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare one model."""
    model = built(keras, name, monkeypatch)
    sizes = () if None not in model.input_shape[1:] else (3, 224, 224)
    assert not differences(ours(model, sizes), theirs(model))


@pytest.mark.parametrize("name", SAMPLE)
def test_a_model(name: str, keras: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(keras, name, monkeypatch)


@pytest.mark.long
def test_all_models(keras: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name for name, value in vars(keras.applications).items() if inspect.isfunction(value)]
    assert len(names) >= 38
    for name in names:
        compare(keras, name, monkeypatch)
        keras.backend.clear_session()


LAYERS: tuple[tuple[str, dict[str, Any], tuple[int, ...]], ...] = (
    ("Conv1D", {"filters": 7, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}, (9, 5)),
    ("Conv2D", {"filters": 8, "kernel_size": 3, "groups": 2, "strides": 2, "padding": "same"}, (10, 12, 4)),
    ("Conv3D", {"filters": 2, "kernel_size": 2, "activation": "relu"}, (5, 6, 7, 3)),
    ("SeparableConv2D", {"filters": 8, "kernel_size": 3, "depth_multiplier": 2}, (10, 12, 4)),
    ("DepthwiseConv1D", {"kernel_size": 3, "depth_multiplier": 2}, (9, 5)),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"}, (10, 12, 4)),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "output_padding": 1}, (10, 12, 4)),
    (
        "Conv2DTranspose",
        {"filters": 3, "kernel_size": 4, "strides": 2, "padding": "same", "output_padding": 1}, (10, 12, 4),
    ),
    ("Conv3DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2}, (5, 6, 7, 3)),
    ("Dense", {"units": 3}, (10, 12, 4)),
    ("BatchNormalization", {"scale": False}, (10, 12, 4)),
    ("LayerNormalization", {"axis": [1, 2, 3]}, (10, 12, 4)),
    ("GroupNormalization", {"groups": -1}, (10, 12, 4)),
    ("Normalization", {}, (10, 12, 4)),
    ("MaxPooling2D", {"pool_size": (2, 3), "strides": (1, 2), "padding": "same"}, (10, 12, 4)),
    ("AveragePooling1D", {"pool_size": 2, "padding": "same"}, (9, 5)),
    ("GlobalMaxPooling1D", {"keepdims": True}, (9, 5)),
    ("GlobalAveragePooling3D", {}, (5, 6, 7, 3)),
    ("ZeroPadding2D", {"padding": ((1, 2), (0, 3))}, (10, 12, 4)),
    ("Cropping2D", {"cropping": ((1, 2), (0, 3))}, (10, 12, 4)),
    ("UpSampling2D", {"size": (2, 3)}, (10, 12, 4)),
    ("PReLU", {"shared_axes": [1, 2]}, (10, 12, 4)),
    ("Reshape", {"target_shape": (-1, 24)}, (10, 12, 4)),
    ("Permute", {"dims": (3, 1, 2)}, (10, 12, 4)),
    ("RepeatVector", {"n": 4}, (5,)),
    ("Embedding", {"input_dim": 10, "output_dim": 3}, (7,)),
    ("LSTM", {"units": 3, "return_sequences": True}, (9, 5)),
    ("GRU", {"units": 3}, (9, 5)),
    ("SimpleRNN", {"units": 3, "use_bias": False}, (9, 5)),
)  # fmt: skip


@pytest.mark.parametrize(("name", "config", "sizes"), LAYERS)
def test_a_layer(name: str, config: dict[str, Any], sizes: tuple[int, ...], keras: Any) -> None:
    model = keras.Sequential([keras.Input(sizes), getattr(keras.layers, name)(**config, name="a")])
    mine = ours(model)
    last = {"a": list(mine.sizes.values())[-1]}  # some layers are two rows, and the second has its sizes
    assert not differences(mine._replace(sizes=last), theirs(model))


def test_shared_and_nested_models(keras: Any) -> None:
    layers = keras.layers
    inner = keras.Input((8, 8, 3))
    encoder = keras.Model(inner, layers.Flatten()(layers.Conv2D(4, 3, activation="relu")(inner)), name="encoder")
    sequence = keras.Sequential([keras.Input((144,)), layers.Dense(5), layers.BatchNormalization()], name="head")
    left, right = keras.Input((8, 8, 3)), keras.Input((8, 8, 3))
    ends = [sequence(encoder(side)) for side in (left, right)]
    model = keras.Model([left, right], [layers.Subtract()(ends), *ends])
    mine, other = ours(model), theirs(model)
    assert mine[:2] == other[:2] == (112 + 725 + 10, 10)


def test_attention(keras: Any) -> None:
    x, y = keras.Input((7, 6)), keras.Input((5, 8))
    attention = keras.layers.MultiHeadAttention
    model = keras.Model([x, y], attention(2, 3, value_dim=5)(attention(2, 3)(x, x, use_causal_mask=True), y))
    assert not differences(ours(model), theirs(model))
