"""Models as networks, without onnx: kinds and paths of the rows, weights counted once, open sizes, hostile files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from archcalc.importers.onnx.opening import read_model
from archcalc.importers.onnx.paths import classes_of
from archcalc.services.opening import load
from tests.cli.calls import call, json_of
from tests.importers.onnx.test_wire import HOSTILE, nested
from tests.importers.onnx.writing import FLOAT, data, graph, ints, model, modules, node, opset, tensor, weight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from archcalc.network.table import Table
    from tests.importers.onnx.writing import Dim


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """The path of the model that a test writes."""
    return tmp_path / "net.onnx"


def table(
    path: Path, nodes: Sequence[bytes], inputs: Mapping[str, Sequence[Dim]], constants: Sequence[bytes] = (),
    outputs: Sequence[str] = ("y",),
) -> Table:  # fmt: skip
    """Write a model and return its table."""
    path.write_bytes(model(graph(nodes, inputs, outputs, constants)))
    return load(str(path)).analyze()


def rows(found: Table) -> list[tuple[str, str, str]]:
    """Return path, kind and output of each row."""
    return [(row.path, row.kind, str(row.output)) for row in found]


IMAGE: dict[str, Sequence[Dim]] = {"x": ["batch", 3, 32, 32]}


def test_rows_are_called_like_the_modules_of_pytorch(saved: Path) -> None:
    nodes = [
        node("Conv", "x w", "a", name="/layer1/layer1.0/conv1/Conv", pads=[1, 1, 1, 1]),
        node("Relu", "a", "b", name="/layer1/layer1.0/Relu"),
        node("GlobalAveragePool", "b", "c", name="/avgpool/GlobalAveragePool"),
        node("Flatten", "c", "d", name="/Flatten", axis=1),
        node("Gemm", "d v bias", "y", name="/fc/Gemm", transB=1),
    ]
    found = table(saved, nodes, IMAGE, [weight("w", 8, 3, 3, 3), weight("v", 10, 8), weight("bias", 10)])
    assert rows(found) == [
        ("layer1/0/conv1", "conv", "8×32×32"),
        ("layer1/0/relu", "relu", "8×32×32"),
        ("avgpool", "global_avgpool", "8×1×1"),
        ("flatten", "flatten", "8"),
        ("fc", "linear", "10"),
    ]
    assert found.totals.params == 8 * 27 + 90
    assert found.totals.macs == 8 * 27 * 32 * 32 + 80


def test_the_present_exporter_writes_modules_and_their_classes(saved: Path) -> None:
    classes = "['my.Net', 'torch.nn.modules.container.Sequential', 'my.Block', 'torch.nn.ReLU', 'aten.relu.default']"
    nodes = [
        node("Relu", f"{read} ", made)
        + modules(f"['', 'layer1', 'layer1.{place}', 'layer1.{place}.act', 'relu']", classes)
        for place, (read, made) in enumerate([("x", "a"), ("a", "y")])
    ]
    assert rows(table(saved, nodes, IMAGE)) == [
        ("layer1/0/act", "relu", "3×32×32"),
        ("layer1/1/act", "relu", "3×32×32"),
    ]
    first = read_model(str(saved)).graph.nodes[0]
    assert dict(classes_of(first)) == {"": "Net", "layer1": "Sequential", "layer1.0": "Block", "layer1.0.act": "ReLU"}
    assert "repeat: 2" in call("import", str(saved)).out


def test_what_is_no_list_of_modules_is_ignored(saved: Path) -> None:
    nodes = [node("Relu", "x", "y", name="act") + modules("[1, (", "__import__('os')")]
    assert [path for path, *_ in rows(table(saved, nodes, IMAGE))] == ["act"]


def test_a_bias_that_is_added_belongs_to_the_product(saved: Path) -> None:
    nodes = [node("MatMul", "x w", "m", name="/fc/MatMul"), node("Add", "m bias", "y", name="/fc/Add")]
    found = table(saved, nodes, {"x": ["batch", 7, 8]}, [weight("w", 8, 10), weight("bias", 10)])
    assert rows(found) == [("fc", "linear", "7×10")]
    assert (found.totals.params, found.totals.macs) == (90, 560)


def test_two_layers_are_multiplied(saved: Path) -> None:
    nodes = [node("Transpose", "x", "t", perm=[0, 2, 1]), node("MatMul", "x t", "y")]
    found = table(saved, nodes, {"x": [1, 7, 8]})
    assert [row.kind for row in found] == ["rearrange", "matmul"]
    assert found.totals.macs == 7 * 7 * 8


def test_weights_are_counted_once(saved: Path) -> None:
    nodes = [node("Conv", "x w", "a", pads=[1, 1, 1, 1]), node("Conv", "a w", "y", pads=[1, 1, 1, 1])]
    found = table(saved, nodes, {"x": [1, 8, 9, 9]}, [weight("w", 8, 8, 3, 3)])
    assert [row.kind for row in found] == ["conv", "conv"]
    assert found.totals.params == 576
    assert found.totals.macs == 2 * 576 * 81


def test_a_bias_that_is_shared_is_counted_once(saved: Path) -> None:
    """Exporters store equal biases once, for example zeros."""
    nodes = [node("Conv", "x w b", "a", name="one"), node("Conv", "a v b", "y", name="two")]
    found = table(saved, nodes, {"x": [1, 8, 9, 9]}, [weight("w", 8, 8, 3, 3), weight("v", 8, 8, 1, 1), weight("b", 8)])
    assert [row.kind for row in found] == ["conv", "conv"]
    assert found.totals.params == 576 + 64 + 8


def test_statistics_are_buffers(saved: Path) -> None:
    names = ["scale", "shift", "mean", "variance"]
    found = table(
        saved, [node("BatchNormalization", f"x {' '.join(names)}", "y")], IMAGE, [weight(n, 3) for n in names]
    )
    assert rows(found) == [("batch_normalization", "batchnorm", "3×32×32")]
    assert (found.totals.params, next(iter(found)).counts.buffers) == (6, 6)


def test_what_computes_shapes_makes_no_rows(saved: Path) -> None:
    nodes = [
        node("Shape", "x", "s"), node("Gather", "s zero", "n"), node("Unsqueeze", "n axis", "n1"),
        node("Concat", "n1 minus", "shape", axis=0), node("Reshape", "x shape", "y", name="/flatten/Reshape"),
    ]  # fmt: skip
    found = table(saved, nodes, IMAGE, [tensor("zero", [0], [], 7), ints("axis", 0), ints("minus", -1)])
    assert rows(found) == []


def test_a_group_of_a_convolution(saved: Path) -> None:
    nodes = [node("Conv", "x w", "y", group=3, strides=[2, 2], pads=[0, 0, 1, 1], dilations=[2, 1])]
    found = table(saved, nodes, IMAGE, [weight("w", 6, 1, 3, 3)])
    assert rows(found) == [("conv", "conv", "6×15×16")]
    assert found.totals.params == 54


@pytest.mark.parametrize("automatic", ["SAME_UPPER", "SAME_LOWER"])
def test_automatic_padding(saved: Path, automatic: str) -> None:
    nodes = [node("Conv", "x w", "y", auto_pad=automatic, strides=[2, 2])]
    assert rows(table(saved, nodes, IMAGE, [weight("w", 6, 3, 3, 3)])) == [("conv", "conv", "6×16×16")]


def scalar(name: str, value: float) -> bytes:
    return tensor(name, [value], [], FLOAT)


FUSED = {
    "gelu": (
        [node("Div", "x root", "a"), node("Erf", "a", "b"), node("Add", "b one", "c"), node("Mul", "x c", "d"),
         node("Mul", "d half", "y")],
        [scalar("root", math.sqrt(2)), scalar("one", 1), scalar("half", 0.5)],
    ),
    "silu": ([node("Sigmoid", "x", "a"), node("Mul", "x a", "y")], []),
    "hardswish": (
        [node("Add", "x three", "a"), node("Clip", "a low high", "b"), node("Mul", "x b", "c"), node("Div", "c six", "y")],
        [scalar("three", 3), scalar("low", 0), scalar("high", 6), scalar("six", 6)],
    ),
    "hardsigmoid": (
        [node("Add", "x three", "a"), node("Clip", "a low high", "b"), node("Div", "b six", "y")],
        [scalar("three", 3), scalar("low", 0), scalar("high", 6), scalar("six", 6)],
    ),
    "relu6": ([node("Clip", "x low high", "y")], [scalar("low", 0), scalar("high", 6)]),
    "layernorm": (
        [node("ReduceMean", "x", "m", axes=[-1]), node("Sub", "x m", "d"), node("Pow", "d two", "q"),
         node("ReduceMean", "q", "v", axes=[-1]), node("Add", "v eps", "e"), node("Sqrt", "e", "r"),
         node("Div", "d r", "n"), node("Mul", "n gamma", "s"), node("Add", "s beta", "y")],
        [scalar("two", 2), scalar("eps", 1e-5), weight("gamma", 8), weight("beta", 8)],
    ),
    "rms_norm": (
        [node("Pow", "x two", "q"), node("ReduceMean", "q", "v", axes=[-1]), node("Add", "v eps", "e"),
         node("Sqrt", "e", "r"), node("Div", "x r", "n"), node("Mul", "n gamma", "y")],
        [scalar("two", 2), scalar("eps", 1e-5), weight("gamma", 8)],
    ),
}  # fmt: skip
"""Operations as exporters write them, by the kind that they are."""


@pytest.mark.parametrize("kind", FUSED)
def test_several_nodes_are_one_operation(saved: Path, kind: str) -> None:
    nodes, constants = FUSED[kind]
    found = table(saved, nodes, {"x": [1, 4, 8]}, constants)
    assert [(row.kind, str(row.output)) for row in found] == [(kind, "4×8")]
    assert found.totals.params == {"layernorm": 16, "rms_norm": 8}.get(kind, 0)


def test_nodes_that_something_else_reads_too_stay_apart(saved: Path) -> None:
    nodes = [node("Sigmoid", "x", "a"), node("Mul", "x a", "b"), node("Add", "a b", "y")]
    assert [row.kind for row in table(saved, nodes, {"x": [1, 4, 8]})] == ["sigmoid", "multiply", "add"]


def test_other_numbers_are_another_function(saved: Path) -> None:
    nodes = [node("Add", "x four", "a"), node("Clip", "a low high", "b"), node("Div", "b six", "y")]
    constants = [scalar("four", 4), scalar("low", 0), scalar("high", 6), scalar("six", 6)]
    assert [row.kind for row in table(saved, nodes, {"x": [1, 4, 8]}, constants)] == ["pointwise", "relu6", "pointwise"]


def test_attention_of_nodes(saved: Path) -> None:
    nodes = [
        node("Mul", "q scale", "a"), node("Mul", "k scale", "b"), node("MatMul", "a b", "s"),
        node("Softmax", "s", "p", axis=-1), node("MatMul", "p v", "y"),
    ]  # fmt: skip
    inputs = {"q": [1, 3, 7, 16], "k": [1, 3, 16, 9], "v": [1, 3, 9, 16]}
    found = table(saved, nodes, inputs, [scalar("scale", 0.5)])
    assert [row.kind for row in found] == ["rearrange", "scaled_dot_product"]
    assert found.totals.macs == 3 * 7 * 9 * 32


def test_open_sizes_are_variables(saved: Path) -> None:
    nodes = [node("Conv", "x w", "a", strides=[2, 2]), node("GlobalAveragePool", "a", "y")]
    found = table(saved, nodes, {"x": ["batch", 3, "height", "width"]}, [weight("w", 8, 3, 3, 3)])
    assert str(next(iter(found.inputs.values()))) == "3×H×W"
    assert "⌊(H − 1)/2⌋" in str(next(iter(found)).output) or "H" in str(next(iter(found)).output)


def test_open_sizes_that_layers_depend_on_have_to_be_given(saved: Path) -> None:
    """The weight of a linear layer fixes the size of the map before it."""
    nodes = [node("Flatten", "x", "a"), node("Gemm", "a w", "y")]
    saved.write_bytes(model(graph(nodes, {"x": ["batch", 3, "height", "width"]}, ["y"], [weight("w", 3 * 8 * 8, 10)])))
    done = call("show", str(saved))
    assert done.code == 2
    assert "does not say what its input is\n  add --input, for example --input 3x224x224" in done.err
    assert json_of("show", str(saved), "--input", "3x8x8")["totals"]["params"] == 1920


def test_an_operator_that_is_unknown_is_a_row_with_what_is_known(saved: Path) -> None:
    nodes = [node("Foo", "x w", "a", domain="mine", name="/foo/Foo"), node("Relu", "a", "y", name="/relu/Relu")]
    content = graph(nodes, IMAGE, ["y"], [weight("w", 5, 5)], {"a": [1, 4]})
    saved.write_bytes(model(content))
    found = load(str(saved)).analyze()
    assert [row.kind for row in found] == ["opaque", "relu"]
    assert found.totals.params == 25
    assert "unknown" in str(found.totals.macs)


def test_sizes_that_depend_on_values_are_unknown(saved: Path) -> None:
    nodes = [
        node("Conv", "x w", "a"), node("NonZero", "a", "b"), node("Cast", "b", "c", to=1), node("MatMul", "m c", "y"),
    ]  # fmt: skip
    found = table(saved, nodes, {"x": [1, 3, 9, 9]}, [weight("w", 8, 3, 3, 3), weight("m", 5, 4)])
    assert next(iter(found)).kind == "conv"
    assert {row.kind for row in found} == {"conv", "opaque"}
    assert found.totals.params == 216 + 20


def test_a_quantized_convolution(saved: Path) -> None:
    nodes = [node("QLinearConv", "x s z w ws wz ys yz b", "y", pads=[1, 1, 1, 1], name="/conv1/QLinearConv")]
    constants = [scalar(name, 0.5) for name in ("s", "ws", "ys")]
    constants += [tensor(name, None, [], 2) for name in ("z", "wz", "yz")]
    constants += [tensor("w", None, [8, 3, 3, 3], 3), tensor("b", None, [8], 6)]
    found = table(saved, nodes, IMAGE, constants)
    assert rows(found) == [("conv1", "conv", "8×32×32")]
    assert (found.totals.params, found.totals.macs) == (8 * 27 + 8, 8 * 27 * 1024)


def test_layers_are_verified_by_what_the_file_says(saved: Path) -> None:
    nodes, constants = FUSED["layernorm"]
    more = [node("MatMul", "y w", "z"), node("Softmax", "z", "out", axis=-1)]
    saved.write_bytes(model(graph([*nodes, *more], {"x": [1, 4, 8]}, ["out"], [*constants, weight("w", 8, 3)])))
    done = call("verify", str(saved))
    assert done.code == 0
    assert "2 published values of 1 network: 2 exact" in done.out


FOLDER = HOSTILE | {
    "many levels": (model(nested(500)), "levels of graphs"),
    "no input": (model(graph([node("Relu", "x", "y")], {})), "has no input whose number of axes is known"),
    "an input without sizes": (
        model(graph([node("Relu", "x", "y")], {"x": None}, ["y"])), "has no input whose number of axes is known",
    ),
    "six axes": (model(graph([node("Relu", "x", "y")], {"x": [1, 2, 2, 2, 2, 2]}, ["y"])), "input 'x' has 6 axes; expected at most 5"),
    "a cycle": (model(graph([node("Relu", "y", "y")], {"x": [1, 2]}, ["y"])), "no earlier node outputs 'y'"),
    "an old operator set": (data(7, graph([], {"x": [1]})) + data(8, opset(3)), "uses operator set 3"),
    "enormous sizes": (
        model(graph([node("Conv", "x w", "y")], {"x": [1, 2**62, 2**62, 2**62]}, ["y"], [weight("w", 1, 2**62, 1, 1)])),
        "",
    ),
}  # fmt: skip
"""Files that have to end in a message, and a part of it."""


@pytest.mark.parametrize("name", FOLDER)
def test_a_hostile_file_ends_in_a_message(saved: Path, name: str) -> None:
    content, message = FOLDER[name]
    saved.write_bytes(content)
    done = call("show", str(saved))
    assert "Traceback" not in done.err
    if message:
        assert done.code == 2
        assert message.replace("net.onnx", str(saved)) in done.err


@pytest.mark.parametrize("step", [37])
def test_every_cut_of_a_model_ends_in_a_message_or_a_table(saved: Path, step: int) -> None:
    nodes, constants = FUSED["layernorm"]
    whole = model(graph(nodes, {"x": [1, 4, 8]}, ["y"], constants))
    for size in range(0, len(whole), step):
        saved.write_bytes(whole[:size])
        done = call("show", str(saved))
        assert done.code in {0, 2}
        assert "Traceback" not in done.err
