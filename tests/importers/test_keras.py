"""Models of Keras: what each layer becomes, how layers read one another, and what is said of what is not known.

The expected numbers are those of Keras's own definitions, written out; tests/witness/test_keras_models.py asks Keras.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import archcalc
from archcalc.importers.keras.axes import sizes_of
from archcalc.services.opening import load
from tests.cli.calls import call
from tests.importers.keras_files import chain, entrance, functional, layer, packed, reading, sequential, table, tensor
from tests.importers.weight_files import write

if TYPE_CHECKING:
    from pathlib import Path

MAP, TOKENS, VECTOR = (8, 6, 4), (9, 5), (7,)
KERNEL = {"kernel_size": [3, 3], "strides": [1, 1], "padding": "same"}
LSTM = {"units": 3, "use_bias": True}

LAYERS: tuple[tuple[str, dict[str, Any], tuple[int, ...], tuple[int, ...], int, int], ...] = (
    ("Conv2D", {"filters": 5, **KERNEL}, MAP, (8, 6, 5), 9 * 4 * 5 + 5, 0),
    ("Conv2D", {"filters": 6, "groups": 2, **KERNEL, "strides": [2, 3]}, MAP, (4, 2, 6), 9 * 2 * 6 + 6, 0),
    ("Conv1D", {"filters": 2, "kernel_size": [3], "padding": "causal", "dilation_rate": [2]}, TOKENS, (9, 2), 32, 0),
    ("DepthwiseConv2D", {"depth_multiplier": 2, **KERNEL, "use_bias": False}, MAP, (8, 6, 8), 72, 0),
    ("SeparableConv2D", {"filters": 3, **KERNEL}, MAP, (8, 6, 3), 36 + 12 + 3, 0),
    ("Conv2DTranspose", {"filters": 3, **KERNEL, "strides": [2, 2]}, MAP, (16, 12, 3), 111, 0),
    ("Conv2DTranspose", {"filters": 3, **KERNEL, "strides": 2, "output_padding": 1}, MAP, (16, 12, 3), 111, 0),
    ("Dense", {"units": 3}, MAP, (8, 6, 3), 15, 0),
    ("Dense", {"units": 3, "use_bias": False}, TOKENS, (9, 3), 15, 0),
    ("BatchNormalization", {"axis": 3, "scale": False}, MAP, MAP, 4, 8),
    ("BatchNormalization", {"axis": [1]}, MAP, MAP, 16, 16),
    ("LayerNormalization", {"axis": [-1]}, TOKENS, TOKENS, 10, 0),
    ("LayerNormalization", {"axis": [1, 2, 3], "center": False}, MAP, MAP, 192, 0),
    ("LayerNormalization", {"axis": [2]}, MAP, MAP, 12, 0),
    ("GroupNormalization", {"groups": 2, "axis": -1}, MAP, MAP, 8, 0),
    ("RMSNormalization", {"axis": -1}, TOKENS, TOKENS, 5, 0),
    ("Normalization", {"axis": [-1], "mean": None}, MAP, MAP, 0, 9),
    ("Normalization", {"axis": [-1], "mean": [1.0, 2.0, 3.0, 4.0]}, MAP, MAP, 0, 0),
    ("Normalization", {"axis": []}, MAP, MAP, 0, 3),
    ("MaxPooling2D", {"pool_size": [2, 3], "strides": None, "padding": "valid"}, MAP, (4, 2, 4), 0, 0),
    ("AveragePooling1D", {"pool_size": [2], "strides": [2], "padding": "same"}, TOKENS, (5, 5), 0, 0),
    ("GlobalAveragePooling2D", {"keepdims": False}, MAP, (4,), 0, 0),
    ("GlobalAveragePooling2D", {"keepdims": True}, MAP, (1, 1, 4), 0, 0),
    ("GlobalAveragePooling1D", {"keepdims": True}, TOKENS, (1, 5), 0, 0),
    ("GlobalMaxPooling2D", {}, MAP, (4,), 0, 0),
    ("GlobalMaxPooling1D", {"keepdims": True}, TOKENS, (1, 5), 0, 0),
    ("ZeroPadding2D", {"padding": [[0, 1], [2, 3]]}, MAP, (9, 11, 4), 0, 0),
    ("ZeroPadding1D", {"padding": [1, 2]}, TOKENS, (12, 5), 0, 0),
    ("Cropping2D", {"cropping": [[1, 0], [2, 1]]}, MAP, (7, 3, 4), 0, 0),
    ("UpSampling2D", {"size": [2, 3], "interpolation": "bilinear"}, MAP, (16, 18, 4), 0, 0),
    ("UpSampling1D", {"size": 2}, TOKENS, (18, 5), 0, 0),
    ("Resizing", {"height": 3, "width": 5}, MAP, (3, 5, 4), 0, 0),
    ("Flatten", {}, MAP, (192,), 0, 0),
    ("Reshape", {"target_shape": [-1, 8]}, MAP, (24, 8), 0, 0),
    ("Permute", {"dims": [3, 1, 2]}, MAP, (4, 8, 6), 0, 0),
    ("RepeatVector", {"n": 4}, VECTOR, (4, 7), 0, 0),
    ("PReLU", {"shared_axes": [1, 2]}, MAP, MAP, 4, 0),
    ("PReLU", {"shared_axes": None}, MAP, MAP, 192, 0),
    ("Embedding", {"input_dim": 10, "output_dim": 3}, VECTOR, (7, 3), 30, 0),
    ("LSTM", {**LSTM, "return_sequences": True}, TOKENS, (9, 3), 4 * (5 * 3 + 3 * 3 + 3), 0),
    ("GRU", {**LSTM, "reset_after": True}, TOKENS, (3,), 3 * (5 * 3 + 3 * 3 + 2 * 3), 0),
    ("SimpleRNN", {"units": 3, "use_bias": False}, TOKENS, (3,), 5 * 3 + 3 * 3, 0),
    ("Bidirectional", {"layer": layer("LSTM", "a", **LSTM), "merge_mode": "concat"}, TOKENS, (6,), 2 * 108, 0),
    ("Bidirectional", {"layer": layer("LSTM", "a", **LSTM), "merge_mode": "sum"}, TOKENS, (3,), 2 * 108, 0),
    ("TimeDistributed", {"layer": layer("Dense", "a", units=2)}, TOKENS, (9, 2), 12, 0),
    ("Rescaling", {"scale": 0.5}, MAP, MAP, 0, 0),
    ("LayerScale", {"projection_dim": 4}, MAP, MAP, 4, 0),
    ("StochasticDepth", {"drop_path_rate": 0.1}, MAP, MAP, 0, 0),
    ("SpatialDropout2D", {"rate": 0.25}, MAP, MAP, 0, 0),
)


@pytest.mark.parametrize(("kind", "config", "sizes", "out", "params", "buffers"), LAYERS)
def test_a_layer(  # noqa: PLR0913 - a row of the table
    *, kind: str, config: dict[str, Any], sizes: tuple[int, ...], out: tuple[int, ...], params: int, buffers: int
) -> None:
    found = table(chain(layer(kind, "a", **config), sizes=sizes))
    assert sizes_of(found.rows[-1].output) == out
    assert (found.totals.params, sum(row.counts.buffers for row in found)) == (params, buffers)
    assert not found.spec.note


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        (layer("ReLU", "a", max_value=6.0, negative_slope=0.0, threshold=0.0), "relu6"),
        (layer("ReLU", "a", max_value=None, negative_slope=0.0, threshold=0.0), "relu"),
        (layer("ReLU", "a", max_value=None, negative_slope=0.5, threshold=0.0), "leaky_relu"),
        (layer("ReLU", "a", max_value=1.0, negative_slope=0.0, threshold=0.0), "pointwise"),
        (layer("LeakyReLU", "a", negative_slope=0.3), "leaky_relu"),
        (layer("ELU", "a", alpha=1.0), "elu"),
        (layer("Softmax", "a", axis=-1), "softmax"),
        (layer("Softmax", "a", axis=1), "pointwise"),
        (layer("Activation", "a", activation="hard_silu"), "hardswish"),
        (layer("Activation", "a", activation="hard_sigmoid"), "hardsigmoid"),
        (layer("Activation", "a", activation="selu"), "pointwise"),
        (layer("Activation", "a", activation="linear"), "identity"),
        (layer("Dropout", "a", rate=0.2), "dropout"),
        (layer("RandomFlip", "a"), "identity"),
    ],
)
def test_a_function(written: dict[str, Any], kind: str) -> None:
    (row,) = table(chain(written))
    assert (row.path, row.kind) == ("a", kind)


def test_the_activation_of_a_layer_is_a_row_after_it() -> None:
    found = table(chain(layer("Conv2D", "a", filters=2, **KERNEL, activation="relu6"), layer("ReLU", "b")))
    assert [(row.path, row.kind) for row in found] == [("a", "conv"), ("a_relu6", "relu6"), ("b", "relu")]
    written = layer("LeakyReLU", "c", negative_slope=0.1)
    found = table(chain(layer("Dense", "a", units=2, activation=written), sizes=(3,)))
    assert [(row.path, row.kind) for row in found] == [("a", "linear"), ("a_activation", "leaky_relu")]


def test_a_function_that_keras_does_not_have_is_said() -> None:
    model = chain(layer("Dense", "a", units=2, activation="my_function"), sizes=(3,))
    found = table(model)
    assert [row.kind for row in found] == ["linear", "opaque"]
    assert found.spec.note == "unknown MACs: a_activation; unknown shapes: a_activation"


def merged(kind: str, **config: Any) -> Any:
    """Return the table of a merge of a map and a map of half its channels."""
    branch = reading(layer("Conv2D", "b", filters=3, **KERNEL), tensor("image"))
    last = reading(layer(kind, "c", **config), [tensor("image"), tensor("b")])
    return table(functional([entrance(), branch, last], [["c", 0, 0]]))


@pytest.mark.parametrize(
    ("kind", "config", "expected", "out"),
    [
        ("Add", {}, "add", (8, 8, 3)),
        ("Subtract", {}, "subtract", (8, 8, 3)),
        ("Multiply", {}, "multiply", (8, 8, 3)),
        ("Maximum", {}, "pointwise", (8, 8, 3)),
        ("Average", {}, "pointwise", (8, 8, 3)),
        ("Concatenate", {"axis": -1}, "concat", (8, 8, 6)),
        ("Concatenate", {"axis": 3}, "concat", (8, 8, 6)),
        ("Concatenate", {"axis": 1}, "concat", (16, 8, 3)),
        ("Concatenate", {"axis": 2}, "concat", (8, 16, 3)),
    ],
)
def test_a_merge(kind: str, config: dict[str, Any], expected: str, out: tuple[int, ...]) -> None:
    row = merged(kind, **config).rows[-1]
    assert (row.kind, sizes_of(row.output)) == (expected, out)


def test_a_vector_times_a_map() -> None:
    pooled = reading(layer("GlobalAveragePooling2D", "p"), tensor("image"))
    last = reading(layer("Multiply", "c"), [tensor("image"), tensor("p")])
    found = table(functional([entrance(), pooled, last], ["c", 0, 0]))
    assert [(row.kind, str(row.output)) for row in found] == [
        ("mean", "3"), ("reshape", "3×1×1"), ("multiply", "3×8×8"),
    ]  # fmt: skip


def test_attention_with_itself_and_with_a_memory() -> None:
    ends = [["x", 0, 0], ["y", 0, 0]]
    heads = layer("MultiHeadAttention", "a", num_heads=2, key_dim=3, value_dim=3, use_bias=True)
    inputs = [entrance("x", 7, 6), entrance("y", 5, 4)]
    with_memory = table(functional([*inputs, reading(heads, tensor("x"), tensor("y"))], [["a", 0, 0]], ends))
    own = 6 * 6 + 6
    assert with_memory.totals.params == 2 * own + 2 * (4 * 6 + 6)
    itself = reading(heads, tensor("x"), value=tensor("x"))
    assert table(functional([inputs[0], itself], [["a", 0, 0]], ends[:1])).totals.params == 4 * own


def test_a_layer_that_is_called_twice_has_its_weights_once() -> None:
    shared = reading(layer("Dense", "a", units=3, activation="relu"), tensor("image"))
    model = functional([entrance("image", 3), reading(shared, tensor("a"))], [["a", 1, 0]])
    found = table(model)
    assert [(row.path, row.shares) for row in found][::2] == [("a", None), ("a_2", "a")]
    assert found.totals.params == 12
    assert found.totals.macs == 18


def nested(kind: str, number: int) -> dict[str, Any]:
    """Return two inputs that go through one model, whose second call has some number in the list of outputs."""
    inner = functional([entrance(), reading(layer("Conv2D", "c", filters=2, **KERNEL), tensor("image"))], [["c", 0, 0]])
    if kind == "Sequential":
        inner = chain(layer("Conv2D", "c", filters=2, **KERNEL))
    called = reading(reading(inner | {"name": "encoder"}, tensor("left")), tensor("right"))
    ends = [["left", 0, 0], ["right", 0, 0]]
    merge = reading(layer("Add", "sum"), [tensor("encoder", call=0), tensor("encoder", call=1)])
    layers = [entrance("left"), entrance("right"), called, merge]
    return functional(layers, [["sum", 0, 0], ["encoder", number, 0]], ends)


@pytest.mark.parametrize(("kind", "number"), [("Functional", 2), ("Sequential", 1)])
def test_a_model_within_a_model_is_called_twice(kind: str, number: int) -> None:
    found = table(nested(kind, number))
    assert [(row.path, row.shares) for row in found] == [
        ("encoder/c", None), ("encoder/c_2", "encoder/c"), ("sum", None),
    ]  # fmt: skip
    assert found.totals.params == 9 * 3 * 2 + 2
    assert {name: str(shape) for name, shape in found.inputs.items()} == {"left": "3×8×8", "right": "3×8×8"}
    assert [found.graph.nodes[index].path for index in found.graph.results] == ["encoder/c_2", "sum"]


def test_a_lambda_is_opaque_and_said() -> None:
    after = reading(layer("Conv2D", "c", filters=2, **KERNEL), tensor("l", 4, 4, 3))
    layers = [entrance(), reading(layer("Lambda", "l", function={}), tensor("image")), after]
    found = table(functional(layers, [["c", 0, 0]]))
    assert [(row.kind, str(row.output)) for row in found] == [("opaque", "3×4×4"), ("conv", "2×4×4")]
    assert str(found.totals.macs) == "unknown + 864"
    assert found.spec.note == "unknown MACs: l"


def test_of_an_unknown_layer_parameters_and_shape_are_unknown() -> None:
    found = table(chain(layer("MyLayer", "m", size=3), layer("Dense", "d", units=2)))
    said = "unknown parameters: m, d; unknown MACs: m, d; unknown shapes: m, d"
    assert [row.kind for row in found] == ["opaque", "opaque"]
    assert found.spec.note == said
    assert [row.layer.operation for row in found] == ["MyLayer (parameters unknown)", "Dense (parameters unknown)"]


def test_a_shape_that_differs_from_the_stated_one_makes_a_layer_opaque() -> None:
    wrong = reading(layer("Conv2D", "c", filters=2, **KERNEL), tensor("image"))
    layers = [entrance(), wrong, reading(layer("ReLU", "r"), tensor("c", 5, 5, 2))]
    found = table(functional(layers, [["r", 0, 0]]))
    assert [(row.kind, str(row.output)) for row in found] == [("opaque", "2×5×5"), ("relu", "2×5×5")]
    assert "unknown parameters: c" in found.spec.note
    assert [row.kind for row in table(functional(layers, [["r", 0, 0]]), image=(3, 9, 9))] == ["conv", "relu"]


def test_a_frozen_layer_is_said() -> None:
    found = table(chain(layer("Dense", "d", units=2, trainable=False)))
    assert found.spec.note == "trainable: false is not taken into account: d"


def test_functions_that_are_written_down_as_layers() -> None:
    one = layer("Multiply", "times") | {"module": "keras.src.ops.numpy"}
    other = layer("Relu6", "cut") | {"module": "keras.src.ops.nn"}
    last = layer("GetItem", "part") | {"module": "keras.src.ops.numpy"}
    layers = [entrance(), reading(one, tensor("image"), 0.5), reading(other, tensor("times")),
              reading(last, tensor("cut"), 0)]  # fmt: skip
    found = table(functional(layers, [["part", 0, 0]]))
    assert [row.kind for row in found] == ["pointwise", "relu6", "opaque"]
    assert found.spec.note == "unknown MACs: part; unknown shapes: part"


def test_states_of_a_recurrent_layer() -> None:
    first = reading(layer("LSTM", "encoder", **LSTM, return_state=True), tensor("x"))
    states = [tensor("encoder", output=1), tensor("encoder", output=2)]
    second = reading(layer("LSTM", "decoder", **LSTM, return_sequences=True), tensor("y"), initial_state=states)
    layers = [entrance("x", 9, 5), entrance("y", 4, 6), first, second]
    found = table(functional(layers, [["decoder", 0, 0]], [["x", 0, 0], ["y", 0, 0]]))
    assert found.totals.params == 108 + 4 * (6 * 3 + 3 * 3 + 3)
    assert str(found.rows[-1].output) == "4×3"
    assert found.spec.note == ""


def keras_2(kind: str, name: str, *nodes: Any, **config: Any) -> dict[str, Any]:
    """Return a layer as Keras 2 writes it."""
    return {"class_name": kind, "config": {"name": name, **config}, "name": name, "inbound_nodes": list(nodes)}


def test_a_model_of_keras_2() -> None:
    image = keras_2("InputLayer", "image", batch_input_shape=[None, 8, 8, 3])
    inner = keras_2("Dense", "d", [["v", 0, 0, {}]], units=2)
    enter = keras_2("InputLayer", "v", batch_input_shape=[None, 5])
    within = {"name": "within", "layers": [enter, inner], "input_layers": [["v", 0, 0]], "output_layers": [["d", 0, 0]]}
    layers = [
        image,
        keras_2("Conv2D", "c", [["image", 0, 0, {}]], filters=5, **KERNEL),
        keras_2("TFOpLambda", "half", ["c", 0, 0, {"y": 0.5, "name": None}], function="math.multiply"),
        keras_2("TFOpLambda", "plus", ["c", 0, 0, {"y": ["half", 0, 0]}], function="__operators__.add"),
        keras_2("GlobalAveragePooling2D", "p", [["plus", 0, 0, {}]]),
        {"class_name": "Model", "config": within, "name": "within", "inbound_nodes": [[["p", 0, 0, {}]]]},
    ]
    config = {"name": "old", "layers": layers, "input_layers": [["image", 0, 0]], "output_layers": [["within", 1, 0]]}
    found = table({"class_name": "Model", "config": config, "keras_version": "2.4.0", "backend": "tensorflow"})
    assert [row.kind for row in found] == ["conv", "pointwise", "add", "mean", "linear"]
    assert found.totals.params == 9 * 3 * 5 + 5 + 12
    assert found.spec.title == "old"


def test_a_sequence_of_keras_2() -> None:
    first = keras_2("Dense", "a", units=3, batch_input_shape=[None, 4])
    config = {"name": "old", "layers": [first, keras_2("Dense", "b", units=2)]}
    assert table({"class_name": "Sequential", "config": config}).totals.params == 15 + 8
    assert table({"class_name": "Sequential", "config": config["layers"]}).totals.params == 15 + 8


def test_sizes_that_are_open_are_letters() -> None:
    pool = layer("GlobalAveragePooling2D", "p")
    model = chain(layer("Conv2D", "c", filters=2, **KERNEL), pool, sizes=(None, None, 3))
    assert str(table(model).inputs["input"]) == "3×H×W"
    assert str(table(model).totals.macs) == "54*H*W"
    assert table(model, image=(3, 4, 5)).totals.macs == 54 * 20


def test_keras_files_and_json_are_the_same_network(tmp_path: Path) -> None:
    model = chain(layer("Conv2D", "c", filters=2, **KERNEL), layer("Flatten", "f"), layer("Dense", "d", units=2))
    paths = [write(tmp_path, "net.keras", packed(model)), write(tmp_path, "net.json", json.dumps(model).encode())]
    totals = {load(path).analyze().totals for path in paths}
    assert len(totals) == 1
    assert totals.pop().params == 56 + 258
    assert call("rf", paths[0], "c").code == 0
    assert call("diff", *paths).code == 0


@pytest.mark.parametrize("kind", ["Functional", "Sequential"])
def test_a_model_is_written_as_a_spec(tmp_path: Path, kind: str) -> None:
    model = nested(kind, 2 if kind == "Functional" else 1)
    path = write(tmp_path, "net.keras", packed(model))
    spec = str(tmp_path / "net.yaml")
    assert call("import", path, "-o", spec).code == 0
    written, imported = archcalc.load(spec).analyze(), table(model)
    assert [(row.path, row.output, row.counts) for row in written] == [
        (row.path, row.output, row.counts) for row in imported
    ]


def test_a_sequence_without_an_input_needs_one() -> None:
    model = sequential(layer("Dense", "a", units=3))
    assert table(model, input=(4,)).totals.params == 15
