"""Tables in the style of a tool, against what the tool prints of the same layers."""

from __future__ import annotations

import inspect
import os
import re
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.views.page import Label, PageTable
from archcalc.views.showing import keras_layers
from archcalc.views.showing.styles import styled
from tests.cli.calls import call
from tests.witness.built_networks import images, network
from tests.witness.test_keras_models import built

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archcalc.network.table import Table

pytestmark = [pytest.mark.peers, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def keras(torch: Any) -> Any:  # noqa: ARG001 - its backend
    """Keras on PyTorch."""
    os.environ |= {"KERAS_BACKEND": "torch", "COLUMNS": "160"}  # its table is as wide as the terminal
    return pytest.importorskip("keras")


def rows_of(table: Table, style: str) -> list[tuple[str, ...]]:
    """Return the cells of each layer as they are printed."""
    page = styled(table, style)
    block = page.blocks[1]
    assert isinstance(block, PageTable)
    found = []
    for line in block.lines:
        label, *others = line.cells
        assert isinstance(label, Label)
        found.append((label.asides[0].strip("()") if label.asides else label.name, *map(str, others)))
    return found


def summary(keras: Any, layer: Any, *shapes: tuple[int, ...]) -> tuple[tuple[str, str, str], dict[str, str]]:
    """Return what Keras prints of a layer (type, output shape, parameters), and its totals."""
    inputs = [
        keras.Input(shape, dtype="int32" if isinstance(layer, keras.layers.Embedding) else None) for shape in shapes
    ]
    attends = isinstance(layer, keras.layers.MultiHeadAttention)
    model = keras.Model(
        inputs, layer(inputs[0], inputs[0]) if attends else layer(inputs if len(inputs) > 1 else inputs[0])
    )
    printed: list[str] = []
    model.summary(line_length=160, print_fn=lambda text, **_: printed.append(text))
    lines = "\n".join(printed).splitlines()
    cells = [[cell.strip() for cell in re.split("[│┃|]", line)[1:-1]] for line in lines if line.count("│") > 2]
    row = next(row for row in reversed(cells) if "(" in row[0] and not row[0].startswith("input_layer"))
    totals = dict(re.findall(r"(\w[\w -]* params): ([\d,]+)", "\n".join(lines)))
    return (row[0].partition("(")[2].rstrip(")"), row[1], row[2].replace(",", "")), totals


MAPS = {1: (12,), 2: (12, 10), 3: (6, 8, 10)}

RANKED: dict[str, tuple[str, Callable[[Any, int], Any]]] = {
    "adaptive_avgpool": ("{adaptive_avgpool: 2}", lambda k, n: _ranked(k, "AdaptiveAveragePooling{}D", n)(2)),
    "adaptive_maxpool": ("{adaptive_maxpool: 2}", lambda k, n: _ranked(k, "AdaptiveMaxPooling{}D", n)(2)),
    "avgpool": ("{avgpool: 2}", lambda k, n: _ranked(k, "AveragePooling{}D", n)(2)),
    "conv": ("{conv: 5, kernel: 3, stride: 2, padding: same, bias: false}",
             lambda k, n: _ranked(k, "Conv{}D", n)(5, 3, strides=2, padding="same", use_bias=False)),
    "conv_transpose": ("{conv_transpose: 5, kernel: 3, stride: 2}",
                       lambda k, n: _ranked(k, "Conv{}DTranspose", n)(5, 3, strides=2)),
    "crop": ("{crop: 2, offset: 1}", lambda k, n: _ranked(k, "Cropping{}D", n)(
        tuple((1, side - 3) for side in MAPS[n]) if n > 1 else (1, MAPS[n][0] - 3))),
    "global_avgpool": ("global_avgpool", lambda k, n: _ranked(k, "GlobalAveragePooling{}D", n)()),
    "global_maxpool": ("global_maxpool", lambda k, n: _ranked(k, "GlobalMaxPooling{}D", n)()),
    "maxpool": ("{maxpool: 3, stride: 2}", lambda k, n: _ranked(k, "MaxPooling{}D", n)(3, strides=2)),
    "pad": ("{pad: 2}", lambda k, n: _ranked(k, "ZeroPadding{}D", n)(2)),
    "upsample": ("{upsample: 2}", lambda k, n: _ranked(k, "UpSampling{}D", n)(2)),
}  # fmt: skip
"""Kinds with a rank: as a spec writes a layer, and as Keras does."""

MAP, VECTOR, TOKENS, WORDS = "4x12x10", "24", "TF 6x8", "9"

OTHERS: dict[str, tuple[str, str, Callable[[Any], Any]]] = {
    "attention": (TOKENS, "{attention: 2}", lambda k: k.layers.MultiHeadAttention(2, 4)),
    "batchnorm": (MAP, "batchnorm", lambda k: k.layers.BatchNormalization()),
    "depthwise_conv": (
        MAP,
        "{depthwise_conv: 3, multiplier: 2}",
        lambda k: k.layers.DepthwiseConv2D(3, depth_multiplier=2),
    ),
    "dropout": (MAP, "{dropout: 0.5}", lambda k: k.layers.Dropout(0.5)),
    "elu": (MAP, "elu", lambda k: k.layers.ELU()),
    "embedding": (WORDS, "{embedding: 30, features: 8}", lambda k: k.layers.Embedding(30, 8)),
    "flatten": (MAP, "flatten", lambda k: k.layers.Flatten()),
    "gelu": (MAP, "gelu", lambda k: k.layers.Activation("gelu")),
    "groupnorm": (MAP, "{groupnorm: 2}", lambda k: k.layers.GroupNormalization(2)),
    "gru": (TOKENS, "{gru: 5, bias: keras, return: last}", lambda k: k.layers.GRU(5)),
    "hardsigmoid": (MAP, "hardsigmoid", lambda k: k.layers.Activation("hard_sigmoid")),
    "hardswish": (MAP, "hardswish", lambda k: k.layers.Activation("hard_silu")),
    "identity": (MAP, "identity", lambda k: k.layers.Identity()),
    "instancenorm": (MAP, "instancenorm", lambda k: k.layers.GroupNormalization(-1)),
    "layernorm": (TOKENS, "layernorm", lambda k: k.layers.LayerNormalization()),
    "leaky_relu": (MAP, "leaky_relu", lambda k: k.layers.LeakyReLU()),
    "linear": (VECTOR, "{linear: 7}", lambda k: k.layers.Dense(7)),
    "lstm": (TOKENS, "{lstm: 5, bias: keras}", lambda k: k.layers.LSTM(5, return_sequences=True)),
    "permute": (TOKENS, "{permute: [1, 0]}", lambda k: k.layers.Permute((2, 1))),
    "prelu": (MAP, "prelu", lambda k: k.layers.PReLU()),
    "relu": (MAP, "relu", lambda k: k.layers.ReLU()),
    "relu6": (MAP, "relu6", lambda k: k.layers.ReLU(6)),
    "reshape": (VECTOR, "{reshape: [4, 6]}", lambda k: k.layers.Reshape((6, 4))),
    "rms_norm": (TOKENS, "rms_norm", lambda k: k.layers.RMSNormalization()),
    "rnn": (TOKENS, "{rnn: 5, bias: keras}", lambda k: k.layers.SimpleRNN(5, return_sequences=True)),
    "separable_conv": (MAP, "{separable_conv: 7, kernel: 3}", lambda k: k.layers.SeparableConv2D(7, 3)),
    "sigmoid": (MAP, "sigmoid", lambda k: k.layers.Activation("sigmoid")),
    "silu": (MAP, "silu", lambda k: k.layers.Activation("silu")),
    "softmax": (VECTOR, "softmax", lambda k: k.layers.Softmax()),
    "tanh": (MAP, "tanh", lambda k: k.layers.Activation("tanh")),
}
MERGES: dict[str, Callable[[Any], Any]] = {
    "add": lambda k: k.layers.Add(),
    "concat": lambda k: k.layers.Concatenate(),
    "multiply": lambda k: k.layers.Multiply(),
    "subtract": lambda k: k.layers.Subtract(),
}


def _ranked(keras: Any, name: str, rank: int) -> Any:
    return getattr(keras.layers, name.format(rank))


def last(shape: str) -> tuple[int, ...]:
    """Return a shape as Keras takes it: channels last."""
    sizes = tuple(map(int, re.findall(r"\d+", shape)))
    return (*sizes[1:], sizes[0]) if len(sizes) > 1 and not shape.startswith("TF") else sizes


def compare(keras: Any, given: str, layer: str, theirs: Any) -> None:
    """Compare one layer's line, and the totals."""
    table = archcalc.loads(f"{{input: {given}, layers: [{layer}]}}").analyze()
    line, totals = summary(keras, theirs, last(given))
    assert rows_of(table, "keras")[-1] == line
    ours = {name: str(value) for name, value in styled(table, "keras").record["totals"].items()}
    assert ours == {name.strip(): value.replace(",", "") for name, value in totals.items()}


@pytest.mark.parametrize(("kind", "rank"), list(product(RANKED, (1, 2, 3))))
def test_keras_prints_the_same_line_of_a_layer_with_a_rank(kind: str, rank: int, keras: Any) -> None:
    layer, theirs = RANKED[kind]
    compare(keras, "x".join(map(str, (4, *MAPS[rank]))), layer, theirs(keras, rank))


@pytest.mark.parametrize("kind", OTHERS)
def test_keras_prints_the_same_line_of_a_layer(kind: str, keras: Any) -> None:
    given, layer, theirs = OTHERS[kind]
    compare(keras, given, layer, theirs(keras))


@pytest.mark.parametrize("kind", MERGES)
def test_keras_prints_the_same_line_of_a_merge(kind: str, keras: Any) -> None:
    layers = f"[{{{kind}: {{one: [], two: []}}}}]"
    table = archcalc.loads(f"{{input: {MAP}, layers: {layers}}}").analyze()
    line, _ = summary(keras, MERGES[kind](keras), last(MAP), last(MAP))
    assert rows_of(table, "keras") == [line]


def test_keras_prints_the_same_line_of_a_product(keras: Any) -> None:
    table = archcalc.loads(f"{{input: {TOKENS}, layers: [{{matmul: [input, input], transpose: right}}]}}").analyze()
    line, _ = summary(keras, keras.layers.Dot(axes=2), (6, 8), (6, 8))
    assert rows_of(table, "keras") == [line]


def test_every_name_of_keras_is_compared() -> None:
    assert {*RANKED, *OTHERS, *MERGES, "matmul"} == {*keras_layers.NAMES}


def test_shared_slopes_and_frozen_layers_are_counted_as_keras_does(keras: Any) -> None:
    compare(keras, MAP, "{prelu, shared: true}", keras.layers.PReLU(shared_axes=[1, 2, 3]))
    table = archcalc.loads(f"{{input: {MAP}, layers: [prelu, batchnorm]}}").analyze(freeze=["prelu"])
    slopes = keras.layers.PReLU(trainable=False)
    model = keras.Sequential([keras.Input(last(MAP)), slopes, keras.layers.BatchNormalization()])
    trainable = sum(weight.shape.num_elements() if hasattr(weight.shape, "num_elements") else weight.numpy().size
                    for weight in model.trainable_weights)  # fmt: skip
    assert styled(table, "keras").record["totals"]["Trainable params"] == trainable


SAMPLE = (
    "DenseNet121", "EfficientNetB0", "EfficientNetV2B0", "InceptionV3", "MobileNet", "MobileNetV3Small", "NASNetMobile",
    "ResNet50V2", "VGG16", "Xception", "ConvNeXtTiny",
)  # fmt: skip


def prints_the_same(model: Any, folder: Path, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare what is printed of a model of Keras, sign by sign."""
    monkeypatch.setenv("COLUMNS", str(columns))
    texts: list[str] = []
    model.summary(print_fn=lambda text, **_: texts.append(text))
    (folder / "model.json").write_text(model.to_json(), encoding="utf-8")
    done = call("show", str(folder / "model.json"), "--style", "keras")
    assert done.out.rstrip("\n") == "\n".join(texts).rstrip("\n")


@pytest.mark.parametrize("columns", [80, 160])
@pytest.mark.parametrize("name", SAMPLE)
def test_keras_prints_the_same_summary_of_an_application(
    name: str, columns: int, keras: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prints_the_same(built(keras, name, monkeypatch), tmp_path, columns, monkeypatch)


@pytest.mark.long
def test_keras_prints_the_same_summary_of_all_applications(
    keras: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [name for name, value in vars(keras.applications).items() if inspect.isfunction(value)]
    assert len(names) >= 40
    for name in names:
        prints_the_same(built(keras, name, monkeypatch), tmp_path, 100, monkeypatch)


def awkward(keras: Any) -> dict[str, Any]:
    """Return small models of Keras: with a shared layer, two inputs, two outputs, one within another, a frozen layer."""
    layers, x = keras.layers, keras.Input((8, 8, 3), name="image")
    shared = layers.Conv2D(3, 3, padding="same", name="shared")
    twice = keras.Model(x, shared(shared(x)), name="twice")
    other = keras.Input((8, 8, 3), name="other")
    joined = keras.Model(
        [x, other], layers.Concatenate(name="join")([layers.ReLU(name="act")(x), other]), name="joined"
    )
    first = layers.Flatten(name="flat")(x)
    forked = keras.Model(x, [layers.Dense(2, name="a")(first), layers.Dense(3, name="b")(first)], name="forked")
    inner = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(2, 1), layers.BatchNormalization()], name="inner")
    outer = keras.Model(x, layers.GlobalMaxPooling2D(name="pool")(inner(x)), name="outer")
    frozen = keras.Sequential(
        [keras.Input((6,)), layers.Dense(4, trainable=False, name="kept"), layers.Dense(2, name="new")], name="frozen"
    )
    open_ = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(4, 3, strides=2, name="conv")], name="open")
    words = keras.Sequential(
        [keras.Input((7,), dtype="int32"), layers.Embedding(50, 8, name="words"), layers.LSTM(5, name="lstm")],
        name="words",
    )
    return {m.name: m for m in (twice, joined, forked, outer, frozen, open_, words)}


AWKWARD = ("twice", "joined", "forked", "outer", "frozen", "open", "words")


@pytest.mark.parametrize("name", AWKWARD)
def test_keras_prints_the_same_summary_of_an_awkward_model(
    name: str, keras: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prints_the_same(awkward(keras)[name], tmp_path, 80, monkeypatch)


CHAIN = (
    "[{conv: 6, kernel: 3, padding: 1}, batchnorm, relu, {maxpool: 2}, {conv: 8, kernel: 1, groups: 2}, prelu, "
    "{conv_transpose: 4, kernel: 2, stride: 2}, {avgpool: 2}, flatten, {linear: 10}, {dropout: 0.5}, {linear: 3}]"
)


def test_torchsummary_prints_the_same_lines(torch: Any, capsys: pytest.CaptureFixture[str]) -> None:
    torchsummary = pytest.importorskip("torchsummary")
    table = archcalc.loads(f"{{input: 4x12x12, layers: {CHAIN}}}").analyze()
    torchsummary.summary(network(torch, table), (4, 12, 12), device="cpu")
    printed = capsys.readouterr().out
    lines = re.findall(r"^ +(\w+-\d+) +(\[[-\d, ]+\]) +([\d,]+)$", printed, re.MULTILINE)
    assert rows_of(table, "torchsummary") == [(name, shape, params.replace(",", "")) for name, shape, params in lines]


def test_torchinfo_prints_the_same_lines(torch: Any) -> None:
    torchinfo = pytest.importorskip("torchinfo")
    table = archcalc.loads(f"{{input: 4x12x12, layers: {CHAIN}}}").analyze()
    found = torchinfo.summary(network(torch, table), input_data=list(images(torch, table)), verbose=0, device="cpu")
    theirs = [
        (f"{info.class_name}: {info.depth}-{info.depth_index}", str(list(info.output_size)), info.num_params)
        for info in found.summary_list[1:]
    ]
    ours = [
        (name, shape, 0 if params == "None" else int(params)) for name, shape, params, _ in rows_of(table, "torchinfo")
    ]
    assert ours == theirs
